"""Prepare the database, the reference data and the static files: what an installation runs after each update."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from alliage.operations import preparation


class Command(BaseCommand):
    help = "Prépare la base, les données de référence et les fichiers statiques (à relancer après chaque mise à jour)."

    def handle(self, *args: Any, **options: Any) -> None:
        todo = list(preparation.steps())
        for number, step in enumerate(todo, start=1):
            started = time.monotonic()
            self.stdout.write(f"[{number}/{len(todo)}] {step.label}…")
            self.stdout.flush()
            preparation.run_step(step)
            self.stdout.write(_("      fait en %(seconds).1f s") % {"seconds": time.monotonic() - started})
        preparation.remember_prepared()
