"""Which column of the file is which column of the importer: proposed by name, chosen by the person."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from alliage.imports.engine import Row, RowRefused
from alliage.imports.registry import Column

CLOSE_ENOUGH = 0.78


def folded(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]+", "", bare)


def _likeness(column: Column, name: str) -> float:
    written = folded(name)
    names = [folded(known) for known in (column.code, str(column.label), *column.aliases)]
    if written in names:
        return 1.0
    return max(SequenceMatcher(None, known, written).ratio() for known in names)


def proposal(columns: tuple[Column, ...], names: list[str]) -> dict[str, str]:
    """Propose, by code, the column of the file whose name looks most like it; each is proposed once at most."""
    likenesses = [
        (_likeness(column, name), -rank, -place, column.code, name)
        for rank, column in enumerate(columns)
        for place, name in enumerate(names)
    ]
    found: dict[str, str] = {}
    for likeness, _rank, _place, code, name in sorted(likenesses, reverse=True):
        if likeness >= CLOSE_ENOUGH and code not in found and name not in found.values():
            found[code] = name
    return found


def missing(columns: tuple[Column, ...], mapping: dict[str, str]) -> list[Column]:
    """Give the required columns that no column of the file was chosen for."""
    return [column for column in columns if column.required and not mapping.get(column.code)]


def mapped(columns: tuple[Column, ...], mapping: dict[str, str], apply: Callable[[Row], str]) -> Callable[[Row], str]:
    """Wrap `apply` so that it gets rows keyed by code, with the required cells filled."""

    def applied(row: Row) -> str:
        values = dict(_values(columns, mapping, row))
        return apply(Row(row.number, values))

    return applied


def _values(columns: tuple[Column, ...], mapping: dict[str, str], row: Row) -> Iterator[tuple[str, str]]:
    for column in columns:
        value = row.values.get(mapping.get(column.code, ""), "")
        if column.required and not value:
            raise RowRefused(_("La colonne « %(name)s » est vide.") % {"name": mapping[column.code]})
        yield column.code, value
