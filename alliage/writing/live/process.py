"""All the documents that this process holds open, and the one query that follows them."""

import asyncio
import logging
from collections.abc import Mapping
from uuid import UUID

from django.db import Error

from alliage.writing.live import storing
from alliage.writing.live.opened import Opened
from alliage.writing.registry import Writer

logger = logging.getLogger(__name__)
FOLLOW_SECONDS = 0.1
ASK_SECONDS = 60.0
CLOSE_SECONDS = 60.0
WORTH_COMPACTING = 20


class Process:
    """Made once by process; its tasks live while documents are open."""

    def __init__(self) -> None:
        self.opened: dict[UUID, Opened] = {}
        self._opening: dict[UUID, asyncio.Lock] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def connections(self) -> int:
        return sum(len(each.connections) for each in self.opened.values())

    async def enter(self, document_id: UUID, cookies: Mapping[str, str]) -> tuple[Opened, Writer] | None:
        """Open the document for whoever may read it; None when it does not exist for them."""
        while True:
            asked = await storing.in_thread(storing.ask, document_id, [cookies])
            writer = asked.writers[0] if asked is not None else None
            if asked is None or writer is None:
                return None
            opened = await self._open(document_id, asked.rights)
            if opened.rights == asked.rights:
                return opened, writer
            # Rights changed between both: ask again, under the same number.
            await opened.ask_again()

    async def _open(self, document_id: UUID, rights: int) -> Opened:
        async with self._opening.setdefault(document_id, asyncio.Lock()):
            found = self.opened.get(document_id)
            if found is None or found.is_erased:
                found = Opened(document_id)
                await found.load(rights)
                self.opened[document_id] = found
            found.quiet_since = asyncio.get_running_loop().time()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow())
        return found

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        while self.opened:
            await asyncio.sleep(FOLLOW_SECONDS)
            try:
                await self._round()
                if loop.time() - asked_at > ASK_SECONDS:
                    asked_at = loop.time()
                    for each in list(self.opened.values()):
                        await each.ask_again()
            except Error as error:
                logger.warning("Texts could not be followed: %s", type(error).__name__)

    async def _round(self) -> None:
        # Those that are open now: one that opens while the database answers is not in its answer, and is not gone for all that.
        asked = dict(self.opened)
        states = await storing.in_thread(storing.states, list(asked))
        now = asyncio.get_running_loop().time()
        for document_id, each in asked.items():
            await each.follow(states.get(document_id))
            if each.is_erased or self._is_over(each, now):
                await self._close(document_id, each)

    def _is_over(self, each: Opened, now: float) -> bool:
        return not each.connections and not each.pending and now - each.quiet_since > CLOSE_SECONDS

    async def _close(self, document_id: UUID, each: Opened) -> None:
        if self.opened.get(document_id) is each:  # not one that opened in its place meanwhile
            del self.opened[document_id]
            self._opening.pop(document_id, None)
        if not each.is_erased and each.uncompacted >= WORTH_COMPACTING:
            await each.compact()


process = Process()
