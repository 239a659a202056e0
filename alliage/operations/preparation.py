"""What must be in place before the site can answer, in order, each step safe to repeat."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from alliage.operations.tied import tied

PACKAGE = Path(__file__).resolve().parent.parent
# A change in any of these files means that the installation must be prepared again.
WATCHED = (
    "*/migrations/*.py",
    "*/models.py",
    "*/models/*.py",
    "*/data/**/*",
    "*/static/**/*",
    "*/management/commands/*.py",
)


@dataclass(frozen=True)
class Step:
    """`expected`: how many things the command will say it did, when it does not say how far it is."""

    label: str
    command: str
    options: dict[str, Any]
    demo_only: bool = False
    expected: Callable[[], int] = int


def migrations_to_apply() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def steps() -> Iterator[Step]:
    """Yield the steps of this kind of site, in order."""
    everything = [
        Step(_("Base de données"), "migrate", {"interactive": False}, expected=migrations_to_apply),
        Step(_("Territoires de France"), "import_territories", {}),
        Step(_("Repères du réseau"), "load_taxonomy", {}),
        Step(_("Déroulés des séances"), "load_run_sheets", {}),
        Step(_("Baromètres"), "load_barometers", {}),
        Step(_("Diagnostic"), "load_diagnostic", {}),
        Step(_("Rôles"), "set_up_roles", {}),
        Step(_("Organisations du programme de 2020"), "load_organisations", {}),
        Step(_("Pages du site"), "set_up_website", {}),
        Step(_("Démonstration"), "load_demo", {}, demo_only=True),
        # After the people of the demonstration, who wrote some of them.
        Step(_("Premières ressources"), "load_resources", {}),
        # After the guides of the library, which its steps lead to.
        Step(_("Premiers parcours"), "load_paths", {}),
        Step(_("Rencontre de 2020"), "load_rencontres", {}),
        Step(_("Fichiers statiques"), "collectstatic", {"verbosity": 0, "interactive": False, "clear": True}),
    ]
    known = get_commands()
    for step in everything:
        if step.command in known and (settings.DEMO or not step.demo_only):
            yield step


def run_step(step: Step, out: TextIO) -> None:
    call_command(step.command, stdout=out, stderr=out, **step.options)


def prepare_apart() -> int:
    """Prepare in another process, which ends with this one; return its exit code."""
    try:
        return subprocess.run(tied([sys.executable, "-m", "alliage", "prepare"]), check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 130


def fingerprint() -> str:
    """Tell whether the code, its data files or the database changed since the last preparation (names, sizes, dates)."""
    digest = hashlib.sha256()
    digest.update(str(settings.DATABASES["default"].get("NAME")).encode())
    digest.update(str(settings.DATABASES["default"].get("HOST")).encode())
    digest.update(str(settings.DEMO).encode())
    for pattern in WATCHED:
        for path in sorted(PACKAGE.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                state = path.stat()
                digest.update(f"{path}{state.st_size}{state.st_mtime_ns}".encode())
    return digest.hexdigest()


def _mark() -> Path:
    return settings.VAR_DIR / "prepared.json"


def is_new() -> bool:
    """Say whether this installation was never prepared to the end."""
    return not _mark().exists()


def is_prepared() -> bool:
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not Path(database["NAME"]).exists():
        return False
    try:
        return json.loads(_mark().read_text())["fingerprint"] == fingerprint()
    except (OSError, ValueError, KeyError):
        return False


def remember_prepared() -> None:
    _mark().write_text(json.dumps({"fingerprint": fingerprint()}))
