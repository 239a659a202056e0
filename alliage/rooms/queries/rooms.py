"""Find a room, its people, what was written in it; what a page shows of it, for one viewer."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from alliage.rooms import permissions
from alliage.rooms.enums import CardState, Role, Tool
from alliage.rooms.models import Caption, Card, CardVote, Event, Participant, Room, RunSheet, Turn
from alliage.rooms.phases import Capture, Phase
from alliage.rooms.presence import AWAY_AFTER_SECONDS, is_away
from alliage.rooms.services.people import digest

# A client that missed more than this reads the page again.
MOST_EVENTS = 200
# In a larger room, facilitators write in the name of those without a device only: a list of everybody would be no help.
MOST_NAMED = 40


def by_code(code: str) -> Room | None:
    """With `was_captioned`: whether it has a transcript."""
    written = Caption.objects.filter(room=OuterRef("pk"))
    return Room.objects.annotate(was_captioned=Exists(written)).filter(code=code).first()


def people_of(room: Room) -> list[Participant]:
    """Everybody in the room, in the order in which they came."""
    return list(room.participants.all())


def person_in(room: Room, *, member: Any, key: str, people: list[Participant] | None = None) -> Participant | None:
    """Who this browser is in the room: by account first, then by the key that it keeps. `people`: everybody, when they were read already."""
    if people is not None:
        known = member is not None and member.is_authenticated
        mine = next((each for each in people if known and each.member_id == member.pk), None)
        mark = digest(key) if key else ""
        return mine or next((each for each in people if mark and each.key_digest == mark), None)
    found = None
    if member is not None and member.is_authenticated:
        found = room.participants.filter(member=member).first()
    if found is None and key:
        found = room.participants.filter(key_digest=digest(key)).first()
    return found


def events_after(room_id: Any, number: int) -> list[Event]:
    """What happened since, in order; at most `MOST_EVENTS` and one more, which says that there is too much."""
    return list(Event.objects.filter(room_id=room_id, number__gt=number).order_by("number")[: MOST_EVENTS + 1])


def last_numbers(ids: Iterable[Any]) -> dict[Any, int]:
    """How far each of these rooms is told: one query, whatever their number."""
    return dict(Room.objects.filter(pk__in=list(ids)).values_list("pk", "last_number"))


def card(room: Room, pk: int) -> Card | None:
    return Card.objects.select_related("author").filter(pk=pk, room=room).first()


def person(room: Room, pk: int) -> Participant | None:
    return room.participants.filter(pk=pk).first()


def run_sheets(member: Any) -> list[RunSheet]:
    """Those of the platform, then one's own, then those that others share."""
    shared = Q(owner=None) | Q(owner=member) | Q(is_shared=True)
    return sorted(
        RunSheet.objects.filter(shared).select_related("owner"),
        key=lambda sheet: (sheet.owner_id is not None, sheet.owner_id != member.pk, sheet.pk),
    )


def mine(member: Any, *, most: int = 20) -> list[Room]:
    """Rooms where this member was or that she prepared, the last ones first."""
    return list(
        Room.objects.filter(Q(created_by=member) | Q(participants__member=member), erased_at=None)
        .distinct()
        .order_by("-created_at")[:most]
    )


# --- What a page shows ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One card as this viewer sees it. `name` is empty when its author is not shown to them."""

    card: Card
    name: str
    is_mine: bool = False
    is_chosen: bool = False
    may_choose: bool = False
    may_rewrite: bool = False


@dataclass(frozen=True)
class Gathered:
    """What one capture of one phase holds. `may_write`: this viewer adds to it now; `for_others`: in whose name they may."""

    phase: Phase
    capture: Capture
    lines: list[Line]
    may_write: bool = False
    choices_left: int = 0
    for_others: list[Participant] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.phase.code}-{self.capture.code}"


@dataclass(frozen=True)
class Speaker:
    """Somebody who waits for the floor, or has it."""

    turn: Turn
    person: Participant

    @property
    def has_it(self) -> bool:
        return self.turn.given_at is not None


@dataclass
class Scene:
    """A room as one person sees it at one moment."""

    room: Room
    viewer: Participant | None
    people: list[Participant] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)
    present: list[Gathered] = field(default_factory=list)
    before: list[Gathered] = field(default_factory=list)
    away: set[int] = field(default_factory=set)
    heard: set[int] = field(default_factory=set)
    # Nobody designated this person, and all who facilitate are away.
    steps_in: bool = False

    @property
    def phase(self) -> Phase | None:
        return self.room.current

    @property
    def facilitates(self) -> bool:
        return self.viewer is not None and self.viewer.facilitates

    @property
    def cue(self) -> str:
        """What this person does now, in a sentence."""
        return self.phase.cues.get(self.viewer.role, "") if self.phase and self.viewer else ""

    @property
    def may_speak(self) -> bool:
        return bool(self.phase and self.viewer and self.phase.speaks(self.viewer.role))

    @property
    def speaking_roles(self) -> list[str]:
        """The roles that speak now, in words, those that this run sheet uses only."""
        used = set(self.room.sheet.roles) or set(Role.values)
        speakers = self.phase.speakers if self.phase else ()
        return [str(Role(role).label) for role in speakers if role in used]

    @property
    def my_turn(self) -> Turn | None:
        found = (each.turn for each in self.speakers if self.viewer and each.person.pk == self.viewer.pk)
        return next(found, None)

    @property
    def silent(self) -> list[Participant]:
        """Who has neither written nor had the floor: facilitators see it, nobody else."""
        apart = {Role.FACILITATOR, Role.OBSERVER}
        return [each for each in self.people if each.role not in apart and each.pk not in self.heard]

    @property
    def may_take_over(self) -> bool:
        """Whether this person, who does not facilitate, may from now on."""
        return self.viewer is not None and not self.facilitates and (self.viewer.may_facilitate or self.steps_in)

    @property
    def takes_hands(self) -> bool:
        return bool(self.phase and Tool.HANDS in self.phase.tools)


def scene(
    room: Room,
    viewer: Participant | None,
    *,
    now: datetime | None = None,
    people: list[Participant] | None = None,
) -> Scene:
    """Everything the page of a room needs, in a number of queries that does not depend on how much was written.

    `now` says who is away; without it nobody is. `people`: everybody, when they were read already.
    """
    found = Scene(room, viewer)
    found.people = people_of(room) if people is None else people
    if now is not None and not room.is_closed:
        found.away = {each.pk for each in found.people if each != viewer and is_away(each, now=now)}
        if viewer is not None and not viewer.may_facilitate:
            found.steps_in = permissions.may_step_in(room, viewer, found.people, now=now)
    turns = list(Turn.objects.filter(participant__room=room).select_related("participant"))
    found.speakers = _in_order(each for each in turns if each.ended_at is None)
    cards = _cards_by_place(room, viewer)
    chosen = {each.pk for rows in cards.values() for each in rows if each.__dict__.get("is_chosen")}
    found.heard = {each.participant_id for each in turns if each.given_at is not None}
    found.heard |= {each.author_id for rows in cards.values() for each in rows if each.author_id is not None}
    for rank, phase in enumerate(room.sheet.phases):
        for capture in phase.captures:
            rows = cards.get((phase.code, capture.code), [])
            is_present = room.is_open and rank == room.phase
            if not rows and not is_present:
                continue
            others = _others(capture, rows, found) if is_present else []
            gathered = gather(phase, capture, rows, viewer=viewer, chosen=chosen, others=others, is_present=is_present)
            if is_present and (gathered.lines or gathered.may_write or not capture.is_private):
                found.present.append(gathered)
            elif gathered.lines and not is_present:
                found.before.append(gathered)
    return found


def _others(capture: Capture, cards: list[Card], scene: Scene) -> list[Participant]:
    """Those in whose name whoever facilitates writes here now, those without a device first. Private notes are for oneself."""
    if not scene.facilitates or capture.is_private:
        return []
    wrote = Counter(each.author_id for each in cards)
    few = len(scene.people) <= MOST_NAMED
    found = [
        each
        for each in scene.people
        if each != scene.viewer
        and each.role in capture.by
        and (few or not each.has_device)
        and not (capture.most and wrote[each.pk] >= capture.most)
    ]
    return sorted(found, key=lambda each: each.has_device)


def gather(
    phase: Phase,
    capture: Capture,
    cards: list[Card],
    *,
    viewer: Participant | None,
    chosen: set[int],
    others: list[Participant],
    is_present: bool,
) -> Gathered:
    """The lines of one capture for this viewer."""
    used = sum(each.pk in chosen for each in cards)
    may_choose = is_present and capture.votes > 0 and viewer is not None and viewer.role != Role.OBSERVER
    lines = [
        line(each, capture, viewer=viewer, chosen=chosen, may_choose=may_choose, is_present=is_present)
        for each in cards
        if permissions.can_see_card(each, viewer)
    ]
    if capture.votes:
        lines.sort(key=lambda each: -each.card.votes_count)
    mine = sum(each.is_mine for each in lines)
    may_write = (
        is_present and viewer is not None and viewer.role in capture.by and not (capture.most and mine >= capture.most)
    )
    return Gathered(phase, capture, lines, may_write, max(0, capture.votes - used), others)


def line(
    found: Card,
    capture: Capture | None,
    *,
    viewer: Participant | None,
    chosen: set[int] | None = None,
    may_choose: bool = False,
    is_present: bool = False,
) -> Line:
    return Line(
        found,
        author_name(found, capture, facilitates=viewer is not None and viewer.facilitates),
        is_mine=viewer is not None and found.author_id == viewer.pk,
        is_chosen=found.pk in (chosen or set()),
        may_choose=may_choose and found.state == CardState.SHOWN,
        may_rewrite=is_present and may_rewrite(found, capture, viewer),
    )


def may_rewrite(found: Card, capture: Capture | None, viewer: Participant | None) -> bool:
    """Whether this person changes, while its phase lasts, what they wrote: as `services.cards.rewrite` says."""
    if viewer is None or capture is None or found.author_id != viewer.pk:
        return False
    was_let_through = capture.is_moderated and found.state == CardState.SHOWN
    return viewer.facilitates or (viewer.role in capture.by and not was_let_through)


def author_name(found: Card, capture: Capture | None, *, facilitates: bool) -> str:
    """Empty for whoever may not know it."""
    hidden = capture is not None and capture.is_anonymous and not facilitates
    return found.author.name if found.author and not hidden else ""


def _cards_by_place(room: Room, viewer: Participant | None) -> dict[tuple[str, str], list[Card]]:
    """Each with `is_chosen` by this viewer, where people choose now; one query."""
    found: dict[tuple[str, str], list[Card]] = {}
    cards = Card.objects.filter(room=room).select_related("author").order_by("number")
    if viewer is not None and room.current and any(each.votes for each in room.current.captures):
        cards = cards.annotate(is_chosen=Exists(CardVote.objects.filter(card=OuterRef("pk"), participant=viewer)))
    for each in cards:
        found.setdefault((each.phase, each.kind), []).append(each)
    return found


def speakers(room: Room) -> list[Speaker]:
    """Who has the floor, then who waits, in the order they asked."""
    return _in_order(Turn.objects.filter(participant__room=room, ended_at=None).select_related("participant"))


def _in_order(turns: Iterable[Turn]) -> list[Speaker]:
    return sorted(
        (Speaker(turn, turn.participant) for turn in turns), key=lambda each: (not each.has_it, each.turn.asked_at)
    )


def with_cards(events: list[Event]) -> dict[int, Card]:
    """The cards that these events name, those that are still there."""
    ids = {event.data["card"] for event in events if "card" in event.data}
    return {each.pk: each for each in Card.objects.filter(pk__in=ids).select_related("author")} if ids else {}


def with_people(events: list[Event]) -> dict[int, Participant]:
    return people_by_number(event.data["participant"] for event in events if event.data.get("participant"))


def people_by_number(ids: Iterable[int]) -> dict[int, Participant]:
    wanted = set(ids)
    return {each.pk: each for each in Participant.objects.filter(pk__in=wanted)} if wanted else {}


def away_from(rooms: Iterable[Any], *, now: datetime) -> list[Participant]:
    """Who is away from these rooms: one query, whatever their number."""
    limit = now - timedelta(seconds=AWAY_AFTER_SECONDS)
    return list(
        Participant.objects.filter(room__in=list(rooms), has_device=True, is_fictitious=False, seen_at__lt=limit)
    )


def current_question(room: Room) -> Card | None:
    """The one being answered now."""
    return Card.objects.filter(room=room).exclude(taken_at=None).select_related("author").first()
