"""What templates receive: maps made of frames, each with its land already written as SVG."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from alliage.territories.enums import Kind
from alliage.territories.maps.frames import (
    COLLECTIVITIES,
    DEPARTEMENTS_OVERSEAS,
    MAINLAND,
    Frame,
    kind_of,
    land,
    mainland_regions,
    national_frames,
)
from alliage.territories.maps.marks import ClusterUrl, Mark, clustered, drawn
from alliage.territories.maps.outlines import Pen

MAINLAND_TOLERANCE = 2.0
INSET_TOLERANCE = 1.2
# The map that only says « it is here » is shown small: fewer points.
LOCATOR_TOLERANCE = 4.0
SPACING = 46.0
LOCAL = "local"
NOTHING = SafeString("")
NAMES = {
    "971": "Guadeloupe",
    "972": "Martinique",
    "973": "Guyane",
    "974": "La Réunion",
    "976": "Mayotte",
    "975": "Saint-Pierre-et-Miquelon",
    "977": "Saint-Barthélemy",
    "978": "Saint-Martin",
    "984": "Terres australes et antarctiques",
    "986": "Wallis-et-Futuna",
    "987": "Polynésie française",
    "988": "Nouvelle-Calédonie",
}


@dataclass(frozen=True)
class FrameView:
    """One frame ready to show: `base` is the land, `marks` what lies on it, both SVG; `caption` is its name."""

    code: str
    width: int
    height: int
    base: SafeString
    marks: SafeString = NOTHING
    caption: str = ""
    url: str = ""
    label: str = ""
    highlighted: bool = False
    interactive: bool = False

    @property
    def view_box(self) -> str:
        """Written here: a template would write « 1 000 »."""
        return f"0 0 {self.width} {self.height}"


@dataclass(frozen=True)
class Map:
    """A map and what it could not place. `note` is the sentence under it; `list_anchor` the list that says the same."""

    frames: list[FrameView]
    label: str
    note: str = ""
    list_anchor: str = "liste"
    outside: list[Mark] = field(default_factory=list)
    zoomable: bool = False
    small: bool = False

    @property
    def mainland(self) -> FrameView | None:
        """The large frame: the mainland, or the only one of a local map."""
        return next((frame for frame in self.frames if frame.code in (MAINLAND, LOCAL)), None)

    @property
    def insets(self) -> list[FrameView]:
        return [frame for frame in self.frames if frame.code not in (MAINLAND, LOCAL)]

    @property
    def has_other_places(self) -> bool:
        """Beside a part of France drawn large, the small frames are not overseas alone."""
        return any(frame.code == LOCAL for frame in self.frames)


def france(
    marks: Iterable[Mark] = (),
    *,
    label: str = "",
    linked: bool = False,
    cluster_url: ClusterUrl | None = None,
    list_anchor: str = "liste",
    zoomable: bool = True,
) -> Map:
    """The whole map: mainland with Corsica, and a frame of the same dignity for each overseas territory.

    `linked` makes every région and overseas territory a link to its page. The land is written once per process; only
    the marks cost anything.
    """
    clusters, outside = clustered(marks, SPACING)
    frames = []
    for code, frame in national_frames().items():
        on_it = clusters.get(code, [])
        frames.append(
            FrameView(
                code=code,
                width=frame.width,
                height=frame.height,
                base=_linked_base(code) if linked else base_of(code),
                marks=drawn(on_it, frame, cluster_url, list_anchor),
                caption=NAMES.get(code, ""),
                url=page_of(kind_of(code), code) if code != MAINLAND else "",
                label=NAMES.get(code) or _("France métropolitaine"),
                interactive=bool(on_it) or linked,
            )
        )
    return Map(
        frames,
        label or _("Carte de France, outre-mer compris"),
        note=_("Contours approchés. Chaque cadre a sa propre échelle."),
        list_anchor=list_anchor,
        outside=outside,
        zoomable=zoomable,
    )


def locator(kind: str, code: str, *, point: tuple[float, float] | None = None) -> Map:
    """« It is here »: the mainland with a département or région filled in, or the overseas frames with one lit.

    `kind` is département, région or com; `point` (latitude, longitude) adds a pin.
    """
    lit = overseas_code(kind, code)
    if lit:
        frames = [_lit_inset(inset, lit=inset == lit) for inset in (*DEPARTEMENTS_OVERSEAS, *COLLECTIVITIES)]
    else:
        frames = [_lit_mainland(kind, code, point)]
    return Map(frames, _("Situation en France"), small=True)


def is_overseas(kind: str, code: str) -> bool:
    """Whether `locator` shows the overseas frames."""
    return bool(overseas_code(kind, code))


def overseas_code(kind: str, code: str) -> str:
    """The frame of a territory that has one of its own: « 974 » for the région 04; "" on the mainland."""
    if kind == Kind.REGION:
        return f"97{code[-1]}" if code.startswith("0") else ""
    return code if code in NAMES else ""


@lru_cache(maxsize=256)
def _mainland_shape(kind: str, code: str) -> str:
    return _pen(MAINLAND, LOCATOR_TOLERANCE).territory(kind, code)


@cache
def _pen(frame_code: str, tolerance: float) -> Pen:
    return Pen(national_frames()[frame_code].place, tolerance)


def _lit_mainland(kind: str, code: str, point: tuple[float, float] | None) -> FrameView:
    frame = national_frames()[MAINLAND]
    shape = path("map-here", _mainland_shape(kind, code))
    mark = pin(frame, point, 15) if point else ""
    return FrameView(
        code=MAINLAND,
        width=frame.width,
        height=frame.height,
        base=base_of(MAINLAND, LOCATOR_TOLERANCE, inner=False),
        marks=mark_safe(f"{shape}{mark}"),  # noqa: S308 made of numbers
        label=_("France métropolitaine"),
        highlighted=True,
    )


@lru_cache(maxsize=64)
def _lit_inset(code: str, *, lit: bool) -> FrameView:
    frame = national_frames()[code]
    return FrameView(
        code=code,
        width=frame.width,
        height=frame.height,
        base=base_of(code, LOCATOR_TOLERANCE, lit=lit),
        caption=NAMES[code],
        url="" if lit else page_of(kind_of(code), code),
        label=NAMES[code],
        highlighted=lit,
    )


@cache
def base_of(code: str, tolerance: float = 0.0, *, inner: bool = True, lit: bool = False) -> SafeString:
    """Land and borders of a frame, nothing to click."""
    outline, borders = land(code, tolerance or (MAINLAND_TOLERANCE if code == MAINLAND else INSET_TOLERANCE))
    written = path("map-here" if lit else "map-land", outline)
    if borders and inner:
        written += path("map-border", borders)
    return mark_safe(written)  # noqa: S308 made of numbers


@cache
def _linked_base(code: str) -> SafeString:
    """The same, each région (or overseas territory) a link to its page."""
    if code != MAINLAND:
        shapes = [(kind_of(code), code, NAMES[code], land(code, INSET_TOLERANCE)[0])]
        borders = ""
    else:
        pen = _pen(MAINLAND, MAINLAND_TOLERANCE)
        shapes = [
            (Kind.REGION, region, REGION_NAMES[region], pen.territory(Kind.REGION, region))
            for region in mainland_regions()
        ]
        borders = path("map-border", land(MAINLAND, MAINLAND_TOLERANCE)[1])
    links = "".join(link(kind, shape_code, name, shape) for kind, shape_code, name, shape in shapes)
    return mark_safe(links + borders)  # noqa: S308 escaped by link()


REGION_NAMES = {
    "11": "Île-de-France",
    "24": "Centre-Val de Loire",
    "27": "Bourgogne-Franche-Comté",
    "28": "Normandie",
    "32": "Hauts-de-France",
    "44": "Grand Est",
    "52": "Pays de la Loire",
    "53": "Bretagne",
    "75": "Nouvelle-Aquitaine",
    "76": "Occitanie",
    "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d’Azur",
    "94": "Corse",
}


def link(kind: str, code: str, name: str, shape: str) -> str:
    """A shape that is a link. Its name is told by the list beside the map, hence out of the keyboard's way."""
    label = escape(name)
    return (
        f'<a href="{page_of(kind, code)}" tabindex="-1" class="map-area" aria-label="{label}">'
        f'<path d="{shape}"/><title>{label}</title></a>'
    )


def path(css_class: str, data: str) -> str:
    return f'<path class="{css_class}" d="{data}"/>'


def pin(frame: Frame, point: tuple[float, float], radius: float) -> str:
    x, y = frame.place(point[1], point[0])
    return (
        f'<circle class="map-halo" cx="{x:.1f}" cy="{y:.1f}" r="{radius * 2:g}"/>'
        f'<circle class="map-pin" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>'
    )


def page_of(kind: str, code: str) -> str:
    return reverse("territories:detail", args=[kind, code])
