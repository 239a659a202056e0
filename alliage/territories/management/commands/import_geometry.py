"""alliage import_geometry: centres (Point) and outlines (Polygon, MultiPolygon) of territories, from GeoJSON."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from alliage.imports.engine import Report
from alliage.imports.registry import Batch
from alliage.territories import services
from alliage.territories.enums import Kind
from alliage.territories.importers.command import FileImportCommand, Prepared, day
from alliage.territories.importers.geometry import GeometryImport


class Command(FileImportCommand):
    help = "Importe des centres et des contours de territoires depuis un fichier GeoJSON (degrés, WGS 84)."
    subject = "Géométrie"

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", choices=Kind.values, default=Kind.COMMUNE.value, help="nature des territoires")
        parser.add_argument("--code-property", default="", help="propriété qui porte le code")
        parser.add_argument("--source", required=True, help="source affichée avec la carte")
        parser.add_argument("--licence", default="", help="licence des données")
        parser.add_argument("--date", type=day, help="date des données (2026-01-31)")

    def prepare(self, path: Path, options: dict[str, Any]) -> Prepared:
        work = GeometryImport(
            path,
            Kind(options["kind"]),
            options["source"],
            options["licence"],
            options["date"],
            options["code_property"],
        )
        return work.rows(), Batch(work.apply, work.write), len(work.features)

    def written(self, report: Report, options: dict[str, Any]) -> None:
        services.record_source(
            f"geometrie-{options['kind']}",
            label="Centres et contours",
            version=str(options["date"] or options["file"].name),
            source=options["source"],
            licence=options["licence"],
            counts={"features": report.total - report.refused_count},
            now=timezone.now(),
        )
