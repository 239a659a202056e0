"""A département or collectivity drawn large, each commune a spot in the shade of the group it belongs to: intercommunalities
have no outlines of their own here, and this shows where they lie all the same."""

from collections.abc import Iterable, Mapping
from math import sqrt

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from alliage.territories.maps.frames import Frame
from alliage.territories.maps.local import Around, frame_around, land_around
from alliage.territories.maps.shades import HATCH, Shade
from alliage.territories.maps.views import LOCAL, FrameView, Map
from alliage.territories.snapshot import Row

# How wide a spot is, in units of the frame: as the communes are many or few.
WIDEST, NARROWEST = 34.0, 9.0
# The share of the frame that the land fills, about.
FILLED = 0.45


def spotted(
    around: Around,
    groups: Iterable[tuple[Row, Iterable[Row]]],
    shades: Mapping[int, Shade],
    *,
    label: str,
    list_anchor: str,
) -> Map:
    """`groups` are each group with its communes, `shades` by number of the group. A spot leads where its group does."""
    frame = frame_around(around.box)
    placed = [(shades[group.id], _spots(frame, communes)) for group, communes in groups if group.id in shades]
    width = _width(frame, sum(len(spots) for _shade, spots in placed))
    drawn = "".join(_group(shade, spots, width) for shade, spots in placed if spots)
    view = FrameView(
        code=LOCAL,
        width=frame.width,
        height=frame.height,
        base=mark_safe(HATCH + land_around(around)),  # noqa: S308 numbers only
        marks=mark_safe(drawn),  # noqa: S308 escaped by _group
        label=label,
        interactive=bool(drawn),
    )
    note = _("Chaque point est une commune, dans la teinte de son intercommunalité. Le tableau dit la même chose.")
    return Map([view], label, note=note, list_anchor=list_anchor)


def _spots(frame: Frame, communes: Iterable[Row]) -> list[tuple[float, float]]:
    """Where the communes whose place is known are, within the frame."""
    found = []
    for row in communes:
        if row.latitude is None or row.longitude is None:
            continue
        x, y = frame.place(row.longitude, row.latitude)
        if 0 <= x <= frame.width and 0 <= y <= frame.height:
            found.append((x, y))
    return found


def _width(frame: Frame, count: int) -> float:
    each = sqrt(FILLED * frame.width * frame.height / max(count, 1))
    return round(min(WIDEST, max(NARROWEST, each)), 1)


def _group(shade: Shade, spots: list[tuple[float, float]], width: float) -> str:
    """One path for all the spots of a group: a line of no length with a round end is a disc."""
    drawn = "".join(f"M{x:.0f} {y:.0f}h.1" for x, y in spots)
    label = escape(shade.label)
    hatch = (
        f'<path d="{drawn}" stroke-width="{width}" stroke="url(#hatch)" class="map-none"/>' if not shade.level else ""
    )
    return (
        f'<a href="{escape(shade.url)}" tabindex="-1" class="map-spots map-spots--{shade.level}" aria-label="{label}">'
        f'<path d="{drawn}" stroke-width="{width + 3:.1f}" class="map-spots__edge"/>'
        f'<path d="{drawn}" stroke-width="{width}"/>{hatch}<title>{label}</title></a>'
    )
