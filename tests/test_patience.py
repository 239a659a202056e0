"""How long a page waits for the one writer of SQLite."""

from django.db import connections

from alliage.config.patience import PAGE_SECONDS, be_a_page_server


def test_pages_wait_for_less_than_commands_do(monkeypatch):
    for engine, seconds in (("django.db.backends.sqlite3", PAGE_SECONDS), ("django.db.backends.postgresql", 20)):
        monkeypatch.setitem(connections.settings, "default", {"ENGINE": engine, "OPTIONS": {"timeout": 20}})
        be_a_page_server()
        assert connections.settings["default"]["OPTIONS"]["timeout"] == seconds
