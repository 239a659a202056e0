"""What other folders add: what can be imported from a file, by a person, on the site."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliage.registry import Registry

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from alliage.imports.engine import Row


@dataclass(frozen=True)
class Column:
    """A column the importer knows. Rows reach it by `code`; `aliases` are other names people give it in files."""

    code: str
    label: "StrOrPromise"
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: "StrOrPromise" = ""
    example: str = ""


@dataclass(frozen=True)
class Importing:
    """Who imports, and when: what an importer may need to know."""

    by_id: int | None
    now: "datetime"


@dataclass(frozen=True)
class ImportKind:
    """Something that can be imported.

    `make_apply(importing)` is called once and returns `apply(row)`, which writes one row, says what it did
    (`Outcome`) and raises `RowRefused` when it will not. `row.values` is keyed by the codes of `columns`; required
    columns are there and filled. An importer recognises what it already wrote (`Outcome.UNCHANGED`).
    `permission` ("app.codename") is asked beside `imports.run_import`; `result_url` shows what was imported.
    """

    code: str
    label: "StrOrPromise"
    columns: tuple[Column, ...]
    make_apply: "Callable[[Importing], Callable[[Row], str]]"
    description: "StrOrPromise" = ""
    permission: str = ""
    result_url: str = ""
    savepoints: bool = True


kinds: Registry[ImportKind] = Registry("imports.kinds", "What can be imported from a file.")
