"""Many points on the map at once."""

import numpy as np
import pytest

from alliage.territories import maps
from alliage.territories.maps import projection


def test_many_points_fall_where_each_alone_falls():
    """Columns give the same places as one point at a time: mainland, every inset, the sea around it, abroad, nowhere."""
    points = [(48.85, 2.35), (42.0, 9.0), (-20.9, 55.4), (4.9, -52.3), (-17.5, -149.5), (16.9, -62.4), (46.8, -71.2)]
    latitudes = np.array([*(latitude for latitude, _longitude in points), np.nan])
    longitudes = np.array([*(longitude for _latitude, longitude in points), np.nan])
    xs, ys, frames = projection.projected(latitudes, longitudes)
    for rank, (latitude, longitude) in enumerate(points):
        placed = maps.project(latitude, longitude)
        if placed is None:
            assert frames[rank] == projection.NOWHERE
        else:
            assert projection.codes()[frames[rank]] == placed.inset
            assert (xs[rank], ys[rank]) == pytest.approx((placed.x, placed.y), abs=0.1)
    assert frames[-1] == projection.NOWHERE
