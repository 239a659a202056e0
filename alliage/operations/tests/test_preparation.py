"""Preparing an installation, starting over, and when preparing again is needed."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from alliage.operations import preparation


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


def test_prepare_runs_every_step_and_remembers(elsewhere, monkeypatch):
    done = []
    monkeypatch.setattr(preparation, "run_step", done.append)
    out = StringIO()
    call_command("prepare", stdout=out)
    assert done == list(preparation.steps())
    assert f"[{len(done)}/{len(done)}]" in out.getvalue()
    assert (elsewhere / "prepared.json").exists()


def test_a_step_is_a_command_with_its_options(monkeypatch):
    called = []
    monkeypatch.setattr(preparation, "call_command", lambda name, **options: called.append((name, options)))
    preparation.run_step(preparation.Step("x", "migrate", {"verbosity": 0}))
    assert called == [("migrate", {"verbosity": 0})]


def test_reset_erases_what_we_wrote_and_nothing_else(elsewhere):
    for name in ("alliage.sqlite3", "prepared.json", "something-else"):
        (elsewhere / name).write_text("")
    (elsewhere / "media").mkdir()
    (elsewhere / "media" / "photo.webp").write_text("")
    call_command("reset", stdout=StringIO())
    assert [path.name for path in Path(elsewhere).iterdir()] == ["something-else"]


def test_reset_is_refused_in_production_and_on_postgresql(elsewhere, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("reset")
    settings.PRODUCTION = False
    settings.DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
    with pytest.raises(CommandError):
        call_command("reset")
