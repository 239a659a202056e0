"""Two small engines over lists of short folded strings: by prefix (exact and fast), and by resemblance (typos)."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.ma  # numpy asks for it in the midst of `Index`, where what it leaves would hold 19 MB of freed memory
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
NONE: Ids = np.empty(0, dtype=np.int32)


class Strings(Sequence[str]):
    """Many short strings, written end to end: a Python string takes 50 bytes beside its letters, and its page of memory is no longer
    shared between processes once it was read (its references are counted there)."""

    def __init__(self, strings: Iterable[str]) -> None:
        known = list(strings)
        self._text = "".join(known)
        self._bounds = array("I", accumulate(map(len, known), initial=0))

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def __getitem__(self, number: Any) -> Any:
        return self._text[self._bounds[number] : self._bounds[number + 1]]


class Prefixes:
    """Sorted strings, each with the numbers of the entries that bear it, stored end to end."""

    def __init__(self, pairs: list[tuple[str, int]]) -> None:
        """`pairs` is sorted in place: it is large, and of no use afterwards."""
        pairs.sort()
        strings: list[str] = []
        starts: list[int] = []
        entries = np.empty(len(pairs), dtype=np.int32)
        size, before = 0, None
        for pair in pairs:
            if pair != before:
                if before is None or pair[0] != before[0]:
                    strings.append(pair[0])
                    starts.append(size)
                entries[size] = pair[1]
                size, before = size + 1, pair
        self.strings = Strings(strings)
        self.starts: Ids = np.array([*starts, size], dtype=np.int32)
        self.entries: Ids = entries[:size].copy()

    def exact(self, string: str) -> Ids:
        at = bisect_left(self.strings, string)
        return self.at(at) if at < len(self.strings) and self.strings[at] == string else NONE

    def starting(self, prefix: str) -> Ids:
        first = bisect_left(self.strings, prefix)
        last = bisect_left(self.strings, prefix + "\uffff", first)
        return self.entries[self.starts[first] : self.starts[last]]

    def at(self, position: int) -> Ids:
        return self.entries[self.starts[position] : self.starts[position + 1]]


class Resemblance:
    """Finds the strings that one or two mistakes separate from a query.

    A first sieve counts the pairs of letters in common, as bits; the edit distance (a swap of neighbours counts for one)
    is then computed for the best candidates all at once.
    """

    LONGEST = 40
    BITS = 256
    CANDIDATES = 400
    CHUNK = 4_000

    def __init__(self, strings: Sequence[str]) -> None:
        count = len(strings)
        self.letters = np.zeros((count, self.LONGEST), dtype=np.uint8)
        for number, string in enumerate(strings):
            head = string[: self.LONGEST].encode("ascii", "replace")
            self.letters[number, : len(head)] = np.frombuffer(head, dtype=np.uint8)
        self.pairs = self._all_pairs()
        self.lengths = np.minimum([len(string) for string in strings] or [0], self.LONGEST).astype(np.int16)[:count]

    def _all_pairs(self) -> npt.NDArray[np.uint64]:
        """`_pairs` of every string, as 256 bits each; a few thousand at a time, for the sake of memory."""
        packed = [np.empty((0, self.BITS // 64), dtype=np.uint64)]
        for first in range(0, len(self.letters), self.CHUNK):
            letters = self.letters[first : first + self.CHUNK]
            padded = np.pad(letters, ((0, 0), (1, 0)), constant_values=ord("^")).astype(np.uint16)
            numbers = (padded[:, :-1] * 37 + padded[:, 1:] * 11) % self.BITS
            rows, columns = np.nonzero(letters)
            bits = np.zeros((len(letters), self.BITS), dtype=bool)
            bits[rows, numbers[rows, columns]] = True
            packed.append(np.packbits(bits, axis=1).view(np.uint64))
        return np.concatenate(packed)

    @classmethod
    def _pairs(cls, string: bytes) -> list[int]:
        padded = b"^" + string
        return [(a * 37 + b * 11) % cls.BITS for a, b in pairwise(padded)]

    def near(
        self, query: str, *, mistakes: int, beginnings: bool
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int16]]:
        """Positions of the strings within `mistakes` edits, with their distances; a near beginning costs one more."""
        asked = query[: self.LONGEST].encode("ascii", "replace")
        chosen = self._sieve(asked, mistakes, beginnings=beginnings)
        whole, beginning = self._distances(asked, chosen)
        distances = whole
        if beginnings:
            distances = np.minimum(whole, beginning + 1)
            kept = (whole <= mistakes) | (beginning <= mistakes)
        else:
            kept = whole <= mistakes
        return chosen[kept], distances[kept]

    def _sieve(self, asked: bytes, mistakes: int, *, beginnings: bool) -> npt.NDArray[np.intp]:
        bits = np.zeros(self.BITS, dtype=bool)
        pairs = set(self._pairs(asked))
        bits[list(pairs)] = True
        common = np.bitwise_count(self.pairs & np.packbits(bits).view(np.uint64)).sum(axis=1, dtype=np.int16)
        possible = (common >= len(pairs) - 3 * mistakes) & (self.lengths >= len(asked) - mistakes)
        if not beginnings:
            possible &= self.lengths <= len(asked) + mistakes
        (chosen,) = np.nonzero(possible)
        if len(chosen) > self.CANDIDATES:
            extra = np.abs(self.lengths[chosen] - len(asked))
            worth = common[chosen] * 4 - np.minimum(extra, 12)
            chosen = chosen[np.argpartition(-worth, self.CANDIDATES)[: self.CANDIDATES]]
        return chosen

    def _distances(
        self, asked: bytes, chosen: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
        """Optimal string alignment distance to each whole string, and to its nearest beginning."""
        letters, lengths = self.letters[chosen], self.lengths[chosen]
        steps = np.arange(self.LONGEST + 1, dtype=np.int16)
        row = np.repeat(steps[None, :], len(chosen), axis=0)
        older = row
        for number, letter in enumerate(asked):
            new = np.empty_like(row)
            new[:, 0] = number + 1
            new[:, 1:] = np.minimum(row[:, 1:] + 1, row[:, :-1] + (letters != letter))
            if number:
                swapped = (letters[:, 1:] == asked[number - 1]) & (letters[:, :-1] == letter)
                new[:, 2:] = np.where(swapped, np.minimum(new[:, 2:], older[:, :-2] + 1), new[:, 2:])
            new = np.minimum.accumulate(new - steps, axis=1) + steps
            older, row = row, new
        whole = np.take_along_axis(row, lengths[:, None].astype(np.intp), axis=1)[:, 0]
        beyond = steps[None, :] > lengths[:, None]
        return whole, np.where(beyond, np.int16(99), row).min(axis=1, initial=99)
