"""alliage import_zonings: programmes and zones made of communes (FRR, PVD, ACV…)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from alliage.imports.engine import Report, read_table
from alliage.imports.registry import Batch
from alliage.territories.importers.command import FileImportCommand, Prepared, day
from alliage.territories.importers.zonings import CODES, COMMUNES, ZoningsImport, named


class Command(FileImportCommand):
    help = "Importe des zonages\u00a0: colonnes code, libelle et communes (codes Insee séparés par des espaces)."
    subject = "Zonages"

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--source", required=True, help="source affichée avec le zonage")
        parser.add_argument("--licence", default="", help="licence des données")
        parser.add_argument("--date", type=day, help="date de la liste (2026-01-31)")

    def prepare(self, path: Path, options: dict[str, Any]) -> Prepared:
        table = read_table(path.read_bytes(), filename=path.name)
        rows = named(list(table.rows), table.columns, code=CODES, communes=COMMUNES)
        work = ZoningsImport(rows, options["source"], options["licence"], options["date"])
        return rows, Batch(work.apply, work.write), len(rows)

    def written(self, report: Report, options: dict[str, Any]) -> None:
        version = (options["date"] or timezone.localdate()).isoformat()
        self.remember("zonages", report, options, label="Zonages", version=version, licence=options["licence"])
