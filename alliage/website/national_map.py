"""The map of the home page: every région and overseas territory a link, the organisations of the directory as marks."""

from collections.abc import Iterable
from typing import cast

from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.directory import queries as directory
from alliage.directory.filters import Filters
from alliage.territories.maps import Mark, france

SECONDS = 60


def national_map() -> SafeString:
    """Drawn once a minute by each process: the page only copies it."""
    return cast(SafeString, cache.get_or_set("website.map", _draw, SECONDS))


def _draw() -> SafeString:
    drawn = france(
        [_mark(spot) for spot in directory.spots(directory.Found(Filters()))[0]],
        label=_("Carte de France, outre-mer compris, et fiches de l’annuaire"),
        linked=True,
        cluster_url=_directory,
        zoomable=False,
    )
    legend = _(
        "Les ronds : les personnes et les organisations de l’annuaire, avec leur nombre là où elles sont plusieurs."
    )
    return render_to_string("territories/_map.html", {"map": drawn, "caption": legend})


def _mark(spot: directory.Spot) -> Mark:
    if spot.url:
        return Mark(spot.latitude, spot.longitude, spot.label, spot.url, tint="copper")
    count = ngettext("%(count)d fiche", "%(count)d fiches", spot.count) % {"count": spot.count}
    label = f"{spot.name}, {count}" if spot.name else count
    url = f"{_directory()}?{Filters(zone=spot.box).query()}#liste"
    return Mark(spot.latitude, spot.longitude, label, url, spot.count, tint="copper")


def _directory(_marks: Iterable[Mark] = ()) -> str:
    return reverse("directory:index")
