"""What other folders add: what can be imported from a file, by a person, on the site."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alliage.imports.enums import Content, Duplicates
from alliage.imports.journal import Journal
from alliage.registry import Registry

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import Model
    from django_stubs_ext import StrOrPromise

    from alliage.imports.engine import Row

MOST_DUPLICATES_KEPT = 5_000


@dataclass(frozen=True)
class Column:
    """A column the importer knows. Rows reach it by `code`; `aliases` are other names people give it in files.

    With `typed`, it is no column of the file but one answer for the whole of it (its source, its date; one of `choices`). `content`
    says what its cells hold: it helps to find the column, and cells reach the importer written in one way (48,85 is
    48.85; www.exemple.fr is https://www.exemple.fr). `choices()` lists its (code, label) when it is coded: cells reach the importer as
    codes, and words that are no label are asked about once for the whole file. With `several`, a cell may hold
    several of them, and reaches the importer joined by `|`. A column that `joins` may be made of several columns of the file, one
    after the other; `parts` lists the names that each of them may have. A `rare` column (of our own files) is asked
    about only when the file seems to have it. The cells of an `is_identity` column tell rows apart.
    """

    code: str
    label: "StrOrPromise"
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: "StrOrPromise" = ""
    example: "StrOrPromise" = ""
    typed: bool = False
    content: Content = Content.TEXT
    choices: "Callable[[], Iterable[tuple[str, StrOrPromise]]] | None" = None
    several: bool = False
    joins: bool = False
    parts: tuple[tuple[str, ...], ...] = ()
    rare: bool = False
    is_identity: bool = False


@dataclass(frozen=True)
class Duplicate:
    """A row that looks like something: `like` says what, `url` shows it."""

    number: int
    like: str
    url: str = ""


@dataclass
class Found:
    """The duplicates met on the way."""

    duplicates: list[Duplicate] = field(default_factory=list)
    count: int = 0
    last: Duplicate | None = None

    def add(self, duplicate: Duplicate) -> None:
        self.count += 1
        self.last = duplicate
        if len(self.duplicates) < MOST_DUPLICATES_KEPT:
            self.duplicates.append(duplicate)


Changed = tuple[str, str, str]


@dataclass
class Said:
    """What an importer says of the row at hand, for the report: (field, before, after) of a record that changes, and
    what the person should know of it. `record` ("app.Model", number) is the one that was there before."""

    label: str = ""
    url: str = ""
    note: str = ""
    changes: list[Changed] = field(default_factory=list)
    record: "tuple[str, int] | None" = None


@dataclass(frozen=True)
class SourceRef:
    """The outside directory that the rows come from. `id` is what the importer keeps on its records."""

    id: int
    name: str
    url: str
    licence: str
    attribution: str
    is_personal: bool


@dataclass(frozen=True)
class Importing:
    """Who imports, when, and from which columns: what an importer may need to know.

    `chosen` gives the name that each column has in the file; `typed` the answers given for the whole file. Tell
    `journal` of every record written, so that the import can be undone. `source` is the outside directory, if any.
    `said` holds what was said of the row at hand; `notes` takes sentences on the whole import, for its report. Call `tell(words)` now and then while something long goes on before the writing:
    it may stop the import there. `clock` says the time at the end of a long writing, which began at `now`.
    """

    by_id: int | None
    now: "datetime"
    chosen: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    journal: Journal = field(default_factory=Journal)
    duplicates: Duplicates = Duplicates.SKIP
    source: SourceRef | None = None
    found: Found = field(default_factory=Found)
    said: list[Said] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tell: Callable[[str], object] = lambda _words: None
    clock: "Callable[[], datetime] | None" = None

    def say(self, said: Said) -> None:
        """Say what a row changes in a record, before answering what was done with the row."""
        self.said.append(said)

    def resembles(self, row: "Row", like: str, *, url: str = "") -> Duplicates:
        """Note that a row looks like something known; say what the person wants done with such rows.

        SKIP: return `Outcome.SKIPPED`. MERGE: write into what exists. CREATE: go on as if nothing was found.
        """
        self.found.add(Duplicate(row.number, like[:200], url))
        return self.duplicates


Piece = tuple[int, Callable[[], object]]


@dataclass(frozen=True)
class Batch:
    """An importer that needs all the rows at once: `apply` reads and says what would be done, `write` does it.

    `prepare`, called just before, makes ready outside of the transaction what is long to make.
    `pieces`, for thousands of rows, gives the same writing as a sequence of short ones, each with its number of rows and
    kept on its own, so that others write between them (one at a time writes in SQLite). It is for importers that tell
    the journal and recognise what they wrote: an interrupted import goes on from there, a failed one is taken back.
    Where all must be kept or given up together (an outside directory), `write` is called.
    """

    apply: "Callable[[Row], str]"
    write: Callable[[], object]
    prepare: Callable[[], object] | None = None
    pieces: "Callable[[], Iterable[Piece]] | None" = None


@dataclass(frozen=True)
class Undo:
    """How what an import wrote is taken back. The defaults suit plain records.

    A created record is deleted, unless it changed since, or unless records that the import did not make hang on it;
    `along` lists the models ("app.Model") whose records go with it without question. `keep(record)` may give a reason
    to keep a record. `after(done, now)` is told, in the transaction, the ("app.Model", number) of all that was
    removed or put back. `around(record)` gives the numbers of those that say something of a record that is removed:
    `last(numbers, now)` is told all of them, when everything is undone. `unnoticed` names the columns that the machine
    writes by itself (a reminder was sent): they say nothing of what somebody changed since.
    """

    along: frozenset[str] = frozenset()
    keep: "Callable[[Model], str] | None" = None
    after: "Callable[[Sequence[tuple[str, str]], datetime], object] | None" = None
    around: "Callable[[Model], Iterable[int]] | None" = None
    last: "Callable[[Collection[int], datetime], object] | None" = None
    unnoticed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Harvest:
    """How a kind follows an outside directory.

    `key(values)` is what identifies a row at its source, for ever, from `row.values`; empty when there is nothing to
    identify it by. `known(source id)` lists the keys of the records that we hold from it.
    `withdraw(importing, keys)` takes away those that are no longer at the source, `forget(source, now)` all of them
    (personal data too old, source deleted); they return how many. `keep(source, now)` makes them ours when the source
    is deleted; without it they cannot be kept.
    """

    key: Callable[[dict[str, str]], str]
    known: Callable[[int], Iterable[str]]
    withdraw: Callable[[Importing, Collection[str]], int]
    forget: "Callable[[SourceRef, datetime], int]"
    keep: "Callable[[SourceRef, datetime], int] | None" = None


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
    `then(number of the import)` gives the words and the address of what the person may do next with what was imported.
    `undo` is given by importers that tell `importing.journal` what they write; `harvest` by those that can follow an
    outside directory. With `finds_duplicates`, identical rows are noticed and the person chooses what becomes of
    rows that look like something known.
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
    undo: Undo | None = None
    harvest: Harvest | None = None
    finds_duplicates: bool = False
    then: "Callable[[UUID], tuple[StrOrPromise, str]] | None" = None


kinds: Registry[ImportKind] = Registry("imports.kinds", "What can be imported from a file.")
