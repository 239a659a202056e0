"""alliage import_zonings: programmes and zones made of communes (FRR, PVD, ACV…)."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from alliage.imports.engine import Row, read_table
from alliage.territories.importers.command import FileImportCommand, day
from alliage.territories.importers.zonings import ZoningsImport


class Command(FileImportCommand):
    help = "Importe des zonages\u00a0: colonnes code, libelle et communes (codes Insee séparés par des espaces)."
    subject = "Zonages"

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--source", required=True, help="source affichée avec le zonage")
        parser.add_argument("--licence", default="", help="licence des données")
        parser.add_argument("--date", type=day, help="date de la liste (2026-01-31)")

    def prepare(self, path: Path, options: dict[str, Any]) -> tuple[Iterable[Row], Callable[[Row], str], int]:
        table = read_table(path.read_bytes(), filename=path.name)
        given = list(table.rows)
        work = ZoningsImport(table.columns, given, options["source"], options["licence"], options["date"])
        return work.rows(), work.apply, len(given)
