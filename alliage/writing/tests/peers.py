"""An independent replica, without the database: any Yjs client."""

import random
from typing import Any

from pycrdt import Doc, Text

from alliage.writing import updates

COOKIE = "essai_ecriture"


class Peer:
    """An independent replica that types like a person, and remembers its own changes in their order."""

    def __init__(self, *known: bytes) -> None:
        self.doc: Doc = Doc()
        self.text = self.doc.get("text", type=Text)
        for each in known:
            self.doc.apply_update(each)
        self.sent: list[bytes] = []
        self._subscription = self.doc.observe(self._hear)
        self._listens = True

    def _hear(self, event: Any) -> None:
        if self._listens:
            self.sent.append(event.update)

    def take(self, change: bytes) -> None:
        """What lacks others is left out, to be asked for: given too early, the library would lose it (`updates.py`)."""
        if not updates.read(change, updates.STORED_BYTES).is_ready(updates.read_vector(self.doc.get_state())):
            return
        self._listens = False
        self.doc.apply_update(change)
        self._listens = True

    def type(self, words: str, at: int | None = None) -> bytes:
        """`at` in bytes, the end unless said."""
        self.text.insert(len(self.text) if at is None else at, words)
        return self.sent[-1]

    def cut(self, start: int, end: int) -> bytes:
        del self.text[start:end]
        return self.sent[-1]

    def act(self, chance: random.Random) -> None:
        """Anything that a person does: a word somewhere, or something erased."""
        places = _places(str(self.text))
        if len(places) > 3 and chance.random() < 0.3:
            start = chance.randrange(len(places) - 1)
            self.cut(places[start], places[min(len(places) - 1, start + chance.randint(1, 5))])
        else:
            self.type(chance.choice(["été ", "a", "\n", "😀", "œuvre", "« oui »"]), chance.choice(places))

    def __str__(self) -> str:
        return str(self.text)


def _places(text: str) -> list[int]:
    """Where each character begins, in bytes, and the end."""
    found = [0]
    for each in text:
        found.append(found[-1] + len(each.encode()))
    return found
