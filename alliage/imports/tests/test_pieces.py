"""Files of very many rows: written and undone by short transactions, and never half."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group

from alliage.files.tests.factories import upload
from alliage.imports import engine, mapping, services
from alliage.imports.engine import Report
from alliage.imports.enums import Action, State
from alliage.imports.journal import Journal
from alliage.imports.models import Change, ImportRun
from alliage.imports.registry import kinds
from alliage.imports.services import undoing
from alliage.imports.tests.factories import PIECES, importer
from alliage.jobs.context import JobCancelled, JobContext, JobInterrupted
from alliage.jobs.tests.factories import JobFactory, registered

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _here(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(engine, "SECONDS_FOR_OTHERS", 0)
    with registered(kinds, PIECES):
        yield


@pytest.fixture
def by():
    return importer()


def tried(by, text):
    run = services.receive(upload(text.encode(), "fiches.csv"), kind=PIECES, by=by, now=NOW)
    return services.try_out(run, mapping=run.mapping, by=by, now=NOW)


def test_the_longer_a_short_writing_took_the_longer_others_have_to_write(monkeypatch):
    slept = []
    monkeypatch.setattr(engine.time, "sleep", slept.append)
    monkeypatch.setattr(engine, "SECONDS_FOR_OTHERS", 0.15)
    monkeypatch.setattr(engine, "connection", SimpleNamespace(vendor="sqlite"))
    for taken in (0.1, 4.0):
        engine.let_others_write(taken)
    assert slept == [0.15, 1.0]
    monkeypatch.setattr(engine, "connection", SimpleNamespace(vendor="postgresql"))
    engine.let_others_write(4.0)
    assert len(slept) == 2


def names():
    return set(Group.objects.values_list("name", flat=True)) - {"Editors", "Moderators"}


def halting(monkeypatch, error, *, when):
    """Raise an error where the work tells how far it is, when what it says is this."""
    told = []

    def progress(_context, done, _total=None, message=""):
        told.append((str(message), done))
        if when(str(message), done):
            raise error

    monkeypatch.setattr(JobContext, "progress", progress)
    return told


def carried_out(run):
    ImportRun.objects.filter(pk=run.pk).update(state=State.WRITING)
    services.carry_out(JobContext(JobFactory()), str(run.pk), clock=lambda: NOW)
    run.refresh_from_db()
    return run


def test_rows_are_written_piece_by_piece_and_can_all_be_undone(by, monkeypatch):
    run = tried(by, "nom\nEau\nAir\nFeu\n")
    told = halting(monkeypatch, JobCancelled, when=lambda *_said: False)
    run = carried_out(run)
    assert [said for said in told if said[0] == "Enregistrement des lignes"] == [
        ("Enregistrement des lignes", done) for done in (1, 2, 3)
    ]
    assert (run.state, run.is_undoable, Report.from_json(run.report).created, names()) == (
        State.DONE, True, 3, {"Eau", "Air", "Feu"}
    )  # fmt: skip
    run = services.undo(run, by=by, now=NOW)
    assert (run.state, run.undo_report["removed"], names()) == (State.UNDONE, 3, set())


def test_a_file_that_breaks_in_its_middle_leaves_nothing(by):
    run = tried(by, "nom\nEau\npanne\nFeu\n")
    run = services.write(run, skip_refused=False, by=by, now=NOW)
    assert (run.state, names(), Change.objects.count()) == (State.FAILED, set(), 0)
    assert "Rien n’est enregistré" in run.error


def test_a_writing_that_is_cancelled_leaves_nothing(by, monkeypatch):
    run = tried(by, "nom\nEau\nAir\n")
    halting(monkeypatch, JobCancelled, when=lambda said, done: said.startswith("Enregistrement") and done == 1)
    with pytest.raises(JobCancelled):
        carried_out(run)
    run.refresh_from_db()
    assert (run.state, names(), Change.objects.count()) == (State.TRIED, set(), 0)


def test_a_writing_whose_worker_stops_goes_on_and_counts_every_row(by, monkeypatch):
    run = tried(by, "nom\nEau\nAir\nFeu\n")
    with monkeypatch.context() as patch:
        halting(patch, JobInterrupted, when=lambda said, done: said.startswith("Enregistrement") and done == 2)
        with pytest.raises(JobInterrupted):
            carried_out(run)
    assert names() == {"Eau", "Air"}
    run = carried_out(run)
    assert (run.state, Report.from_json(run.report).created, names()) == (State.DONE, 3, {"Eau", "Air", "Feu"})
    assert services.undo(run, by=by, now=NOW).undo_report["removed"] == 3
    assert not names()


def test_what_was_written_before_a_stop_goes_when_a_row_is_refused_afterwards(by, monkeypatch):
    run = tried(by, "nom\nEau\nAir\nFeu\n")
    with monkeypatch.context() as patch:
        halting(patch, JobInterrupted, when=lambda said, done: said.startswith("Enregistrement") and done == 1)
        with pytest.raises(JobInterrupted):
            carried_out(run)
    read = mapping.Reader.read

    def refused(reader, row):
        if row.values["nom"] == "Feu":
            raise engine.RowRefused("Le feu est refusé.")
        return read(reader, row)

    monkeypatch.setattr(mapping.Reader, "read", refused)
    run = carried_out(run)
    assert (run.state, names(), Change.objects.count()) == (State.TRIED, set(), 0)


def test_an_undoing_that_stops_on_its_way_says_so_and_goes_on(by, monkeypatch):
    monkeypatch.setattr(undoing, "AT_ONCE", 1)
    run = services.write(tried(by, "nom\nEau\nAir\n"), skip_refused=False, by=by, now=NOW)
    with monkeypatch.context() as patch:
        halting(patch, JobCancelled, when=lambda said, done: said.startswith("Annulation") and done == 1)
        ImportRun.objects.filter(pk=run.pk).update(state=State.UNDOING)
        with pytest.raises(JobCancelled):
            services.carry_out_undo(JobContext(JobFactory()), str(run.pk), clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, run.is_undoable, names()) == (State.DONE, True, {"Eau"})
    assert "s’est arrêtée en chemin" in run.error
    run = services.undo(run, by=by, now=NOW)
    assert (run.state, run.undo_report["removed"], names()) == (State.UNDONE, 2, set())


def test_a_record_told_by_two_pieces_keeps_what_it_was_before_the_first(by):
    run = tried(by, "nom\nEau\n")
    group = Group.objects.create(name="Ancien")
    journal = Journal(run.pk)
    journal.is_settled = True
    for name in ("Nouveau", "Dernier"):
        before = journal.before(group)
        group.name = name
        group.save()
        journal.updated(group, before)
        journal.updated(group, before)  # twice in one piece is once
        journal.settle()
    gone = Group.objects.create(name="Passé")
    journal.removed(gone)
    gone.delete()
    journal.settle()
    updated, removed = Change.objects.order_by("pk")
    assert (updated.action, updated.before["fields"]["name"], bool(updated.after)) == (Action.UPDATED, "Ancien", True)
    assert (removed.action, removed.after) == (Action.REMOVED, "")
    undoing.take_back(run, PIECES, now=NOW)
    assert names() == {"Ancien", "Passé"}
