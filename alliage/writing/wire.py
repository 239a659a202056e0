"""Messages of the live process: numbers and pieces as lib0 writes them, the sync protocol of y-websocket, and ours.

0 sync: 0 « here is what I know » (a vector), 1 « here is what you lack », 2 « here is a change »
1 awareness: relayed as it is
100 ours, for clients that ask for it (`?accuse=1`): one JSON object
"""

from typing import Any

from alliage.formats.json import dumps

SYNC, AWARENESS, OURS = 0, 1, 100
VECTOR, LACKING, CHANGE = 0, 1, 2
_MOST = 2**53  # what a browser counts exactly


class Unreadable(Exception):  # noqa: N818 a decision
    """Not what it should be."""


class Reader:
    """Reads bytes from the left; never further than they go, never longer than they are."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.place = 0

    @property
    def left(self) -> int:
        return len(self.content) - self.place

    def byte(self) -> int:
        if not self.left:
            raise Unreadable
        self.place += 1
        return self.content[self.place - 1]

    def number(self, most: int = _MOST) -> int:
        found = shift = 0
        while True:
            byte = self.byte()
            found |= (byte & 0x7F) << shift
            if found > most:
                raise Unreadable
            if byte < 0x80:
                return found
            shift += 7
            if shift > 63:
                raise Unreadable

    def count(self) -> int:
        """Of things that follow: each takes one byte at least."""
        return self.number(self.left)

    def piece(self) -> bytes:
        length = self.count()
        if length > self.left:
            raise Unreadable
        self.place += length
        return self.content[self.place - length : self.place]

    def text(self) -> str:
        try:
            return self.piece().decode()
        except UnicodeDecodeError as error:
            raise Unreadable from error


def number(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(0x80 | (value & 0x7F))
        value >>= 7
    found.append(value)
    return bytes(found)


def piece(content: bytes) -> bytes:
    return number(len(content)) + content


def sync(step: int, content: bytes) -> bytes:
    return bytes((SYNC, step)) + piece(content)


def awareness(content: bytes) -> bytes:
    return bytes((AWARENESS,)) + piece(content)


def ours(said: dict[str, Any]) -> bytes:
    return bytes((OURS,)) + piece(dumps(said).encode())


def pieces(contents: list[bytes]) -> bytes:
    return number(len(contents)) + b"".join(map(piece, contents))


def read_pieces(content: bytes, most: int) -> list[bytes]:
    reader = Reader(content)
    count = reader.count()
    if count > most:
        raise Unreadable
    found = [reader.piece() for _each in range(count)]
    if reader.left:
        raise Unreadable
    return found
