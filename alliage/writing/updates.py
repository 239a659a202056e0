"""What a change of Yjs (v1) holds, read before the library does.

A forged change can make the library allocate or loop without end. This reader knows the one shape that our documents have, a
plain text named `text`, and refuses everything else in time proportional to the bytes received. It also tells what a change
builds upon: given changes that lack others, the library loses some of them for ever, so nothing is given to it too early.
"""

from dataclasses import dataclass, field

from alliage.writing.wire import Reader, Unreadable

ROOT = "text"
MAX_BYTES = 512 * 1024
STORED_BYTES = 8 * 1024 * 1024
_GC, _DELETED, _STRING, _SKIP = 0, 1, 4, 10
_LEFT, _RIGHT, _SUB = 0x80, 0x40, 0x20
_LONGEST = 2**31


@dataclass
class Claims:
    """What a change says, by author (clocks count characters as browsers do): where what it adds starts and ends, how far one
    must already know each author to take it in."""

    starts: dict[int, int] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)
    needs: dict[int, int] = field(default_factory=dict)
    gaps: dict[int, int] = field(default_factory=dict)
    is_empty: bool = True

    def need(self, author: int, clock: int) -> None:
        self.needs[author] = max(clock, self.needs.get(author, 0))

    def settle(self) -> None:
        """What it brings itself is not needed from others."""
        for author, clock in list(self.needs.items()):
            if self.starts.get(author, clock) < clock <= self.ends.get(author, 0):
                del self.needs[author]
        for author, start in self.starts.items():
            self.need(author, max(start, self.gaps.get(author, 0)))

    def is_ready(self, known: dict[int, int]) -> bool:
        return all(known.get(author, 0) >= clock for author, clock in self.needs.items())


def read(content: bytes, most: int = MAX_BYTES) -> Claims:
    """Read a whole change; `Unreadable` when it is not one, or holds anything but plain text."""
    if not content or len(content) > most:
        raise Unreadable
    reader, claims = Reader(bytes(content)), Claims()
    for _block in range(reader.count()):
        _read_structs(reader, claims)
    for _author in range(reader.count()):
        author, end = reader.number(), 0
        for _range in range(reader.count()):
            start = reader.number()
            end = max(end, start + reader.number(_LONGEST))
        if end:
            claims.need(author, end)
            claims.is_empty = False
    if reader.left:
        raise Unreadable
    claims.settle()
    return claims


def _read_structs(reader: Reader, claims: Claims) -> None:
    count, author, clock = reader.count(), reader.number(), reader.number(_LONGEST)
    if author in claims.ends:
        raise Unreadable
    if count:
        claims.starts[author], claims.is_empty = clock, False
    for _struct in range(count):
        clock += _read_struct(reader, claims, author, clock)
        if clock > _LONGEST:
            raise Unreadable
    if count:
        claims.ends[author] = clock


def _read_struct(reader: Reader, claims: Claims, author: int, clock: int) -> int:
    """Length of one struct, in UTF-16 units as Yjs counts."""
    info = reader.byte()
    kind = info & 0x1F
    if kind in {_GC, _SKIP}:
        length = _length(reader)
        if kind == _SKIP:
            claims.gaps[author] = clock + length
        return length
    _read_place(reader, claims, info, (author, clock))
    if kind == _DELETED:
        return _length(reader)
    length = len(reader.text().encode("utf-16-le")) // 2
    if kind != _STRING or not length:
        raise Unreadable
    return length


def _read_place(reader: Reader, claims: Claims, info: int, here: tuple[int, int]) -> None:
    """Beside what it was typed, or at the beginning of our text."""
    for flag in (_LEFT, _RIGHT):
        if info & flag:
            author, clock = reader.number(), reader.number(_LONGEST)
            if author == here[0] and clock >= here[1]:
                raise Unreadable  # beside itself
            claims.need(author, clock + 1)
    if info & (_LEFT | _RIGHT):
        return
    if reader.byte() != 1 or reader.text() != ROOT or info & _SUB:
        raise Unreadable


def _length(reader: Reader) -> int:
    length = reader.number(_LONGEST)
    if not length:
        raise Unreadable
    return length


def read_vector(content: bytes) -> dict[int, int]:
    """A state vector: how far one knows each author."""
    reader = Reader(bytes(content))
    found = {reader.number(): reader.number(_LONGEST) for _author in range(reader.count())}
    if reader.left:
        raise Unreadable
    return found
