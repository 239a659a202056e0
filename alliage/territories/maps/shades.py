"""The national map with each département shaded by a figure: darker for more, hatched for none, the figure said in words."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from alliage.territories.enums import Kind
from alliage.territories.maps.frames import MAINLAND, national_frames
from alliage.territories.maps.outlines import boxes
from alliage.territories.maps.views import (
    INSET_TOLERANCE,
    MAINLAND_TOLERANCE,
    NAMES,
    FrameView,
    Map,
    _pen,
    land,
)

DARKEST = 4
# Hatching, so that « none » is not said by colour alone. One definition serves every frame of the page.
HATCH = (
    '<defs><pattern id="hatch" width="10" height="10" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line x1="0" y1="0" x2="0" y2="10" class="map-hatch"/></pattern></defs>'
)


@dataclass(frozen=True)
class Shade:
    """How dark (0 for none, to 4), what it says, where it leads."""

    level: int
    label: str
    url: str


def shade_of(value: int, others: Sequence[int]) -> int:
    """0 for none; otherwise 1 to 4, by its quarter among the figures above zero, sorted: one giant hides nobody."""
    if value <= 0 or not others:
        return 0
    return min(DARKEST, 1 + DARKEST * bisect_left(others, value) // len(others))


def shaded(shades: Mapping[tuple[str, str], Shade], *, label: str, list_anchor: str = "liste") -> Map:
    """`shades` by kind and code of département or collectivity; what is missing stays bare land."""
    frames = []
    for code, frame in national_frames().items():
        codes = _mainland_codes() if code == MAINLAND else ((_inset_kind(code), code),)
        drawn = "".join(_area(shades[key], _shape(code, key[1])) for key in codes if key in shades)
        bare = "" if code == MAINLAND or drawn else f'<path class="map-land" d="{land(code, INSET_TOLERANCE)[0]}"/>'
        frames.append(
            FrameView(
                code=code,
                width=frame.width,
                height=frame.height,
                base=mark_safe((HATCH if code == MAINLAND else "") + drawn + bare),  # noqa: S308 escaped by _area
                caption=NAMES.get(code, ""),
                url=shades[codes[0]].url if code != MAINLAND and codes[0] in shades else "",
                label=NAMES.get(code) or _("France métropolitaine"),
                interactive=bool(drawn),
            )
        )
    note = _("Contours approchés. Chaque cadre a sa propre échelle. Le tableau dit la même chose.")
    return Map(frames, label, note=note, list_anchor=list_anchor)


def _inset_kind(code: str) -> str:
    return Kind.DEPARTEMENT if code in ("971", "972", "973", "974", "976") else Kind.COM


@cache
def _mainland_codes() -> tuple[tuple[str, str], ...]:
    overseas = set(NAMES)
    return tuple((str(Kind.DEPARTEMENT), code) for code in sorted(boxes(Kind.DEPARTEMENT)) if code not in overseas)


@cache
def _shape(frame_code: str, code: str) -> str:
    if frame_code != MAINLAND:
        return land(frame_code, INSET_TOLERANCE)[0]
    return _pen(MAINLAND, MAINLAND_TOLERANCE).territory(Kind.DEPARTEMENT, code)


def _area(shade: Shade, shape: str) -> str:
    """A shape that is a link; the table beside the map is the keyboard's way."""
    label = escape(shade.label)
    hatch = f'<path d="{shape}" fill="url(#hatch)" class="map-none"/>' if not shade.level else ""
    return (
        f'<a href="{escape(shade.url)}" tabindex="-1" class="map-shade map-shade--{shade.level}" aria-label="{label}">'
        f'<path d="{shape}"/>{hatch}<title>{label}</title></a>'
    )
