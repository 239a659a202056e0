"""One document, open in this process: its replica, those who read and write it, what is not kept yet.

A change is relayed at once and kept within KEEP_SECONDS; its writer is told when it is (`saved`), and sends it again until
then. What other processes keep is read in the log, by its number.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import Error
from pycrdt import merge_updates

from alliage.writing import updates, wire
from alliage.writing.live import storing
from alliage.writing.live.connections import ERASED, NOT_YOURS, Connection
from alliage.writing.registry import Writer
from alliage.writing.replicas import Missing, Replica
from alliage.writing.services import Change, Gone, RightsChanged, TooLong, WritingRefused
from alliage.writing.services.changes import MOST_CHARACTERS

logger = logging.getLogger(__name__)
KEEP_SECONDS = 0.25
RETRY_SECONDS = 1.0
COMPACT_EVERY = 300
MOST_NAMES = 40
POLL_FORGOTTEN_SECONDS = 40.0


class NotAllowed(Exception):  # noqa: N818 a decision
    """This person does not write here, or not any more."""


class Opened:
    def __init__(self, document_id: UUID) -> None:
        self.document_id = document_id
        self.replica = Replica()
        self.number = 0  # everything up to it is in the replica
        self.rights = 0
        self.connections: set[Connection] = set()
        self.polling: dict[str, tuple[Connection, float]] = {}  # those who come by plain requests, and when
        self.absent: dict[str, Connection] = {}  # those who left before what they sent was kept
        self.pending: list[Change] = []
        self.moved = asyncio.Event()  # replaced each time that the log grows
        self.is_erased = False
        self.uncompacted = 0
        self.restarts = 0
        self.refusal = ""  # why the last one was, in words; empty when rights had changed
        self.quiet_since = asyncio.get_running_loop().time()
        self._own: set[int] = set()
        self._lock = asyncio.Lock()  # one reading or writing of the log at a time
        self._keeping: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._compacting: asyncio.Task[None] | None = None

    async def load(self, rights: int) -> None:
        """`rights`: what those who wait were asked under."""
        self.number, contents = await storing.in_thread(storing.load, self.document_id)
        self.replica = Replica(contents)
        self.pending = [fresh for change in self.pending for fresh in self._again(change)]
        self.uncompacted = len(contents)
        self.rights = rights

    def _again(self, change: Change) -> list[Change]:
        """What is not kept yet, taken in by a new replica; nothing when it stood on what is gone."""
        try:
            fresh = self.replica.apply(change.payload)
        except (Missing, wire.Unreadable):
            return []
        return [Change(fresh, change.writer)] if fresh else []

    # --- Those who are here

    def join(self, connection: Connection) -> None:
        self.connections.add(connection)
        connection.say(connection.rights())
        connection.send(wire.sync(wire.VECTOR, self.replica.vector()))
        self._tell_people_soon()

    def leave(self, connection: Connection) -> None:
        self.connections.discard(connection)
        if any(change.writer.key == connection.writer.key for change in self.pending):
            self.absent[connection.writer.key] = connection
        self.quiet_since = asyncio.get_running_loop().time()
        self._tell_people_soon()

    def seen_polling(self, writer: Writer, cookies: Mapping[str, str]) -> None:
        now = asyncio.get_running_loop().time()
        is_new = writer.key not in self.polling
        self.polling[writer.key] = (Connection(writer, cookies, speaks_ours=False), now)
        self.quiet_since = now
        if is_new:
            self._tell_people_soon()

    def polling_now(self, writer: Writer) -> Writer | None:
        """What this person may do now, since they were asked again; None when they may not even read."""
        found = self.polling.get(writer.key)
        return found[0].writer if found is not None else None

    def people(self) -> dict[str, Any]:
        """Who is here, each once: names of those who may write, then how many only read."""
        oldest = asyncio.get_running_loop().time() - POLL_FORGOTTEN_SECONDS
        self.polling = {key: one for key, one in self.polling.items() if one[1] > oldest}
        here = {each.writer.key: each.writer for each, _at in self.polling.values()}
        here |= {each.writer.key: each.writer for each in self.connections}
        names = sorted(each.name for each in here.values() if each.can_write)
        return {
            "people": names[:MOST_NAMES],
            "more": max(0, len(names) - MOST_NAMES),
            "readers": len(here) - len(names),
        }

    def _tell_people_soon(self) -> None:
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(0.2, self._tell_people)

    def _tell_people(self) -> None:
        self._telling = None
        self._tell(wire.ours(self.people()), only_ours=True)

    def _tell(self, message: bytes, *, but: Connection | None = None, only_ours: bool = False) -> None:
        for connection in self.connections:
            if connection is not but and (connection.speaks_ours or not only_ours):
                connection.send(message)

    # --- What they send

    def receive(self, connection: Connection, change: bytes) -> None:
        """Take a change in and relay it; `Missing` as a replica says, `TooLong` or `NotAllowed` when it will never be. What is
        too long is not counted: it must not be told as kept."""
        connection.received += 1
        self.keep_soon()
        if not connection.writer.can_write:
            raise NotAllowed
        try:
            fresh = self._fresh(change)
        except TooLong:
            connection.received -= 1
            raise
        if fresh:
            self._take(Change(fresh, connection.writer), sender=connection)

    def _fresh(self, change: bytes) -> bytes:
        try:
            if self.replica.fits(change, MOST_CHARACTERS):
                return self.replica.apply(change)
        except wire.Unreadable as error:
            raise TooLong from error  # our browsers send nothing unreadable but what weighs too much
        raise TooLong

    def post(self, writer: Writer, change: bytes) -> None:
        """Same, by a plain request."""
        if fresh := self._fresh(change):
            self._take(Change(fresh, writer))

    def _take(self, change: Change, *, sender: Connection | None = None) -> None:
        self.pending.append(change)
        self._tell(wire.sync(wire.CHANGE, change.payload), but=sender)
        self.keep_soon()

    def relay(self, connection: Connection, message: bytes) -> None:
        self._tell(message, but=connection)

    # --- Keeping

    def keep_soon(self, seconds: float | None = None) -> None:
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep_in(KEEP_SECONDS if seconds is None else seconds))

    async def _keep_in(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            await self.keep()
        except Error as error:
            logger.warning("A text could not be kept, it will be tried again: %s", type(error).__name__)
            self._keeping = None
            self.keep_soon(RETRY_SECONDS)

    async def keep(self) -> None:
        """Keep all that was received, in its order; those who sent it are told."""
        async with self._lock:
            while self.pending or self._to_acknowledge():
                batch, told = list(self.pending), self._to_acknowledge()
                if batch and not await self._keep(batch):
                    return
                self._acknowledge(told)
            self.absent.clear()

    def _to_acknowledge(self) -> list[tuple[Connection, int]]:
        return [(each, each.received) for each in self.connections if each.received > each.saved]

    def _acknowledge(self, told: Iterable[tuple[Connection, int]]) -> None:
        for connection, received in told:
            connection.saved = received
            connection.say({"saved": received})

    async def _keep(self, batch: list[Change]) -> bool:
        """Say whether it is kept. Pending changes are let go only then: a database that does not answer loses nothing."""
        changes = _merged(batch)
        try:
            number = await storing.in_thread(storing.keep, self.document_id, changes, self.rights)
        except RightsChanged:
            await self._ask_again()
            if self.is_erased:
                return False
            allowed = [change for change in self.pending if self._may_write(change.writer)]
            if len(allowed) == len(self.pending):
                return await self._keep(batch)
            await self._start_over(allowed)
            return False
        except Gone:
            self.erase()
            return False
        except WritingRefused as refusal:
            await self._start_over([], refusal.message)
            return False
        del self.pending[: len(batch)]
        self._kept(number, len(changes))
        return True

    def _kept(self, number: int, count: int) -> None:
        if self.number == number - count:
            self.number = number
        else:
            self._own.update(range(number - count + 1, number + 1))
        self._moved()
        self.uncompacted += count
        if self.uncompacted >= COMPACT_EVERY:
            self.uncompacted = 0
            self._compacting = asyncio.create_task(self.compact())

    async def compact(self) -> None:
        try:
            await storing.in_thread(storing.compact, self.document_id)
        except (Error, WritingRefused) as error:
            logger.warning("A text could not be compacted: %s", type(error).__name__)

    def _may_write(self, writer: Writer) -> bool:
        """After everyone was asked again."""
        return any(each.writer.key == writer.key and each.writer.can_write for each in self._everyone())

    def _everyone(self) -> list[Connection]:
        return [*self.connections, *(each for each, _at in self.polling.values()), *self.absent.values()]

    async def _start_over(self, allowed: list[Change], refusal: str = "") -> None:
        """Something taken in was refused: go back to what is kept, with what the others sent that stands without it."""
        self.pending = allowed
        self.restarts += 1
        self.refusal = refusal
        await self.load(self.rights)
        for connection in self.connections:
            connection.saved = connection.received
            connection.say({"refused": refusal, "reset": True} if refusal else {"reset": True})
            connection.send(wire.sync(wire.VECTOR, self.replica.vector()))
        self._own.clear()
        self._moved()
        if self.pending:
            self._keeping = None
            self.keep_soon()

    # --- What others keep, and what changes around

    async def follow(self, state: storing.State | None) -> None:
        """Catch up with the log."""
        if state is None:
            self.erase()
            return
        if state.rights != self.rights and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._ask_alone())
        if state.number > self.number:
            async with self._lock:
                await self._catch_up()

    async def _catch_up(self) -> None:
        number, found = await storing.in_thread(storing.since, self.document_id, self.number)
        for at, payload in found:
            if at in self._own:
                self._own.discard(at)
                continue
            try:
                fresh = self.replica.apply(payload, updates.STORED_BYTES)
            except Missing:
                await self.load(self.rights)
                break
            if fresh:
                self._tell(wire.sync(wire.CHANGE, fresh))
        self.number = max(self.number, number)
        self._own = {at for at in self._own if at > self.number}
        self._moved()

    def _moved(self) -> None:
        self.moved.set()
        self.moved = asyncio.Event()

    async def _ask_alone(self) -> None:
        async with self._lock:
            try:
                await self._ask_again()
            except Error as error:
                logger.warning("Rights could not be asked again: %s", type(error).__name__)

    async def _ask_again(self) -> None:
        """Ask what each one here may do now."""
        here = self._everyone()
        asked = await storing.in_thread(storing.ask, self.document_id, [each.cookies for each in here])
        if asked is None:
            self.erase()
            return
        self.rights = asked.rights
        for connection, writer in zip(here, asked.writers, strict=True):
            if writer is None:
                self._put_out(connection)
                continue
            changed, connection.writer = writer.can_write != connection.writer.can_write, writer
            if changed:
                connection.say(connection.rights())
        self._tell_people_soon()
        self._moved()

    def _put_out(self, connection: Connection) -> None:
        self.connections.discard(connection)
        self.polling.pop(connection.writer.key, None)
        self.absent.pop(connection.writer.key, None)
        connection.end(NOT_YOURS)

    async def ask_again(self) -> None:
        """Now and then, whatever is said: somebody signed out."""
        await self._ask_alone()

    def erase(self) -> None:
        """The document is no more: nothing of it stays here, nor in the browsers of those who are told."""
        self.is_erased = True
        self.pending.clear()
        self.replica = Replica()
        for connection in self.connections:
            connection.end(ERASED)
        self.connections.clear()
        self._moved()


def _merged(batch: list[Change]) -> list[Change]:
    """Changes that one person made in a row are one; the order stays."""
    found: list[Change] = []
    for _key, group in groupby(batch, key=lambda change: change.writer.key):
        run = list(group)
        payload = run[0].payload if len(run) == 1 else merge_updates(*(each.payload for each in run))
        found.append(Change(payload, run[-1].writer))
    return found
