"""An import, from the file to what it writes."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db import IntegrityError, OperationalError, connections, transaction

from alliage.files.models import StoredFile
from alliage.files.tests.factories import upload
from alliage.imports import mapping, permissions, queries, services
from alliage.imports.engine import Report, Row, RowRefused
from alliage.imports.enums import TRANSITIONS, State
from alliage.imports.models import ImportRun
from alliage.imports.registry import Column, ImportKind, kinds
from alliage.imports.services import ImportRefused, background
from alliage.imports.tests.factories import GROUPS, RICH_BATCH, importer, make_apply, table
from alliage.jobs.context import JobCancelled, JobContext
from alliage.jobs.enums import State as JobState
from alliage.jobs.tests.factories import JobFactory, registered, someone
from alliage.refusals import Refusal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with registered(kinds, GROUPS):
        yield


@pytest.fixture
def by():
    return importer()


def received(by, *names, **options):
    return services.receive(table(*names, **options), kind=GROUPS, by=by, now=NOW)


def tried(by, *names):
    run = received(by, *names)
    return services.try_out(run, mapping=run.mapping, by=by, now=NOW)


def groups():
    return set(Group.objects.values_list("name", flat=True)) - {"Editors", "Moderators"}


def test_a_file_is_kept_and_its_columns_are_matched(by):
    run = received(by, "Eau")
    assert run.columns == ["Nom du groupe", "Remarque"]
    assert run.mapping == {"name": "Nom du groupe", "note": "Remarque"}
    assert (run.state, run.file_name, str(run)) == (State.UPLOADED, "groupes.csv", "groupes.csv")
    assert run.sha256 == run.file.sha256


def test_a_file_that_is_no_table_is_not_kept(by, settings):
    with pytest.raises(Refusal):
        services.receive(upload(b'"a;a\n1;2', "x.csv"), kind=GROUPS, by=by, now=NOW)
    assert not StoredFile.objects.exists()
    assert [path for path in (settings.VAR_DIR / "files").rglob("*") if path.is_file()] == []


def test_a_file_whose_record_is_lost_at_the_last_moment_is_not_kept(by, settings, monkeypatch):
    database = connections["default"]
    commit = database.savepoint_commit

    def lost_at_the_end(savepoint):
        if ImportRun.objects.exists():
            raise OperationalError("The server went away.")
        commit(savepoint)

    monkeypatch.setattr(database, "savepoint_commit", lost_at_the_end)
    with pytest.raises(OperationalError):
        received(by, "Eau")
    assert not ImportRun.objects.exists()
    assert not StoredFile.objects.exists()
    assert [path for path in (settings.VAR_DIR / "files").rglob("*") if path.is_file()] == []


def test_a_trial_writes_nothing_then_the_import_writes_all(by, django_capture_on_commit_callbacks):
    run = tried(by, "Eau", "Air")
    assert run.state == State.TRIED
    assert (run.report["created"], run.report["written"]) == (2, False)
    assert groups() == set()
    path = run.file.file.path
    with django_capture_on_commit_callbacks(execute=True):
        run = services.write(run, skip_refused=False, by=by, now=NOW)
    assert (run.state, run.file, run.error) == (State.DONE, None, "")
    assert run.finished_at is not None
    assert run.report["written"]
    assert groups() == {"Eau", "Air"}
    assert run.job.state == JobState.DONE
    with pytest.raises(FileNotFoundError):
        open(path)  # noqa: PTH123, SIM115


def test_refused_rows_hold_everything_back_unless_accepted(by):
    run = tried(by, "Eau", "refusé", "")
    assert [refused.number for refused in Report.from_json(run.report).refused] == [3, 4]
    assert run.report["refused"][1][1] == "La colonne «\u00a0Nom du groupe\u00a0» est vide."
    with pytest.raises(ImportRefused, match="refusées"):
        services.write(run, skip_refused=False, by=by, now=NOW)
    assert groups() == set()
    assert services.write(run, skip_refused=True, by=by, now=NOW).state == State.DONE
    assert groups() == {"Eau"}


def test_nothing_accepted_is_nothing_to_write(by):
    with pytest.raises(ImportRefused, match="rien à enregistrer"):
        services.write(tried(by, "refusé"), skip_refused=True, by=by, now=NOW)
    with pytest.raises(ImportRefused, match="rien à enregistrer"):
        services.write(received(by, "Eau"), skip_refused=True, by=by, now=NOW)


def test_data_that_changed_since_the_trial_keeps_everything_out(by):
    run = tried(by, "Eau", "Air")
    StoredFile.objects.filter(pk=run.file_id)
    refusing = ImportKind(GROUPS.code, "x", GROUPS.columns, lambda importing: _refuse_all)
    kinds._items[GROUPS.code] = refusing
    run = services.write(run, skip_refused=False, by=by, now=NOW)
    assert run.state == State.TRIED
    assert "maintenant refusées" in run.error


def _refuse_all(row):
    raise RowRefused("Non.")


def test_a_required_column_must_be_matched(by):
    run = received(by, "Eau", header="x;y")
    assert run.mapping == {}
    with pytest.raises(ImportRefused, match="Nom du groupe"):
        services.try_out(run, mapping={"name": "gone", "other": "x"}, by=by, now=NOW)
    assert services.try_out(run, mapping={"name": "x"}, by=by, now=NOW).mapping == {"name": "x"}


def test_an_answer_for_the_whole_file_is_checked_by_the_importer_before_the_trial(by):
    def check(importing):
        if importing.typed["from"] != "Insee":
            raise Refusal("Cette source n’est pas connue.")

    checked = ImportKind(
        "test.checked", "x", (*GROUPS.columns, Column("from", "Source", typed=True)), make_apply, check=check
    )
    with registered(kinds, checked):
        run = services.receive(table("Eau"), kind=checked, by=by, now=NOW)
        with pytest.raises(Refusal, match="pas connue"):
            services.try_out(run, mapping={**run.mapping, "from": "Moi"}, by=by, now=NOW)
        run = services.try_out(run, mapping={**run.mapping, "from": "Insee"}, by=by, now=NOW)
    assert (run.state, run.mapping["from"]) == (State.TRIED, {"value": "Insee"})


def test_rows_wanted_together_are_read_then_written_at_once(by, monkeypatch):
    monkeypatch.setattr(background, "COUNT_EVERY", 2)
    told = []
    monkeypatch.setattr(JobContext, "progress", lambda self, *args: told.append(args))
    with registered(kinds, RICH_BATCH):
        run = services.receive(upload(BATCH_ROWS, "fiches.csv"), kind=RICH_BATCH, by=by, now=NOW)
        run = services.try_out(run, mapping=run.mapping, by=by, now=NOW)
        assert [refused.number for refused in Report.from_json(run.report).refused] == [3, 5]
        assert told.count((0, 0, "Lecture du fichier")) == 4  # counted, then read
        run = services.write(run, skip_refused=True, by=by, now=NOW)
    assert (run.state, groups()) == (State.DONE, {"Eau", "Feu"})


BATCH_ROWS = b"nom;latitude\nEau;48\n;48\nFeu;48\nTerre;48;en trop\n"


@pytest.mark.parametrize(
    ("content", "most", "said"),
    [
        (b'nom;note\nEau;x\n"Air;x\n', 300_000, "guillemet"),
        (b"nom;note\nEau;x\nAir;x\nFeu;x\n", 2, "trop de lignes"),
    ],
)
def test_a_file_of_rows_wanted_together_that_cannot_be_read_to_its_end_writes_nothing(
    by, monkeypatch, content, most, said
):
    monkeypatch.setattr(background, "MOST_TOGETHER", most)
    with registered(kinds, RICH_BATCH):
        run = services.receive(upload(content, "fiches.csv"), kind=RICH_BATCH, by=by, now=NOW)
        run = services.try_out(run, mapping=run.mapping, by=by, now=NOW)
        refused = Report.from_json(run.report).refused
        assert said in refused[-1].reason
        with suppress(Refusal):
            services.write(run, skip_refused=True, by=by, now=NOW)
    assert groups() == set()


def test_an_error_of_ours_is_said_and_the_columns_can_be_seen_again(by):
    run = tried(by, "boum")
    assert run.state == State.FAILED
    assert "Rien n’est enregistré" in run.error
    run = services.go_back(run)
    assert (run.state, run.error, run.report) == (State.UPLOADED, "", None)


def test_a_refused_file_found_on_the_way_is_in_the_report(by):
    run = services.receive(upload(b'Nom du groupe\nEau\n"Air\n', "g.csv"), kind=GROUPS, by=by, now=NOW)
    run = services.try_out(run, mapping=run.mapping, by=by, now=NOW)
    assert run.report["refused"][0][0] == 3


def test_a_kind_that_is_gone_fails_with_a_reason(by):
    run = received(by, "Eau")
    kinds._items.clear()
    with pytest.raises(ImportRefused, match="n’existe plus"):
        services.try_out(run, mapping=run.mapping, by=by, now=NOW)
    ImportRun.objects.filter(pk=run.pk).update(state=State.TRYING)
    with pytest.raises(Refusal):
        services.carry_out(JobContext(JobFactory()), str(run.pk), clock=lambda: NOW)
    run.refresh_from_db()
    assert run.state == State.FAILED


def test_work_that_is_no_longer_wanted_is_passed_over(by):
    run = tried(by, "Eau")
    context = JobContext(JobFactory())
    services.carry_out(context, str(run.pk), clock=lambda: NOW)
    services.carry_out(context, "00000000-0000-4000-8000-000000000000", clock=lambda: NOW)
    run.refresh_from_db()
    assert run.state == State.TRIED
    ImportRun.objects.filter(pk=run.pk).update(state=State.TRYING, file=None)
    services.carry_out(context, str(run.pk), clock=lambda: NOW)


@pytest.mark.parametrize(("state", "after"), [(State.TRYING, State.UPLOADED), (State.WRITING, State.TRIED)])
def test_cancelled_work_returns_where_it_was(by, monkeypatch, state, after):
    run = tried(by, "Eau")
    ImportRun.objects.filter(pk=run.pk).update(state=state)

    def cancelled(*args):
        raise JobCancelled

    monkeypatch.setattr(JobContext, "progress", cancelled)
    with pytest.raises(JobCancelled):
        services.carry_out(JobContext(JobFactory()), str(run.pk), clock=lambda: NOW)
    run.refresh_from_db()
    assert run.state == after
    assert groups() == set()


def test_a_long_file_tells_that_it_is_read(by, monkeypatch):
    monkeypatch.setattr(background, "COUNT_EVERY", 2)
    told = []
    monkeypatch.setattr(JobContext, "progress", lambda self, *args: told.append(args))
    tried(by, "a", "b", "c")
    assert told[0] == (0, 0, "Lecture du fichier")
    assert told[-1] == (3, 3, "Essai des lignes")


def test_an_import_is_given_up_with_its_file(by, django_capture_on_commit_callbacks):
    run = tried(by, "Eau")
    with django_capture_on_commit_callbacks(execute=True):
        run = services.give_up(run, now=NOW)
    assert (run.state, run.file) == (State.CANCELLED, None)
    assert not StoredFile.objects.exists()
    with pytest.raises(ImportRefused, match="rechargez"):
        services.give_up(run, now=NOW)
    lost = tried(by, "Air")
    lost.file.delete()
    assert services.give_up(lost, now=NOW).state == State.CANCELLED


@pytest.mark.parametrize("finished", [False, True])
def test_giving_up_during_the_trial_stops_it(by, finished):
    job = JobFactory()
    run = received(by, "Eau")
    ImportRun.objects.filter(pk=run.pk).update(state=State.TRYING, job=job)
    run = ImportRun.objects.select_related("job").get()
    if finished:  # meanwhile
        type(job).objects.update(state=JobState.DONE, finished_at=NOW)
    services.give_up(run, now=NOW)
    job.refresh_from_db()
    assert job.state == (JobState.DONE if finished else JobState.CANCELLED)


def test_columns_are_not_seen_again_while_the_trial_runs(by):
    run = received(by, "Eau")
    ImportRun.objects.filter(pk=run.pk).update(state=State.TRYING, job=JobFactory())
    run.refresh_from_db()
    with pytest.raises(ImportRefused, match="attendez"):
        services.go_back(run)


def test_work_whose_worker_died_too_often_can_be_taken_up(by):
    run = tried(by, "Eau")
    dead = JobFactory(state=JobState.FAILED, finished_at=NOW)
    ImportRun.objects.filter(pk=run.pk).update(state=State.WRITING, job=dead)
    run.refresh_from_db()
    assert services.is_stuck(run)
    assert services.write(run, skip_refused=False, by=by, now=NOW).state == State.DONE
    lost = received(by, "Air")
    ImportRun.objects.filter(pk=lost.pk).update(state=State.TRYING, job=None)
    lost.refresh_from_db()
    assert services.go_back(lost).state == State.UPLOADED
    assert not services.is_stuck(ImportRun.objects.get(pk=lost.pk))


def test_a_step_taken_twice_is_refused(by):
    run = tried(by, "Eau")
    stale = ImportRun.objects.get(pk=run.pk)
    services.write(run, skip_refused=False, by=by, now=NOW)
    with pytest.raises(ImportRefused):
        services.write(stale, skip_refused=False, by=by, now=NOW)


def test_forgotten_imports_are_given_up(by):
    old, done = tried(by, "Eau"), services.write(tried(by, "Air"), skip_refused=False, by=by, now=NOW)
    services.clean_up(NOW + timedelta(days=1))
    old.refresh_from_db()
    assert old.state == State.TRIED
    services.clean_up(NOW + timedelta(days=8))
    old.refresh_from_db()
    done.refresh_from_db()
    assert (old.state, done.state) == (State.CANCELLED, State.DONE)


def test_the_database_refuses_an_unknown_state_and_a_done_import_without_report(by):
    run = received(by, "Eau")
    for fields in ({"state": "lost"}, {"state": State.DONE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ImportRun.objects.filter(pk=run.pk).update(**fields)


def test_every_state_is_in_the_table_of_transitions():
    assert set(TRANSITIONS) == set(State)


# --- Who may --------------------------------------------------------------------------------------------------------


def test_who_may_import(by):
    restricted = ImportKind("test.restricted", "x", (), make_apply, permission="auth.add_group")
    assert permissions.can_import(by)
    assert permissions.can_run(by, GROUPS)
    assert not permissions.can_run(by, restricted)
    assert not permissions.can_import(someone())
    assert not permissions.can_run(AnonymousUser(), GROUPS)
    allowed = importer()
    allowed.user_permissions.add(Permission.objects.get(codename="add_group", content_type__app_label="auth"))
    assert permissions.can_run(allowed, restricted)
    run = received(by, "Eau")
    with registered(kinds, restricted):
        run.kind = "test.restricted"
        assert not permissions.can_see(by, run)
        assert permissions.can_see(allowed, run)
        ours = [kind.code for kind in queries.runnable(by) if kind.code.startswith("test.")]
        assert ours == ["test.groups"]
    run.kind = "test.gone"
    assert permissions.can_see(by, run)
    assert not permissions.can_see(someone(), run)


# --- Columns and reads ----------------------------------------------------------------------------------------------


def test_columns_are_proposed_by_likeness_each_once():
    columns = (Column("name", "Nom du groupe", aliases=("intitulé",)), Column("town", "Commune"), Column("x", "Nom"))
    assert mapping.proposal(columns, ["INTITULE", "communes", "autre"]) == {"name": "INTITULE", "town": "communes"}
    assert mapping.proposal(columns, ["nom", "Nom du groupe"]) == {"x": "nom", "name": "Nom du groupe"}
    assert mapping.proposal(columns, []) == {}


def test_rows_reach_the_importer_by_code():
    seen = []
    apply = mapping.mapped(GROUPS.columns, {"name": "Nom"}, lambda row: seen.append(row) or "created")
    apply(Row(2, {"Nom": "Eau", "Autre": "x"}))
    assert seen == [Row(2, {"name": "Eau", "note": ""})]


def test_the_first_rows_help_choose(by):
    run = received(by, *"abcdefg")
    assert [row.values["Nom du groupe"] for row in queries.first_rows(run)] == list("abcde")
    broken = services.receive(upload(b'Nom du groupe\n"Air\n', "g.csv"), kind=GROUPS, by=by, now=NOW)
    assert queries.first_rows(broken) == []
    run.file = None
    assert queries.first_rows(run) == []


def test_the_list_names_its_kinds(by):
    run = received(by, "Eau")
    assert list(queries.runs_visible_to(by)) == [run]
    assert list(queries.runs_visible_to(someone())) == []
    run.kind = "test.gone"
    assert [listed.kind for listed in queries.listed([run])] == ["test.gone"]


def test_a_feed_sent_as_a_file_is_kept_as_its_rows(by):
    item = b"<item><title>Eau</title><link>https://exemple.fr/1</link></item>"
    feed = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Banque</title>' + item + b"</channel></rss>"
    run = services.receive(upload(feed, "flux.xml"), kind=GROUPS, by=by, now=NOW)
    with run.file.file.open() as kept:
        assert (run.file_name, b"https://exemple.fr/1" in kept.read()) == ("flux.json", True)
