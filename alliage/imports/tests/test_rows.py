"""The report of every row: what is created, what changes and how, what is left aside, what is refused and why."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from alliage.files.tests.factories import upload
from alliage.imports import engine, queries, services
from alliage.imports.engine import Report
from alliage.imports.enums import Duplicates, RowOutcome, State
from alliage.imports.models import Change, ImportRun, RowReport
from alliage.imports.registry import Batch, Duplicate, ImportKind, Said, Undo, kinds
from alliage.imports.services import rows as row_reports
from alliage.imports.tests.factories import RICH, RICH_COLUMNS, importer, site
from alliage.jobs.context import JobCancelled
from alliage.jobs.tests.factories import registered, someone

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def make_told_batch(importing, rows):
    """Groups by name: « change … » is renamed, « écarté » is left aside, « refusé » is refused, others are made."""
    there = {group.name: group for group in Group.objects.all()}

    def apply(row):
        name = row.values["name"]
        if name == "refusé":
            raise engine.RowRefused("Ce nom n’est pas accepté.")
        if name == "écarté":
            importing.found.add(Duplicate(row.number, "« Écarté », fiche existante", "/annuaire/"))
            return "skipped"
        group = there.get(name.removeprefix("change "))
        if group is None:
            importing.say(Said(note="à relire"))
            return "created"
        changes = [("Nom", group.name, name)] if name != group.name else []
        importing.say(Said(group.name, "/annuaire/", changes=changes, record=("auth.Group", group.pk)))
        return "updated" if changes else "unchanged"

    return Batch(apply, lambda: [write_told(importing, row, there) for row in rows])


def write_told(importing, row, there):
    name = row.values["name"]
    group = there.get(name.removeprefix("change "))
    if group is None and name not in {"refusé", "écarté"}:
        importing.journal.created(Group.objects.create(name=name), number=row.number)
    elif group is not None and group.name != name:
        before = importing.journal.before(group)
        group.name = name
        group.save()
        importing.journal.updated(group, before, number=row.number)


TOLD = ImportKind("test.told", "Fiches racontées", RICH_COLUMNS, make_batch=make_told_batch, undo=Undo())
FILE = "nom;courriel\nEau;\nchange Air;\nFeu;\nécarté;\nrefusé;=1+1\n"


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.FETCH_LOCAL = True
    with registered(kinds, TOLD, RICH):
        yield


@pytest.fixture
def by(client):
    person = importer()
    client.force_login(person)
    Group.objects.create(name="Air")
    Group.objects.create(name="Feu")
    return person


def tried(by, text=FILE, kind=TOLD):
    run = services.receive(upload(text.encode(), "f.csv"), kind=kind, by=by, now=NOW)
    return services.try_out(run, mapping=run.mapping, by=by, now=NOW)


def told(run):
    return [(row.number, row.outcome, row.label) for row in queries.rows_of(run)]


EVERY = [
    (2, "created", "Eau"),
    (3, "updated", "Air"),
    (4, "unchanged", "Feu"),
    (5, "skipped", "écarté"),
    (6, "refused", "refusé"),
]


def read(response):
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body), delimiter=";"))


def test_a_trial_says_what_becomes_of_every_row(by):
    run = tried(by)
    assert told(run) == EVERY
    rows = {row.number: row for row in RowReport.objects.filter(run=run)}
    assert (rows[2].reason, rows[2].changes) == ("à relire", [])
    assert rows[3].changes == [["Nom", "Air", "change Air"]]
    assert (rows[5].reason, rows[5].url) == ("« Écarté », fiche existante", "/annuaire/")
    assert (rows[6].reason, rows[6].values) == ("Ce nom n’est pas accepté.", {"nom": "refusé", "courriel": "=1+1"})


def test_the_page_of_the_import_and_its_file_show_before_and_after(client, by):
    run = tried(by)
    page = client.get(f"/imports/{run.pk}/").text.replace("\u00a0", " ")
    assert "Air → change Air" in page
    assert "Les premières créées" in page
    assert f'href="/imports/{run.pk}/compte-rendu.csv"' in page
    lines = read(client.get(f"/imports/{run.pk}/compte-rendu.csv"))
    assert lines[0] == list(queries.REPORT_COLUMNS)
    assert lines[1:] == [
        ["2", "créée", "Eau", "à relire", "", "", "", ""],
        ["3", "modifiée", "Air", "", "Nom", "Air", "change Air", "/annuaire/"],
        ["4", "inchangée", "Feu", "", "", "", "", "/annuaire/"],
        ["5", "laissée de côté", "écarté", "« Écarté », fiche existante", "", "", "", "/annuaire/"],
        ["6", "refusée", "refusé", "Ce nom n’est pas accepté.", "", "", "", ""],
    ]


def test_the_rows_are_listed_by_what_becomes_of_them_page_by_page(client, by, monkeypatch):
    monkeypatch.setattr("alliage.imports.views.runs.ROWS_A_PAGE", 2)
    run = tried(by, FILE + "Terre;\nVent;\nMer;\n")
    page = client.get(f"/imports/{run.pk}/lignes/?sorte=creees").text
    assert "Créées (4)" in page
    assert "Eau" in page
    assert "Vent" not in page
    assert "?sorte=creees&amp;page=2" in page
    assert "Vent" in client.get(f"/imports/{run.pk}/lignes/?sorte=creees&page=2").text
    assert "Ce nom n’est pas accepté." in client.get(f"/imports/{run.pk}/lignes/?sorte=refusees").text
    everything = client.get(f"/imports/{run.pk}/lignes/?sorte=inconnue").text
    assert "Air → change Air" in everything.replace("\u00a0", " ")
    RowReport.objects.all().delete()
    assert "Aucune ligne à montrer ici." in client.get(f"/imports/{run.pk}/lignes/").text


def test_every_refused_row_is_in_the_file_beyond_what_the_report_keeps(client, by, monkeypatch):
    monkeypatch.setattr(engine, "MAX_REFUSED_KEPT", 2)
    monkeypatch.setattr("alliage.imports.views.runs.REFUSED_SHOWN", 1)
    monkeypatch.setattr(queries, "READ_TOGETHER", 2)
    run = tried(by, "nom;courriel\n" + "".join(f"refusé;n{rank}\n" for rank in range(5)))
    assert (len(Report.from_json(run.report).refused), run.report["refused_count"]) == (2, 5)
    lines = read(client.get(f"/imports/{run.pk}/lignes-refusees.csv"))
    assert lines[0] == ["ligne", "motif du refus", "nom", "courriel"]
    assert [line[3] for line in lines[1:]] == ["n0", "n1", "n2", "n3", "n4"]
    assert "Et 4 autres" in client.get(f"/imports/{run.pk}/").text.replace("\u00a0", " ")
    again = services.receive(
        upload(b"".join(client.get(f"/imports/{run.pk}/lignes-refusees.csv").streaming_content), "r.csv"),
        kind=TOLD, by=by, now=NOW,
    )  # fmt: skip
    assert again.columns == ["ligne", "motif du refus", "nom", "courriel"]


def test_an_import_older_than_the_report_of_every_row_still_gives_its_refusals(client, by):
    run = tried(by)
    RowReport.objects.all().delete()
    assert "Ce nom n’est pas accepté." in client.get(f"/imports/{run.pk}/lignes-refusees.csv").content.decode()
    old = {key: value for key, value in run.report.items() if key != "of_values_count"}
    old["refused"] = [[2, "Non.", [], True], [3, "Non.", []]]
    assert Report.from_json(old).of_values_count == 1


def test_what_is_written_is_what_the_trial_said(by):
    run = tried(by)
    before = list(RowReport.objects.order_by("pk").values())
    run = services.write(run, skip_refused=True, by=by, now=NOW)
    assert run.state == State.DONE
    assert list(RowReport.objects.order_by("pk").values()) == before


def test_what_changed_between_the_trial_and_the_writing_is_said_again(by):
    run = tried(by)
    Group.objects.create(name="Eau")
    Group.objects.filter(name="Feu").delete()
    services.write(run, skip_refused=True, by=by, now=NOW)
    assert told(run) == [(2, "unchanged", "Eau"), EVERY[1], (4, "created", "Feu"), *EVERY[3:]]


def test_a_row_that_changes_otherwise_is_said_again_and_one_already_done_stays_as_it_was(by):
    run = tried(by)
    ImportRun.objects.filter(pk=run.pk).update(state=State.WRITING)
    run.refresh_from_db()
    importing = engine_importing(by)
    heard = row_reports.Rows(run, importing, at_once=True)
    importing.say(Said("Air", changes=[("Nom", "Air", "autrement")]))
    heard.hear(3, "updated", "", {})
    heard.hear(2, "created", "", {})
    heard.flush()
    rows = {row.number: row for row in RowReport.objects.filter(run=run)}
    assert rows[3].changes == [["Nom", "Air", "autrement"]]
    assert (rows[2].reason, len(rows)) == ("à relire", 5)


def engine_importing(by):
    from alliage.imports.registry import Importing

    return Importing(by.pk, NOW)


def test_large_files_are_kept_by_pieces(by, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(row_reports, "TOGETHER", 2)
    run = ImportRun.objects.create(kind=TOLD.code, file_name="f.csv", sha256="0", created_at=NOW, state=State.TRYING)
    heard = row_reports.Rows(run, engine_importing(by), at_once=True)
    with django_assert_num_queries(2):
        for number in range(2, 7):
            heard.hear(number, "created", "", {})
    assert RowReport.objects.count() == 4
    heard.flush()
    assert RowReport.objects.count() == 5
    assert str(RowReport(number=7)) == "7"
    assert str(RowReport(number=7, label="Eau")) == "Eau"


def test_a_trial_done_again_forgets_the_one_before(by):
    run = services.settle_duplicates(tried(by, "nom\nEau\n", RICH), choice=Duplicates.CREATE, by=by, now=NOW)
    assert [row[0] for row in told(run)] == [2]


def test_rows_go_with_what_is_given_up_undone_or_old(by):
    run = tried(by)
    services.give_up(run, now=NOW)
    assert not RowReport.objects.exists()
    run = services.write(tried(by), skip_refused=True, by=by, now=NOW)
    services.forget_journals(timezone.now() + timedelta(days=29))
    assert RowReport.objects.exists()
    run = services.undo(run, by=by, now=NOW)
    assert run.state == State.UNDONE
    assert not RowReport.objects.exists()
    services.write(tried(by), skip_refused=True, by=by, now=NOW)
    services.forget_journals(timezone.now() + timedelta(days=31))
    assert not RowReport.objects.exists()


def test_a_cancelled_trial_leaves_no_row(by, monkeypatch):
    monkeypatch.setattr(row_reports, "TOGETHER", 1)
    run = services.receive(upload(FILE.encode(), "f.csv"), kind=TOLD, by=by, now=NOW)
    ImportRun.objects.filter(pk=run.pk).update(state=State.TRYING)

    class Context:
        def progress(self, done, _total, message=""):
            if done:
                raise JobCancelled

    with pytest.raises(JobCancelled):
        services.carry_out(Context(), str(run.pk), clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, RowReport.objects.count()) == (State.UPLOADED, 0)


def test_what_is_said_of_an_erased_record_is_forgotten_whether_it_was_there_or_was_made(by):
    run = services.write(tried(by), skip_refused=True, by=by, now=NOW)
    made, known = Group.objects.get(name="Eau").pk, Group.objects.get(name="change Air").pk
    services.forget_record("auth.Group", [made, known])
    assert [row[0] for row in told(run)] == [4, 5, 6]
    assert not Change.objects.exists()


def test_what_is_said_of_many_erased_records_is_forgotten_in_few_queries(by, django_assert_num_queries):
    run = services.write(
        tried(by, "nom\n" + "".join(f"Fiche {n}\n" for n in range(30))), skip_refused=True, by=by, now=NOW
    )
    made = list(Group.objects.filter(name__startswith="Fiche").values_list("pk", flat=True))
    with django_assert_num_queries(4):
        services.forget_record("auth.Group", made)
    assert told(run) == []


def test_what_did_not_change_at_an_outside_source_is_only_counted(by):
    with site() as other:
        other.publish({"id": "a", "nom": "Eau"}, {"id": "b", "nom": "Terre"})
        values = {"name": "Ailleurs", "url": other.url, "every_hours": 24, "licence": "", "attribution": "", "contact": "", "is_personal": False}  # fmt: skip
        source = services.follow_source(values, kind=RICH, by=by, now=NOW)
        services.read_source(source, writes=False, by=by, now=NOW)
        run = source.runs.get(state=State.UPLOADED)
        run = services.try_out(run, mapping=run.mapping, by=by, now=NOW)
        run = services.write(run, skip_refused=True, by=by, now=NOW)
        assert [row[1] for row in told(run)] == ["created", "created"]
        other.publish({"id": "a", "nom": "Eau"}, {"id": "b", "nom": "Terre haute"})
        services.read_source(source, writes=True, by=None, now=NOW + timedelta(days=1))
        last = source.runs.order_by("created_at").last()
        assert last.report["unchanged"] == 1
        assert [(row[1], row[2]) for row in told(last)] == [("updated", "Terre haute")]


def test_the_report_is_read_by_those_who_may_run_the_import_and_kept_by_no_cache(client, by):
    run = tried(by)
    paths = [f"/imports/{run.pk}/{end}" for end in ("lignes/", "compte-rendu.csv", "lignes-refusees.csv")]
    for path in paths:
        assert "no-store" in client.get(path)["Cache-Control"], path
    client.force_login(someone())
    assert [client.get(path).status_code for path in paths] == [403, 403, 403]
    client.logout()
    assert [client.get(path).status_code for path in paths] == [302, 302, 302]


def test_there_is_no_report_before_the_trial_nor_while_it_works(client, by):
    run = services.receive(upload(FILE.encode(), "f.csv"), kind=TOLD, by=by, now=NOW)
    assert client.get(f"/imports/{run.pk}/lignes/").status_code == 302
    assert client.get(f"/imports/{run.pk}/compte-rendu.csv").status_code == 404
    run = tried(by)
    ImportRun.objects.filter(pk=run.pk).update(state=State.WRITING)
    assert client.get(f"/imports/{run.pk}/lignes/").status_code == 302


def test_duplicates_beyond_those_shown_are_said(client, by, monkeypatch):
    monkeypatch.setattr("alliage.imports.views.runs.REFUSED_SHOWN", 1)
    run = tried(by, "nom\nécarté\nécarté\nécarté\n")
    assert "Et 2 autres, dans le compte rendu de chaque ligne." in client.get(f"/imports/{run.pk}/").text


def test_a_file_that_breaks_on_the_way_says_where(by):
    run = tried(by, 'nom;courriel\nEau;\nTerre;"2\n')
    assert [row[:2] for row in told(run)][-1][1] == RowOutcome.REFUSED
