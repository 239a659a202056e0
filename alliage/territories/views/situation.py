"""Which maps a territory's page shows."""

from functools import lru_cache
from itertools import islice

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliage.territories import grammar, maps, queries
from alliage.territories.enums import Kind, Precision
from alliage.territories.maps import Dot, Map, place
from alliage.territories.maps.outlines import outlines
from alliage.territories.models import Territory
from alliage.territories.snapshot import snapshot

NOTHING = SafeString("")
NAMED_TOWNS = 7
MOST_DOTS = 320


def local_map(territory: Territory) -> Map | None:
    """The territory drawn large, or None when nothing is known of its place."""
    around = place.around(territory)
    if around is None:
        return None
    here = _here(territory)
    outline = queries.outline(territory)
    return maps.local(
        maps.in_archipelago(around, here) if territory.kind == Kind.COMMUNE else around,
        label=_("Carte %(of)s") % {"of": grammar.of(territory)},
        dots=_dots(territory),
        here=here,
        shape=outline.geometry if outline else None,
        links=_links(territory),
        note=outline.source if outline else "",
    )


def locator_map(territory: Territory, *, again: bool) -> SafeString:
    """Where that is in France, drawn; `again` when the page holds another map before. Nothing when it is not known."""
    kind, code = place.wide(territory)
    if not outlines().has(kind, code):
        return NOTHING
    if maps.is_overseas(kind, code):
        return _overseas(kind, code, again)
    if kind == Kind.COM:  # no frame of its own: a map of the mainland would tell nothing
        return NOTHING
    point = None
    if territory.kind not in (Kind.DEPARTEMENT, Kind.REGION, Kind.COM) and territory.latitude is not None:
        point = (territory.latitude, territory.longitude or 0.0)
    return render_to_string("territories/_map.html", {"map": maps.locator(kind, code, point=point), "again": again})


@lru_cache(maxsize=64)
def _overseas(kind: str, code: str, again: bool) -> SafeString:
    """Twelve frames, one of them lit: a few drawings in all, kept."""
    return render_to_string("territories/_map.html", {"map": maps.locator(kind, code), "again": again})


def _here(territory: Territory) -> Dot | None:
    """The pin: the territory's point, or its chef-lieu for those that have one."""
    if territory.kind in (Kind.DEPARTEMENT, Kind.REGION, Kind.COM):
        seat = queries.seat(territory)
        if seat and seat.latitude is not None and seat.longitude is not None:
            return Dot(seat.latitude, seat.longitude, grammar.title(seat))
        return None
    return place.point(territory)


def _dots(territory: Territory) -> list[Dot]:
    """The communes of an intercommunality, the largest towns of a département, région or collectivity."""
    wide = territory.kind in (Kind.DEPARTEMENT, Kind.REGION, Kind.COM)
    own = {territory.id, territory.seat_id}
    rows = (row for row in queries.communes(territory) if row.is_precise and row.id not in own)
    towns = islice(rows, NAMED_TOWNS * 2 if wide else MOST_DOTS)
    named = NAMED_TOWNS if territory.kind != Kind.COMMUNE else 0
    return [place.dot(row, named=rank < named) for rank, row in enumerate(towns)]


def _links(territory: Territory) -> list[tuple[str, str]]:
    """The départements of a région of the mainland, as links."""
    if territory.kind != Kind.REGION or territory.code.startswith("0"):
        return []
    return [(row.code, row.name) for row in snapshot().departements_of.get(territory.id, [])]


def precision(territory: Territory) -> str:
    """How much the point on the map may be trusted, in words."""
    if territory.kind in (Kind.DEPARTEMENT, Kind.REGION, Kind.COM):
        return _("Le point marque le chef-lieu.") if territory.seat_id else ""
    if territory.kind != Kind.COMMUNE:
        return _("Chaque point est une commune dont l’emplacement est connu.")
    if territory.precision == Precision.EXACT:
        return _("Le point marque le chef-lieu ou le centre connu.")
    if territory.precision == Precision.UNKNOWN:
        return _("L’emplacement précis n’est pas connu.")
    return _("Emplacement approché : %(what)s.") % {"what": Precision(territory.precision).label}
