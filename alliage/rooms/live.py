"""Rooms as they happen: `/direct/salles/<code>`, a stream of numbered operations, or `?depuis=N` for one answer as soon as there is news;
with `&ecran` what everybody may read, whoever asks: a projector shows it to a hall.

The event log is the bus. All listeners of the process share one look at the database: every `EVERY_SECONDS`, the last numbers of the
rooms listened to, then what is new in those that moved; on PostgreSQL the server also says at once which room moved (LISTEN). Whatever
happens to this process or to the line, a client comes back with the last number it saw and gets the rest: nothing is lost, and what is
told twice changes nothing. What all see alike is written once, for each of the two audiences.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import Error, connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from alliage.formats.json import dumps
from alliage.jobs.live import BEAT_SECONDS, LONG_POLL_SECONDS, MAX_LISTENERS, RECONNECT_MILLISECONDS, in_thread
from alliage.rooms import permissions, presenting, visits
from alliage.rooms.enums import EventKind
from alliage.rooms.models import Event, Participant, Room
from alliage.rooms.queries import chat
from alliage.rooms.queries import rooms as queries
from alliage.rooms.services import people
from alliage.rooms.services.log import CHANNEL

logger = logging.getLogger(__name__)

EVERY_SECONDS = 0.1
# A stream ends after this long: the client comes back at once, and its right to be there is asked again.
LONGEST_STREAM_SECONDS = 600.0
# How often the figures of reactions are told, however many people press.
REACTIONS_SECONDS = 1.0
# How often those who listen are known to be there, and those who went away are told.
PRESENCE_SECONDS = 30.0
# How long a line that is only tried is held.
CHECK_SECONDS = 8.0
# An event, not a comment: a page that hears nothing for long knows that its line is dead, though nothing closed it.
BEAT = b"event: battement\ndata: {}\n\n"
# What a slow client may have waiting before it is told to read the page again.
MOST_WAITING = 100


@dataclass(frozen=True)
class Told:
    """What happened up to `number`, written for an audience."""

    number: int
    ops: tuple[presenting.Op, ...]
    text: bytes

    @classmethod
    def of(cls, number: int, ops: list[presenting.Op]) -> "Told":
        text = f"id: {number}\nevent: salle\ndata: {dumps({'number': number, 'ops': ops})}\n\n"
        return cls(number, tuple(ops), text.encode())


class Listener:
    """One client of one room: what it has not been given yet. `is_screen`: it is read by a hall, whoever opened it."""

    def __init__(
        self,
        room_id: uuid.UUID,
        person_id: int,
        *,
        facilitates: bool,
        seen: int,
        is_screen: bool = False,
        user_id: int | None = None,
    ) -> None:
        self.room_id = room_id
        self.person_id = person_id
        # The member who is connected, when there is one.
        self.user_id = user_id
        self.is_over = False
        self.facilitates = facilitates and not is_screen
        self.is_screen = is_screen
        self.seen = seen
        self._waiting: list[Told] = []
        self._news: asyncio.Future[None] | None = None

    def tell(self, told: Told) -> None:
        if told.number <= self.seen or self.is_over:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._waiting = [Told.of(told.number, [presenting.REFRESH])]
        else:
            self._waiting.append(told)
        self.seen = told.number
        self._wake()

    def tell_aside(self, ops: list[presenting.Op]) -> None:
        """Something that is no event and has no number: whoever misses it finds it in the page."""
        if len(self._waiting) < MOST_WAITING and not self.is_over:
            self._waiting.append(Told.of(self.seen, ops))
            self._wake()

    def end(self) -> None:
        """Nothing more is told, not even what waits: the client comes back, and is answered as whoever has no right to be there."""
        self.is_over, self._waiting = True, []
        self._wake()

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def next(self, seconds: float) -> list[Told]:
        """Wait for news; an empty list when nothing came in time. A bare future: there are as many waits as people, woken together."""
        if not self._waiting and not self.is_over:
            loop = asyncio.get_running_loop()
            self._news = loop.create_future()
            in_time = loop.call_later(seconds, self._wake)
            try:
                await self._news
            finally:
                in_time.cancel()
        found, self._waiting = self._waiting, []
        return found


@dataclass(frozen=True)
class News:
    """What a look found in one room: up to `number`, for each audience; who facilitates, when roles changed."""

    number: int
    ops: dict[bool, list[presenting.Op]]
    facilitators: frozenset[int] | None


def read_news(room_id: uuid.UUID, since: int) -> News | None:
    """What happened in a room after that number, written for both audiences."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        return None
    events = queries.events_after(room_id, since)
    if not events:
        return None
    if len(events) > queries.MOST_EVENTS:
        refresh = [presenting.REFRESH]
        return News(room.last_number, {True: refresh, False: refresh}, _facilitators(room_id))
    ops = presenting.told_to_all(room, events)
    return News(events[-1].number, ops, _facilitators(room_id) if _moves_roles(events) else None)


def read_all_news(numbers: dict[uuid.UUID, int]) -> dict[uuid.UUID, News]:
    """What happened in each of these rooms after the number told last, where something did."""
    present = queries.last_numbers(numbers)
    moved = [room_id for room_id, number in present.items() if number > numbers[room_id]]
    read = {room_id: _read_or_refresh(room_id, numbers[room_id], present[room_id]) for room_id in moved}
    return {room_id: news for room_id, news in read.items() if news is not None}


def _read_or_refresh(room_id: uuid.UUID, since: int, number: int) -> News | None:
    """One room that cannot be told keeps no other silent: its own clients read the page again."""
    try:
        return read_news(room_id, since)
    except Error:
        raise
    except Exception as error:  # noqa: BLE001 whatever breaks in one room is no matter of the others
        logger.warning("Room %s could not be told: %s", room_id, type(error).__name__)
        refresh = [presenting.REFRESH]
        return News(number, {True: refresh, False: refresh}, _facilitators(room_id))


def _moves_roles(events: list[Event]) -> bool:
    return any(event.kind in {EventKind.ROLE, EventKind.ERASED} for event in events)


def _facilitators(room_id: uuid.UUID) -> frozenset[int]:
    return frozenset(Participant.objects.filter(room_id=room_id, role="facilitator").values_list("pk", flat=True))


@dataclass(frozen=True)
class Presence:
    """Who is away from a room now, and what each audience is told of those who went or came back."""

    away: frozenset[int]
    ops: dict[bool, list[presenting.Op]]


def read_presence(heard: set[int], known: dict[uuid.UUID, frozenset[int]]) -> dict[uuid.UUID, Presence]:
    """Write that those who were heard are there; the rooms where somebody went away or came back since what is `known`."""
    now = timezone.now()
    people.all_seen(heard, now=now)
    away: dict[uuid.UUID, set[int]] = {room_id: set() for room_id in known}
    for each in queries.away_from(known, now=now):
        away[each.room_id].add(each.pk)
    moved = {room_id: away[room_id] ^ known[room_id] for room_id in known}
    rows = queries.people_by_number(pk for changed in moved.values() for pk in changed)
    rooms = Room.objects.in_bulk([room_id for room_id, changed in moved.items() if changed])
    return {
        room_id: _presence(room, [rows[pk] for pk in sorted(moved[room_id]) if pk in rows], away=away[room_id])
        for room_id, room in rooms.items()
    }


def _presence(room: Room, moved: list[Participant], *, away: set[int]) -> Presence:
    ops = {
        audience: [presenting.person(room, each, facilitates=audience, is_away=each.pk in away) for each in moved]
        for audience in (True, False)
    }
    if any(each.facilitates for each in moved):
        # Whether the others may take the facilitation changes with it: their pages are read again.
        ops[False].append(presenting.REFRESH)
    return Presence(frozenset(away), ops)


def read_reactions(known: dict[uuid.UUID, int]) -> dict[uuid.UUID, tuple[int, presenting.Op]]:
    """The rooms where people reacted since what is `known`: how many reactions there were, and their figures."""
    present = chat.all_counts(known)
    moved = [room_id for room_id, count in present.items() if count != known[room_id]]
    rooms = Room.objects.in_bulk(moved)
    return {room_id: (present[room_id], presenting.reactions(room)) for room_id, room in rooms.items()}


# Where somebody listens: the room, who they are in it, the member who is connected.
Place = tuple[uuid.UUID, int, int | None]


def places(listeners: Iterable[Listener]) -> set[Place]:
    return {(each.room_id, each.person_id, each.user_id) for each in listeners}


def read_refused(listening: set[Place]) -> set[Place]:
    """Those of the listeners of confidential rooms whom the function of the room lets in no more."""
    rooms = Room.objects.filter(pk__in={room_id for room_id, _person, _user in listening}, is_confidential=True)
    secret = rooms.in_bulk()
    asked = {place for place in listening if place[0] in secret}
    there = Participant.objects.in_bulk({person for _room, person, _user in asked})
    users = get_user_model().objects.in_bulk({user for _room, _person, user in asked if user is not None})
    return {
        (room_id, person, user)
        for room_id, person, user in asked
        if person not in there
        or not permissions.can_read(users.get(user or 0, AnonymousUser()), secret[room_id], there[person])
    }


class Follower:
    """Looks at the rooms that somebody of this process listens to, and tells each listener what its audience sees."""

    def __init__(self) -> None:
        self.rooms: dict[uuid.UUID, set[Listener]] = {}
        self.numbers: dict[uuid.UUID, int] = {}
        self.away: dict[uuid.UUID, frozenset[int]] = {}
        self.reactions: dict[uuid.UUID, int] = {}
        self._counted_at = 0.0
        self._heard: set[int] = set()
        self._attendance: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._waker: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()

    @property
    def count(self) -> int:
        return sum(len(listeners) for listeners in self.rooms.values())

    def add(self, listener: Listener) -> None:
        self.rooms.setdefault(listener.room_id, set()).add(listener)
        # What came between the page and this moment is found by the first look.
        known = self.numbers.get(listener.room_id)
        self.numbers[listener.room_id] = listener.seen if known is None else known
        self._heard.add(listener.person_id)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow())
        if self._attendance is None or self._attendance.done():
            self._attendance = asyncio.create_task(self._attend())
        if connection.vendor == "postgresql" and (self._waker is None or self._waker.done()):
            self._waker = asyncio.create_task(self._listen())

    def remove(self, listener: Listener) -> None:
        listeners = self.rooms.get(listener.room_id, set())
        listeners.discard(listener)
        if not listeners:
            self.rooms.pop(listener.room_id, None)
            self.numbers.pop(listener.room_id, None)
            self.away.pop(listener.room_id, None)
            self.reactions.pop(listener.room_id, None)

    async def _follow(self) -> None:
        while self.rooms:
            try:
                await self._look()
            except Error as error:
                logger.warning("Rooms could not be followed: %s", type(error).__name__)
                await asyncio.sleep(1)
            try:
                await asyncio.wait_for(self._woken.wait(), EVERY_SECONDS)
            except TimeoutError:
                continue
            self._woken.clear()

    async def _look(self) -> None:
        for room_id, news in (await in_thread(read_all_news, dict(self.numbers))).items():
            if room_id in self.rooms:
                self._tell(room_id, news)
        if time.monotonic() - self._counted_at >= REACTIONS_SECONDS:
            self._counted_at = time.monotonic()
            await self._tell_reactions()

    async def _tell_reactions(self) -> None:
        """One operation for a room in which hundreds pressed since the last second."""
        known = {room_id: self.reactions.get(room_id, 0) for room_id in self.rooms}
        for room_id, (count, op) in (await in_thread(read_reactions, known)).items():
            if room_id in self.rooms:
                self.reactions[room_id] = count
            for listener in list(self.rooms.get(room_id, ())):
                listener.tell_aside([op])

    def _tell(self, room_id: uuid.UUID, news: News) -> None:
        told = {audience: Told.of(news.number, ops) for audience, ops in news.ops.items()}
        for listener in list(self.rooms[room_id]):
            if news.facilitators is not None:
                listener.facilitates = listener.person_id in news.facilitators and not listener.is_screen
            listener.tell(told[listener.facilitates])
        self.numbers[room_id] = news.number

    async def _attend(self) -> None:
        """Apart from the news, which never wait for a write."""
        while self.rooms:
            await asyncio.sleep(PRESENCE_SECONDS)
            try:
                # Whoever left the group that holds a confidential room, first.
                self.end(await in_thread(read_refused, places(one for each in self.rooms.values() for one in each)))
                await self._tell_presence()
            except Exception as error:  # noqa: BLE001 whatever breaks once, attendance is taken again
                logger.warning("Presence could not be written: %s", type(error).__name__)

    async def _tell_presence(self) -> None:
        listeners = [listener for each in self.rooms.values() for listener in each]
        heard, self._heard = self._heard | {each.person_id for each in listeners}, set()
        known = {room_id: self.away.get(room_id, frozenset()) for room_id in self.rooms}
        for room_id, presence in (await in_thread(read_presence, heard, known)).items():
            if room_id in self.rooms:
                self.away[room_id] = presence.away
            for listener in list(self.rooms.get(room_id, ())):
                listener.tell_aside(presence.ops[listener.facilitates])

    def end(self, refused: set[Place]) -> None:
        for room_id in {room_id for room_id, _person, _user in refused}:
            for listener in self.rooms.get(room_id, ()):
                if places([listener]) <= refused:
                    listener.end()

    async def _listen(self) -> None:
        """PostgreSQL says which room moved as soon as the transaction is committed; without it the regular look is enough."""
        import psycopg

        try:
            params = {name: value for name, value in _connection_parameters().items() if value}
            async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as line:
                await line.execute(f"LISTEN {CHANNEL}")
                async for _notice in line.notifies():
                    self._woken.set()
                    if not self.rooms:
                        return
        except psycopg.Error as error:
            logger.warning("PostgreSQL does not tell which rooms move: %s", type(error).__name__)


def _connection_parameters() -> dict[str, Any]:
    given: dict[str, Any] = connection.get_connection_params()
    return {name: given[name] for name in ("dbname", "user", "password", "host", "port") if name in given}


follower = Follower()


@dataclass(frozen=True)
class Seat:
    """Where a client sits: what it needs to be told the right things."""

    room_id: uuid.UUID
    person_id: int
    facilitates: bool
    number: int
    user_id: int | None


def seat_of(code: str, session_key: str, cookies: dict[str, str]) -> Seat | None:
    """Who this browser is in the room, if it may be there."""
    room = queries.by_code(code)
    if room is None or room.erased_at is not None:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key or None)
    user = get_user(request)
    person = queries.person_in(room, member=user, key=visits.key_of(cookies))
    if person is None or not permissions.can_read(user, room, person):
        return None
    return Seat(room.pk, person.pk, person.facilitates, room.last_number, user.pk)


async def room_stream(request: Request) -> Response:
    """News of a room: a stream, or with `?depuis=` and `?attendre` one JSON answer as soon as there is some."""
    session_key = request.cookies.get(settings.SESSION_COOKIE_NAME, "").replace("\x00", "")
    code = str(request.path_params["code"]).replace("\x00", "")
    seat = await in_thread(seat_of, code, session_key, dict(request.cookies))
    if seat is None:
        return JSONResponse({"error": _("Cette salle n’existe pas, ou vous n’y êtes pas.")}, status_code=404)
    if request.method == "HEAD":
        # A client whose stream was refused asks why: an EventSource does not say.
        return Response(status_code=204)
    if follower.count >= MAX_LISTENERS:
        return JSONResponse({"error": _("Trop de monde à l’écoute.")}, status_code=503, headers={"Retry-After": "5"})
    said = _number(request.headers.get("last-event-id") or request.query_params.get("depuis", ""), seat.number)
    # Nobody has seen what is not written yet: a number too high would make this process wait for it.
    seen = min(said, seat.number)
    listener = Listener(
        seat.room_id,
        seat.person_id,
        facilitates=seat.facilitates,
        seen=seen,
        is_screen="ecran" in request.query_params,
        user_id=seat.user_id,
    )
    if "attendre" in request.query_params:
        return await _long_poll(listener)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(listener), media_type="text/event-stream", headers=headers)


def _number(written: str, otherwise: int) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 16 else otherwise


async def _missed(listener: Listener, since: int) -> list[Told]:
    """What this client has not seen, read for it alone: it may be further behind than those who were there.

    `since`: what it had seen before it was followed; it may be told of later events before this look.
    """
    news = await in_thread(read_news, listener.room_id, since)
    if news is None:
        return []
    listener.seen = max(listener.seen, news.number)
    return [Told.of(news.number, news.ops[listener.facilitates])]


async def _long_poll(listener: Listener) -> Response:
    since = listener.seen
    follower.add(listener)
    try:
        found = await _missed(listener, since) or await listener.next(LONG_POLL_SECONDS)
    finally:
        follower.remove(listener)
    headers = {"Cache-Control": "no-store"}
    if not found:
        return Response(status_code=204, headers=headers)
    ops = presenting.without_repeats([op for told in found for op in told.ops])
    return JSONResponse({"number": found[-1].number, "ops": ops}, headers=headers)


async def _events(listener: Listener) -> AsyncIterator[bytes]:
    until, since = time.monotonic() + LONGEST_STREAM_SECONDS, listener.seen
    follower.add(listener)
    try:
        # A first word at once: a line that lets nothing through is known by its silence.
        yield f"retry: {RECONNECT_MILLISECONDS}\nevent: bonjour\ndata: {{}}\n\n".encode()
        for told in await _missed(listener, since):
            yield told.text
        while time.monotonic() < until and not listener.is_over:
            found = await listener.next(BEAT_SECONDS)
            yield b"".join(told.text for told in found) or BEAT
    finally:
        follower.remove(listener)


async def check(request: Request) -> Response:
    """Whether a line lets news through: a first word, then nothing; with `?attendre` one answer. It says nothing of anyone."""
    if "attendre" in request.query_params:
        return JSONResponse({"number": 0, "ops": []}, headers={"Cache-Control": "no-store"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_hello(), media_type="text/event-stream", headers=headers)


async def _hello() -> AsyncIterator[bytes]:
    # Held a little, as a line that is followed: one that keeps everything until the end is known by it.
    yield f"retry: {RECONNECT_MILLISECONDS}\nevent: bonjour\ndata: {{}}\n\n".encode()
    await asyncio.sleep(CHECK_SECONDS)


routes = [Route("/salles/{code}", room_stream), Route("/essai", check)]
