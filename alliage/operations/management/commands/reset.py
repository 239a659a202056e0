"""Forget everything this installation wrote in its data folder."""

import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from alliage.operations import occupation

# Only what we write ourselves: ALLIAGE_VAR may hold other things.
OURS = (
    "alliage.sqlite3",
    "alliage.sqlite3-wal",
    "alliage.sqlite3-shm",
    "static",
    "media",
    "files",
    "mails",
    "search",
    "packs",
    "progress",
    "prepared.json",
    occupation.NAME,
)


class Command(BaseCommand):
    help = "Efface les données de cette installation (base SQLite, fichiers, mails gardés)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(_("Refusé : ce site est en production (ALLIAGE_PRODUCTION=1). Rien n’a été effacé."))
        if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
            raise CommandError(
                _("Cette installation est sur PostgreSQL : supprimez sa base avec « dropdb ». Rien n’a été effacé.")
            )
        try:
            with occupation.alone():
                self._erase()
        except occupation.Occupied as error:
            raise CommandError(
                _("Ce site est en marche : arrêtez-le d’abord (Ctrl-C). Rien n’a été effacé.")
            ) from error
        self.stdout.write(
            _("Tout est effacé dans %(folder)s. « make run » repart de zéro.") % {"folder": settings.VAR_DIR}
        )

    def _erase(self) -> None:
        for name in OURS:
            path = settings.VAR_DIR / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
