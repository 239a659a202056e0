"""One copy of a document's text, which converges with every other copy."""

from collections.abc import Iterable

from pycrdt import Doc, Text

from alliage.writing import updates
from alliage.writing.updates import Claims
from alliage.writing.wire import Unreadable


class Missing(Exception):  # noqa: N818 a decision
    """A change builds upon others that this replica does not have."""


class Replica:
    """Used by one thread: the one that made it."""

    def __init__(self, changes: Iterable[bytes] = ()) -> None:
        self._doc: Doc = Doc()
        self._text = self._doc.get(updates.ROOT, type=Text)
        self._heard: list[bytes] = []
        self._subscription = self._doc.observe(lambda event: self._heard.append(event.update))
        for change in changes:
            self._doc.apply_update(bytes(change))
        self._heard.clear()
        # How far each author is known.
        self.known = updates.read_vector(self.vector())

    @property
    def text(self) -> str:
        """A database refuses a NUL in any text."""
        return str(self._text).replace("\x00", "")

    def fits(self, change: bytes, most: int) -> bool:
        """Whether the text, with this change, has at most so many characters, or no more than it has; raises as `apply` does."""
        # The library counts in bytes: never fewer than characters. Only a text that is nearly full is looked at closer.
        if len(self._text) + len(change) <= most:
            return True
        now = len(self.text)
        if now + len(change) <= most:
            return True
        copy = Replica([self.update()])
        copy.apply(change)
        return len(copy.text) <= max(most, now)

    def apply(self, change: bytes, most: int = updates.MAX_BYTES) -> bytes:
        """Take a change in; return what is new of it, ready to be kept and sent on: empty when all of it was known.

        `Unreadable` when it is none, `Missing` when it builds upon others that never came: it is left out then, and whoever
        sent it must be asked for what lacks (`vector`).
        """
        claims = updates.read(change, most)
        if claims.is_empty:
            return b""
        if not claims.is_ready(self.known):
            raise Missing
        self._heard.clear()
        try:
            self._doc.apply_update(bytes(change))
        except ValueError as error:
            raise Unreadable from error
        return self._new(claims)

    def _new(self, claims: Claims) -> bytes:
        for author, end in claims.ends.items():
            self.known[author] = max(end, self.known.get(author, 0))
        return self._heard[0] if self._heard else b""

    def vector(self) -> bytes:
        return self._doc.get_state()

    def update(self, since: bytes = b"\x00") -> bytes:
        """Everything that one who knows `since` does not."""
        return self._doc.get_update(since)

    def set_text(self, text: str) -> bytes:
        """Change what differs, and only that; return the change, empty when nothing differs."""
        before = str(self._text)
        start = _shared(before, text)
        end = _shared(before[start:][::-1], text[start:][::-1])
        # The library counts in bytes.
        at = len(before[:start].encode())
        gone = len(before[start : len(before) - end].encode())
        self._heard.clear()
        with self._doc.transaction():
            if gone:
                del self._text[at : at + gone]
            if added := text[start : len(text) - end]:
                self._text.insert(at, added)
        return self._new(updates.read(self._heard[0])) if self._heard else b""


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    most = min(len(one), len(other))
    return next((place for place in range(most) if one[place] != other[place]), most)
