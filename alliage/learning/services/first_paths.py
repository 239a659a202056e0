"""The first paths: added once, brought up to date while nobody on the site has changed them."""

import json
from datetime import datetime
from pathlib import Path as File
from typing import Any

from django.db import transaction

from alliage.learning.enums import Length, PathState
from alliage.learning.models import Path, Step
from alliage.learning.services import paths
from alliage.library.models import Resource
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary

FOLDER = File(__file__).resolve().parents[1] / "data" / "paths"
# How the library remembers the guides that come with the platform (library/services/loading.py).
MARK = "alliage:"
ADDED, CHANGED, UNCHANGED, KEPT = "added", "changed", "unchanged", "kept"


def read() -> list[dict[str, Any]]:
    """Each file of `data/paths`, as data: {"slug", "title", "summary", "goal", "lever", "level", "audiences", "steps": [
    {"key", "kind", "length", "title", "text", "minutes", "resource": code of a shipped resource, "quiz": text}]}."""
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))]


@transaction.atomic
def load(row: dict[str, Any], *, now: datetime) -> str:
    """Say what was done of it. A path that someone wrote, changed or retired on the site is kept as it is."""
    found = Path.objects.filter(slug=row["slug"]).first()
    if found is not None and not _is_untouched(found):
        return KEPT
    guides = _guides(row)
    if found is not None and _is_written(found, row, guides):
        return UNCHANGED
    path = found or paths.make(_said(row), by=None, now=now, slug=row["slug"])
    if found is not None:
        paths.describe(path, _said(row), by=None, now=now)
    _write_steps(path, row["steps"], guides, now=now)
    if path.state == PathState.DRAFT:
        paths.move(path, PathState.PUBLISHED, by=None, now=now)
    Path.objects.filter(pk=path.pk).update(created_at=now, changed_at=now)
    return ADDED if found is None else CHANGED


def _is_untouched(path: Path) -> bool:
    """Written by nobody, and by the last loading."""
    return path.owner_id is None and path.state == PathState.PUBLISHED and path.changed_at == path.created_at


def _said(row: dict[str, Any]) -> paths.Said:
    audiences = [taxonomy.term(Vocabulary.CATEGORIES, code) for code in row.get("audiences", [])]
    return paths.Said(
        row["title"],
        row["summary"],
        row["goal"],
        taxonomy.term(Vocabulary.LEVIERS, row["lever"]),
        row.get("level", 0),
        [term for term in audiences if term is not None],
    )


def _guides(row: dict[str, Any]) -> dict[str, Resource]:
    marks = [f"{MARK}{step['resource']}" for step in row["steps"] if "resource" in step]
    found = Resource.objects.filter(source_code="", external_id__in=marks)
    return {resource.external_id.removeprefix(MARK): resource for resource in found}


def _said_step(data: dict[str, Any], guides: dict[str, Resource]) -> paths.SaidStep:
    return paths.SaidStep(
        data["kind"],
        data["title"],
        data.get("text", ""),
        data.get("length", Length.SHORT.value),
        data["minutes"],
        guides.get(data.get("resource", "")),
        None,
        data.get("quiz", ""),
        data["key"],
    )


def _is_written(path: Path, row: dict[str, Any], guides: dict[str, Resource]) -> bool:
    said = _said(row)
    is_same = (path.title, path.summary, path.goal, path.lever, path.level) == (
        said.title, said.summary, said.goal, said.lever, said.level,
    )  # fmt: skip
    there = paths.steps_of(path)
    return (
        is_same
        and {term.pk for term in path.audiences.all()} == {term.pk for term in said.audiences}
        and [step.key for step in there] == [data["key"] for data in row["steps"]]
        and all(paths.says(step, _said_step(data, guides)) for step, data in zip(there, row["steps"], strict=True))
    )


def _write_steps(path: Path, rows: list[dict[str, Any]], guides: dict[str, Resource], *, now: datetime) -> None:
    """In their order; a step that is no more in the file is taken out, and what was done of it stays."""
    there = {step.key: step for step in path.steps.all()}
    for key in there.keys() - {data["key"] for data in rows}:
        paths.remove_step(there[key], by=None, now=now)
    for data in rows:
        said, step = _said_step(data, guides), there.get(data["key"])
        if step is None:
            paths.add_step(path, said, by=None, now=now)
        else:
            paths.change_step(step, said, by=None, now=now)
    path.steps.update(position=None)
    for rank, data in enumerate(rows, start=1):
        Step.objects.filter(path=path, key=data["key"]).update(position=rank)
