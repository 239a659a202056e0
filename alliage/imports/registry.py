"""What other folders add: what can be imported from a file, by a person, on the site."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alliage.registry import Registry

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from alliage.imports.engine import Row


@dataclass(frozen=True)
class Column:
    """A column the importer knows. Rows reach it by `code`; `aliases` are other names people give it in files.

    With `typed`, it is no column of the file but one answer for the whole of it (its source, its date).
    """

    code: str
    label: "StrOrPromise"
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: "StrOrPromise" = ""
    example: "StrOrPromise" = ""
    typed: bool = False


@dataclass(frozen=True)
class Importing:
    """Who imports, when, and from which columns: what an importer may need to know.

    `chosen` gives the name that each column has in the file; `typed` the answers given for the whole file.
    """

    by_id: int | None
    now: "datetime"
    chosen: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """An importer that needs all the rows at once: `apply` reads and says what would be done, `write` does it.

    `prepare`, called just before, makes ready outside of the transaction what is long to make.
    """

    apply: "Callable[[Row], str]"
    write: Callable[[], object]
    prepare: Callable[[], object] | None = None


@dataclass(frozen=True)
class ImportKind:
    """Something that can be imported.

    `make_apply(importing)` is called once and returns `apply(row)`, which writes one row, says what it did
    (`Outcome`) and raises `RowRefused` when it will not. `row.values` is keyed by the codes of `columns`; required
    columns are there and filled. An importer recognises what it already wrote (`Outcome.UNCHANGED`).
    `make_batch(importing, rows)`, in its place, is for files of thousands of rows: nobody waits while they are read.
    `check(importing)` may refuse the columns chosen and the answers typed, before any row is read.
    `permission` ("app.codename") is asked beside `imports.run_import`; `result_url` shows what was imported, and
    `refresh` lets the process that serves pages forget what it knew of it.
    """

    code: str
    label: "StrOrPromise"
    columns: tuple[Column, ...]
    make_apply: "Callable[[Importing], Callable[[Row], str]] | None" = None
    make_batch: "Callable[[Importing, Sequence[Row]], Batch] | None" = None
    description: "StrOrPromise" = ""
    permission: str = ""
    result_url: str = ""
    savepoints: bool = True
    check: Callable[[Importing], object] | None = None
    refresh: Callable[[], object] | None = None


kinds: Registry[ImportKind] = Registry("imports.kinds", "What can be imported from a file.")
