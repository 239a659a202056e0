"""What clients are told of events: small operations on the page, written once for all who see the same.

An operation is {"op": "put", "id", "into", "html"} (replace the element `id`, or add it at the end of `into`), {"op": "drop", "id"},
{"op": "fill", "id", "html"} (the inside of an element), {"op": "refresh"} (read the page again, keeping what is typed), {"op": "say", "text"}
(announced to screen readers). There are two audiences: those who facilitate, and everybody else. What belongs to one person (private
notes, what waits) is in the answer to that person's own act, or in the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from alliage.rooms.enums import CardState, EventKind
from alliage.rooms.models import Card, Event, Message, Participant, Room
from alliage.rooms.queries import captions, chat, polls
from alliage.rooms.queries import rooms as queries

Op = dict[str, Any]
REFRESH: Op = {"op": "refresh"}
# Those after which what one may do changes.
CHANGES_EVERYTHING = {
    EventKind.OPENED,
    EventKind.CLOSED,
    EventKind.PHASE,
    EventKind.ROLE,
    EventKind.ERASED,
    EventKind.POLL,
    EventKind.BESIDE,
    EventKind.TOOL,
}
# Those that change one element, the same for all.
SMALL = {EventKind.CLOCK, EventKind.TURN, EventKind.POLLED, EventKind.CAPTION, EventKind.RELAY}
# Those whose operation shows what is there now: told again about the same thing, the last one says it all.
SHOWS_WHAT_IS = SMALL | {EventKind.CARD, EventKind.MESSAGE}
# Of these, there is one thing in a room.
ONE_IN_A_ROOM = {EventKind.CLOCK, EventKind.TURN, EventKind.RELAY}
# A card in one of these states was not shown to all before.
NEVER_SHOWN = {CardState.PRIVATE, CardState.WAITING}


def told(room: Room, events: Iterable[Event], *, facilitates: bool, viewer: Participant | None = None) -> list[Op]:
    """The operations of these events, in order, for one audience; for `viewer` alone when it is the answer to their own act."""
    events = _last_of_each(events)
    return _told(room, events, _rows(events), facilitates=facilitates, viewer=viewer)


def told_to_all(room: Room, events: list[Event]) -> dict[bool, list[Op]]:
    """The same for both audiences, those who facilitate under True, from one reading of the rows."""
    events = _last_of_each(events)
    rows = _rows(events)
    return {audience: _told(room, events, rows, facilitates=audience, viewer=None) for audience in (True, False)}


@dataclass(frozen=True)
class Rows:
    """What the events name, read once."""

    cards: dict[int, Card]
    people: dict[int, Participant]
    messages: dict[int, Message]


def _rows(events: list[Event]) -> Rows:
    return Rows(queries.with_cards(events), queries.with_people(events), chat.with_messages(events))


def _last_of_each(events: Iterable[Event]) -> list[Event]:
    """Without those that a later one says again: fifty votes at once are one drawing."""
    last: dict[tuple[str, str], Event] = {}
    for event in events:
        about = "" if event.kind in ONE_IN_A_ROOM else str(event.data if event.kind in SHOWS_WHAT_IS else event.number)
        # Put in again, it takes the place of the last one.
        last.pop((event.kind, about), None)
        last[event.kind, about] = event
    return list(last.values())


def _told(
    room: Room,
    events: list[Event],
    rows: Rows,
    *,
    facilitates: bool,
    viewer: Participant | None,
) -> list[Op]:
    found: list[Op] = []
    for event in events:
        if event.kind in CHANGES_EVERYTHING:
            found += _changed(room, event)
        elif event.kind in SMALL:
            found += _small(room, event, facilitates=facilitates)
        elif event.kind == EventKind.JOINED:
            found += _joined(room, rows.people.get(event.data.get("participant", 0)), facilitates=facilitates)
        elif event.kind == EventKind.MESSAGE:
            pk = event.data.get("message", 0)
            found.append(message(pk, rows.messages.get(pk), facilitates=facilitates, viewer=viewer))
        else:
            found += _card(room, event, rows.cards, facilitates=facilitates, viewer=viewer)
            found += _asked(room, event, rows.cards)
    return without_repeats(found)


def without_repeats(ops: list[Op]) -> list[Op]:
    """The last word on each element, in order; one refresh holds everything that the page shows."""
    if REFRESH in ops:
        return [*(op for op in ops if op["op"] == "say"), REFRESH]
    last = {op.get("id", f"say{rank}"): rank for rank, op in enumerate(ops)}
    return [op for rank, op in enumerate(ops) if last[op.get("id", f"say{rank}")] == rank]


def _changed(room: Room, event: Event) -> list[Op]:
    phases = room.sheet.phases
    if event.kind == EventKind.PHASE and event.data.get("rank", len(phases)) < len(phases):
        rank = event.data["rank"]
        said = {"rank": rank + 1, "count": len(phases), "title": phases[rank].title}
        return [{"op": "say", "text": _("Étape %(rank)s sur %(count)s\u00a0: %(title)s.") % said}, REFRESH]
    if event.kind == EventKind.CLOSED:
        return [{"op": "say", "text": _("La séance est terminée.")}, REFRESH]
    return [REFRESH]


def _small(room: Room, event: Event, *, facilitates: bool) -> list[Op]:
    if event.kind == EventKind.CLOCK:
        return [clock(room)]
    if event.kind == EventKind.TURN:
        return [turns(room, facilitates=facilitates)]
    if event.kind == EventKind.POLLED:
        return _polled(room, event.data.get("poll", 0))
    return _caption(room, event.data.get("caption", 0)) if event.kind == EventKind.CAPTION else [relay(room)]


def clock(room: Room) -> Op:
    return {"op": "fill", "id": "horloge", "html": render_to_string("rooms/_clock.html", {"room": room})}


def turns(room: Room, *, facilitates: bool) -> Op:
    context = {"speakers": queries.speakers(room), "facilitates": facilitates}
    return {"op": "fill", "id": "paroles", "html": render_to_string("rooms/_turns.html", context)}


def _polled(room: Room, pk: int) -> list[Op]:
    """The figures of a poll as they stand: the same for all."""
    shown = polls.shown(room, pk)
    if shown is None:
        return []
    html = render_to_string("questionnaires/_result.html", {"shown": shown, "level": 4})
    projected = render_to_string("rooms/_projected_poll.html", {"shown": shown})
    return [
        {"op": "fill", "id": f"sondage-{pk}-chiffres", "html": html},
        {"op": "fill", "id": f"sondage-{pk}-ecran", "html": projected},
    ]


def _joined(room: Room, found: Participant | None, *, facilitates: bool) -> list[Op]:
    if found is None:
        return []
    # Somebody in whose name facilitators write: their forms name them.
    return [REFRESH] if facilitates and not found.has_device else [person(room, found, facilitates=facilitates)]


def person(room: Room, found: Participant, *, facilitates: bool, is_away: bool = False) -> Op:
    context = {"person": found, "room": room, "facilitates": facilitates, "away": {found.pk} if is_away else set()}
    html = render_to_string("rooms/_person.html", context)
    return {"op": "put", "id": f"personne-{found.pk}", "into": "personnes", "html": html}


def relay(room: Room) -> Op:
    html = render_to_string("rooms/_typist.html", {"typist": captions.typist(room)})
    return {"op": "fill", "id": "relais", "html": html}


def _caption(room: Room, pk: int) -> list[Op]:
    """A new line under the others; after a correction, the last ones as they are."""
    if pk:
        line = captions.line(room, pk)
        html = render_to_string("rooms/_caption.html", {"line": line}) if line else ""
        return [{"op": "put", "id": f"dit-{pk}", "into": "dits", "html": html}] if line else []
    lines = captions.last(room)
    html = "".join(render_to_string("rooms/_caption.html", {"line": line}) for line in lines)
    return [{"op": "fill", "id": "dits", "html": html}]


def message(pk: int, line: Message | None, *, facilitates: bool, viewer: Participant | None = None) -> Op:
    """A line of the chat; gone when it was taken back, or hidden from this audience."""
    if line is None or (line.is_hidden and not facilitates):
        return {"op": "drop", "id": f"mot-{pk}"}
    html = render_to_string("rooms/_message.html", {"line": line, "facilitates": facilitates, "viewer": viewer})
    return {"op": "put", "id": f"mot-{pk}", "into": "mots", "html": html}


def reactions(room: Room) -> Op:
    """The figures as they stand: the same for all."""
    html = render_to_string("rooms/_reactions_counts.html", {"counts": chat.counts(room)})
    return {"op": "fill", "id": "reactions-comptes", "html": html}


def _asked(room: Room, event: Event, cards: dict[int, Card]) -> list[Op]:
    """After a question that all may read moved, or went: what is being answered."""
    card = cards.get(event.data.get("card", 0))
    if card is None:
        return [question(room)] if event.data.get("was_taken") else []
    capture = room.sheet.capture(card.phase, card.kind)
    return [question(room)] if capture and capture.is_question and card.state not in NEVER_SHOWN else []


def question(room: Room) -> Op:
    """The one being answered now, the same for all: nothing says who asked it."""
    context = {"question": queries.current_question(room)}
    return {"op": "fill", "id": "question", "html": render_to_string("rooms/_question.html", context)}


def _card(
    room: Room, event: Event, cards: dict[int, Card], *, facilitates: bool, viewer: Participant | None = None
) -> list[Op]:
    pk = event.data.get("card", 0)
    card = cards.get(pk)
    if card is not None and card.state in NEVER_SHOWN and not _is_for(card, facilitates=facilitates, viewer=viewer):
        # Nobody else ever saw it; its author's page, told as the others are, must keep it.
        return []
    if card is None or not _is_for(card, facilitates=facilitates, viewer=viewer):
        return [{"op": "drop", "id": f"ecrit-{pk}"}]
    phase = next((each for each in room.sheet.phases if each.code == card.phase), None)
    capture = phase.capture(card.kind) if phase else None
    mine = viewer is not None and card.author_id == viewer.pk
    is_present = room.current is not None and room.current.code == card.phase
    line = queries.Line(
        card,
        queries.author_name(card, capture, facilitates=facilitates),
        is_mine=mine,
        may_choose=bool(is_present and capture and capture.votes) and card.state == CardState.SHOWN,
        may_rewrite=is_present and queries.may_rewrite(card, capture, viewer),
    )
    html = render_to_string("rooms/_card.html", {"line": line, "facilitates": facilitates, "capture": capture})
    return [{"op": "put", "id": f"ecrit-{pk}", "into": f"ecrits-{card.phase}-{card.kind}", "html": html}]


def _is_for(card: Card, *, facilitates: bool, viewer: Participant | None) -> bool:
    if card.state == CardState.SHOWN or (viewer is not None and card.author_id == viewer.pk):
        return True
    return facilitates and card.state != CardState.PRIVATE
