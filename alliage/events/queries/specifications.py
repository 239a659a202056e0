"""Reads of specifications: a version as it is shown, who may sign it, what became of its needs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet, Value

from alliage.accounts.models import Member
from alliage.events.models import (
    FollowUp,
    Need,
    NeedAuthor,
    Signature,
    Specification,
    SpecificationVersion,
    Steward,
    Subgroup,
)
from alliage.events.queries import needs as need_queries
from alliage.events.specification_texts import NEEDS, PARTS, columns, sentence_of
from alliage.events.workshop_enums import Outcome, SignatureRole

NEEDS_KEY = "needs"


def by_number(pk: int) -> Specification | None:
    found = Specification.objects.select_related(
        "board__sequence__event", "event", "territory", "adapted_from", "resource", "owner"
    )
    return found.filter(pk=pk).first()


def version_of(specification: Specification, number: int) -> SpecificationVersion | None:
    found = specification.versions.filter(number=number)
    return found.prefetch_related("signatures").first()


def public() -> QuerySet[Specification]:
    """Read by everyone."""
    return Specification.objects.filter(published_number__isnull=False, is_hidden=False)


def of_event(event_id: int) -> list[Specification]:
    """Those published from one event, in the order of its workshops."""
    return list(public().filter(event=event_id, board__isnull=False).order_by("board__sequence__rank", "pk"))


def published_need(need: Need) -> dict[str, Any] | None:
    """A need of a board, as plain data, in the words that everyone reads; one query."""
    found = SpecificationVersion.objects.filter(
        specification__in=public(), specification__board=need.board_id, number=F("specification__published_number")
    )
    needs = (each for content in found.values_list("content", flat=True) for each in content[NEEDS_KEY])
    return next((each for each in needs if each["number"] == need.number), None)


# --- As it is shown --------------------------------------------------------------------------------------------------


@dataclass
class ShownNeed:
    """A plain need, said as a sentence and by names. `outcome`: what became of it, the last one said first."""

    plain: dict[str, Any]
    sentence: str
    authors: str
    followups: list[FollowUp] = field(default_factory=list)

    @property
    def outcome(self) -> FollowUp | None:
        return self.followups[0] if self.followups else None


@dataclass(frozen=True)
class ShownPart:
    code: str
    label: str
    text: str
    columns: list[tuple[str, list[ShownNeed]]]


def shown_needs(content: dict[str, Any], *, is_public: bool = True) -> list[ShownNeed]:
    """With the names that their authors let stand; one query."""
    asked = {pk for each in content[NEEDS_KEY] for pk in each["authors"]}
    rows = {row.pk: row for row in NeedAuthor.objects.filter(pk__in=asked)} if asked else {}
    return [
        ShownNeed(
            each,
            sentence_of(each),
            need_queries.named((rows[pk] for pk in each["authors"] if pk in rows), public=is_public),
        )
        for each in content[NEEDS_KEY]
    ]


def parts(content: dict[str, Any], needs: Iterable[ShownNeed]) -> list[ShownPart]:
    """Every part that says something, in order."""
    by_number = {need.plain["number"]: need for need in needs}
    found = []
    for part in PARTS:
        if part.code == NEEDS:
            groups = [
                (label, [by_number[each["number"]] for each in there]) for label, there in columns(content[NEEDS_KEY])
            ]
            found.append(ShownPart(part.code, str(part.label), "", groups))
        elif content["sections"].get(part.code):
            found.append(ShownPart(part.code, str(part.label), content["sections"][part.code], []))
    return found


# --- Signing ---------------------------------------------------------------------------------------------------------


def roles_needed(specification: Specification) -> list[str]:
    """A workshop’s is signed by two people; one begun elsewhere, by who holds it."""
    return list(SignatureRole.values) if specification.board_id else [SignatureRole.RAPPORTEUR.value]


def roles_of(specification: Specification, member: Member) -> set[str]:
    """At what titles someone may sign: those that they hold in the workshop or in one of its sub-groups; one query."""
    if specification.board is None:
        return {SignatureRole.RAPPORTEUR.value} if specification.owner_id == member.pk else set()
    root = specification.board.sequence_id
    family = Q(sequence=root) | Q(sequence__mirror_of=root)
    groups = Subgroup.objects.filter(family).order_by()
    facilitates = groups.filter(facilitator=member).values_list(Value(SignatureRole.FACILITATOR.value))
    reports = groups.filter(rapporteur=member).values_list(Value(SignatureRole.RAPPORTEUR.value))
    held = Steward.objects.filter(family, member=member).order_by().values_list("role").union(facilitates, reports)
    return {role for (role,) in held} & set(SignatureRole.values)


def missing_roles(specification: Specification, version: SpecificationVersion) -> list[str]:
    signed = {signature.role for signature in version.signatures.all()}
    return [role for role in roles_needed(specification) if role not in signed]


# --- What became of its needs ----------------------------------------------------------------------------------------


def followups(specification: Specification) -> dict[int, list[FollowUp]]:
    """By number of need, the last one said first."""
    found: dict[int, list[FollowUp]] = {}
    for row in specification.followups.order_by("need_number", "-on", "-pk"):
        found.setdefault(row.need_number, []).append(row)
    return found


@dataclass(frozen=True)
class Told:
    """How many needs stand where; `silent`: of which nobody said anything yet."""

    counts: list[tuple[str, str, int]]
    silent: int
    total: int


def told(needs: Iterable[ShownNeed]) -> Told:
    rows = list(needs)
    counts = [
        (code.value, str(code.label), sum(1 for need in rows if need.outcome and need.outcome.outcome == code))
        for code in Outcome
    ]
    return Told(counts, sum(1 for need in rows if need.outcome is None), len(rows))


# --- Personal data ---------------------------------------------------------------------------------------------------


def export_of(member: Any) -> dict[str, Any]:
    versions = SpecificationVersion.objects.filter(member=member).select_related("specification").order_by("at", "pk")
    signed = Signature.objects.filter(member=member).order_by("at", "pk")
    return {
        "versions": [
            {"cahier": each.specification.title, "version": each.number, "le": each.at, "ce_qui_change": each.note}
            for each in versions
        ],
        "signatures": list(
            signed.annotate(cahier=F("version__specification__title"), numero=F("version__number")).values(
                "cahier", "numero", "role", "name", "at"
            )
        ),
        "suites": list(
            FollowUp.objects.filter(member=member)
            .order_by("pk")
            .values("specification", "need_number", "outcome", "on", "note", "url")
        ),
    }
