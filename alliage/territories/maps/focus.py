"""A map of marks that opens on a part of France: that part drawn large, then a small frame for each place where others are."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from alliage.territories.enums import Kind
from alliage.territories.maps.frames import (
    COLLECTIVITIES,
    INSET_SIZE,
    MAINLAND,
    MAINLAND_SIZE,
    Frame,
    frame_of,
    kind_of,
    national_frames,
)
from alliage.territories.maps.local import Around, Dot, frame_around, land_around, shown_by
from alliage.territories.maps.marks import ClusterUrl, Mark, PlacedMark, drawn, gathered_by_frame
from alliage.territories.maps.outlines import Box
from alliage.territories.maps.views import (
    INSET_TOLERANCE,
    LOCAL,
    LOCATOR_TOLERANCE,
    NAMES,
    SPACING,
    FrameView,
    Map,
    base_of,
    page_of,
    pin,
)

# A wider zone is the whole of France; a narrower one is shown with what is around it. Degrees.
WIDEST, LEAST = 12.0, 0.5
MARGIN = 0.1
# The mainland among the frames of the others, as small as they are.
SMALL = INSET_SIZE[0] / MAINLAND_SIZE[0]
# Not the code of the large frame of the national map, which the template shows apart.
SMALL_MAINLAND = "france"


def around_zone(box: Box) -> Around | None:
    """A zone that somebody asked for; None when it is wider than a part of France, or lies elsewhere."""
    if max(box.east - box.west, box.north - box.south) > WIDEST:
        return None
    frame = next((each for each in national_frames().values() if each.box.meets(box)), None)
    if frame is None:
        return None
    kind = Kind.COM if frame.code in COLLECTIVITIES else Kind.DEPARTEMENT
    return Around(kind, "" if frame.code == MAINLAND else frame.code, box.grown(MARGIN, LEAST))


def focused(
    around: Around,
    marks: Iterable[Mark],
    *,
    label: str,
    note: str,
    here: Dot | None = None,
    cluster_url: ClusterUrl | None = None,
    list_anchor: str = "liste",
) -> Map:
    """Marks of `around` on its land drawn large, with a pin at `here`; the others in small frames beside it."""
    frame = frame_around(around.box)
    shown = shown_by(frame)
    large: list[PlacedMark] = []
    small: dict[str, list[PlacedMark]] = {}
    outside: list[Mark] = []
    frames = _small_frames()
    for mark in marks:
        if shown.holds(mark.longitude, mark.latitude):
            large.append((*frame.place(mark.longitude, mark.latitude), mark))
        elif found := frame_of(mark.longitude, mark.latitude):
            there = frames[found.code]
            small.setdefault(found.code, []).append((*there.place(mark.longitude, mark.latitude), mark))
        else:
            outside.append(mark)
    gathered = gathered_by_frame({LOCAL: large, **small}, SPACING)
    point = pin(frame, (here.latitude, here.longitude), 7) if here else ""
    discs = drawn(gathered[LOCAL], frame, cluster_url, list_anchor, share=1.0)
    views = [
        FrameView(
            code=LOCAL,
            width=frame.width,
            height=frame.height,
            base=mark_safe(land_around(around)),  # noqa: S308 made of numbers
            marks=mark_safe(point + discs),  # noqa: S308 every text was escaped by drawn()
            label=label,
            interactive=bool(large),
        )
    ]
    for code, there in frames.items():
        if code in small:
            views.append(_small_view(there, drawn(gathered[code], there, cluster_url, list_anchor)))
    words = [note, _("Les autres sont dans les petits cadres.") if small else "", _("Contours approchés.")]
    return Map(
        views, label, note=" ".join(filter(None, words)), list_anchor=list_anchor, outside=outside, zoomable=True
    )


@cache
def _small_frames() -> dict[str, Frame]:
    """The frames of the national map, the mainland as small as the others."""
    frames = dict(national_frames())
    whole = frames[MAINLAND]
    width, height = round(whole.width * SMALL), round(whole.height * SMALL)
    frames[MAINLAND] = replace(whole, width=width, height=height, scale=whole.scale * SMALL)
    return frames


def _small_view(frame: Frame, discs: str) -> FrameView:
    mainland = frame.code == MAINLAND
    base = base_of(frame.code, LOCATOR_TOLERANCE if mainland else INSET_TOLERANCE, inner=False)
    name = NAMES.get(frame.code) or _("France métropolitaine")
    return FrameView(
        code=SMALL_MAINLAND if mainland else frame.code,
        width=frame.width,
        height=frame.height,
        base=mark_safe(f'<g transform="scale({SMALL:g})">{base}</g>') if mainland else base,  # noqa: S308 made of numbers
        marks=mark_safe(discs),  # noqa: S308 escaped by drawn()
        caption=_("Métropole") if mainland else name,
        url="" if mainland else page_of(kind_of(frame.code), frame.code),
        label=name,
        interactive=True,
    )
