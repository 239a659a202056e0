"""Reads of imports."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from alliage.imports.engine import FileRefused, Row, read_table
from alliage.imports.models import ImportRun
from alliage.imports.permissions import can_run
from alliage.imports.registry import ImportKind, kinds

PREVIEW = 5


@dataclass(frozen=True)
class Listed:
    """An import in the list, with the words of its kind."""

    run: ImportRun
    kind: str


def runnable(user: Any) -> list[ImportKind]:
    """List what a person may import."""
    return [kind for kind in kinds if can_run(user, kind)]


def runs_visible_to(user: Any) -> "QuerySet[ImportRun]":
    """List the imports of the kinds a person may run, the latest first."""
    codes = [kind.code for kind in runnable(user)]
    return ImportRun.objects.filter(kind__in=codes).defer("report", "columns", "mapping").order_by("-created_at", "pk")


def listed(runs: Any) -> list[Listed]:
    return [Listed(run, str(kind.label) if (kind := kinds.get(run.kind)) else run.kind) for run in runs]


def first_rows(import_run: ImportRun) -> list[Row]:
    """Give the first rows of the file, to help choose its columns."""
    if import_run.file is None:
        return []
    with import_run.file.file.open("rb") as content:
        rows = read_table(content, filename=import_run.file_name).rows
        try:
            return list(islice(rows, PREVIEW))
        except FileRefused:
            return []
