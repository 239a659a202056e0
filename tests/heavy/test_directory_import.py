"""A file of a hundred thousand organisations: brought in, brought in again, taken back, in a time that grows as the file."""

import hashlib
import os
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from time import process_time

import pytest
from django.contrib.auth.models import Permission

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.importers import batch
from alliage.directory.models import Entry, EntryArea
from alliage.directory.services import exchange
from alliage.files.tests.factories import upload
from alliage.imports import services
from alliage.imports.engine import Report
from alliage.imports.enums import State
from alliage.imports.models import ImportRun
from alliage.imports.registry import kinds
from alliage.territories.models import Territory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
ROWS = int(os.environ.get("HEAVY_ROWS", "100000"))
COMMUNES = 5_000
MOST_BYTES_A_ROW = 12_000


def lines(count: int) -> Iterator[str]:
    yield "Identifiant;Intitulé;CP;Ville;Lat;Lng;Site web;Zone d’intervention;Présentation"
    for number in range(count):
        commune, words = number % COMMUNES, hashlib.sha256(str(number).encode()).hexdigest()
        yield (
            f"{number};Association {words[:9]} {words[9:18]} {words[18:27]};{commune:05d};Commune {commune};"
            f"{45 + commune / 10_000:.4f};{4 + commune / 10_000:.4f};www.exemple{number}.fr;commune:{commune:05d};Une présentation {'longue ' * 20}"
        )


def brought(count: int, by: MemberFactory) -> tuple[Report, float, float]:
    """The report, the processor seconds of the trial, those of the writing."""
    content = "\n".join(lines(count)).encode("cp1252")
    kind = kinds.get("directory.organisation")
    assert kind is not None
    run = services.receive(upload(content, f"{count}.csv"), kind=kind, by=by, now=NOW)
    start = process_time()
    run = services.try_out(run, mapping=run.mapping, by=by, now=NOW)
    tried = process_time() - start
    assert run.state == State.TRIED, run.error
    start = process_time()
    run = services.write(run, skip_refused=False, by=by, now=NOW)
    assert run.state == State.DONE, run.error
    return Report.from_json(run.report), tried, process_time() - start


@pytest.fixture
def pieces(monkeypatch) -> list[float]:
    """How long each short writing kept the right to write, in processor seconds."""
    kept, write = [], exchange.write

    def timed(*args, **kwargs):
        start = process_time()
        write(*args, **kwargs)
        kept.append(process_time() - start)

    monkeypatch.setattr(exchange, "write", timed)
    return kept


def test_a_hundred_thousand_organisations_come_in_and_go_in_linear_time(settings, tmp_path, pieces):
    settings.VAR_DIR = tmp_path
    by = MemberFactory()
    by.user_permissions.add(Permission.objects.get(codename="run_import"))
    Territory.objects.bulk_create(
        Territory(
            kind="commune", code=f"{n:05d}", name=f"Commune {n}", sort_name=f"commune {n}", postal_codes=f"{n:05d}",
            latitude=45 + n / 10_000, longitude=4 + n / 10_000 + 0.01, precision="exact",
        )
        for n in range(COMMUNES)
    )  # fmt: skip
    report, small_try, small_write = brought(ROWS // 10, by)
    assert (report.created, report.refused_count) == (ROWS // 10, 0)
    run = services.undo(ImportRun.objects.get(), by=by, now=NOW)
    assert run.undo_report["removed"] == ROWS // 10
    assert not Entry.objects.exists()

    report, tried, written = brought(ROWS, by)
    print(
        f"\n{ROWS} rows: tried in {tried:.0f} s, written in {written:.0f} s ({ROWS // 10}: {small_try:.1f} s, {small_write:.1f} s)"
    )
    print(f"{len(pieces)} short writings, the longest {max(pieces):.2f} s, the last ones {max(pieces[-5:]):.2f} s")
    assert (report.created, report.refused_count, report.skipped) == (ROWS, 0, 0)
    assert len(pieces) >= ROWS // batch.PIECE
    assert EntryArea.objects.count() == ROWS
    assert tried < 20 * small_try
    assert written < 20 * small_write

    tracemalloc.start()
    start = process_time()
    report, _tried, _written = brought(ROWS, by)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"again, without a change, under tracemalloc: {process_time() - start:.0f} s, {peak / 1e6:.0f} MB at most")
    assert report.unchanged == ROWS
    assert peak < MOST_BYTES_A_ROW * ROWS

    start = process_time()
    services.undo(ImportRun.objects.filter(report__created=ROWS).get(), by=by, now=NOW)
    print(f"undone in {process_time() - start:.0f} s")
    assert not Entry.objects.exists()
