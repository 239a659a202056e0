"""alliage import_indicators: population, households, births, employment… by commune, from an Insee file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from alliage.imports.engine import Report, read_table
from alliage.imports.registry import Batch
from alliage.territories.importers.command import FileImportCommand, Prepared
from alliage.territories.importers.indicators import IndicatorsImport, measures_of


class Command(FileImportCommand):
    help = (
        "Importe des indicateurs de l’Insee par commune (CSV ou tableur)\u00a0; calcule ceux des ensembles de communes."
    )
    subject = "Indicateurs"

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True, help="année des colonnes qui n’en portent pas")
        parser.add_argument("--source", required=True, help="source affichée avec chaque chiffre")
        parser.add_argument("--licence", default="Licence Ouverte 2.0")

    def prepare(self, path: Path, options: dict[str, Any]) -> Prepared:
        with path.open("rb") as stream:
            table = read_table(stream, filename=path.name)
            measures = measures_of(table.columns, year=options["year"])
            rows = list(table.rows)
        work = IndicatorsImport(rows, measures, source=options["source"])
        return rows, Batch(work.apply, work.write, work.prepare), len(rows)

    def written(self, report: Report, options: dict[str, Any]) -> None:
        version, licence = str(options["year"]), options["licence"]
        self.remember("indicateurs", report, options, label="Indicateurs par commune", version=version, licence=licence)
