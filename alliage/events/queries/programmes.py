"""A programme as its pages show it, in few queries whatever its size. What a page of the directory or of the library hides is named
without a link."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliage.directory.models import Entry
from alliage.events.enums import EventKind, Part, PartnerKind
from alliage.events.models import Event, Item, Partner, Sequence
from alliage.events.programme import Around, Content, Group, Line, Programme, Someone, is_shown
from alliage.events.queries.coming import public
from alliage.library.models import Resource
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

AFTER = 10**6
# --- Lists ---------------------------------------------------------------------------------------------------------


def rencontres() -> QuerySet[Event]:
    """Those that everyone may see, the latest first."""
    return public().filter(kind=EventKind.RENCONTRE).order_by("-starts_at", "-pk")


# --- One programme -------------------------------------------------------------------------------------------------


def outline(event: Event) -> Programme:
    """Temps, sequences, partners, without contents: three queries."""
    sequences = event.sequences.order_by("starts_at", "rank", "pk")
    return _assembled(event, [Line(sequence) for sequence in sequences])


def whole(event: Event) -> Programme:
    """All of it, contents and people included: four queries, five where sequences have levers."""
    tied = Sequence.levers.through.objects.filter(sequence=OuterRef("pk"))
    sequences = list(event.sequences.annotate(has_levers=Exists(tied)).order_by("starts_at", "rank", "pk"))
    lines = [Line(sequence) for sequence in sequences]
    contents = contents_of(Q(sequence__event=event))
    levers = levers_of(event) if any(each.has_levers for each in sequences) else {}
    for line in lines:
        line.contents = contents.get(line.sequence.pk, [])
        line.levers = levers.get(line.sequence.pk, [])
    return _assembled(event, lines)


def _assembled(event: Event, lines: list[Line]) -> Programme:
    of: dict[tuple[str, int], list[Partner]] = defaultdict(list)
    partners = Partner.objects.filter(Q(event=event) | Q(temps__event=event) | Q(sequence__event=event))
    for partner in partners.select_related("organisation").order_by("rank", "pk"):
        of[_beside(partner)].append(partner)
    for line in lines:
        line.sequence.event = event
        line.partners, line.support = _sorted(of[("sequence", line.sequence.pk)])
    known = {line.sequence.pk: line for line in lines}
    first: list[Line] = []
    for line in lines:
        gathering = known.get(line.sequence.parent_id or 0)
        (gathering.workshops if gathering else first).append(line)
    partners_, support = _sorted(of[("event", event.pk)])
    return Programme(event, _groups(event, first, of), partners_, support)


def _groups(event: Event, lines: list[Line], of: dict[tuple[str, int], list[Partner]]) -> list[Group]:
    """Each temps with its sequences at its rank in time; the sequences of no temps where their hour puts them."""
    temps = {each.pk: Group(each, [], *_sorted(of[("temps", each.pk)])) for each in event.temps.order_by("rank")}
    alone: list[Group] = []
    for line in lines:
        group = temps.get(line.sequence.temps_id or 0)
        if group is None:
            alone.append(Group(None, [line]))
        else:
            group.lines.append(line)
    groups: list[Group] = []
    for group in sorted([*temps.values(), *alone], key=_start):
        if groups and group.temps is None and groups[-1].temps is None:
            groups[-1].lines += group.lines
        else:
            groups.append(group)
    return groups


def _start(group: Group) -> tuple[datetime, int]:
    starts = [line.sequence.starts_at for line in group.lines]
    if group.temps is None:
        return starts[0], AFTER
    return (min(starts) if starts else group.temps.starts_at), group.temps.rank


def _beside(partner: Partner) -> tuple[str, int]:
    if partner.sequence_id:
        return "sequence", partner.sequence_id
    return ("temps", partner.temps_id) if partner.temps_id else ("event", partner.event_id or 0)


def _sorted(partners: list[Partner]) -> tuple[list[Partner], list[Partner]]:
    beside = [each for each in partners if each.kind == PartnerKind.PARTNER]
    return beside, [each for each in partners if each.kind == PartnerKind.SUPPORT]


def levers_of(event: Event) -> dict[int, list[Term]]:
    """The levers of each sequence, in the order of their vocabulary."""
    numbers: dict[int, set[int]] = defaultdict(set)
    for sequence, term in Sequence.levers.through.objects.filter(sequence__event=event).values_list(
        "sequence_id", "term_id"
    ):
        numbers[sequence].add(term)
    terms = taxonomy.terms(Vocabulary.LEVIERS)
    return {sequence: [term for term in terms if term.pk in tied] for sequence, tied in numbers.items()}


_RESOURCE = ("pk", "title", "kind", "state", "is_hidden", "summary")
_CONTENT = ("pk", "sequence_id", "kind", "title", "text", "minutes")
_PERSON = ("part", "standing", "speaker_id", "speaker__name", "speaker__role", "speaker__is_organisation")
_ENTRY = ("name", "slug", "kind", "is_hidden", "visibility")


def contents_of(asked: Q) -> dict[int, list[Content]]:
    """The contents of sequences, with their people and their resource, by sequence. One query."""
    names = [
        *_CONTENT,
        *(f"resource__{each}" for each in _RESOURCE),
        *(f"appearances__{each}" for each in _PERSON),
        *(f"appearances__speaker__organisation__{each}" for each in _ENTRY),
    ]
    found: dict[int, list[Content]] = defaultdict(list)
    rows = Item.objects.filter(asked).order_by("sequence_id", "rank", "pk", "appearances__rank", "appearances__pk")
    for row in rows.values(*names):
        of_sequence = found[row["sequence_id"]]
        if not of_sequence or of_sequence[-1].pk != row["pk"]:
            of_sequence.append(_content(row))
        if row["appearances__speaker_id"]:
            content = of_sequence[-1]
            {Part.SPEAKS: content.speaks, Part.LEADS: content.leads, Part.PRESENTS: content.presents}[
                Part(row["appearances__part"])
            ].append(_someone(row))
    return found


def _content(row: dict[str, Any]) -> Content:
    resource = None
    if row["resource__pk"]:
        resource = Resource(**{name: row[f"resource__{name}"] for name in _RESOURCE})
    return Content(
        pk=row["pk"],
        kind=row["kind"],
        title=row["title"],
        text=row["text"],
        minutes=row["minutes"],
        resource=resource if resource and resource.is_shown else None,
    )


def _someone(row: dict[str, Any]) -> Someone:
    entry = None
    if row["appearances__speaker__organisation__slug"]:
        entry = Entry(**{name: row[f"appearances__speaker__organisation__{name}"] for name in _ENTRY})
    is_organisation = row["appearances__speaker__is_organisation"]
    shown = is_shown(entry)
    return Someone(
        name=row["appearances__speaker__name"],
        role=row["appearances__speaker__role"],
        organisation=entry.name if entry and shown and not is_organisation else "",
        url=entry.get_absolute_url() if entry and shown else "",
        is_organisation=is_organisation,
        standing=row["appearances__standing"],
        speaker_id=row["appearances__speaker_id"],
        organisation_slug=entry.slug if entry and shown else "",
    )


# --- One sequence --------------------------------------------------------------------------------------------------


def line_of(sequence: Sequence) -> Line:
    """One sequence with its contents and partners, those of its temps too: two queries, and one for its levers."""
    line = Line(sequence, contents_of(Q(sequence=sequence)).get(sequence.pk, []))
    beside = Q(sequence=sequence) | Q(temps=sequence.temps_id) if sequence.temps_id else Q(sequence=sequence)
    partners = Partner.objects.filter(beside).select_related("organisation").order_by("-sequence_id", "rank", "pk")
    line.partners, line.support = _sorted(list(partners))
    numbers = set(sequence.levers.values_list("pk", flat=True))
    line.levers = [term for term in taxonomy.terms(Vocabulary.LEVIERS) if term.pk in numbers]
    return line


def around(sequence: Sequence) -> Around:
    """One query: those of the same event, in order."""
    rows = list(Sequence.objects.filter(event=sequence.event_id).order_by("starts_at", "rank", "pk"))
    for row in rows:
        row.event = sequence.event
    beside = [row for row in rows if row.parent_id == sequence.parent_id]
    place = next(rank for rank, row in enumerate(beside) if row.pk == sequence.pk)
    return Around(
        previous=beside[place - 1] if place else None,
        following=beside[place + 1] if place + 1 < len(beside) else None,
        workshops=[row for row in rows if row.parent_id == sequence.pk],
        mirrors=[row for row in rows if row.mirror_of_id == sequence.pk],
    )
