"""Everything in this folder is heavy; a prepared data folder is made once, and copied for each test of faults."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.heavy.platform import Platform, Postgres, platform, run
from tests.postgresql import _system_binaries


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.heavy)


@pytest.fixture(scope="session")
def prepared() -> Iterator[Path]:
    """The data folder of a platform that was prepared and never started (HEAVY_PREPARED: one that you made, to go faster)."""
    if made := os.environ.get("HEAVY_PREPARED"):
        yield Path(made)
        return
    with tempfile.TemporaryDirectory(prefix="alliage-faults-") as folder:
        run(Path(folder), "prepare")
        yield Path(folder)


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Iterator[Platform]:
    """A running platform on SQLite."""
    with platform(prepared, tmp_path) as one:
        yield one


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Our own PostgreSQL, prepared for a platform."""
    if _system_binaries() is None:
        pytest.skip("Il n’y a pas de PostgreSQL sur cette machine.")
    with tempfile.TemporaryDirectory(prefix="alliage-faults-pg-") as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder) / "pg")
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def pg_site(prepared: Path, postgres: Postgres, tmp_path: Path) -> Iterator[Platform]:
    """A running platform on our own PostgreSQL."""
    with platform(prepared, tmp_path, DATABASE_URL=postgres.url) as one:
        yield one
