"""What a table is, whatever file it came from."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from alliage.refusals import Refusal


class FileRefused(Refusal):
    """The file itself cannot be read as a table. `number` is the row where reading stopped, 0 when it never began."""

    def __init__(self, message: str, *, number: int = 0) -> None:
        super().__init__(message)
        self.number = number


@dataclass(frozen=True)
class Row:
    """One row. `number` is the one a spreadsheet shows; `problem` says in French why its shape is wrong, if it is."""

    number: int
    values: dict[str, str]
    problem: str = ""


@dataclass
class Table:
    """Columns in the order of the file, and the rows, which can be read once."""

    columns: list[str]
    rows: Iterator[Row] = field(repr=False)


def unlike(names: list[str]) -> list[str]:
    """Tell columns of the same name apart: « Adresse » and « Adresse (2) »."""
    seen: set[str] = set()
    found = []
    for name in names:
        other, rank = name, 1
        while other.casefold() in seen:
            rank += 1
            other = f"{name} ({rank})"
        seen.add(other.casefold())
        found.append(other)
    return found
