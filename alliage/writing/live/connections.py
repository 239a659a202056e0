"""One reader or writer of an open document."""

import asyncio
from collections.abc import Mapping
from typing import Any

from alliage.writing import wire
from alliage.writing.live.limits import MOST_WAITING, Pace
from alliage.writing.registry import Writer

# Why a connection is ended. Browsers come back by themselves but for the first two.
NOT_YOURS, ERASED, TOO_FAST, TOO_SLOW = 4404, 4410, 4429, 1013


class Connection:
    """What waits to be sent, in order. `speaks_ours`: it asked for our messages."""

    def __init__(self, writer: Writer, cookies: Mapping[str, str], *, speaks_ours: bool) -> None:
        self.writer = writer
        self.cookies = cookies
        self.speaks_ours = speaks_ours
        self.pace = Pace()
        self.received = 0  # changes that it sent
        self.saved = 0  # of which are kept
        self.outbox: asyncio.Queue[bytes | int] = asyncio.Queue()
        self.is_ended = False

    def send(self, message: bytes) -> None:
        if self.is_ended:
            return
        if self.outbox.qsize() >= MOST_WAITING:
            self.end(TOO_SLOW)
            return
        self.outbox.put_nowait(message)

    def say(self, said: dict[str, Any]) -> None:
        if self.speaks_ours:
            self.send(wire.ours(said))

    def end(self, code: int) -> None:
        """The last thing that it hears."""
        if not self.is_ended:
            self.is_ended = True
            self.outbox.put_nowait(code)

    def rights(self) -> dict[str, Any]:
        return {"writes": self.writer.can_write}
