"""Finds, among known records, the one that a row looks like, with the reason.

    twins = Lookalikes()
    for organisation in …: twins.add(organisation, name=…, place="42218", keys=[siret, email, website])
    twin = twins.find(name=…, place=…, keys=[…])
    if twin is not None:
        choice = importing.resembles(row, twin.wording, url=twin.what.get_absolute_url())

Each comparison is made with the few records that share a key, or a word of the name in the same place: the work grows
with the number of rows, not with its square.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from alliage.imports.values import bare

ALIKE = 0.86
# A word borne by more records than this of the same place tells nothing.
MOST_COMPARED = 60
_COMMON = {
    "association", "asso", "communaute", "commune", "mairie", "ville", "centre", "maison", "syndicat", "societe", "de",
    "des", "du", "la", "le", "les", "et", "en", "un", "une", "pour", "aux", "au", "sur", "sous", "saint", "sainte",
}  # fmt: skip


@dataclass(frozen=True)
class Twin:
    """What a row looks like. `number` is the row's when it is an earlier row of the same file."""

    what: Any
    name: str
    reason: str
    number: int = 0

    @property
    def wording(self) -> str:
        if self.number:
            return _("« %(name)s », ligne %(number)s (%(reason)s)") % {
                "name": self.name,
                "number": self.number,
                "reason": self.reason,
            }
        return _("« %(name)s », fiche existante (%(reason)s)") % {"name": self.name, "reason": self.reason}


@dataclass(frozen=True)
class _Known:
    what: Any
    name: str
    plain: str
    number: int


def key_of(text: str) -> str:
    """A number, an e-mail or a site's address in the one way that lets them be compared; "" for what says nothing."""
    bare_text = text.strip().casefold()
    if "://" in bare_text or bare_text.startswith("www."):
        parts = urlsplit(bare_text if "://" in bare_text else f"https://{bare_text}")
        return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}"
    return re.sub(r"\s", "", bare_text)


class Lookalikes:
    """Known records, by what identifies them and by the words of their name in their place."""

    def __init__(self) -> None:
        self._by_key: dict[str, _Known] = {}
        self._by_word: dict[tuple[str, str], list[_Known]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], _Known] = {}

    def add(self, what: Any, *, name: str, place: str = "", keys: Iterable[str] = (), number: int = 0) -> None:
        """`place` is a code shared by what is in the same place; `keys` are never shared by two different things."""
        known = _Known(what, name, bare(name), number)
        for key in filter(None, map(key_of, keys)):
            self._by_key.setdefault(key, known)
        self._by_name.setdefault((place, known.plain), known)
        for word in self._words(known.plain):
            self._by_word[place, word].append(known)

    def find(self, *, name: str, place: str = "", keys: Iterable[str] = ()) -> Twin | None:
        for key in filter(None, map(key_of, keys)):
            if known := self._by_key.get(key):
                reason = _("même adresse ou même numéro : %(key)s") % {"key": key[:60]}
                return Twin(known.what, known.name, reason, known.number)
        plain = bare(name)
        best, likeness = None, ALIKE
        for known in self._near(plain, place):
            alike = _alike(plain, known.plain)
            if alike >= likeness:
                best, likeness = known, alike
        if best is None:
            return None
        same = best.plain == plain
        if place:
            reason = _("même nom, même lieu") if same else _("nom très proche, même lieu")
        else:
            reason = _("même nom") if same else _("nom très proche")
        return Twin(best.what, best.name, reason, best.number)

    def _near(self, plain: str, place: str) -> list[_Known]:
        found: dict[int, _Known] = {}
        for word in self._words(plain):
            group = self._by_word.get((place, word), [])
            if len(group) <= MOST_COMPARED:
                found |= {id(known): known for known in group}
            elif same := self._by_name.get((place, plain)):  # the word is common here: only the very same name
                found[id(same)] = same
        return list(found.values())

    @staticmethod
    def _words(plain: str) -> set[str]:
        words = set(plain.split())
        return {word for word in words if len(word) > 2 and word not in _COMMON} or words


def _alike(one: str, other: str) -> float:
    """Close letters, or the same words in another order."""
    if sorted(one.split()) == sorted(other.split()):
        return 1.0
    return SequenceMatcher(None, one, other).ratio()
