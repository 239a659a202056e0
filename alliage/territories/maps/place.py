"""Which part of France a territory's map shows: its département, région or archipelago, or what is close around it."""

from alliage.territories import grammar, queries
from alliage.territories.enums import Kind
from alliage.territories.maps.local import Around, Dot, around_members
from alliage.territories.maps.outlines import Box, outlines
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row, snapshot

WIDE = (Kind.DEPARTEMENT, Kind.REGION, Kind.COM)
# Degrees of latitude: about ninety kilometres from north to south, so that one sees who is a drive away.
LEAST_AROUND = 0.8
MARGIN_OF_A_GROUP = 0.3


def wide(territory: Territory | Row) -> tuple[str, str]:
    """The département, région or collectivity that says where a territory is."""
    if territory.kind in WIDE:
        return territory.kind, territory.code
    row = _area(territory)
    return (row.kind, row.code) if row else ("", "")


def _area(territory: Territory | Row) -> Row | None:
    """The département (or collectivity) that most of a territory lies in."""
    known = snapshot()
    own = known.by_id.get(territory.departement_id or territory.com_id or 0)
    if own or territory.kind == Kind.COMMUNE:
        return own
    seen: dict[int, int] = {}
    for row in _communes(territory):
        area = row.departement_id or row.com_id or 0
        seen[area] = seen.get(area, 0) + 1
    return known.by_id.get(max(seen, key=lambda area: seen[area])) if seen else None


def around(territory: Territory | Row) -> Around | None:
    """What the page of a territory shows; None when nothing is known of its place."""
    kind, code = _outlined(territory)
    if not outlines().has(kind, code):
        return None
    if territory.kind in (Kind.EPCI, Kind.EPT, Kind.CUSTOM):
        found = members(territory)
        if found:
            return around_members(found, kind, code)
    return Around.outline(kind, code)


def _outlined(territory: Territory | Row) -> tuple[str, str]:
    """A région overseas has the outline of its only département."""
    if territory.kind == Kind.REGION and territory.code.startswith("0"):
        return Kind.DEPARTEMENT, f"97{territory.code[-1]}"
    return wide(territory)


def close(territory: Territory | Row) -> Around | None:
    """Tighter than `around`: a commune with what is near it, a group of communes as it is, a wide territory whole."""
    if territory.kind in WIDE:
        return around(territory)
    found = [] if territory.kind == Kind.COMMUNE else members(territory)
    points = [(each.longitude, each.latitude) for each in found]
    if not points and territory.latitude is not None and territory.longitude is not None:
        points = [(territory.longitude, territory.latitude)]
    if not points:
        return around(territory)
    kind, code = wide(territory)
    return Around(kind or Kind.DEPARTEMENT, code, Box.around(points).grown(MARGIN_OF_A_GROUP, LEAST_AROUND))


def point(territory: Territory | Row) -> Dot | None:
    """Where the pin of a commune goes; other territories are no point."""
    if territory.kind != Kind.COMMUNE or territory.latitude is None or territory.longitude is None:
        return None
    return Dot(territory.latitude, territory.longitude, grammar.title(territory))


def members(territory: Territory | Row) -> list[Dot]:
    """Its communes whose place is known exactly, or else about."""
    rows = [row for row in _communes(territory) if row.latitude is not None]
    return [dot(row) for row in rows if row.is_precise] or [dot(row) for row in rows]


def _communes(territory: Territory | Row) -> list[Row]:
    return queries.communes(territory)  # type: ignore[arg-type]  # a row of the memory has the same columns


def dot(row: Row, *, named: bool = False) -> Dot:
    return Dot(row.latitude or 0.0, row.longitude or 0.0, grammar.typographic(row.name), named)
