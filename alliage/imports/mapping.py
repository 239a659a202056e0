"""Which column of the file is which column of the importer: proposed by name and by content, chosen by the person."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from alliage.imports import cells
from alliage.imports.engine import REFUSED_LINE, REFUSED_REASON, Row, RowRefused
from alliage.imports.enums import Content
from alliage.imports.registry import Column
from alliage.imports.values import Words

CLOSE_ENOUGH = 0.78
# A name that is not quite the right one is believed only if the cells agree.
MOST_CELLS = 0.8
MOST_JOINED = 4
MOST_TYPED = 300
# « Type de porteur » is a type: believed less than the very name, more than letters that look alike.
BEGINS_AS = 0.9
SHORTEST_BEGINNING = 3
# « adresse_commune » is a commune: the first word says of what, and the others are the very name.
ENDS_AS = 0.95
FAMILIES = frozenset({"adresse", "address", "coordonnees", "localisation"})
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d$")
# By code, the column of the file; {"value": what was typed}, for what is typed once; {"columns": [one, the next…]}.
Mapping = dict[str, Any]
Values = dict[str, dict[str, str]]


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]+", "", bare)


def fingerprint(names: Iterable[str]) -> str:
    """One word for the columns of a file, whatever their order."""
    return hashlib.sha256("\n".join(sorted(map(folded, names))).encode()).hexdigest()


def _likeness(column: Column, name: str) -> float:
    written = folded(name)
    names = [folded(known) for known in (column.code, str(column.label), *column.aliases)]
    if written in names:
        return 1.0
    if _YEAR.sub("", written) in names:  # population_2021
        return 0.99
    last = folded(name.rsplit(".", 1)[-1])  # address.postalCode
    if last != written and last in names:
        return 0.98
    alike = max(_alike(names, written), default=0.0)
    own = _own_name(name)
    if own in names:
        return max(alike, ENDS_AS)
    # « nom de famille », beside « prénom »
    is_part = any({written, own} & set(map(folded, aliases)) for aliases in column.parts)
    return max(alike, BEGINS_AS) if not is_part and _begins_as(names, name) else alike


def _alike(names: Iterable[str], written: str) -> Iterator[float]:
    """The likenesses that are close enough to count; what cannot reach it is not measured to the end."""
    matcher = SequenceMatcher(None, "", written)
    for known in names:
        matcher.set_seq1(known)
        if matcher.real_quick_ratio() >= CLOSE_ENOUGH and matcher.quick_ratio() >= CLOSE_ENOUGH:
            yield matcher.ratio()


def _own_name(name: str) -> str:
    """What is left of « adresse_code_postal » without the word that says of what; "" when there is no such word."""
    first, *others = [folded(word) for word in _BETWEEN_WORDS.split(name)]
    return "".join(others) if first in FAMILIES else ""


def _begins_as(names: Iterable[str], name: str) -> bool:
    """« Intitulé du lieu », « Lat. (WGS84) »: the first words are a known name, the others say more of it."""
    words = [folded(word) for word in _BETWEEN_WORDS.split(name)]
    firsts = {"".join(words[:count]) for count in range(1, len(words))}
    return any(len(known) >= SHORTEST_BEGINNING and known in firsts for known in names)


def _filled(column: Column, texts: Sequence[str]) -> float:
    """How much a required column may count on the cells of this one, from 0 to 1: rows without it are refused."""
    return sum(map(bool, texts)) / len(texts) if column.required and texts else 1.0


def proposal(columns: tuple[Column, ...], names: list[str], rows: Sequence[Row] = ()) -> Mapping:
    """Propose, by code, the column of the file whose name looks most like it, or else whose cells do.

    Each column of the file is proposed once at most; but one that holds whole places gives latitude and longitude.
    """
    samples = {name: [row.values.get(name, "") for row in rows] for name in names}
    found: Mapping = _by_name(columns, names, samples)
    for column in columns:
        if column.parts and column.code not in found:
            _join(column, names, found)
    _by_content(columns, names, samples, found)
    return found


def _by_name(columns: tuple[Column, ...], names: list[str], samples: dict[str, list[str]]) -> Mapping:
    likenesses = []
    for rank, column in enumerate(columns):
        for place, name in enumerate(names):
            if not column.typed and (likeness := _likeness(column, name)) >= CLOSE_ENOUGH:
                weight = likeness * _filled(column, samples[name])
                likenesses.append((weight, any(samples[name]), -rank, -place, likeness, column, name))
    found: Mapping = {}
    for *_order, likeness, column, name in sorted(likenesses, key=lambda like: like[:4], reverse=True):
        if column.code in found or name in found.values():
            continue
        if likeness < 1 and any(samples[name]) and not _agree(column, samples[name]):
            continue
        found[column.code] = name
    return found


def _agree(column: Column, texts: Sequence[str]) -> bool:
    """True when the cells look like what the column holds; what tells rows apart is never twice the same."""
    if column.is_identity:
        return len({text for text in texts if text}) == len(texts)
    if column.content == Content.TEXT and column.choices is None and cells.are_yes_or_no(texts):
        return False
    return cells.share(column.content, texts) >= MOST_CELLS


def _join(column: Column, names: list[str], found: Mapping) -> None:
    taken = used(found)
    parts = []
    for aliases in column.parts:
        known = {folded(alias) for alias in aliases}
        parts += [name for name in names if name not in taken and known & {folded(name), _own_name(name)}][:1]
    if parts:
        found[column.code] = parts[0] if len(parts) == 1 else {"columns": parts[:MOST_JOINED]}


def _by_content(columns: tuple[Column, ...], names: list[str], samples: dict[str, list[str]], found: Mapping) -> None:
    for column in columns:
        if column.typed or column.code in found or column.content in _NEVER_GUESSED:
            continue
        free = [name for name in names if name not in used(found)]
        shares = {name: cells.share(column.content, samples[name]) for name in free}
        best = max(shares, key=lambda name: shares[name], default="")
        if best and shares[best] >= MOST_CELLS and list(shares.values()).count(shares[best]) == 1:
            found[column.code] = best
    _place(columns, names, samples, found)


# Too many things look like these: a name must say it.
_NEVER_GUESSED = {
    Content.TEXT, Content.NUMBER, Content.DATE, Content.LATITUDE, Content.LONGITUDE, Content.INSEE, Content.POSTAL_CODE
}  # fmt: skip
_PLACE = (Content.LATITUDE, Content.LONGITUDE)


def _place(columns: tuple[Column, ...], names: list[str], samples: dict[str, list[str]], found: Mapping) -> None:
    """Find the one column that holds whole places, when no two columns do."""
    wanted = [column for column in columns if column.content in _PLACE]
    if len(wanted) != 2 or all(column.code in found for column in wanted):
        return
    free = [name for name in names if name not in used(found) or name in map(found.get, _codes(wanted))]
    whole = [name for name in free if cells.share_of_pairs(samples[name]) >= MOST_CELLS]
    if whole:
        found.update(dict.fromkeys(_codes(wanted), whole[0]))


def _codes(columns: Iterable[Column]) -> list[str]:
    return [column.code for column in columns]


def may_share(one: Column, other: Column) -> bool:
    """True when both may come from the same column of the file: a place in one cell."""
    return {one.content, other.content} == set(_PLACE)


def kept(columns: tuple[Column, ...], answers: dict[str, Any], names: list[str]) -> Mapping:
    """What was answered, without what names no column of the file. `code__2` is the column that follows `code`."""
    found: Mapping = {}
    for column in columns:
        given = answers.get(column.code) or ""
        if column.typed:
            text = str(given["value"] if isinstance(given, dict) else given).strip()
            if text:
                found[column.code] = {"value": text[:MOST_TYPED]}
            continue
        joined = _joined(given) + [str(answers.get(f"{column.code}__{rank}") or "") for rank in _ranks(column)]
        there = [name for name in dict.fromkeys(name.strip() for name in joined) if name in names][:MOST_JOINED]
        if there:
            found[column.code] = there[0] if len(there) == 1 else {"columns": there}
    return found


def remembered(before: Mapping, answered: Mapping, names: Iterable[str]) -> Mapping:
    """The answers for the next files of a source: an old one stays while the file has none of the columns it names.

    Columns come and go with the records that fill them: nothing says that they are gone for good.
    """
    here = set(names)
    absent = {
        code: answer for code, answer in before.items()
        if (columns := _joined(answer)) and code not in answered and here.isdisjoint(columns)
    }  # fmt: skip
    return {**absent, **answered}


def _ranks(column: Column) -> range:
    return range(2, MOST_JOINED + 1) if column.joins else range(0)


def _joined(answer: Any) -> list[str]:
    if isinstance(answer, dict):
        return list(answer.get("columns", []))
    return [answer] if answer else []


def typed(mapping: Mapping) -> dict[str, str]:
    """The answers given once for the whole file."""
    return {code: answer["value"] for code, answer in mapping.items() if isinstance(answer, dict) and "value" in answer}


def chosen(mapping: Mapping) -> dict[str, str]:
    """The columns of the file that were chosen, as one name each."""
    return {code: ", ".join(names) for code, answer in mapping.items() if (names := _joined(answer))}


def used(mapping: Mapping) -> set[str]:
    return {name for answer in mapping.values() for name in _joined(answer)}


def unused(names: Iterable[str], mapping: Mapping) -> list[str]:
    """The columns of the file that nothing reads: they are said, never dropped in silence."""
    read = used(mapping)
    own = {folded(REFUSED_LINE), folded(REFUSED_REASON)}
    return [name for name in names if name not in read and folded(name) not in own]


def answers(mapping: Mapping) -> dict[str, str]:
    """What the form shows."""
    found = typed(mapping)
    for code, answer in mapping.items():
        for rank, name in enumerate(_joined(answer), start=1):
            found[code if rank == 1 else f"{code}__{rank}"] = name
    return found


def missing(columns: tuple[Column, ...], mapping: Mapping) -> list[Column]:
    """Give the required columns that no column of the file was chosen for."""
    return [column for column in columns if column.required and not mapping.get(column.code)]


class Reader:
    """Gives rows keyed by code, their cells written in one way, their words as codes."""

    def __init__(self, columns: tuple[Column, ...], mapping: Mapping, values: Values | None = None) -> None:
        self._columns = [column for column in columns if not column.typed]
        self._names = {column.code: _joined(mapping.get(column.code)) for column in self._columns}
        self._words = {
            column.code: Words(column, (values or {}).get(column.code, {}))
            for column in self._columns
            if column.choices is not None
        }

    def read(self, row: Row) -> Row:
        """The row keyed by code; refused when a required cell is empty, or when a word is no label."""
        values = {column.code: self._text(column, row) for column in self._columns}
        unknown: list[tuple[Column, str]] = []
        for code, words in self._words.items():
            values[code], strange = words.coded(values[code])
            unknown += [(words.column, word) for word in strange]
        if unknown:
            raise Words.refusal(unknown)
        return Row(row.number, values)

    def texts(self, row: Row) -> dict[str, str]:
        """The same cells, without asking anything of them."""
        return {column.code: cells.written(column.content, self._cell(column, row)) for column in self._columns}

    def _cell(self, column: Column, row: Row) -> str:
        return " ".join(text for name in self._names[column.code] if (text := row.values.get(name, "")))

    def _text(self, column: Column, row: Row) -> str:
        cell = self._cell(column, row)
        if column.required and not cell:
            raise RowRefused(_("La colonne « %(name)s » est vide.") % {"name": ", ".join(self._names[column.code])})
        return cells.written(column.content, cell)


def mapped(
    columns: tuple[Column, ...], mapping: Mapping, apply: Callable[[Row], str], values: Values | None = None
) -> Callable[[Row], str]:
    """Wrap `apply` so that it gets rows keyed by code, with the required cells filled."""
    reader = Reader(columns, mapping, values)
    return lambda row: apply(reader.read(row))
