"""alliage import_custom_territories: territories of project, each a name and a list of communes."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from alliage.imports.engine import Row, read_table
from alliage.territories.importers.command import FileImportCommand
from alliage.territories.importers.zonings import CustomTerritoriesImport


class Command(FileImportCommand):
    help = "Importe des territoires de projet\u00a0: colonnes nom et communes (codes Insee séparés par des espaces)."
    subject = "Territoires de projet"

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--source", default="", help="qui a donné ces périmètres")

    def prepare(self, path: Path, options: dict[str, Any]) -> tuple[Iterable[Row], Callable[[Row], str], int]:
        table = read_table(path.read_bytes(), filename=path.name)
        given = list(table.rows)
        work = CustomTerritoriesImport(table.columns, given, options["source"])
        return work.rows(), work.apply, len(given)
