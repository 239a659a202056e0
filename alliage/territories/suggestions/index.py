"""All the names and codes of territories in memory, built once per process from one query."""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from alliage.territories.enums import Kind, Status
from alliage.territories.folding import LINKS, search_key, search_words
from alliage.territories.models import Territory
from alliage.territories.suggestions.matching import NONE, Ids, Prefixes, Resemblance, Strings

# Among territories of one name and one population, the nearest to people first.
KIND_ORDER = [Kind.COMMUNE, Kind.DEPARTEMENT, Kind.COM, Kind.REGION, Kind.EPCI, Kind.EPT, Kind.CUSTOM]
FIELDS = (
    "pk", "kind", "code", "name", "sort_name", "other_names", "nature", "status", "siren", "postal_codes",
    "population", "departement_id", "com_id", "part_of_id", "epci_id", "ept_id",
)  # fmt: skip
_KIND_NUMBERS = {kind.value: number for number, kind in enumerate(KIND_ORDER)}
UNKNOWN = -1  # a population
LONGEST_QUERY = 80
MOST_WORDS = 8
# Fewer results than this, and what resembles is shown too.
ENOUGH = 3
# Postal and Insee codes, SIREN numbers, département numbers, whole or being typed.
_CODE = re.compile(r"\d{1,9}|2[ab]\d{0,3}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a suggestion shows. `place` is the name of the département or overseas territory around it."""

    pk: int
    kind: str
    code: str
    name: str
    status: str
    population: int | None
    place: str
    whole: str


class Entries(Sequence[Entry]):
    """What suggestions show, as columns: each `Entry` is made when it is asked for. With `Strings`, 187,000 Python objects fewer."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._pk = array("q", (entry.pk for entry in entries))
        self._population = array("q", (UNKNOWN if entry.population is None else entry.population for entry in entries))
        self._kind, self._status = (
            Repeated([getattr(entry, field) for entry in entries]) for field in ("kind", "status")
        )
        self._code, self._name = (Strings(getattr(entry, field) for entry in entries) for field in ("code", "name"))
        self._place, self._whole = (
            Repeated([getattr(entry, field) for entry in entries]) for field in ("place", "whole")
        )

    def __len__(self) -> int:
        return len(self._pk)

    def __getitem__(self, number: Any) -> Any:
        population = self._population[number]
        return Entry(
            self._pk[number],
            self._kind[number],
            self._code[number],
            self._name[number],
            self._status[number],
            None if population == UNKNOWN else population,
            self._place[number],
            self._whole[number],
        )


class Repeated:
    """A column where the same few texts come again and again: each is kept once."""

    def __init__(self, texts: Sequence[str]) -> None:
        ranks = {text: rank for rank, text in enumerate(dict.fromkeys(texts))}
        self._texts, self._rank = Strings(ranks), array("I", (ranks[text] for text in texts))

    def __getitem__(self, number: int) -> str:
        return self._texts[self._rank[number]]


class Index:
    """Answers `search` with entry numbers, best first; `entries` says what they are."""

    def __init__(self) -> None:
        entries: list[Entry] = []
        keys: list[tuple[str, int]] = []
        short: list[tuple[str, int]] = []
        words: list[tuple[str, int]] = []
        codes: list[tuple[str, int]] = []
        counts: list[int] = []
        known: dict[str, str] = {}

        def once(text: str) -> str:
            """The same object for equal texts, while the index is built: this also keeps the peak low."""
            return known.setdefault(text, text)

        rows = self._rows()
        rows.reverse()
        while rows:  # each row is freed as soon as it is read: this is what keeps the peak of memory low
            row = rows.pop()
            number = len(entries)
            entries.append(row.entry)
            full = row.full_keys()
            counts.append(min((len(set(key.split()) - LINKS) for key in full), default=0) or 1)
            for key in full:
                keys.append((key, number))
                words += [(once(word), number) for word in key.split()]
            if row.nature:
                short.append((search_key(row.sort_name), number))
                words.append((once(row.nature.lower()), number))
            codes += [(once(code), number) for code in row.codes()]
        self.keys, self.short, self.words, self.codes = (Prefixes(pairs) for pairs in (keys, short, words, codes))
        del keys, short, words, codes
        of_place = {place: search_words(place) for place in {entry.place for entry in entries}}
        self.places = Prefixes(
            [(word, number) for number, entry in enumerate(entries) for word in of_place[entry.place]]
        )
        self.like_keys, self.like_words = Resemblance(self.keys.strings), Resemblance(self.words.strings)
        self.word_counts = np.array(counts, dtype=np.int16)
        self.pks = np.array([entry.pk for entry in entries], dtype=np.int64)
        self.kinds = np.array([_KIND_NUMBERS[entry.kind] for entry in entries], dtype=np.uint8)
        self.rank = self._ranks(entries)
        self.entries = Entries(entries)

    @staticmethod
    def _rows() -> list["_Row"]:
        rows = [_Row(values) for values in Territory.objects.order_by("pk").values_list(*FIELDS)]
        names = {row.pk: row.name for row in rows}
        around: dict[int, Counter[int]] = defaultdict(Counter)
        for row in rows:
            for group in (row.epci_id, row.ept_id):
                if group and row.departement_id:
                    around[group][row.departement_id] += row.population or 0
        for row in rows:
            main = max(around[row.pk], key=around[row.pk].__getitem__) if row.pk in around else None
            place = names.get(row.departement_id or row.com_id or main or 0, "")
            row.entry = Entry(
                row.pk,
                row.kind,
                row.code,
                row.name,
                row.status,
                row.population,
                place,
                names.get(row.part_of_id or 0, ""),
            )
        return rows

    def _ranks(self, entries: Sequence[Entry]) -> Ids:
        def worth(number: int) -> tuple[bool, int, int, str]:
            entry = entries[number]
            return entry.status != Status.CURRENT, -(entry.population or 0), int(self.kinds[number]), entry.name

        ranks = np.empty(len(entries), dtype=np.int32)
        ranks[sorted(range(len(entries)), key=worth)] = np.arange(len(entries), dtype=np.int32)
        return ranks

    def search(self, text: str, *, limit: int, kinds: list[str] | None = None, near: bool = True) -> list[int]:
        """Exact name or code, then beginnings, then words in any order, then what resembles unless not `near`."""
        query = _Query(text)
        found = _Found(self, limit, kinds)
        if not query.words:
            return []
        found.add(self.codes.exact(query.code), self.keys.exact(query.key))
        exact = len(found)
        found.add(self.codes.starting(query.code) if query.is_code else NONE, self.keys.starting(query.key))
        found.add(self.short.starting(query.key))
        for stage in self._by_words(query.meaningful):
            found.add(stage)
        if near and not exact and not query.is_code and len(found) < (1 if query.has_number else ENOUGH):
            self._resembling(query, found)
        return found.numbers

    def _by_words(self, words: list[str]) -> tuple[Ids, Ids]:
        """Each word begins a word of the name, of the place around or of a code; one at least is of the name.

        Those whose name is said whole (« Saint-Étienne Loire ») are given apart from those said in part.
        """
        return self._all_of([self._mask(self.words.starting(word)) for word in words], words)

    def _all_of(self, owns: list[npt.NDArray[np.bool_]], words: list[str]) -> tuple[Ids, Ids]:
        everywhere = np.ones(len(self.entries), dtype=bool)
        said = np.zeros(len(self.entries), dtype=np.int16)
        for own, word in zip(owns, words, strict=True):
            said += own
            everywhere &= own | self._around(word)
        whole = everywhere & (said >= self.word_counts)
        return _numbers(whole), _numbers(everywhere & (said > 0) & ~whole)

    def _around(self, word: str) -> npt.NDArray[np.bool_]:
        mask = self._mask(self.places.starting(word))
        if word[0].isdigit():
            mask |= self._mask(self.codes.starting(word))
        return mask

    def _mask(self, numbers: Ids) -> npt.NDArray[np.bool_]:
        mask = np.zeros(len(self.entries), dtype=bool)
        mask[numbers] = True
        return mask

    def _resembling(self, query: "_Query", found: "_Found") -> None:
        mistakes = allowed_mistakes(query.key)
        if mistakes:
            beginnings = len(query.key) >= 6
            positions, distances = self.like_keys.near(query.key, mistakes=mistakes, beginnings=beginnings)
            for distance in np.unique(distances):
                same = [self.keys.at(position) for position in positions[distances == distance]]
                found.add(*same)
        if not len(found):
            for stage in self._by_words_with_mistakes(query.meaningful):
                found.add(stage)
        long = [word for word in query.meaningful if allowed_mistakes(word)]
        if not len(found) and long != query.meaningful and long:  # « es Arsures »: the short word is the mistake
            for stage in self._by_words_with_mistakes(long):
                found.add(stage)

    def _by_words_with_mistakes(self, words: list[str]) -> tuple[Ids, Ids]:
        owns = []
        for word in words:
            own = self._mask(self.words.starting(word))
            mistakes = allowed_mistakes(word)
            if mistakes and not own.any() and not self._around(word).any():
                positions, _distances = self.like_words.near(word, mistakes=mistakes, beginnings=False)
                for position in positions:
                    own[self.words.at(position)] = True
            owns.append(own)
        return self._all_of(owns, words)


def _numbers(mask: npt.NDArray[np.bool_]) -> Ids:
    return np.nonzero(mask)[0].astype(np.int32)


def allowed_mistakes(text: str) -> int:
    """None in three letters, where everything resembles everything; one in a short word, two in a long one."""
    return 0 if len(text) < 4 else 1 if len(text) < 7 else 2


class _Query:
    """What was typed, read as words, as a name, and as a code."""

    def __init__(self, text: str) -> None:
        text = text[:LONGEST_QUERY]
        self.words = search_words(text)[:MOST_WORDS]
        self.meaningful = [word for word in self.words if word not in LINKS] or self.words
        self.key = search_key(" ".join(self.words))
        self.code = "".join(self.words)
        self.is_code = _CODE.fullmatch(self.code) is not None
        self.has_number = any(character.isdigit() for character in self.key)


class _Found:
    """Entry numbers in the order they will be shown, without repeats, up to a limit."""

    def __init__(self, index: Index, limit: int, kinds: list[str] | None) -> None:
        self.index, self.room = index, limit
        self.stages: list[Ids] = []
        # What may still be added: of the kinds asked for, and not there yet.
        self.open = np.ones(len(index.entries), dtype=bool)
        if kinds is not None:
            self.open = np.isin(index.kinds, [_KIND_NUMBERS[kind] for kind in kinds if kind in _KIND_NUMBERS])

    def __len__(self) -> int:
        return sum(map(len, self.stages))

    @property
    def numbers(self) -> list[int]:
        return [number for stage in self.stages for number in stage.tolist()]

    def add(self, *groups: Ids) -> None:
        """One more stage: its best entries follow those of the stages before."""
        stage = np.unique(np.concatenate(groups)) if groups else NONE
        stage = stage[self.open[stage]]
        if self.room <= 0 or not len(stage):
            return
        best = stage[np.argsort(self.index.rank[stage], kind="stable")[: self.room]]
        self.open[best] = False
        self.room -= len(best)
        self.stages.append(best)


class _Row:
    """One line of the query, and the strings by which it may be asked for."""

    __slots__ = (*FIELDS, "entry")
    pk: int
    kind: str
    code: str
    name: str
    sort_name: str
    other_names: str
    nature: str
    status: str
    siren: str
    postal_codes: str
    population: int | None
    departement_id: int | None
    com_id: int | None
    part_of_id: int | None
    epci_id: int | None
    ept_id: int | None
    entry: Entry

    def __init__(self, values: tuple[Any, ...]) -> None:
        for field, value in zip(FIELDS, values, strict=True):
            setattr(self, field, value)

    def full_keys(self) -> set[str]:
        found = {search_key(self.name)}
        if self.other_names:
            found.update(search_key(name) for name in self.other_names.split(";"))
        return found - {""}

    def codes(self) -> list[str]:
        """Régions have numbers that nobody knows and that are also départements': they are left out."""
        own = [] if self.kind == Kind.REGION else [self.code]
        return [code.lower() for code in [*own, *self.postal_codes.split(), *([self.siren] if self.siren else [])]]
