"""Runs the suite as the README says: SQLite with the journeys and coverage, then PostgreSQL.

`python -m tests.run [--fast | --heavy | --screenshots] [paths and pytest arguments]`. The last line is the test runner's
own, or says that PostgreSQL was not tested (which fails in CI).
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
PARALLEL = ("-n", "auto", "--dist", "loadscope")
# A journey mostly waits, for a browser or a site: the worker that plays them leaves its processor to one more.
WITH_JOURNEYS = (
    "-n",
    str(len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else "auto"),
    *PARALLEL[2:],
)
# What decides must be tested entirely; the rest nearly so.
DECIDING = "*/services.py,*/services/*,*/permissions.py,*/*_permissions.py,*/queries.py,*/queries/*"


# What draws pages, loads what is shipped, or walks the whole site: two thirds of the time, left to `make test`.
LATER = (
    "pages", "views", "screens", "forms", "panels", "templates", "bundles", "leaks", "loading", "demo", "exports", "living_blocks", "first_content",
    "letters",
    "bad_input", "confidentiality", "budgets", "lost_session", "double_submit*",
)  # fmt: skip
# pytest's code when nothing was selected: a part may hold only journeys, or none.
NOTHING_SELECTED = 5


def pytest(*arguments: str, environment: dict[str, str] | None = None) -> int:
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    print("$", "pytest", *arguments, flush=True)
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **(environment or {})}, check=False).returncode


def coverage(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=ROOT, check=False).returncode


def check_coverage() -> int:
    """Branch coverage: 95 % of everything, 100 % of services, permissions and queries."""
    overall = coverage("report", "--fail-under=95", "--format=total")
    if overall:
        coverage("report", "--show-missing")
    print("Couverture des services, permissions et requêtes :", flush=True)
    return coverage("report", f"--include={DECIDING}", "--fail-under=100", "--show-missing") or overall


def say_loudly(text: str) -> None:
    line = "*" * (len(text) + 8)
    print(f"\n{line}\n*** {text} ***\n{line}\n", flush=True)


def on_sqlite(extra: list[str], *, browser: bool) -> int:
    """Everything, with the journeys when there is a browser; said before and after when there is none."""
    skipped = "Aucun Chromium ni Chrome trouvé : les parcours dans un navigateur ne sont PAS testés."
    if not browser:
        say_loudly(skipped)
    for old in ROOT.glob(".coverage*"):
        old.unlink()
    selection = "not heavy" if browser else "not heavy and not journey"
    parallel = WITH_JOURNEYS if browser else PARALLEL
    code = pytest("-m", selection, *parallel, "--cov", "--cov-report=", *extra)
    if not extra:
        code = check_coverage() or code
    if not browser:
        say_loudly(skipped)
    return code


def on_postgresql(extra: list[str]) -> int:
    with temporary_postgresql() as url:
        if url is None:
            print(
                "\nPostgreSQL n’a PAS été testé : ni DATABASE_URL_TEST, ni serveur installé, ni serveur embarqué utilisable."
            )
            return int(CI)
        environment = {"ALLIAGE_TEST_ENGINE": "postgresql", "DATABASE_URL_TEST": url}
        return pytest("-m", "not heavy and not journey", *PARALLEL, *extra, environment=environment)


def whole_suite(extra: list[str]) -> int:
    codes = [on_sqlite(extra, browser=find_or_install_chromium() is not None), on_postgresql(extra)]
    if extra:
        codes = [code for code in codes if code != NOTHING_SELECTED] or [NOTHING_SELECTED]
    return next((code for code in codes if code), 0)


def main(arguments: list[str]) -> int:
    if "--fast" in arguments:
        arguments.remove("--fast")
        later = () if arguments else (f"--ignore-glob=*/test_*{name}.py" for name in LATER)
        return pytest("-m", "not heavy and not journey", *PARALLEL, *later, *arguments)
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
