"""Frames of the national map: mainland France with Corsica, and one frame of the same dignity for each overseas territory.

Each frame has its own projection and scale, in SVG units: a conic one for the mainland, as on French maps; a local
equirectangular one elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import cos, log, pi, radians, sin, tan

from alliage.territories.enums import Kind
from alliage.territories.maps.outlines import Box, Pen, Point, boxes, outlines

MAINLAND = "metropole"
MAINLAND_SIZE = (1000, 970)
INSET_SIZE = (240, 240)
DEPARTEMENTS_OVERSEAS = ("971", "972", "973", "974", "976")
COLLECTIVITIES = ("975", "977", "978", "986", "987", "988", "984")
# Points this far outside an inset's land (degrees) still belong to it.
INSET_MARGIN = 0.6

Projection = Callable[[float, float], Point]


def conic(longitude: float, latitude: float) -> Point:
    """Lambert's conformal conic on a sphere (standard parallels 44° and 49°, meridian 3° E); radius 1, y downwards."""
    exponent, factor = conic_constants()
    radius = factor / tan(pi / 4 + radians(latitude) / 2) ** exponent
    angle = exponent * radians(longitude - 3)
    return radius * sin(angle), radius * cos(angle)


@cache
def conic_constants() -> tuple[float, float]:
    south, north = radians(44), radians(49)
    exponent = log(cos(south) / cos(north)) / log(tan(pi / 4 + north / 2) / tan(pi / 4 + south / 2))
    return exponent, cos(south) * tan(pi / 4 + south / 2) ** exponent / exponent


def equirectangular(middle: float) -> Projection:
    """Plain degrees, narrowed as they are at the latitude `middle`; y downwards."""
    narrowing = cos(radians(middle))
    return lambda longitude, latitude: (longitude * narrowing, -latitude)


@dataclass(frozen=True)
class Frame:
    """A rectangle of SVG units showing a box of degrees; `place(longitude, latitude)` gives units."""

    code: str
    box: Box
    width: int
    height: int
    projection: Projection
    scale: float
    left: float
    top: float

    def place(self, longitude: float, latitude: float) -> Point:
        x, y = self.projection(longitude, latitude)
        return (x - self.left) * self.scale, (y - self.top) * self.scale

    @property
    def kilometre(self) -> float:
        """SVG units for one kilometre, at the middle of the frame."""
        latitude, longitude = (self.box.south + self.box.north) / 2, (self.box.west + self.box.east) / 2
        return abs(self.place(longitude, latitude + 0.5)[1] - self.place(longitude, latitude - 0.5)[1]) / 111.2


def fitted(code: str, box: Box, size: tuple[int, int], projection: Projection, padding: float = 6.0) -> Frame:
    """The frame that shows the whole box, centred, with a padding in units."""
    corners = [(longitude, latitude) for longitude in (box.west, box.east) for latitude in (box.south, box.north)]
    return fitted_to(code, box, corners, size, projection, padding)


def fitted_to(
    code: str, box: Box, points: list[Point], size: tuple[int, int], projection: Projection, padding: float
) -> Frame:
    """The frame that shows all these points (degrees)."""
    placed = [projection(*point) for point in points]
    xs, ys = [x for x, _ in placed], [y for _, y in placed]
    across, along = max(xs) - min(xs), max(ys) - min(ys)
    width, height = size
    scale = min((width - 2 * padding) / across, (height - 2 * padding) / along)
    left = (min(xs) + max(xs)) / 2 - width / 2 / scale
    top = (min(ys) + max(ys)) / 2 - height / 2 / scale
    return Frame(code, box, width, height, projection, scale, left, top)


@cache
def national_frames() -> dict[str, Frame]:
    """The mainland, the five départements and régions d'outre-mer, then the collectivities, in the order they are shown."""
    known = outlines()
    coast = [
        point
        for code in mainland_regions()
        for ring in known.rings[Kind.REGION][code]
        for arc in ring
        for point in known.arcs[arc if arc >= 0 else ~arc]
    ]
    frames = {MAINLAND: fitted_to(MAINLAND, Box.around(coast), coast, MAINLAND_SIZE, conic, 6)}
    for code in DEPARTEMENTS_OVERSEAS:
        frames[code] = _inset(code, boxes(Kind.DEPARTEMENT)[code])
    for code in COLLECTIVITIES:
        frames[code] = _inset(code, boxes(Kind.COM)[code])
    return frames


def _inset(code: str, box: Box) -> Frame:
    return fitted(code, box, INSET_SIZE, equirectangular((box.south + box.north) / 2), padding=16)


def mainland_regions() -> list[str]:
    """Codes of the thirteen régions of the mainland (those overseas begin with 0)."""
    return [code for code in outlines().rings[Kind.REGION] if not code.startswith("0")]


def kind_of(frame_code: str) -> Kind:
    return Kind.COM if frame_code in COLLECTIVITIES else Kind.DEPARTEMENT


@cache
def land(frame_code: str, tolerance: float) -> tuple[str, str]:
    """Path data of a frame of the national map: its land (and, on the mainland, régions), and its inner borders."""
    frame = national_frames()[frame_code]
    pen = Pen(frame.place, tolerance)
    if frame_code != MAINLAND:
        return pen.territory(kind_of(frame_code), frame_code), ""
    known = outlines()
    regions = mainland_regions()
    region_arcs = {
        arc if arc >= 0 else ~arc for code in regions for ring in known.rings[Kind.REGION][code] for arc in ring
    }
    departements = [code for code in known.rings[Kind.DEPARTEMENT] if code not in DEPARTEMENTS_OVERSEAS]
    inner = sorted(known.inner_arcs(departements) - region_arcs)
    return "".join(pen.territory(Kind.REGION, code) for code in regions), pen.borders(inner)


def frame_of(longitude: float, latitude: float) -> Frame | None:
    """The frame that shows this point, or None at sea and abroad."""
    frames = national_frames()
    if frames[MAINLAND].box.holds(longitude, latitude, 0.2):
        return frames[MAINLAND]
    insets = [frame for code, frame in frames.items() if code != MAINLAND]
    for margin in (0.0, INSET_MARGIN):
        found = next((frame for frame in insets if frame.box.holds(longitude, latitude, margin)), None)
        if found:
            return found
    return None
