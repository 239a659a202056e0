"""How long a page waits for a database where one writer writes at a time (SQLite)."""

from django.db import connections

# Longer than any write of ours takes, short enough for a person, and for the few threads that serve everyone: commands
# and the worker, which nobody watches, wait for longer (settings.py).
PAGE_SECONDS = 6


def be_a_page_server() -> None:
    """To be called by page servers, before their first connection."""
    database = connections.settings["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"]["timeout"] = PAGE_SECONDS
