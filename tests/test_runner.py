"""What `make test` does on a machine without browser, or without PostgreSQL."""

from contextlib import contextmanager

import pytest

from tests import browser, postgresql, run


@pytest.fixture
def selections(monkeypatch):
    """What would be given to pytest, instead of running the suite within the suite."""
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(run, "pytest", lambda *arguments, environment=None: asked.append(arguments) or 0)
    return asked


def without_postgresql(monkeypatch):
    @contextmanager
    def absent():
        raise ImportError("absent")
        yield

    monkeypatch.delenv("DATABASE_URL_TEST", raising=False)
    monkeypatch.setattr(postgresql, "_system_binaries", lambda: None)
    monkeypatch.setattr(postgresql, "_embedded_server", absent)


def test_without_a_browser_the_rest_runs_and_it_is_said_before_and_after(selections, capsys):
    assert run.on_sqlite(["alliage/formats"], browser=False) == 0
    assert selections[0][:2] == ("-m", "not heavy and not journey")
    assert capsys.readouterr().out.count("PAS testés") == 2


def test_with_a_browser_journeys_run_and_nothing_is_shouted(selections, capsys):
    run.on_sqlite(["alliage/formats"], browser=True)
    assert selections[0][:2] == ("-m", "not heavy")
    assert "***" not in capsys.readouterr().out


@pytest.mark.parametrize(("in_ci", "code"), [(False, 0), (True, 1)])
def test_without_postgresql_the_last_line_says_so_and_ci_fails(monkeypatch, selections, capsys, in_ci, code):
    without_postgresql(monkeypatch)
    monkeypatch.setattr(run, "CI", in_ci)
    assert run.on_postgresql([]) == code
    assert "PostgreSQL n’a PAS été testé" in capsys.readouterr().out.splitlines()[-1]
    assert selections == []


def test_a_named_postgresql_is_the_one_used(monkeypatch):
    monkeypatch.setenv("DATABASE_URL_TEST", "postgres://ici/base")
    with postgresql.temporary_postgresql() as url:
        assert url == "postgres://ici/base"


def test_a_system_server_that_does_not_start_leaves_its_place_to_the_embedded_one(monkeypatch, tmp_path, capsys):
    @contextmanager
    def embedded():
        yield "postgres://embarque"

    @contextmanager
    def broken(binaries):
        raise OSError("pas de place")
        yield

    monkeypatch.delenv("DATABASE_URL_TEST", raising=False)
    monkeypatch.setattr(postgresql, "_system_binaries", lambda: tmp_path)
    monkeypatch.setattr(postgresql, "_system_server", broken)
    monkeypatch.setattr(postgresql, "_embedded_server", embedded)
    with postgresql.temporary_postgresql() as url:
        assert url == "postgres://embarque"
    assert "pas de place" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("sqlite", "other", "code"), [(0, 0, 0), (1, 0, 1), (0, 1, 1), (5, 0, 0), (0, 5, 0), (5, 5, 5)]
)
def test_a_part_that_selects_nothing_on_one_database_is_judged_by_the_other(monkeypatch, sqlite, other, code):
    monkeypatch.setattr(run, "find_or_install_chromium", lambda: None)
    monkeypatch.setattr(run, "on_sqlite", lambda extra, browser: sqlite)
    monkeypatch.setattr(run, "on_postgresql", lambda extra: other)
    assert run.whole_suite(["tests/journeys"]) == code


def test_the_whole_suite_that_selects_nothing_has_failed(monkeypatch):
    monkeypatch.setattr(run, "find_or_install_chromium", lambda: None)
    monkeypatch.setattr(run, "on_sqlite", lambda extra, browser: 0)
    monkeypatch.setattr(run, "on_postgresql", lambda extra: run.NOTHING_SELECTED)
    assert run.whole_suite([]) != 0


def test_a_named_browser_that_is_not_there_is_replaced_by_no_other(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "none")
    monkeypatch.setattr(browser.subprocess, "run", None)
    assert browser.find_or_install_chromium() is None


def test_a_browser_that_playwright_once_downloaded_is_found(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(browser, "NAMES", ())
    monkeypatch.setattr(browser, "PLACES", ())
    assert browser.find_chromium() is None
    program = tmp_path / ".cache" / "ms-playwright" / "chromium-1200" / "chrome-linux" / "chrome"
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    assert browser.find_chromium() == str(program)
