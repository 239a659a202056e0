"""alliage import_territories: every commune, EPCI, EPT, département, région and overseas territory."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alliage.territories.importers.progress import ProgressLine
from alliage.territories.importers.reference import SHIPPED, Reference, ReferenceRefused
from alliage.territories.importers.territories import import_reference


class Command(BaseCommand):
    help = "Importe les territoires livrés avec Alliage\u00a0; sans nouveauté, ne fait rien."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="réimporte même si la version est déjà en place")
        parser.add_argument("--folder", type=Path, default=SHIPPED, help="dossier de données (sources.json)")

    def handle(self, *args: Any, **options: Any) -> None:
        progress = ProgressLine(self.stderr, "Territoires")
        try:
            reference = Reference(options["folder"])
            report = import_reference(reference, now=timezone.now(), force=options["force"], progress=progress)
        except ReferenceRefused as refusal:
            raise CommandError(refusal.message) from refusal
        finally:
            progress.end()
        for line in report.lines():
            self.stdout.write(line)
