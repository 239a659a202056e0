"""Reads of agreements: mine, one with its partners, its history, what a member takes away."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q

from alliage.accounts.models import Member
from alliage.agreements.enums import READERS, PartnerState, State
from alliage.agreements.models import Agreement, Answer, LinkedAlliance, Moment, Partner, Signature
from alliage.directory.models import Alliance, Entry
from alliage.directory.queries import alliances


def spoken_by(user: Any) -> Q:
    """Entries in whose name this member speaks, hidden ones too: an agreement is not lost with its showcase."""
    return Q(owner=user.pk) | Q(people__is_editor=True, people__person__owner=user.pk)


def held_by_someone() -> Q:
    """Entries for which somebody acts, as `directory.services.joining.editors_of` says it of one."""
    return Q(owner__is_active=True) | Q(people__is_editor=True, people__person__owner__is_active=True)


def with_mine(user: Any) -> Any:
    """Partners and their entries; `spoken`: asked or in, and this member speaks for it; `held`: somebody does."""
    spoken = Entry.objects.filter(spoken_by(user), pk=OuterRef("entry"))
    held = Entry.objects.filter(held_by_someone(), pk=OuterRef("entry"))
    found = Partner.objects.select_related("entry__owner", "entry")
    return found.annotate(spoken=Q(Exists(spoken), state__in=READERS), held=Exists(held))


def by_number(pk: int) -> Agreement | None:
    return Agreement.objects.select_related("territory", "holder").filter(pk=pk).first()


def partners(agreement: Agreement, user: Any) -> list[Partner]:
    """All of them, with the signatures that nothing undid (`standing`); asked once for each agreement and person."""
    known: dict[int, list[Partner]] = agreement.__dict__.setdefault("_partners", {})
    if user.pk not in known:
        standing = Prefetch("signatures", Signature.objects.filter(undone_at=None), to_attr="standing")
        known[user.pk] = list(with_mine(user).filter(agreement=agreement).prefetch_related(standing))
    return known[user.pk]


@dataclass(frozen=True)
class Mine:
    """An agreement of mine; `others`: names of its partners, my own left out. `is_asked`: my answer is awaited."""

    agreement: Agreement
    others: tuple[str, ...]
    is_asked: bool


def mine(user: Any) -> list[Mine]:
    """Those of my organisations, the latest first, closed ones last; two queries."""
    spoken = Entry.objects.filter(spoken_by(user), pk=OuterRef("entry"))
    mine_in = Partner.objects.filter(Exists(spoken), state__in=READERS, agreement=OuterRef("pk"))
    known = Prefetch("partners", with_mine(user).filter(state__in=READERS))
    rows = [_mine(each) for each in Agreement.objects.filter(Exists(mine_in)).prefetch_related(known)]
    return sorted(rows, key=lambda row: row.agreement.state == State.CLOSED)


def _mine(agreement: Agreement) -> Mine:
    known = list(agreement.partners.all())
    others = tuple(each.name for each in known if not each.is_mine)
    asked = any(each.is_mine and each.state == PartnerState.INVITED for each in known)
    return Mine(agreement, others, asked)


def history(agreement: Agreement) -> list[Moment]:
    return list(agreement.history.select_related("by"))


def linked(agreement: Agreement) -> list[LinkedAlliance]:
    return list(agreement.links.select_related("alliance__first", "alliance__second"))


def alliance_to_live(pk: int, user: Any) -> Alliance | None:
    """An alliance of the directory of which this member speaks for a side."""
    found = alliances.alliance(pk, user)
    return found if found is not None and alliances.sides_of(found, user) else None


def due(today: date) -> list[int]:
    """Numbers of the agreements whose review is due."""
    found = Agreement.objects.filter(state=State.ACTIVE, review_due_on__lte=today)
    return list(found.order_by("pk").values_list("pk", flat=True))


def export_of(member: Member) -> dict[str, Any]:
    """A member's own copy: what they opened, signed, answered and did. Never what others said."""
    opened = Agreement.objects.filter(holder=member).order_by("pk")
    signed = Signature.objects.filter(by=member).select_related("partner__agreement").order_by("pk")
    answers = Answer.objects.filter(by=member).select_related("partner", "review__agreement").prefetch_related("lines")
    did = Moment.objects.filter(by=member).order_by("pk")
    return {
        "accords": [
            {"objet": row.subject, "etat": row.get_state_display(), "le": row.created_at, "jusqu_au": row.ends_on}
            for row in opened
        ],
        "signatures": [
            {"accord": row.partner.agreement.subject, "pour": row.partner.name, "le": row.at} for row in signed
        ],
        "bilans": [
            {
                "accord": row.review.agreement.subject,
                "pour": row.partner.name,
                "le": row.at,
                "mot": row.word,
                "lignes": {line.code: line.get_light_display() for line in row.lines.all()},
            }
            for row in answers.order_by("pk")
        ],
        "gestes": [{"texte": row.text, "le": row.at} for row in did],
    }
