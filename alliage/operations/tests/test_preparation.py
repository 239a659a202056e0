"""Preparing an installation, starting over, and when preparing again is needed."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from alliage.operations import occupation, preparation
from alliage.operations.management.commands import reset


@pytest.fixture
def elsewhere(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.DATABASES["default"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "alliage.sqlite3"),
        "HOST": "",
    }
    return tmp_path


def test_the_demonstration_is_prepared_in_demonstration_only(settings):
    settings.DEMO = True
    with_demo = [step.command for step in preparation.steps()]
    settings.DEMO = False
    assert [command for command in with_demo if command != "load_demo"] == [
        step.command for step in preparation.steps()
    ]
    assert with_demo[0] == "migrate"


def test_a_new_installation_is_not_prepared(elsewhere):
    assert not preparation.is_prepared()
    (elsewhere / "alliage.sqlite3").write_text("")
    assert not preparation.is_prepared()


def test_a_prepared_installation_stays_so_until_something_changes(elsewhere, settings):
    (elsewhere / "alliage.sqlite3").write_text("")
    preparation.remember_prepared()
    assert preparation.is_prepared()
    settings.DEMO = not settings.DEMO
    assert not preparation.is_prepared()


def test_a_broken_memory_means_preparing_again(elsewhere):
    (elsewhere / "alliage.sqlite3").write_text("")
    (elsewhere / "prepared.json").write_text("{")
    assert not preparation.is_prepared()


def test_prepare_runs_every_step_in_one_line_each_and_remembers(elsewhere, monkeypatch):
    done = []
    monkeypatch.setattr(preparation, "run_step", lambda step, out: (done.append(step), out.write("Page créée\n")))
    monkeypatch.setattr(connection, "ensure_connection", lambda: None)
    monkeypatch.setattr(preparation, "migrations_to_apply", lambda: 0)
    out = StringIO()
    call_command("prepare", stdout=out)
    assert [step.command for step in done] == [step.command for step in preparation.steps()]
    lines = out.getvalue().splitlines()
    assert len(lines) == len(done) + 1
    assert f"{len(done)}/{len(done)}" in lines[-1]
    assert (elsewhere / "prepared.json").exists()
    assert "première fois" in lines[0]
    call_command("prepare", stdout=out, verbosity=2)
    assert "Mise à jour" in out.getvalue()
    assert out.getvalue().count("Page créée") == len(list(preparation.steps()))


def test_a_step_that_fails_shows_what_it_said_and_nothing_is_remembered(elsewhere, monkeypatch):
    def fails(step, out):
        out.write("ligne 7 refusée")
        raise OSError("plus de place")

    monkeypatch.setattr(preparation, "run_step", fails)
    monkeypatch.setattr(connection, "ensure_connection", lambda: None)
    monkeypatch.setattr(preparation, "migrations_to_apply", lambda: 0)
    out = StringIO()
    with pytest.raises(OSError, match="plus de place"):
        call_command("prepare", stdout=out)
    assert "\nligne 7 refusée\n" in out.getvalue()
    assert not (elsewhere / "prepared.json").exists()


def test_a_database_that_does_not_answer_stops_the_preparation_in_one_sentence(elsewhere, monkeypatch):
    def refuses():
        raise DatabaseError("connection refused\nIs the server running?")

    monkeypatch.setattr(connection, "ensure_connection", refuses)
    with pytest.raises(CommandError, match=r"connection refused\. Vérifiez DATABASE_URL"):
        call_command("prepare")


def test_a_step_is_a_command_with_its_options_whose_words_are_kept(monkeypatch):
    called, out = [], StringIO()
    monkeypatch.setattr(preparation, "call_command", lambda name, **options: called.append((name, options)))
    preparation.run_step(preparation.Step("x", "migrate", {"verbosity": 0}), out)
    assert called == [("migrate", {"verbosity": 0, "stdout": out, "stderr": out})]


@pytest.mark.django_db
def test_a_database_up_to_date_has_no_migration_to_apply():
    assert preparation.migrations_to_apply() == 0


def test_preparing_apart_gives_the_code_of_the_other_process(monkeypatch):
    commands = []
    monkeypatch.setattr(preparation, "tied", lambda command: commands.append(command) or ["false"])
    assert preparation.prepare_apart() == 1
    assert commands[0][-2:] == ["alliage", "prepare"]


def test_preparing_apart_that_is_interrupted_says_so_by_its_code(monkeypatch):
    def interrupted(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(preparation.subprocess, "run", interrupted)
    assert preparation.prepare_apart() == 130


def test_reset_erases_what_we_wrote_and_nothing_else(elsewhere):
    for name in ("alliage.sqlite3", "prepared.json", "something-else"):
        (elsewhere / name).write_text("")
    (elsewhere / "media").mkdir()
    (elsewhere / "media" / "photo.webp").write_text("")
    call_command("reset", stdout=StringIO())
    assert [path.name for path in Path(elsewhere).iterdir()] == ["something-else"]


def test_reset_knows_every_folder_that_a_function_makes():
    """A folder of the data folder is named where it is made: « settings.VAR_DIR) / "…" »."""
    sources = "\n".join(
        path.read_text() for path in Path(reset.__file__).parents[3].rglob("*.py") if "tests" not in path.parts
    )
    made = set(re.findall(r"VAR_DIR\)? / \"([a-z.]+)\"", sources))
    assert {"packs", "progress", "media"} <= made
    # Words that whoever runs the site wrote there.
    assert made - {"synonymes.txt"} <= set(reset.OURS)


def test_reset_is_refused_in_production_and_on_postgresql(elsewhere, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("reset")
    settings.PRODUCTION = False
    settings.DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
    with pytest.raises(CommandError):
        call_command("reset")


def test_reset_is_refused_while_a_site_runs_on_these_data(elsewhere):
    (elsewhere / "alliage.sqlite3").write_text("")
    with occupation.shared(), occupation.shared(), pytest.raises(CommandError, match="en marche"):
        call_command("reset", stdout=StringIO())
    assert (elsewhere / "alliage.sqlite3").exists()


def test_a_site_does_not_start_on_data_that_are_being_erased(elsewhere):
    with occupation.alone(), pytest.raises(occupation.Occupied), occupation.shared():
        pass
