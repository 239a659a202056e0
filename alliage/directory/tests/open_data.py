"""The way of a file that others made, by the screens: mapped, previewed, imported, exported, brought in again unchanged."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from alliage.files.tests.factories import upload
from alliage.formats.csv import restored
from alliage.imports import queries
from alliage.imports.engine import Report
from alliage.imports.enums import State
from alliage.imports.mapping import answers
from alliage.imports.models import ImportRun
from alliage.imports.registry import kinds

CODE = "directory.organisation"
EXPORTS = ("csv", "xlsx", "json", "geojson")
_FIGURES = re.compile(r"\d[\d\s.,;-]*|«[^»]*»|\([^)]*\)")


@dataclass
class Figures:
    """What the file gave."""

    rows: int
    created: int
    skipped: int
    refused: Counter[str]
    seconds: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = [
            f"{self.rows} rows: {self.created} created, {self.skipped} left aside as duplicates, {self.refused.total()} refused"
        ]
        lines += [f"  {count} × {reason}" for reason, count in self.refused.most_common()]
        return "\n".join([*lines, *(f"  {what}: {seconds:.1f} s" for what, seconds in self.seconds.items())])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def table(content: bytes) -> list[dict[str, str]]:
    """A file of ours, read as a spreadsheet reads it."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def flat(text: str) -> str:
    return " ".join(restored(text).split())


def tried(client: Any, content: bytes, name: str, words: Mapping[str, str] | None = None, **mapping: str) -> ImportRun:
    """Send the file, check its columns with what is proposed and these changes, say what its words mean."""
    sent = client.post(f"/imports/nouveau/{CODE}/", {"file": upload(content, name)})
    assert sent.status_code == 302, body(sent).decode()
    run = ImportRun.objects.get(pk=sent["Location"].split("/")[2])
    page = body(client.get(sent["Location"])).decode()
    assert all(f'<th scope="col">{each}</th>' in page for each in run.columns if each.isalnum())
    answered = client.post(sent["Location"], {**answers(run.mapping), **mapping})
    assert answered.status_code == 302, body(answered).decode()
    run.refresh_from_db()
    if Report.from_json(run.report).unknown:
        kind = kinds.get(CODE)
        assert kind is not None
        asked = queries.unknown_words(kind, Report.from_json(run.report))
        meanings = {
            f"word{rank}": (words or {}).get(word.word) or word.proposal or "-" for rank, word in enumerate(asked)
        }
        assert client.post(f"/imports/{run.pk}/mots/", meanings).status_code == 302
        run.refresh_from_db()
    assert run.state == State.TRIED, run.error
    return run


def counts(run: ImportRun) -> tuple[int, int, int, int, int]:
    told = Report.from_json(run.report)
    return told.created, told.updated, told.unchanged, told.skipped, told.refused_count


def travelled(
    client: Any,
    content: bytes,
    rows: list[dict[str, str]],
    name: str,
    words: Mapping[str, str] | None = None,
    **mapping: str,
) -> Figures:
    """`rows` are those of the file as another reader sees them: each must have its word in the report."""
    seconds: dict[str, float] = {}

    def timed(what: str, since: float) -> None:
        seconds[what] = perf_counter() - since

    start = perf_counter()
    run = tried(client, content, name, words, **mapping)
    timed("tried", start)
    created, updated, unchanged, skipped, refused = counts(run)
    assert (updated, unchanged) == (0, 0)
    assert created + skipped + refused == len(rows)
    page = body(client.get(f"/imports/{run.pk}/")).decode()
    assert "Ligne par ligne" in page
    told = table(body(client.get(f"/imports/{run.pk}/compte-rendu.csv")))
    assert len({line["ligne"] for line in told}) == len(rows)
    assert Counter(line["ce qui en est fait"] for line in told) == Counter(
        {
            what: count
            for what, count in {"créée": created, "laissée de côté": skipped, "refusée": refused}.items()
            if count
        }
    )
    assert all(line["motif"] for line in told if line["ce qui en est fait"] in {"laissée de côté", "refusée"})
    said = table(body(client.get(f"/imports/{run.pk}/lignes-refusees.csv")))
    assert len(said) == refused
    for line in said:
        reason = line["motif du refus"]
        assert len(reason) > 15, reason
        assert reason.endswith((".", "?")), reason
        given = {column: flat(text) for column, text in line.items() if column in rows[0]}
        assert given in [{column: flat(row[column] or "") for column in given} for row in rows]

    start = perf_counter()
    assert client.post(f"/imports/{run.pk}/enregistrer/", {"skip_refused": "on"}).status_code == 302
    run.refresh_from_db()
    assert run.state == State.DONE, run.error
    timed("written", start)
    start = perf_counter()
    again = tried(client, content, name, words, **mapping)
    assert counts(again) == (0, 0, created, skipped, refused)
    timed("the same file again", start)
    for extension in EXPORTS:
        start = perf_counter()
        export = body(client.get(f"/annuaire.{extension}?nature=organisations"))
        again = tried(client, export, f"annuaire.{extension}")
        assert counts(again) == (0, 0, created, 0, 0), extension
        timed(f"exported and read again, {extension}", start)
    reasons = Counter(_FIGURES.sub("…", line["motif du refus"]) for line in said)
    return Figures(len(rows), created, skipped, reasons, seconds)
