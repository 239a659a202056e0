"""Coded columns: words of the file become codes, by label; those that are no label are asked about once."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from alliage.imports import cells
from alliage.imports.engine import UnknownValues
from alliage.imports.registry import Column

CLOSE_ENOUGH = 0.7
JOINED_BY = "|"
_COMMA = re.compile(r"\s*,\s*")
_LITTLE = {"de", "des", "du", "la", "le", "les", "et", "en", "un", "une", "pour", "aux", "au", "the", "of"}


def bare(word: str) -> str:
    """A word without its accents, its case, its plural and what stands between its parts."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(part[:-1] if len(part) > 3 and part[-1] in "sx" else part for part in re.findall(r"\w+", plain))


class Words:
    """The words of one coded column. `told` gives the code that the person chose for a word; "" is nothing at all."""

    def __init__(self, column: Column, told: dict[str, str]) -> None:
        assert column.choices is not None
        self.column = column
        self.codes: dict[str, str] = {}
        known = set()
        for code, label in column.choices():
            known.add(code)
            self.codes.setdefault(bare(str(label)), code)
            self.codes.setdefault(bare(code), code)
        self.codes |= {bare(word): code for word, code in told.items() if not code or code in known}

    def coded(self, cell: str) -> tuple[str, list[str]]:
        """The codes of a cell, joined by `|`, and its words that are no label."""
        if not cell:
            return "", []
        found: list[str] = []
        strange: list[str] = []
        for word in self._words(cell):
            code = self.codes.get(bare(word))
            if code is None:
                strange.append(word)
            elif code:
                found.append(code)
        return JOINED_BY.join(dict.fromkeys(found)), strange

    def _words(self, cell: str) -> Iterable[str]:
        if not self.column.several or bare(cell) in self.codes:
            return [cell]
        words = cells.several(cell)
        if len(words) > 1:
            return words
        codes = cell.split()  # « dialogue lieu », as our exports write codes
        if len(codes) > 1 and all(bare(code) in self.codes for code in codes):
            return codes
        return [word for word in _COMMA.split(cell) if word]

    @staticmethod
    def refusal(unknown: list[tuple[Column, str]]) -> UnknownValues:
        parts = [
            _("« %(word)s » n’est pas une valeur connue de « %(column)s »")
            % {"word": word[:80], "column": column.label}
            for column, word in unknown
        ]
        message = _("%(reasons)s : dites ce qu’elle veut dire, une fois pour tout le fichier.") % {
            "reasons": " ; ".join(parts)
        }
        return UnknownValues(message, [(column.code, word) for column, word in unknown])


def proposal(column: Column, words: Iterable[str]) -> dict[str, str]:
    """Propose a code for each word whose label looks like it. The person decides."""
    assert column.choices is not None
    labels = [(code, bare(str(label))) for code, label in column.choices()]
    found: dict[str, str] = {}
    for word in words:
        plain = bare(word)
        likeness, code = max(((_alike(plain, label), code) for code, label in labels), default=(0.0, ""))
        if likeness >= CLOSE_ENOUGH:
            found[word] = code
    return found


def _alike(word: str, label: str) -> float:
    """How much two bare texts look alike: by their letters, or by the words they share."""
    mine, theirs = set(word.split()) - _LITTLE, set(label.split()) - _LITTLE
    shared = len(mine & theirs) / min(len(mine), len(theirs)) if mine and theirs else 0.0
    return max(SequenceMatcher(None, word, label).ratio(), 0.95 * shared)


def choices(column: Column) -> list[tuple[str, Any]]:
    assert column.choices is not None
    return list(column.choices())
