"""Which column of the file is which column of the importer: proposed by name, chosen by the person."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from alliage.imports.engine import Row, RowRefused
from alliage.imports.registry import Column

CLOSE_ENOUGH = 0.78
_YEAR = re.compile(r"(?:19|20)\d\d$")
# By code, the column of the file; or, for what is typed once, {"value": what was typed}.
Mapping = dict[str, Any]


def folded(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]+", "", bare)


def _likeness(column: Column, name: str) -> float:
    written = folded(name)
    names = [folded(known) for known in (column.code, str(column.label), *column.aliases)]
    if written in names:
        return 1.0
    if _YEAR.sub("", written) in names:  # population_2021
        return 0.99
    return max(SequenceMatcher(None, known, written).ratio() for known in names)


def proposal(columns: tuple[Column, ...], names: list[str]) -> dict[str, str]:
    """Propose, by code, the column of the file whose name looks most like it; each is proposed once at most."""
    likenesses = [
        (_likeness(column, name), -rank, -place, column.code, name)
        for rank, column in enumerate(columns)
        if not column.typed
        for place, name in enumerate(names)
    ]
    found: dict[str, str] = {}
    for likeness, _rank, _place, code, name in sorted(likenesses, reverse=True):
        if likeness >= CLOSE_ENOUGH and code not in found and name not in found.values():
            found[code] = name
    return found


def kept(columns: tuple[Column, ...], answers: dict[str, str], names: list[str]) -> Mapping:
    """What was answered, without what names no column of the file."""
    found: Mapping = {}
    for column in columns:
        answer = (answers.get(column.code) or "").strip()
        if column.typed and answer:
            found[column.code] = {"value": answer[:300]}
        elif answer in names:
            found[column.code] = answer
    return found


def typed(mapping: Mapping) -> dict[str, str]:
    """The answers given once for the whole file."""
    return {code: answer["value"] for code, answer in mapping.items() if isinstance(answer, dict)}


def chosen(mapping: Mapping) -> dict[str, str]:
    """The columns of the file that were chosen."""
    return {code: answer for code, answer in mapping.items() if isinstance(answer, str)}


def answers(mapping: Mapping) -> dict[str, str]:
    """What the form shows."""
    return chosen(mapping) | typed(mapping)


def missing(columns: tuple[Column, ...], mapping: Mapping) -> list[Column]:
    """Give the required columns that no column of the file was chosen for."""
    return [column for column in columns if column.required and not mapping.get(column.code)]


def mapped(columns: tuple[Column, ...], mapping: Mapping, apply: Callable[[Row], str]) -> Callable[[Row], str]:
    """Wrap `apply` so that it gets rows keyed by code, with the required cells filled."""

    def applied(row: Row) -> str:
        return apply(translated(columns, mapping, row))

    return applied


def translated(columns: tuple[Column, ...], mapping: Mapping, row: Row) -> Row:
    """The row keyed by code; refused when a required cell is empty."""
    return Row(row.number, dict(_values(columns, mapping, row)))


def _values(columns: tuple[Column, ...], mapping: Mapping, row: Row) -> Iterator[tuple[str, str]]:
    names = chosen(mapping)
    for column in columns:
        if column.typed:
            continue
        value = row.values.get(names.get(column.code, ""), "")
        if column.required and not value:
            raise RowRefused(_("La colonne « %(name)s » est vide.") % {"name": names[column.code]})
        yield column.code, value
