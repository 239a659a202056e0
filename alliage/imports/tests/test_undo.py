"""An import taken back: what it made goes, what it changed returns, what others changed since stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction

from alliage.files.tests.factories import upload
from alliage.imports import journal, permissions, queries, records, services
from alliage.imports.enums import Action, Duplicates, State
from alliage.imports.journal import Journal
from alliage.imports.models import Change, ImportRun
from alliage.imports.registry import ImportKind, Undo, kinds
from alliage.imports.services import ImportRefused, undoing
from alliage.imports.tests.factories import GROUPS, RICH, RICH_BATCH, importer, make_rich_apply, table
from alliage.jobs.context import JobCancelled, JobContext
from alliage.jobs.enums import State as JobState
from alliage.jobs.models import Job
from alliage.jobs.tests.factories import JobFactory, registered, someone

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with registered(kinds, GROUPS, RICH, RICH_BATCH):
        yield


@pytest.fixture
def by():
    return importer()


def imported(by, text, *, kind=RICH, skip_refused=False, duplicates=Duplicates.CREATE):
    run = services.receive(upload(text.encode(), "fiches.csv"), kind=kind, by=by, now=NOW)
    run.duplicates = duplicates
    run.save()
    run = services.try_out(run, mapping=run.mapping, by=by, now=NOW)
    return services.write(run, skip_refused=skip_refused, by=by, now=NOW)


def names():
    return set(Group.objects.values_list("name", flat=True)) - {"Editors", "Moderators"}


def report(run):
    return services.UndoReport.from_json(run.undo_report)


def test_what_was_created_goes_and_what_was_changed_returns(by):
    old = Group.objects.create(name="Ancien")
    old.permissions.set(Permission.objects.filter(codename="view_group", content_type__app_label="auth"))
    run = imported(by, f"identifiant;nom;leviers\n;Eau;add_group\n{old.pk};Nouveau;add_group | view_group\n;Air;\n")
    assert names() == {"Eau", "Nouveau", "Air"}
    assert run.is_undoable
    assert {(change.action, change.label, change.number) for change in run.changes.all()} == {
        ("created", "Eau", 2),
        ("updated", "Nouveau", 3),
        ("created", "Air", 4),
    }
    run = services.undo(run, by=by, now=NOW)
    assert names() == {"Ancien"}
    old.refresh_from_db()
    assert [permission.codename for permission in old.permissions.all()] == ["view_group"]
    assert (run.state, run.is_undoable, run.undone_by_id) == (State.UNDONE, False, by.pk)
    assert report(run) == services.UndoReport(removed=2, restored=1)
    assert not run.changes.exists()


def test_it_is_done_once(by):
    run = imported(by, "nom\nEau\n")
    services.undo(run, by=by, now=NOW)
    with pytest.raises(ImportRefused, match="ne s’annule plus"):
        services.undo(run, by=by, now=NOW)


def test_what_someone_changed_since_is_kept_and_said(by):
    old, gone = Group.objects.create(name="Ancien"), Group.objects.create(name="Autre")
    run = imported(by, f"identifiant;nom\n;Eau\n;Air\n{old.pk};Nouveau\n{gone.pk};Perdu\n;Terre\n")
    Group.objects.filter(name="Eau").update(name="Eau et rivières")
    old.permissions.add(Permission.objects.first())
    Group.objects.filter(name__in=["Perdu", "Terre"]).delete()
    run = services.undo(run, by=by, now=NOW)
    assert names() == {"Eau et rivières", "Nouveau"}
    assert report(run).removed == 1
    assert sorted(report(run).kept) == [
        ("Eau", "modifiée depuis l’import"),
        ("Nouveau", "modifiée depuis l’import"),
        ("Perdu", "supprimée depuis l’import"),
    ]


def test_what_others_hung_on_a_created_record_keeps_it(by):
    apply_types = ImportKind("test.types", "Types", GROUPS.columns, _types, undo=Undo())
    with registered(kinds, apply_types):
        run = imported(by, "nom du groupe\nun\ndeux\ntrois\n", kind=apply_types)
        hung = Permission.objects.create(
            codename="x", name="Une permission", content_type=ContentType.objects.get(model="deux")
        )
        run = services.undo(run, by=by, now=NOW)
        assert report(run).removed == 2
        assert report(run).kept == [("deux", "ce qui s’y rattache a été ajouté depuis (permission)")]
        assert Permission.objects.filter(pk=hung.pk).exists()
        assert set(ContentType.objects.filter(app_label="test").values_list("model", flat=True)) == {"deux"}


def test_what_goes_along_is_named_by_the_importer(by):
    along = ImportKind("test.types", "Types", GROUPS.columns, _types, undo=Undo(along=frozenset({"auth.Permission"})))
    with registered(kinds, along):
        run = imported(by, "nom du groupe\nun\n", kind=along)
        Permission.objects.create(codename="x", name="x", content_type=ContentType.objects.get(model="un"))
        assert report(services.undo(run, by=by, now=NOW)).removed == 1


def test_what_the_import_made_itself_does_not_keep_its_records(by):
    kind = ImportKind("test.types", "Types", GROUPS.columns, _types_with_permission, undo=Undo())
    with registered(kinds, kind):
        run = imported(by, "nom du groupe\nun\n", kind=kind)
        Permission.objects.get(codename="fait").group_set.add(Group.objects.create(name="Eau"))
        assert report(services.undo(run, by=by, now=NOW)).removed == 2


def _types(importing):
    def apply(row):
        importing.journal.created(ContentType.objects.create(app_label="test", model=row.values["name"]))
        return "created"

    return apply


def _types_with_permission(importing):
    def apply(row):
        parent = ContentType.objects.create(app_label="test", model=row.values["name"])
        importing.journal.created(parent)
        importing.journal.created(Permission.objects.create(codename="fait", name="x", content_type=parent))
        return "created"

    return apply


def test_a_record_that_must_not_go_is_kept(by, monkeypatch):
    run = imported(by, "nom\nEau\n")

    collect = undoing.Collector.collect

    def protect(self, objs, *args, **options):
        if isinstance(objs[0], Group):
            raise undoing.ProtectedError("non", set())
        return collect(self, objs, *args, **options)

    monkeypatch.setattr(undoing.Collector, "collect", protect)
    assert report(services.undo(run, by=by, now=NOW)).kept == [("Eau", "d’autres fiches s’y rattachent")]


def test_the_importer_may_keep_a_record_and_hears_what_was_done(by):
    told = []
    kind = ImportKind(
        "test.keeping",
        "x",
        RICH.columns,
        make_rich_apply,
        undo=Undo(
            keep=lambda group: "elle sert déjà" if group.name == "Eau" else "",
            after=lambda done, now: told.append((done, now)),
        ),
    )
    with registered(kinds, kind):
        run = imported(by, "nom\nEau\nAir\n", kind=kind)
        air = Group.objects.get(name="Air").pk
        run = services.undo(run, by=by, now=NOW)
    assert report(run).kept == [("Eau", "elle sert déjà")]
    assert told[0][0] == [("auth.Group", str(air))]


def test_former_content_that_no_longer_fits_is_said(by):
    old = Group.objects.create(name="Ancien")
    run = imported(by, f"identifiant;nom\n{old.pk};Nouveau\n")
    Group.objects.create(name="Ancien")
    assert report(services.undo(run, by=by, now=NOW)).kept == [
        ("Nouveau", "son ancien contenu contredit une autre fiche")
    ]
    assert "Nouveau" in names()


def removing(importing):
    def apply(row):
        group = Group.objects.get(name=row.values["name"])
        importing.journal.removed(group)
        group.delete()
        return "updated"

    return apply


def test_what_was_removed_is_made_again_under_its_number(by):
    first, second, third = (Group.objects.create(name=name) for name in ("Eau", "Air", "Feu"))
    first.permissions.set(Permission.objects.filter(codename="view_group", content_type__app_label="auth"))
    kind = ImportKind("test.removing", "x", GROUPS.columns, removing, undo=Undo())
    with registered(kinds, kind):
        run = imported(by, "nom du groupe\nEau\nAir\nFeu\n", kind=kind)
        assert names() == set()
        Group.objects.create(name="Air")
        Group.objects.create(pk=third.pk, name="Feu")
        run = services.undo(run, by=by, now=NOW)
    assert Group.objects.get(name="Eau").pk == first.pk
    assert Group.objects.get(name="Eau").permissions.count() == 1
    assert report(run).restored == 1
    assert report(run).kept == [("Air", "elle ne peut plus être remise\u00a0: une autre a pris sa place")]
    assert Group.objects.get(name="Air").pk != second.pk


def test_a_refused_row_leaves_no_trace_in_the_journal(by):
    run = imported(by, "nom\nEau\nrefusé\n", skip_refused=True)
    assert [change.label for change in run.changes.all()] == ["Eau"]
    services.undo(run, by=by, now=NOW)
    assert names() == set()


def test_importers_of_many_rows_can_be_undone_too(by):
    run = imported(by, "nom\nEau\nAir\n", kind=RICH_BATCH)
    assert [change.number for change in run.changes.order_by("pk")] == [2, 3]
    assert report(services.undo(run, by=by, now=NOW)).removed == 2
    assert names() == set()


def test_a_record_told_twice_keeps_its_first_state(by):
    group = Group.objects.create(name="Un")
    run = services.receive(table("x"), kind=GROUPS, by=by, now=NOW)
    told = Journal(run.pk)
    for name in ("Deux", "Trois"):
        told.begin(2)
        before = told.before(group)
        group.name = name
        group.save()
        told.updated(group, before)
        told.keep()
    assert told.close()
    change = Change.objects.get(run=run)
    assert change.before["fields"]["name"] == "Un"
    assert change.after == records.fingerprint(records.snapshot(group))


def test_a_long_journal_is_written_little_by_little(by, monkeypatch):
    monkeypatch.setattr(journal, "FLUSH_EVERY", 2)
    monkeypatch.setattr(undoing, "TOGETHER", 2)
    run = imported(by, "nom\n" + "\n".join("abcde"))
    assert run.changes.exclude(after="").count() == 5
    assert report(services.undo(run, by=by, now=NOW)).removed == 5


def test_a_run_without_journal_or_without_change_cannot_be_undone(by):
    run = imported(by, "nom du groupe\nEau\n", kind=GROUPS)
    assert not run.is_undoable
    with pytest.raises(ImportRefused, match="ne s’annule pas"):
        services.undo(run, by=by, now=NOW)
    old = Group.objects.create(name="Vieux")
    run = imported(by, f"identifiant;nom\n{old.pk};Vieux\n")
    assert not run.is_undoable
    silent = Journal()
    silent.created(old)
    assert silent.before(old) == {}
    assert not silent.close()


def test_an_error_or_a_cancellation_leaves_everything_as_it_was(by, monkeypatch):
    run = imported(by, "nom\nEau\n")

    def broken(*args):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(undoing.records, "snapshots", broken)
        run = services.undo(run, by=by, now=NOW)
    assert (run.state, run.is_undoable, names()) == (State.DONE, True, {"Eau"})
    assert "n’a pas abouti" in run.error
    ImportRun.objects.filter(pk=run.pk).update(state=State.UNDOING)

    def cancelled(*args):
        raise JobCancelled

    with monkeypatch.context() as patch:
        patch.setattr(JobContext, "progress", cancelled)
        with pytest.raises(JobCancelled):
            services.carry_out_undo(JobContext(JobFactory()), str(run.pk), clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, run.error, names()) == (State.DONE, "", {"Eau"})


def test_a_stopped_worker_goes_on_later(by, monkeypatch):
    from alliage.jobs.context import JobInterrupted

    run = imported(by, "nom\nEau\n")
    ImportRun.objects.filter(pk=run.pk).update(state=State.UNDOING)

    def interrupted(*args):
        raise JobInterrupted

    with monkeypatch.context() as patch:
        patch.setattr(JobContext, "progress", interrupted)
        with pytest.raises(JobInterrupted):
            services.carry_out_undo(JobContext(JobFactory()), str(run.pk), clock=lambda: NOW)
    run.refresh_from_db()
    assert run.state == State.UNDOING
    services.carry_out_undo(JobContext(JobFactory()), str(run.pk), clock=lambda: NOW)
    services.carry_out_undo(JobContext(JobFactory()), str(run.pk), clock=lambda: NOW)
    run.refresh_from_db()
    assert run.state == State.UNDONE


def test_an_undoing_whose_worker_died_can_be_asked_again(by):
    run = imported(by, "nom\nEau\n")
    dead = JobFactory(state=JobState.FAILED, finished_at=NOW)
    ImportRun.objects.filter(pk=run.pk).update(state=State.UNDOING, job=dead)
    run.refresh_from_db()
    assert services.undo(run, by=by, now=NOW).state == State.UNDONE


def test_journals_are_forgotten_after_a_month_and_when_a_record_is_erased(by):
    run = imported(by, "nom\nEau\nAir\n")
    services.forget_record("auth.Group", [Group.objects.get(name="Air").pk])
    assert [change.label for change in run.changes.all()] == ["Eau"]
    services.forget_journals(run.finished_at + timedelta(days=29))
    assert run.changes.exists()
    services.forget_journals(run.finished_at + timedelta(days=31))
    run.refresh_from_db()
    assert (run.is_undoable, run.changes.exists()) == (False, False)


def test_nothing_is_left_to_undo_when_all_records_were_erased(by):
    run = imported(by, "nom\nEau\n")
    erased = Group.objects.get(name="Eau")
    services.forget_record("auth.Group", [erased.pk])
    run = services.undo(run, by=by, now=NOW)
    assert (run.state, run.undo_report["removed"], names()) == (State.UNDONE, 0, {"Eau"})


def test_who_may_undo(by):
    run = imported(by, "nom\nEau\n")
    assert permissions.can_undo(by, run)
    assert not permissions.can_undo(someone(), run)
    plain = imported(by, "nom du groupe\nEau\n", kind=GROUPS)
    assert not permissions.can_undo(by, plain)
    run.kind = "test.gone"
    assert not permissions.can_undo(by, run)


def test_what_will_be_undone_is_counted(by):
    old = Group.objects.create(name="Ancien")
    told = queries.changes(imported(by, f"identifiant;nom\n;Eau\n{old.pk};Nouveau\n"))
    assert told.counts == [("groupes", "à retirer", 1), ("groupes", "à remettre comme avant", 1)]
    assert (told.total, [change.label for change in told.first]) == (2, ["Eau", "Nouveau"])


def test_the_report_of_an_undoing_keeps_its_first_reasons(monkeypatch):
    monkeypatch.setattr(undoing, "MOST_KEPT_TOLD", 1)
    told = services.UndoReport()
    told.keep("a", "x")
    told.keep("b", "x")
    assert (told.kept_count, told.kept) == (2, [("a", "x")])


def test_the_database_refuses_an_incoherent_journal(by):
    run = imported(by, "nom\nEau\n")
    change = run.changes.get()
    assert str(change) == "Eau"
    for fields in ({"action": "lost"}, {"action": Action.UPDATED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Change.objects.filter(pk=change.pk).update(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.create(run=run, number=9, action=change.action, model=change.model, object_id=change.object_id)
    for fields in ({"state": State.UNDONE}, {"state": State.CANCELLED}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ImportRun.objects.filter(pk=run.pk).update(**fields)


def test_any_column_is_put_back_as_it_was():
    job = JobFactory(payload={"a": [1, "é"]}, started_at=NOW.replace(microsecond=123456), finished_at=None)
    before = records.snapshot(job)
    Job.objects.filter(pk=job.pk).update(payload={}, started_at=None, label="autre", total=8)
    records.put_back(Job, str(job.pk), {**before, "fields": {**before["fields"], "colonne_disparue": "x"}})
    job.refresh_from_db()
    assert records.snapshot(job) == before
    assert (job.payload, job.started_at) == ({"a": [1, "é"]}, NOW.replace(microsecond=123456))


def test_the_undo_screen_says_what_goes_then_what_was_done(client, by):
    client.force_login(by)
    run = imported(by, "nom\nEau\nAir\n")
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert f"/imports/{run.pk}/annuler/" in page
    page = client.get(f"/imports/{run.pk}/annuler/").content.decode()
    assert "Groupes à retirer" in page
    assert "Eau" in page
    Group.objects.filter(name="Air").update(name="Vent")
    page = client.post(f"/imports/{run.pk}/annuler/", follow=True).content.decode()
    assert "Cet import a été annulé." in page
    assert "modifiée depuis l’import" in page
    assert client.get(f"/imports/{run.pk}/annuler/").status_code == 302


def test_the_undo_screen_says_a_refusal(client, by, monkeypatch):
    client.force_login(by)
    run = imported(by, "nom\nEau\n")

    def refuse(*args, **options):
        raise ImportRefused("Pas maintenant.")

    monkeypatch.setattr(services, "undo", refuse)
    assert "Pas maintenant." in client.post(f"/imports/{run.pk}/annuler/", follow=True).content.decode()


def test_the_button_is_absent_when_nothing_can_be_undone(client, by):
    client.force_login(by)
    run = imported(by, "nom du groupe\nEau\n", kind=GROUPS)
    assert "annuler/" not in client.get(f"/imports/{run.pk}/").content.decode()


def test_no_change_makes_no_group():
    assert list(undoing._groups([])) == []
