"""The list of the directory, its map and its exports: one query, told by the address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from time import monotonic
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliage.directory import exports, freshness, permissions, queries, registry, wording
from alliage.directory.enums import ADDRESSES, EntryKind
from alliage.directory.filters import (
    PLURALS,
    UNKNOWN_CATEGORY,
    VOCABULARIES,
    Filters,
    category_label,
    numbered,
    parse,
)
from alliage.directory.queries import Found, Level
from alliage.prepared import Address
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar
from alliage.territories.maps import place
from alliage.territories.maps.focus import around_zone, focused
from alliage.territories.maps.local import Around
from alliage.territories.maps.marks import Mark
from alliage.territories.maps.outlines import Box
from alliage.territories.maps.views import Map, france

_INDEX = Address("directory:index")
MOST_KEPT = 200
KEPT_SECONDS = 600  # points of territories and labels may change without any entry changing
EXTENSIONS = ("csv", "xlsx", "json", "geojson", "rss")
SEVERAL = {
    "metier": gettext_lazy("Métiers de la catalyse"),
    "mission": gettext_lazy("Missions de ces métiers"),
    "levier": gettext_lazy("Leviers"),
    "odd": gettext_lazy("Objectifs de développement durable"),
}


class CountedPaginator(Paginator[Any]):
    """A paginator told its count, which the page already knows."""

    def __init__(self, size: int, *, count: int) -> None:
        self._known = count
        super().__init__(range(count), size)

    @cached_property
    def count(self) -> int:
        return self._known


@cache
def _export(extension: str) -> str:
    """One of `EXTENSIONS`; every list writes them all."""
    return reverse("directory:export", args=[extension])


def address_of(filters: Filters) -> str:
    query = filters.query()
    return f"{_INDEX()}?{query}" if query else _INDEX()


def index(request: HttpRequest) -> HttpResponse:
    """People, organisations and teams: a list and its map, narrowed by the same filters."""
    filters = parse(request.GET)
    if "lieu" in request.GET and not filters.ignored:
        return redirect(address_of(filters))
    found = Found(filters, Level.MEMBER if request.user.is_authenticated else Level.ANYONE)
    page = CountedPaginator(queries.PAGE_SIZE, count=found.total).get_page(request.GET.get("page"))
    start = page.start_index() - 1
    drawn = drawn_for(found)
    today = timezone.localdate()
    context = {
        "crumbs": [(_("Annuaire"), "")],
        "filters": filters,
        "parameters": filters.parameters(),
        "title": title_of(filters),
        "total": found.total,
        "tabs": _tabs(found),
        "facets": drawn.facets,
        "place_asked": filters.territory.name if filters.territory else request.GET.get("lieu", ""),
        "chips": [
            {"label": label, "url": address_of(filters.without(name, value))} for name, value, label in filters.chips()
        ],
        "clear_url": _INDEX(),
        "nearby": [] if filters.territory else _nearby(request, found),
        "page": page,
        "entries": [line_of(line, filters, today) for line in queries.lines(found, start, start + queries.PAGE_SIZE)],
        "ways_out": [] if found.total else _ways_out(found),
        "query": filters.query(),
        "exports": _exports(filters) + _complete(request, filters),
        "map": drawn.map,
        "unplaced_count": found.total - drawn.placed_count,
    }
    return render(request, "directory/index.html", context)


def _nearby(request: HttpRequest, found: Found) -> list[dict[str, Any]]:
    """The visitor's own territory is offered by a link: a list is never narrowed in silence."""
    filters, level, known = found.filters, found.level, found.known
    return [
        {
            "at": grammar.at(place),
            "url": address_of(there := replace(filters, territory=place)),
            "count": Found(there, level, known).total,
        }
        for place in registry.offered(request)
    ]


def title_of(filters: Filters) -> str:
    """What the page shows, in words: « Catalyseurs territoriaux, lieu, La Réunion »."""
    what = str(PLURALS[filters.kind]) if filters.kind else _("Annuaire")
    others = [label for name, label in filters.active() if name != "nature"]
    return ", ".join([what, *others])


def line_of(line: queries.Line, filters: Filters, today: date) -> dict[str, Any]:
    """A line of the list: why it is there, then what is known of it."""
    return {
        "title": line.name,
        "url": line.url,
        "kind": line.kind.label,
        "is_person": line.kind == EntryKind.CATALYST,
        "reason": wording.reasons(line, filters.territory),
        "facts": wording.facts(line),
        "confirmed": freshness.tag(line.confirmed_on, today),
        "is_demo": line.is_demo,
    }


# --- Facets --------------------------------------------------------------------------------------------------------


def _tabs(found: Found) -> list[dict[str, Any]]:
    """Everyone, then each kind: how many the other filters leave."""
    counts, filters = found.counts("nature"), found.filters
    whole = filters.without("nature")
    tabs = [
        {"label": _("Tous"), "url": address_of(whole), "current": filters.kind is None, "count": sum(counts.values())}
    ]
    for kind in EntryKind:
        if counts.get(kind) or kind == filters.kind:
            query = f"?{whole.query()}&" if whole.query() else "?"
            url = f"{_INDEX()}{query}nature={ADDRESSES[kind]}"
            tabs.append(
                {"label": PLURALS[kind], "url": url, "current": kind == filters.kind, "count": counts.get(kind, 0)}
            )
    return tabs


def _facets(found: Found) -> list[dict[str, Any]]:
    """Filters whose values are counted: those that would give something, and those in force."""
    filters = found.filters
    chosen = {"metier": filters.metiers, "mission": filters.missions, "levier": filters.leviers, "odd": filters.odd}
    several = {
        name: [(term.code, numbered(term) if name == "odd" else term.label) for term in taxonomy.terms(vocabulary)]
        for name, vocabulary in VOCABULARIES.items()
    }
    categories = [term.code for term in taxonomy.terms(Vocabulary.CATEGORIES)]
    sequences = {str(number): title for number, title in sorted(found.known.sequence_titles.items())}
    titles = sequences | (
        {str(filters.sequence): ""} if filters.sequence and str(filters.sequence) not in sequences else {}
    )
    single = {
        "categorie": [(code, category_label(code)) for code in (*categories, UNKNOWN_CATEGORY)],
        "echelon": [(term.code, term.label) for term in taxonomy.terms(Vocabulary.SCALES)],
        "sequence": [
            (number, f"{number}. {title or _('Séquence %(number)s') % {'number': number}}")
            for number, title in titles.items()
        ],
    }
    parameters = filters.parameters()

    def choices(name: str, values: Sequence[tuple[str, str]], asked: Iterable[str]) -> list[dict[str, Any]]:
        counts = found.counts(name)
        return [
            {"value": value, "label": label, "count": counts.get(value, 0), "chosen": value in asked}
            for value, label in values
            if counts.get(value) or value in asked
        ]

    def several_facet(name: str) -> dict[str, Any]:
        return {
            "name": name,
            "label": SEVERAL[name],
            "several": True,
            "choices": choices(name, several[name], chosen[name]),
        }

    def single_facet(name: str, label: str) -> dict[str, Any]:
        return {"name": name, "label": label, "choices": choices(name, single[name], parameters.get(name, "").split())}

    overseas = found.counts("outremer").get("1", 0)
    facets = [
        several_facet("metier"),
        several_facet("mission") | {"folded": True, "open": bool(filters.missions)},
        single_facet("categorie", _("Catégorie")),
        several_facet("levier"),
        several_facet("odd"),
        single_facet("echelon", _("Échelon")),
        {
            "name": "outremer",
            "label": _("Outre-mer"),
            "several": True,
            "choices": [{"value": "1", "label": _("Agit en outre-mer"), "count": overseas, "chosen": filters.overseas}]
            if overseas or filters.overseas
            else [],
        },
        single_facet("sequence", _("Séquence de la Rencontre de 2020")),
    ]
    return [facet for facet in facets if facet["choices"]]


def _exports(filters: Filters) -> list[dict[str, str]]:
    query = filters.query()
    tail = f"?{query}" if query else ""
    return [{"label": extension.upper(), "url": _export(extension) + tail} for extension in EXTENSIONS]


def _complete(request: HttpRequest, filters: Filters) -> list[dict[str, str]]:
    """Everything, for those who run the network."""
    if not permissions.can_export_all(request.user):
        return []
    tail = f"?excel=1&nature={ADDRESSES[filters.kind]}" if filters.kind else "?excel=1"
    return [
        {"label": _("Tout, champs privés compris"), "url": reverse("directory:export_complete", args=["csv"]) + tail}
    ]


def _ways_out(found: Found) -> list[dict[str, Any]]:
    labels = dict(found.filters.active())
    return [
        {
            "removed": labels.get(way.removed, ""),
            "place": grammar.title(way.filters.territory) if way.filters.territory and not way.removed else "",
            "count": way.count,
            "url": address_of(way.filters),
        }
        for way in queries.ways_out(found)
    ]


# --- What is drawn -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """The parts of the page that depend on the filters alone: the map, how many entries it shows, the facets as HTML."""

    map: Map | None
    placed_count: int
    facets: SafeString


_drawn: dict[tuple[Any, ...], Drawn] = {}


def drawn_for(found: Found) -> Drawn:
    """Kept until the directory changes: the pages of a list, and all its visitors, share them."""
    key = (found.filters.query(), found.level > Level.ANYONE, found.edition, int(monotonic() / KEPT_SECONDS))
    drawn = _drawn.get(key)
    if drawn is None:
        if len(_drawn) >= MOST_KEPT:
            _drawn.clear()
        refined = any(name not in ("q", "nature", "territoire", "zone") for name, _value in found.filters.pairs())
        facets = render_to_string("directory/_facets.html", {"facets": _facets(found), "refined": refined})
        drawn = _drawn[key] = Drawn(*_map(found), facets)
    return drawn


def _map(found: Found) -> tuple[Map | None, int]:
    """Opened on the zone or the territory that is asked, on the whole of France otherwise."""
    around = _around(found.filters)
    spots, placed_count = queries.spots(found, near=around.box if around else None)
    if not spots:
        return None, 0
    marks = {id(mark): (mark, spot) for mark, spot in ((_mark(spot, found.filters), spot) for spot in spots)}

    def narrowed(gathered: Sequence[Mark]) -> str:
        return _narrowed(found.filters, queries.around([marks[id(mark)][1].box for mark in gathered]))

    drawn_marks = [mark for mark, _spot in marks.values()]
    if around is None:
        whole = france(drawn_marks, label=_("Carte de l’annuaire"), list_anchor="liste", cluster_url=narrowed)
        return whole, placed_count
    label, here = _("Carte de l’annuaire, sur la zone choisie"), None
    if found.filters.territory and not found.filters.zone:
        label = _("Carte de l’annuaire, centrée sur %(place)s") % {"place": grammar.the(found.filters.territory)}
        here = place.point(found.filters.territory)
    note = f"{label}."
    drawn = focused(around, drawn_marks, label=label, note=note, here=here, cluster_url=narrowed, list_anchor="liste")
    return drawn, placed_count


def _around(filters: Filters) -> Around | None:
    """A zone is what somebody chose on the map: it is narrower than their territory."""
    if filters.zone:
        south, west, north, east = filters.zone
        return around_zone(Box(west, south, east, north))
    return place.close(filters.territory) if filters.territory else None


def _narrowed(filters: Filters, box: tuple[float, float, float, float]) -> str:
    return f"{address_of(replace(filters, zone=box))}#liste"


def _mark(spot: queries.Spot, filters: Filters) -> Mark:
    """An entry alone leads to its page, several to the list narrowed to their place."""
    if spot.url:
        label = f"{spot.label} ({spot.name})" if spot.name else spot.label
        return Mark(spot.latitude, spot.longitude, label, spot.url)
    count = ngettext("%(count)s fiche", "%(count)s fiches", spot.count) % {"count": spot.count}
    label = f"{spot.name}, {count}" if spot.name else count
    return Mark(spot.latitude, spot.longitude, label, _narrowed(filters, spot.box), spot.count)


def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The whole list behind the page, with the same filters. Only what everyone may read."""
    return exports.WRITERS[extension](request, exports.of(parse(request.GET)))
