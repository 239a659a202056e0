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
from alliage.territories.maps import Mark, france

SECONDS = 60


def national_map() -> SafeString:
    """Drawn once a minute by each process: the page only copies it."""
    return cast(SafeString, cache.get_or_set("website.map", _draw, SECONDS))


def _draw() -> SafeString:
    drawn = france(
        [_mark(place) for place in directory.places(directory.visible())],
        label=_("Carte de France, outre-mer compris, et organisations de l’annuaire"),
        linked=True,
        cluster_url=_directory,
        zoomable=False,
    )
    return render_to_string("territories/_map.html", {"map": drawn})


def _mark(place: directory.Spot) -> Mark:
    if place.slug:
        url = reverse("directory:organisation", args=[place.slug])
        return Mark(place.latitude, place.longitude, place.label, url, tint="copper")
    found = ngettext("%(place)s, %(count)d organisation", "%(place)s, %(count)d organisations", place.count)
    label = found % {"place": place.name or place.label, "count": place.count}
    url = f"{_directory()}?territoire={place.kind}:{place.code}" if place.code else _directory()
    return Mark(place.latitude, place.longitude, label, url, place.count, tint="copper")


def _directory(_marks: Iterable[Mark] = ()) -> str:
    return reverse("directory:index")
