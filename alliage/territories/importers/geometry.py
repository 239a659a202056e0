"""Centres and outlines from GeoJSON files, official ones for instance, that replace the approximate ones as delivered."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from alliage.imports.engine import FileRefused, Outcome, Row, RowRefused
from alliage.territories.enums import Kind, Precision
from alliage.territories.importers.communes import complete_code
from alliage.territories.models import Outline, Territory

CODES = ("code", "insee", "code_insee", "insee_com", "INSEE_COM", "codgeo")
WGS84 = ("crs84", "epsg::4326", "epsg:4326", "ogc:1.3:crs84")
LARGEST_FILE = 500_000_000


@dataclass
class GeometryImport:
    """One feature is one row; its `code` property says which territory, of this kind, it places."""

    path: Path
    kind: Kind
    source: str
    licence: str = ""
    dated_on: date | None = None
    code_property: str = ""

    def __post_init__(self) -> None:
        self.features = read_features(self.path)
        self.territories = {one.code: one for one in Territory.objects.filter(kind=self.kind)}
        outlines = Outline.objects.filter(territory__kind=self.kind)
        self.outlines = {one.territory_id: one for one in outlines.iterator(chunk_size=500)}
        self.seen: dict[tuple[str, bool], int] = {}
        self.moved: dict[int, Territory] = {}
        self.drawn: list[Outline] = []

    def rows(self) -> Iterator[Row]:
        for number, feature in enumerate(self.features, start=1):
            yield Row(number, {"code": self._code(feature)})

    def write(self) -> None:
        points = ["latitude", "longitude", "precision", "point_source"]
        Territory.objects.bulk_update(self.moved.values(), points, batch_size=200)
        new = [outline for outline in self.drawn if outline.pk is None]
        old = [outline for outline in self.drawn if outline.pk is not None]
        Outline.objects.bulk_create(new, batch_size=500)
        Outline.objects.bulk_update(old, ["geometry", "source", "licence", "dated_on"], batch_size=100)

    def _code(self, feature: Any) -> str:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            return ""
        names = (self.code_property,) if self.code_property else CODES
        found = next((properties[name] for name in names if properties.get(name) not in (None, "")), "")
        return complete_code(str(found)) if self.kind == Kind.COMMUNE else str(found).strip()

    def apply(self, row: Row) -> str:
        code = row.values["code"]
        territory = self.territories.get(code)
        if not code:
            raise RowRefused(_("Cet élément n’a pas de code."))
        if territory is None:
            raise RowRefused(
                _("Le code %(code)s n’est celui d’aucun territoire de nature «\u00a0%(kind)s\u00a0».")
                % {"code": code, "kind": self.kind.label}
            )
        geometry = self.features[row.number - 1].get("geometry")
        shape = geometry.get("type") if isinstance(geometry, dict) else None
        if shape not in {"Point", "Polygon", "MultiPolygon"}:
            raise RowRefused(_("La géométrie doit être un Point, un Polygon ou un MultiPolygon."))
        self._once(code, row.number, is_point=shape == "Point")
        if shape == "Point":
            return self._place(territory, geometry["coordinates"])
        return self._draw(territory, checked_outline(shape, geometry.get("coordinates")))

    def _once(self, code: str, number: int, *, is_point: bool) -> None:
        first = self.seen.setdefault((code, is_point), number)
        if first != number:
            raise RowRefused(
                _("Le code %(code)s est déjà donné à l’élément %(number)s.") % {"code": code, "number": first}
            )

    def _place(self, territory: Territory, coordinates: Any) -> str:
        longitude, latitude = position(coordinates)
        values = {
            "latitude": latitude, "longitude": longitude, "precision": Precision.EXACT.value, "point_source": self.source,
        }  # fmt: skip
        if all(getattr(territory, name) == value for name, value in values.items()):
            return Outcome.UNCHANGED
        for name, value in values.items():
            setattr(territory, name, value)
        self.moved[territory.pk] = territory
        return Outcome.UPDATED

    def _draw(self, territory: Territory, geometry: dict[str, Any]) -> str:
        outline = self.outlines.get(territory.pk)
        values = {"geometry": geometry, "source": self.source, "licence": self.licence, "dated_on": self.dated_on}
        if outline is None:
            self.drawn.append(Outline(territory=territory, **values))
            return Outcome.CREATED
        if all(getattr(outline, name) == value for name, value in values.items()):
            return Outcome.UNCHANGED
        for name, value in values.items():
            setattr(outline, name, value)
        self.drawn.append(outline)
        return Outcome.UPDATED


def read_features(path: Path) -> list[Any]:
    """The features of a GeoJSON file in degrees (WGS 84)."""
    if path.stat().st_size > LARGEST_FILE:
        raise FileRefused(_("Ce fichier dépasse 500 Mo\u00a0: simplifiez les contours, ou coupez-le en plusieurs."))
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FileRefused(_("Ce fichier n’est pas du GeoJSON lisible.")) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise FileRefused(_("Ce fichier n’est pas une FeatureCollection GeoJSON."))
    crs = json.dumps(content.get("crs") or "crs84").lower()
    if not any(name in crs for name in WGS84):
        raise FileRefused(_("Les coordonnées doivent être en degrés (WGS 84)."))
    return features


def position(given: Any) -> tuple[float, float]:
    """Longitude and latitude, rounded to a centimetre or so."""
    if not isinstance(given, list) or len(given) < 2 or not all(_is_number(value) for value in given[:2]):
        raise RowRefused(_("Une position doit être faite de deux nombres, longitude puis latitude."))
    longitude, latitude = given[:2]
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise RowRefused(
            _(
                "La position %(longitude)s, %(latitude)s n’est pas sur Terre\u00a0: les coordonnées sont-elles en degrés\u00a0?"
            )
            % {"longitude": longitude, "latitude": latitude}
        )
    return round(longitude, 6), round(latitude, 6)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def checked_outline(shape: str, coordinates: Any) -> dict[str, Any]:
    """The same polygon with rounded positions; every ring is closed."""
    polygons = coordinates if shape == "MultiPolygon" else [coordinates]
    if not isinstance(polygons, list) or not polygons:
        raise RowRefused(_("Ce contour est vide."))
    checked = [_polygon(polygon) for polygon in polygons]
    return {"type": shape, "coordinates": checked if shape == "MultiPolygon" else checked[0]}


def _polygon(rings: Any) -> list[list[list[float]]]:
    if not isinstance(rings, list) or not rings:
        raise RowRefused(_("Ce contour est vide."))
    return [_ring(ring) for ring in rings]


def _ring(ring: Any) -> list[list[float]]:
    points = [list(position(point)) for point in ring] if isinstance(ring, list) else []
    if len(points) < 4 or points[0] != points[-1]:
        raise RowRefused(_("Un anneau de ce contour n’est pas fermé."))
    return points
