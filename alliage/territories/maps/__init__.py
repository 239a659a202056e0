"""Maps drawn on the server, as SVG: the whole of France, overseas included, and one territory at a time.

    france(marks, …)      the national map; `Mark(latitude, longitude, label, url, count, tint)`
    project(lat, lon)     where a point falls on it: `Placed(x, y, inset)` or None
    locator(kind, code)   « it is here »
    local(…)              one territory, large

Show a map with `{% include "territories/_map.html" with map=map only %}`.
"""

from alliage.territories.maps.local import Around, Dot, around_members, in_archipelago, local
from alliage.territories.maps.marks import Mark, Placed, project
from alliage.territories.maps.views import FrameView, Map, france, is_overseas, locator

__all__ = [
    "Around",
    "Dot",
    "FrameView",
    "Map",
    "Mark",
    "Placed",
    "around_members",
    "france",
    "in_archipelago",
    "is_overseas",
    "local",
    "locator",
    "project",
]
