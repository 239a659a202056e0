"""alliage import_custom_territories: territories of project, each a name and a list of communes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from alliage.imports.engine import Report, read_table
from alliage.imports.registry import Batch
from alliage.territories.importers.command import FileImportCommand, Prepared
from alliage.territories.importers.zonings import COMMUNES, NAMES, CustomTerritoriesImport, named


class Command(FileImportCommand):
    help = "Importe des territoires de projet\u00a0: colonnes nom et communes (codes Insee séparés par des espaces)."
    subject = "Territoires de projet"

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--source", default="", help="qui a donné ces périmètres")

    def prepare(self, path: Path, options: dict[str, Any]) -> Prepared:
        table = read_table(path.read_bytes(), filename=path.name)
        rows = named(list(table.rows), table.columns, nom=NAMES, communes=COMMUNES)
        work = CustomTerritoriesImport(rows, options["source"], now=timezone.now())
        return rows, Batch(work.apply, work.write), len(rows)

    def written(self, report: Report, options: dict[str, Any]) -> None:
        version = timezone.localdate().isoformat()
        self.remember("territoires-de-projet", report, options, label="Territoires de projet", version=version)
