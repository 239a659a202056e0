"""What everyone reads in proceedings, gathered as plain data; and what must no longer be read of it.

`content_of` is asked when something of it changes; a page reads what was gathered, and leaves out what was withdrawn since.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.db.models import CharField, F, QuerySet, Value

from alliage.events.chapters import Chapter, address
from alliage.events.enums import PASTILLES, SequenceKind, Standing
from alliage.events.live_enums import ContributionState
from alliage.events.models import (
    Appearance,
    Contribution,
    Event,
    Item,
    Minutes,
    Need,
    Proceedings,
    ProceedingsVersion,
    Sequence,
    Sheet,
    Speaker,
    Specification,
)
from alliage.events.queries import minutes as reads
from alliage.files.models import StoredFile
from alliage.library.models import Resource
from alliage.library.queries import resources
from alliage.questionnaires import drawing
from alliage.rooms.enums import CardState
from alliage.rooms.models import Card, Room

Content = dict[str, Any]


def of_event(event: Event) -> Proceedings | None:
    return Proceedings.objects.filter(event=event).first()


def version(event: Event, number: int) -> ProceedingsVersion | None:
    found = ProceedingsVersion.objects.filter(proceedings__event=event, number=number)
    return found.select_related("proceedings").first()


def versions(proceedings: Proceedings) -> list[ProceedingsVersion]:
    return list(proceedings.versions.only("number", "made_at", "proceedings").order_by("-number"))


def minutes_of(sequence: Sequence) -> Minutes | None:
    """None when nobody wrote one; no query where the sequence was read with it."""
    return getattr(sequence, "minutes", None)


def with_account(sequence: Sequence) -> tuple[Sequence, Minutes | None]:
    """A sequence with its room, and its account if there is one: one query."""
    found = Sequence.objects.select_related("event", "room", "minutes").get(pk=sequence.pk)
    return found, _minutes(found)


def told(event: Event) -> QuerySet[Sequence]:
    """The sequences that have an account: neither breaks nor what was cancelled."""
    found = Sequence.objects.filter(event=event, is_cancelled=False).exclude(
        kind__in=(SequenceKind.BREAK, SequenceKind.EXHIBITION)
    )
    # A mirror fed the same board: proceedings do not tell them apart.
    return (
        found.filter(mirror_of=None)
        .select_related("event", "room", "temps", "parent", "minutes")
        .order_by("starts_at", "rank")
    )


# --- Gathered ----------------------------------------------------------------------------------------------------------


def content_of(event: Event, proceedings: Proceedings) -> Content:
    """All that may be read by everyone, today."""
    sequences = list(told(event))
    signed = [each for each in sequences if (row := _minutes(each)) is not None and row.is_public]
    sources = reads.sources(signed)
    documents, people, slides = _documents(event), _people(event), _slides(event)
    specifications = _specifications(sequences)
    return {
        "event": _event(event),
        "text": proceedings.text,
        "links": proceedings.links,
        "replay_url": proceedings.replay_url,
        "sequences": [
            _sequence(each)
            | _account(each, sources.get(each.pk, []))
            | {
                "documents": documents.get(each.pk, []),
                "people": people.get(each.pk, []),
                "slides": slides.get(each.pk, []),
                "specification": specifications.get(each.pk),
            }
            for each in sequences
        ],
    }


def _minutes(sequence: Sequence) -> Minutes | None:
    return getattr(sequence, "minutes", None)


def _event(event: Event) -> Content:
    return {
        "title": event.title,
        "theme": event.theme,
        "edition": event.edition,
        "slug": event.slug,
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "zone": event.zone,
    }


def _sequence(sequence: Sequence) -> Content:
    return {
        "pk": sequence.pk,
        "number": sequence.number,
        "title": sequence.title,
        "temps": sequence.temps.title if sequence.temps else "",
        "parent": sequence.parent_id,
        "kind": sequence.kind,
        "room": str(sequence.room_id or ""),
        "starts_at": sequence.starts_at.isoformat(),
        "ends_at": sequence.ends_at.isoformat(),
    }


def _account(sequence: Sequence, sources: list[reads.Source]) -> Content:
    """Nothing of what was said before a person signs."""
    row = _minutes(sequence)
    if row is None or not row.is_public:
        return {"is_signed": False, "lines": [], "questions": [], "polls": []}
    assert row.signed_at is not None
    return {
        "is_signed": True,
        "signed_name": row.signed_name,
        "signed_at": row.signed_at.isoformat(),
        "lines": row.published,
        "replay_url": row.replay_url,
        "chapters": _chapters(row),
        "has_transcript": bool(row.transcript),
        "questions": [
            {"ref": each.ref, "text": each.text, "answer": each.answer, "votes": each.weight}
            for each in reads.answered(sources)
        ],
        "polls": [_poll(each) for each in sources if each.result is not None],
    }


def _chapters(row: Minutes) -> list[Content]:
    """Of a recording that is there; each with the address of that moment, or "" where its host has none."""
    if not row.replay_url:
        return []
    found = [Chapter(**each) for each in row.chapters]
    return [{"clock": each.clock, "title": each.title, "url": address(row.replay_url, each.at)} for each in found]


def _poll(source: reads.Source) -> Content:
    assert source.result is not None
    return {"ref": source.ref} | figures(drawing.shown(source.result))


def figures(shown: drawing.Shown) -> Content:
    """A result as plain data: what `events/_figures.html` draws. Words typed one by one are not kept."""
    return {
        "title": shown.title,
        "count": shown.count,
        "hidden": shown.result.hidden,
        "bars": [{"title": bar.title, "figure": bar.figure, "width": bar.width} for bar in shown.bars],
        "headers": list(shown.headers),
        "rows": [list(row) for row in shown.rows],
        "words": shown.spread.words if shown.spread else "",
    }


def _documents(event: Event) -> dict[int, list[Content]]:
    """Resources shown in each sequence, in the order of its contents."""
    rows = Item.objects.filter(sequence__event=event, resource__in=resources.shown()).select_related("resource")
    found: dict[int, list[Content]] = {}
    for row in rows.order_by("sequence", "rank"):
        resource = cast(Resource, row.resource)
        found.setdefault(row.sequence_id, []).append(
            {
                "ref": f"resource:{resource.pk}",
                "title": resource.title,
                "url": resource.get_absolute_url(),
                "kind": row.get_kind_display() if row.kind in PASTILLES else "",
            }
        )
    return found


def _people(event: Event) -> dict[int, list[Content]]:
    """Who spoke, as they confirmed it; who was announced without confirming says so; who declined is not named."""
    rows = Appearance.objects.filter(item__sequence__event=event).exclude(standing=Standing.DECLINED)
    rows = rows.select_related("speaker__organisation", "item").order_by("item__rank", "rank", "pk")
    found: dict[int, list[Content]] = {}
    for row in rows:
        place = found.setdefault(row.item.sequence_id, [])
        if all(each["ref"] != f"speaker:{row.speaker_id}" for each in place):
            place.append(
                {
                    "ref": f"speaker:{row.speaker_id}",
                    "name": row.speaker.name,
                    "role": row.speaker.role,
                    "part": row.get_part_display(),
                    "is_confirmed": row.standing == Standing.CONFIRMED,
                }
            )
    return found


def _slides(event: Event) -> dict[int, list[Content]]:
    """What speakers let be published with the proceedings."""
    rows = Sheet.objects.filter(speaker__event=event, shares_slides=True, slides__isnull=False)
    rows = rows.exclude(answer=Standing.DECLINED).select_related("slides", "speaker")
    by_speaker = {row.speaker_id: row for row in rows}
    spoken = Appearance.objects.filter(speaker__in=by_speaker).exclude(standing=Standing.DECLINED)
    found: dict[int, list[Content]] = {}
    for pk, speaker in spoken.order_by("item__rank", "rank").values_list("item__sequence", "speaker"):
        sheet, place = by_speaker[speaker], found.setdefault(pk, [])
        slides, who = cast(StoredFile, sheet.slides), cast(Speaker, sheet.speaker)
        said = {"ref": f"slides:{sheet.pk}", "name": slides.name, "who": who.name, "url": slides.get_absolute_url()}
        if said not in place:
            place.append(said)
    return found


def _specifications(sequences: Iterable[Sequence]) -> dict[int, Content]:
    rows = Specification.objects.filter(board__sequence__in=list(sequences), is_hidden=False)
    return {
        row.board.sequence_id: {"ref": f"specification:{row.pk}", "title": row.title, "url": row.get_absolute_url()}
        for row in rows.exclude(published_number=None).select_related("board")
        if row.board is not None
    }


# --- Withdrawn since -----------------------------------------------------------------------------------------------------


def visible(content: Content) -> Content:
    """What was gathered, without what was hidden, erased or taken back since. One query; a second when something is gone."""
    refs = _refs(content)
    kept = _still_there(refs)
    gone = {f"{kind}:{pk}" for kind, pks in refs.items() for pk in pks if kind in CHECKED and (kind, pk) not in kept}
    if gone:
        gone -= _of_erased_rooms(content, gone)
    sequences = (
        [_without(each, gone) for each in content.get("sequences", [])] if gone else content.get("sequences", [])
    )
    return {**content, "sequences": sequences}


def _of_rooms() -> QuerySet[Card]:
    return Card.objects.filter(state=CardState.SHOWN)


CHECKED: dict[str, Any] = {
    "card": _of_rooms,
    "after": lambda: Contribution.objects.filter(state=ContributionState.SHOWN),
    "need": lambda: Need.objects.filter(is_hidden=False),
    "resource": resources.shown,
    "specification": lambda: Specification.objects.filter(is_hidden=False).exclude(published_number=None),
    "slides": lambda: Sheet.objects.filter(shares_slides=True, slides__isnull=False),
    "account": lambda: Sequence.objects.filter(minutes__signed_at__isnull=False, minutes__is_hidden=False),
}


def _refs(content: Content) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for sequence in content.get("sequences", []):
        names = [each["ref"] for name in ("lines", "questions", "documents", "slides") for each in sequence[name]]
        if sequence["specification"]:
            names.append(sequence["specification"]["ref"])
        if sequence["is_signed"]:
            names.append(f"account:{sequence['pk']}")
        for ref in filter(None, names):
            kind, _colon, pk = ref.partition(":")
            found.setdefault(kind, set()).add(int(pk))
    return found


def _still_there(refs: dict[str, set[int]]) -> set[tuple[str, int]]:
    """Those that everyone may still read, of every kind in one query."""
    parts = [
        rows()
        .filter(pk__in=refs[kind])
        .order_by()
        .annotate(ref_kind=Value(kind, CharField()), ref_pk=F("pk"))
        .values_list("ref_kind", "ref_pk")
        for kind, rows in CHECKED.items()
        if refs.get(kind)
    ]
    return set(parts[0].union(*parts[1:], all=True)) if parts else set()


def _of_erased_rooms(content: Content, gone: set[str]) -> set[str]:
    """Cards whose room was erased whole, when its time had come: what was signed of them stays."""
    rooms: dict[str, set[str]] = {}
    for sequence in content["sequences"]:
        said = {each["ref"] for each in (*sequence["lines"], *sequence["questions"])}
        rooms.setdefault(sequence["room"], set()).update(ref for ref in said if ref in gone and ref.startswith("card:"))
    asked = [room for room, refs in rooms.items() if room and refs]
    alive = {str(pk) for pk in Room.objects.filter(pk__in=asked, erased_at=None).values_list("pk", flat=True)}
    return {ref for room, refs in rooms.items() if room not in alive for ref in refs}


def _without(sequence: Content, gone: set[str]) -> Content:
    kept = dict(sequence)
    if f"account:{sequence['pk']}" in gone:
        kept |= {
            "is_signed": False,
            "lines": [],
            "questions": [],
            "polls": [],
            "replay_url": "",
            "chapters": [],
            "has_transcript": False,
        }
    for name in ("lines", "questions", "documents", "slides"):
        kept[name] = [each for each in kept[name] if each["ref"] not in gone]
    if kept["specification"] and kept["specification"]["ref"] in gone:
        kept["specification"] = None
    return kept


# --- What is left to do ------------------------------------------------------------------------------------------------


def left(event: Event) -> list[tuple[Sequence, Minutes | None]]:
    """Every sequence with an account, and where it stands."""
    return [(each, _minutes(each)) for each in told(event)]


def due(now: datetime) -> QuerySet[Event]:
    """Events that are over and whose proceedings were not opened yet."""
    found = Event.objects.filter(state="published", is_hidden=False, ends_at__lte=now, proceedings=None)
    return found.order_by("ends_at", "pk")
