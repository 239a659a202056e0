"""The database stops, or someone else writes for long: words in French, what was typed is given back, all goes on after."""

import sqlite3
import time
from contextlib import closing
from threading import Timer

import httpx

from tests.heavy.platform import TEXT, Browser, Platform, Postgres, report_page, send_report, wait_for

PAUSE = "momentanément arrêté"


def test_postgresql_stopped_and_started_again(pg_site: Platform, postgres: Postgres) -> None:
    browser = Browser(pg_site)
    page = report_page(browser)
    before = pg_site.pids("alliage.config.asgi:application")
    postgres.stop()
    try:
        for address in ("/annuaire/?q=eau", "/mon-espace/", "/moderation/signaler/?objet=x"):
            answer = browser.get(address)
            assert answer.status_code in {200, 404, 503}, address  # memory may answer
            assert answer.status_code != 503 or PAUSE in answer.text
        assert httpx.get(f"{pg_site.url}/direct/sante").status_code == 503
        refused = send_report(browser, page)
        assert refused.status_code == 503
        assert PAUSE in refused.text
        assert TEXT in refused.text
        assert "Renvoyer" in refused.text
    finally:
        postgres.start()
    started = time.monotonic()
    wait_for(lambda: browser.get("/annuaire/").status_code == 200)
    wait_for(lambda: browser.send(refused, str(refused.url)).status_code == 200)
    print(f"\npostgresql back: pages after {time.monotonic() - started:.1f} s", end="", flush=True)
    assert pg_site.sql("SELECT COUNT(*) FROM moderation_report") == [(1,)]
    assert pg_site.pids("alliage.config.asgi:application") == before  # nothing was restarted for it
    pg_site.sql("SELECT 1")
    wait_for(lambda: "momentanément" not in browser.get("/mon-espace/").text)


def test_sqlite_locked_for_three_seconds(site: Platform) -> None:
    browser = Browser(site)
    page = report_page(browser)
    with closing(
        sqlite3.connect(site.var / "alliage.sqlite3", isolation_level=None, check_same_thread=False)
    ) as writer:
        writer.execute("BEGIN IMMEDIATE")
        Timer(3, lambda: writer.execute("ROLLBACK")).start()
        started = time.monotonic()
        answer = send_report(browser, page)
        took = time.monotonic() - started
    print(f"\nlocked for 3 s: taken after {took:.1f} s", end="", flush=True)
    assert answer.status_code == 200
    assert site.sql("SELECT text FROM moderation_report") == [(TEXT,)]


def test_sqlite_locked_for_longer(site: Platform) -> None:
    browser = Browser(site)
    page = report_page(browser)
    with closing(sqlite3.connect(site.var / "alliage.sqlite3", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        answer = send_report(browser, page)
        took = time.monotonic() - started
        assert Browser(site).get("/annuaire/").status_code == 200  # whoever reads waits for nobody
        writer.execute("ROLLBACK")
    print(f"\nlocked for long: said after {took:.1f} s", end="", flush=True)
    assert answer.status_code == 503
    assert took < 12
    assert PAUSE in answer.text
    assert TEXT in answer.text
    again = browser.send(answer, str(answer.url))
    assert again.status_code == 200
    assert site.sql("SELECT text FROM moderation_report") == [(TEXT,)]
