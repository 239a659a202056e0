"""All or nothing, with a reason for every refused row."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from alliage.imports import engine
from alliage.imports.engine import Outcome, Refused, Report, Row, RowRefused, read_table, run
from alliage.refusals import Refusal

pytestmark = pytest.mark.django_db


def apply(row: Row) -> str:
    name = row.values["nom"]
    if name == "refuse":
        Group.objects.create(name="à moitié")
        raise RowRefused("Ce nom n’est pas accepté.")
    if name == "invalid":
        raise ValidationError("Trop court.")
    if name == "twice":
        Group.objects.bulk_create([Group(name="x"), Group(name="x")])
    _group, created = Group.objects.get_or_create(name=name)
    return Outcome.CREATED if created else Outcome.UNCHANGED


def rows(*names):
    return [Row(number, {"nom": name}) for number, name in enumerate(names, start=2)]


def names():
    """Names written, beside the groups that a new site has."""
    return sorted(Group.objects.exclude(name__in=["Editors", "Moderators"]).values_list("name", flat=True))


def test_every_row_is_written():
    report = run(rows("a", "b", "a"), apply, dry_run=False)
    assert (report.created, report.unchanged, report.updated, report.total) == (2, 1, 0, 3)
    assert report.written
    assert names() == ["a", "b"]


def test_a_dry_run_writes_nothing_and_tells_what_would_be():
    report = run(rows("a", "b"), apply, dry_run=True)
    assert (report.created, report.written, names()) == (2, False, [])
    assert "Ceci est un essai\u00a0: rien n’est enregistré." in report.lines()


def test_one_refused_row_keeps_everything_out():
    report = run(rows("a", "refuse", "b"), apply, dry_run=False)
    assert report.refused == [Refused(3, "Ce nom n’est pas accepté.", {"nom": "refuse"})]
    assert not report.written
    assert names() == []
    assert report.lines()[-1] == "Ligne 3\u00a0: Ce nom n’est pas accepté."
    assert "Rien n’est enregistré\u00a0: corrigez" in report.lines()[4]


def test_refused_rows_may_be_skipped_and_leave_no_half_behind():
    report = run(rows("a", "refuse", "b"), apply, dry_run=False, skip_refused=True)
    assert report.written
    assert names() == ["a", "b"]
    assert "Tout ce qui est accepté est enregistré." in report.lines()


def test_every_reason_is_kept():
    table = [*rows("invalid", "twice"), Row(9, {"nom": "a"}, "Trop de cellules.")]
    report = run(table, apply, dry_run=True)
    reasons = [(refused.number, refused.reason) for refused in report.refused]
    assert reasons[0] == (2, "Trop court.")
    assert "règle de la base" in reasons[1][1]
    assert reasons[2] == (9, "Trop de cellules.")


def test_an_importer_without_savepoints_must_not_meet_the_database_s_rules():
    assert run(rows("a", "invalid"), apply, dry_run=True, savepoints=False).refused_count == 1
    with pytest.raises(IntegrityError):
        run(rows("twice"), apply, dry_run=True, savepoints=False)


def test_an_error_of_ours_keeps_everything_out():
    def broken(row):
        apply(row)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(rows("a"), broken, dry_run=False)
    assert names() == []


def test_a_file_that_breaks_on_the_way_keeps_everything_out_even_when_skipping():
    table = read_table(b'nom;code\na;1\nb;"2\n')
    report = run(table.rows, apply, dry_run=False, skip_refused=True)
    assert report.refused[0].number == 3
    assert not report.written
    assert names() == []


def test_the_end_of_the_import_checks_what_the_database_checks_at_its_end(monkeypatch):
    def contradicted():
        raise IntegrityError

    monkeypatch.setattr(engine.connection, "check_constraints", contradicted)
    report = run(rows("a"), apply, dry_run=False, skip_refused=True)
    assert report.refused[0].number == 0
    assert "renvoient à quelque chose" in report.lines()[-1]
    assert names() == []


def test_progress_is_told_now_and_then_and_at_the_end():
    told = []
    run(rows(*[f"n{n}" for n in range(250)]), apply, dry_run=True, progress=told.append)
    assert told == [100, 200, 250]


def test_a_file_read_inside_an_importer_may_refuse_the_whole():
    def refuse(row):
        raise engine.FileRefused("Illisible.", number=7)

    assert run(rows("a", "b"), refuse, dry_run=True).refused == [Refused(7, "Illisible.")]


def test_a_report_keeps_the_first_refusals_and_counts_them_all(monkeypatch):
    monkeypatch.setattr(engine, "MAX_REFUSED_KEPT", 2)
    report = run(rows(*["invalid"] * 5), apply, dry_run=True)
    assert (len(report.refused), report.refused_count) == (2, 5)


def test_refused_rows_come_back_as_a_file_to_mend():
    report = run(
        rows("a", "refuse", "=cmd()"), lambda row: apply(row) if row.number == 2 else _refuse(row), dry_run=True
    )
    table = read_table(report.report_csv().encode())
    assert table.columns == ["ligne", "motif du refus", "nom"]
    assert [list(row.values.values()) for row in table.rows] == [["3", "Non.", "refuse"], ["4", "Non.", "=cmd()"]]


def _refuse(row):
    raise RowRefused("Non.")


def test_a_report_is_kept_as_data():
    report = run(rows("a", "refuse"), apply, dry_run=True)
    assert Report.from_json(report.as_json()) == report


def test_counts_are_said_in_french():
    report = Report(created=1, updated=2)
    assert report.lines()[:4] == ["1 ligne créée.", "2 lignes modifiées.", "0 ligne inchangée.", "0 ligne refusée."]
    assert issubclass(RowRefused, Refusal)
