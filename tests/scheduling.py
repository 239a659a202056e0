"""Which tests share a worker, when several run at once: those that share a world that is long to build, or a running site."""

from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/journeys/"
# Nothing here empties the database: what does stays at the end, where pytest-django puts it, one by one.
WORLDS = frozenset(
    f"tests/test_{name}.py" for name in ("pages", "bad_input", "budgets", "confidentiality", "lost_session")
)


class Together(LoadScopeScheduling):
    """Journeys share one site and one browser, some files their world; the other tests go one by one to whoever is free.

    The largest groups are begun first, so that no worker waits for another at the end.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(JOURNEYS):
            return JOURNEYS
        file = nodeid.partition("::")[0]
        return file if file in WORLDS else nodeid
