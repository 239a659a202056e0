"""What must be in place before the site can answer, in order, each step safe to repeat."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.utils.translation import gettext as _

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
    label: str
    command: str
    options: dict[str, Any]
    demo_only: bool = False


def steps() -> Iterator[Step]:
    """Yield the steps of this kind of site, in order."""
    everything = [
        Step(_("Base de données"), "migrate", {"verbosity": 0, "interactive": False}),
        Step(_("Territoires de France"), "import_territories", {}),
        Step(_("Repères du réseau"), "load_taxonomy", {}),
        Step(_("Rôles"), "set_up_roles", {}),
        Step(_("Organisations du programme de 2020"), "load_organisations", {}),
        Step(_("Pages du site"), "set_up_website", {}),
        Step(_("Démonstration"), "load_demo", {}, demo_only=True),
        Step(_("Fichiers statiques"), "collectstatic", {"verbosity": 0, "interactive": False, "clear": True}),
    ]
    known = get_commands()
    for step in everything:
        if step.command in known and (settings.DEMO or not step.demo_only):
            yield step


def run_step(step: Step) -> None:
    call_command(step.command, **step.options)


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
