"""Every read of the directory, one file per noun."""

from alliage.directory.queries.exported import to_write
from alliage.directory.queries.facets import Found, WayOut, ways_out
from alliage.directory.queries.lists import (
    PAGE_SIZE,
    Line,
    areas_of,
    category_of,
    entry,
    in_order,
    lines,
    met_in_the_same_sequences,
    of_territory,
    parts,
    scale_of,
    terms_of,
    visible,
    with_details,
)
from alliage.directory.queries.marks import Spot, around, spots
from alliage.directory.queries.reach import wider
from alliage.directory.queries.shown import Level, Shown, level_of, shown, shows

__all__ = [
    "PAGE_SIZE", "Found", "Level", "Line", "Shown", "Spot", "WayOut", "areas_of", "around", "category_of", "entry",
    "in_order", "level_of", "lines", "met_in_the_same_sequences", "of_territory", "parts", "scale_of", "shown", "shows",
    "spots", "terms_of", "to_write", "visible", "ways_out", "wider", "with_details",
]  # fmt: skip
