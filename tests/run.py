"""Runs the suite as the README says: SQLite with the journeys and coverage, then PostgreSQL.

`python -m tests.run [--fast | --heavy | --screenshots] [pytest arguments]`. The last line is the test runner's own, or
says that PostgreSQL was not tested (which fails in CI).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.browser import find_or_install_chromium
from tests.postgresql import temporary_postgresql

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI") == "true"
# What decides must be tested entirely; the rest nearly so.
DECIDING = "*/services.py,*/services/*,*/permissions.py,*/queries.py,*/queries/*"


def pytest(*arguments: str, environment: dict[str, str] | None = None) -> int:
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    print("$", "pytest", *arguments, flush=True)
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **(environment or {})}, check=False).returncode


def coverage(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=ROOT, check=False).returncode


def check_coverage() -> int:
    """Branch coverage: 95 % of everything, 100 % of services, permissions and queries."""
    overall = coverage("report", "--fail-under=95", "--format=total")
    if overall:
        coverage("report", "--show-missing")
    print("Couverture des services, permissions et requêtes :", flush=True)
    return coverage("report", f"--include={DECIDING}", "--fail-under=100", "--show-missing") or overall


def whole_suite(extra: list[str]) -> int:
    journeys = [] if find_or_install_chromium() else ["-m", "not heavy and not journey"]
    if journeys:
        print(
            "\n*** Aucun Chromium ni Chrome trouvé : les parcours dans un navigateur ne sont PAS testés. ***\n",
            flush=True,
        )
    for old in ROOT.glob(".coverage*"):
        old.unlink()
    selection = journeys or ["-m", "not heavy"]
    code = pytest(*selection, "-n", "auto", "--dist", "loadgroup", "--cov", "--cov-report=", *extra)
    if not extra:
        code = check_coverage() or code
    with temporary_postgresql() as url:
        if url is None:
            print(
                "\nPostgreSQL n’a PAS été testé : ni DATABASE_URL_TEST, ni serveur installé, ni serveur embarqué utilisable."
            )
            return code or int(CI)
        return (
            pytest(
                "-m",
                "not heavy and not journey",
                "-n",
                "auto",
                "--dist",
                "loadgroup",
                *extra,
                environment={"ALLIAGE_TEST_ENGINE": "postgresql", "DATABASE_URL_TEST": url},
            )
            or code
        )


def main(arguments: list[str]) -> int:
    if "--fast" in arguments:
        arguments.remove("--fast")
        return pytest("-m", "not heavy and not journey", "-n", "auto", "--dist", "loadgroup", *arguments)
    if "--heavy" in arguments:
        arguments.remove("--heavy")
        return pytest("-m", "heavy", "-n0", "-s", *arguments)
    if "--screenshots" in arguments:
        if not find_or_install_chromium():
            print("Il faut Chromium ou Chrome pour prendre les images.")
            return 1
        return pytest(
            "-m", "journey", "-n0", environment={"ALLIAGE_SCREENSHOTS": str(ROOT / "docs" / "guide" / "images")}
        )
    return whole_suite(arguments)


if __name__ == "__main__":
    shutil.rmtree(ROOT / ".hypothesis", ignore_errors=True)
    sys.exit(main(sys.argv[1:]))
