"""Prepare the database, the reference data and the static files: what an installation runs after each update."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from alliage.operations import preparation
from alliage.operations.progress import StepProgress


class Command(BaseCommand):
    help = "Prépare la base, les données de référence et les fichiers statiques (à relancer après chaque mise à jour)."

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_silent_database()
        todo = list(preparation.steps())
        self.stdout.write(
            _("Préparation de la plateforme (une à trois minutes la première fois) :")
            if preparation.is_new()
            else _("Mise à jour de la plateforme :")
        )
        for number, step in enumerate(todo, start=1):
            started = time.monotonic()
            self.stdout.write(f"  {number}/{len(todo)}  {step.label}…", ending="")
            self.stdout.flush()
            progress = StepProgress(self.stdout, expected=step.expected())
            try:
                preparation.run_step(step, progress)
            except Exception:
                self.stdout.write("")
                self.stdout.write(progress.said(), ending="")
                raise
            spent = number_format(time.monotonic() - started, 1)
            self.stdout.write(_(" fait (%(seconds)s s)") % {"seconds": spent})
            if options["verbosity"] > 1:
                self.stdout.write(progress.said(), ending="")
        preparation.remember_prepared()

    def _refuse_silent_database(self) -> None:
        try:
            connection.ensure_connection()
        except DatabaseError as error:
            raise CommandError(
                _(
                    "La base de données ne répond pas : %(problem)s. Vérifiez DATABASE_URL et que le serveur est démarré."
                )
                % {"problem": str(error).splitlines()[0]}
            ) from error
