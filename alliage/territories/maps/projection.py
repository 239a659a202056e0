"""Where many points fall on the national map, all at once: the same places as `marks.project`, in columns."""

from functools import cache
from typing import Any

import numpy as np

from alliage.territories.maps.frames import INSET_MARGIN, MAINLAND, Frame, conic_constants, national_frames

MAINLAND_MARGIN = 0.2
NOWHERE = -1


@cache
def codes() -> tuple[str, ...]:
    """Frames by number: what `projected` gives is a rank in this tuple."""
    return tuple(national_frames())


def projected(latitudes: np.ndarray, longitudes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """SVG units x and y, and the number of the frame (`NOWHERE` when no frame shows the point, or it has none)."""
    x, y = np.zeros(len(latitudes), np.float32), np.zeros(len(latitudes), np.float32)
    frame = np.full(len(latitudes), NOWHERE, np.int8)
    known = ~(np.isnan(latitudes) | np.isnan(longitudes))
    for number, code, margin in _turns():
        shown = national_frames()[code]
        box = shown.box
        here = known & (frame == NOWHERE) & (longitudes >= box.west - margin) & (longitudes <= box.east + margin)
        here &= (latitudes >= box.south - margin) & (latitudes <= box.north + margin)
        if here.any():
            x[here], y[here] = _placed(shown, latitudes[here], longitudes[here])
            frame[here] = number
    return x, y, frame


def _turns() -> list[tuple[int, str, float]]:
    """The mainland first, then the insets, then a little around them: the order of `frames.frame_of`."""
    insets = [(number, code) for number, code in enumerate(codes()) if code != MAINLAND]
    return [
        (codes().index(MAINLAND), MAINLAND, MAINLAND_MARGIN),
        *((number, code, margin) for margin in (0.0, INSET_MARGIN) for number, code in insets),
    ]


def _placed(frame: Frame, latitudes: np.ndarray, longitudes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if frame.code != MAINLAND:
        place: Any = frame.place  # plain arithmetic: it takes columns too
        return place(longitudes, latitudes)
    exponent, factor = conic_constants()
    radius = factor / np.tan(np.pi / 4 + np.radians(latitudes) / 2) ** exponent
    angle = exponent * np.radians(longitudes - 3)
    x, y = radius * np.sin(angle), radius * np.cos(angle)
    return (x - frame.left) * frame.scale, (y - frame.top) * frame.scale
