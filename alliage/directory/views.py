"""Pages of the directory."""

from collections.abc import Iterable
from time import monotonic
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from alliage.directory import exports, queries, wording
from alliage.directory.enums import Visibility
from alliage.directory.filters import UNKNOWN_CATEGORY, Filters, category_label, parse
from alliage.directory.models import Organisation, address
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.maps.marks import Mark
from alliage.territories.maps.views import Map, france

NEIGHBOURS = 6
MAPS_KEPT = 200
MAP_AGE = 600  # seconds: points of territories may change without any organisation changing
EXTENSIONS = ("csv", "json", "geojson", "rss")


class CountedPaginator(Paginator[Any]):
    """A paginator told its count, which the page already knows."""

    def __init__(self, rows: Any, size: int, *, count: int) -> None:
        self._known = count
        super().__init__(rows, size)

    @cached_property
    def count(self) -> int:
        return self._known


def _address(filters: Filters) -> str:
    query = filters.query()
    return f"{reverse('directory:index')}?{query}" if query else reverse("directory:index")


def _chips(filters: Filters) -> list[dict[str, str]]:
    return [{"label": label, "url": _address(filters.without(name))} for name, label in filters.active()]


def _category_choices(counts: queries.Counts, filters: Filters) -> list[dict[str, Any]]:
    """Categories that would give something, and the one in force."""
    codes = [*(term.code for term in taxonomy.terms(Vocabulary.CATEGORIES)), UNKNOWN_CATEGORY]
    return [
        {"value": code, "label": category_label(code), "count": counts.categories.get(code, 0)}
        for code in codes
        if counts.categories.get(code) or code == filters.category
    ]


def _sequence_choices(counts: queries.Counts, filters: Filters) -> list[dict[str, Any]]:
    numbers = sorted({*counts.sequences, *([filters.sequence] if filters.sequence else [])})
    return [
        {
            "value": number,
            "label": counts.titles.get(number, _("Séquence %(number)s") % {"number": number}),
            "count": counts.sequences.get(number, 0),
        }
        for number in numbers
    ]


def _exports(filters: Filters) -> list[dict[str, str]]:
    query = filters.query()
    tail = f"?{query}" if query else ""
    return [
        {"label": extension.upper(), "url": reverse("directory:export", args=[extension]) + tail}
        for extension in EXTENSIONS
    ]


def _entries(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """The lines of the list: why each is there, then what is known of it."""
    found = [queries.Line(*row) for row in rows]
    parts = queries.parts(line.pk for line in found) if found else {}
    categories = {term.pk: term.label for term in taxonomy.terms(Vocabulary.CATEGORIES)}
    nowhere = _("Lieu non précisé")
    return [
        {
            "title": line.name,
            "url": address(line.slug),
            "reason": wording.reason(parts.get(line.pk, ())),
            "facts": [fact for fact in (categories.get(line.category_id or 0), line.place or nowhere) if fact],
        }
        for line in found
    ]


def _mark(place: queries.Spot) -> Mark:
    """An organisation alone leads to its page, several to the list of their territory."""
    if place.slug:
        url = address(place.slug)
        return Mark(
            place.latitude, place.longitude, f"{place.label} ({place.name})" if place.name else place.label, url
        )
    url = f"{reverse('directory:index')}?territoire={place.kind}:{place.code}" if place.code else "#liste"
    label = _("%(place)s, %(count)s organisations") % {"place": place.name or place.label, "count": place.count}
    return Mark(place.latitude, place.longitude, label, url, place.count)


_maps: dict[tuple[Any, ...], tuple[Map | None, int]] = {}


def _map(
    found: queries.Organisations, filters: Filters, counts: queries.Counts, *, to_members: bool
) -> tuple[Map | None, int]:
    """The map of the list, and how many organisations it shows; drawn again when what the list holds changed."""
    key = (filters.query(), to_members, counts.edition, int(monotonic() / MAP_AGE))
    if key not in _maps:
        places = queries.places(found)
        label = _("Carte des organisations de l’annuaire")
        drawn = france([_mark(place) for place in places], label=label, list_anchor="liste") if places else None
        if len(_maps) >= MAPS_KEPT:
            _maps.clear()
        _maps[key] = (drawn, sum(place.count for place in places))
    return _maps[key]


def index(request: HttpRequest) -> HttpResponse:
    """Organisations of the network: a list and its map, narrowed by the same filters."""
    filters = parse(request.GET)
    if "lieu" in request.GET and not filters.ignored:
        return redirect(_address(filters))
    members = request.user.is_authenticated
    organisations = queries.visible(to_members=members)
    counts = queries.counts(organisations, filters)
    found = queries.filtered(organisations, filters)
    page = CountedPaginator(queries.lines(found), queries.PAGE_SIZE, count=counts.total).get_page(
        request.GET.get("page")
    )
    drawn, placed_count = _map(found, filters, counts, to_members=members) if counts.total else (None, 0)
    context = {
        "crumbs": [(_("Annuaire"), "")],
        "filters": filters,
        "parameters": filters.parameters(),
        "counts": counts,
        "categories": _category_choices(counts, filters),
        "sequences": _sequence_choices(counts, filters),
        "place_asked": filters.territory.name if filters.territory else request.GET.get("lieu", ""),
        "chips": _chips(filters),
        "clear_url": reverse("directory:index"),
        "page": page,
        "entries": _entries(page) if counts.total else [],
        "ways_out": [] if counts.total else _ways_out(organisations, filters),
        "query": filters.query(),
        "exports": _exports(filters),
        "map": drawn,
        "unplaced_count": counts.total - placed_count,
    }
    return render(request, "directory/index.html", context)


def _ways_out(organisations: queries.Organisations, filters: Filters) -> list[dict[str, Any]]:
    labels = dict(filters.active())
    return [
        {
            "removed": labels.get(way.removed, ""),
            "place": way.filters.territory if not way.removed else None,
            "count": way.count,
            "url": _address(way.filters),
        }
        for way in queries.ways_out(organisations, filters)
    ]


def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The whole list behind the page, with the same filters. Only what everyone may read."""
    filters = parse(request.GET)
    found = queries.with_mentions(queries.filtered(queries.visible(), filters))
    return exports.WRITERS[extension](request, found, filters)


def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """What a document says of an organisation, and where to go next."""
    members = request.user.is_authenticated
    found = queries.organisation(slug, to_members=members)
    if found is None:
        raise Http404(f"No organisation {slug}.")
    mentions = list(found.mentions.all())
    category = queries.category_of(found)
    context = {
        "crumbs": [(_("Annuaire"), reverse("directory:index")), (found.name, "")],
        "organisation": found,
        "kicker": category.label if category else _("Organisation"),
        "why": wording.why(found),
        "mentions": [{"said": mention, "quote": wording.nested(mention.quote)} for mention in mentions],
        "unconfirmed": any(not mention.is_confirmed for mention in mentions),
        "neighbours": queries.met_in_the_same_sequences(found, limit=NEIGHBOURS, to_members=members),
        "sequences": sorted({mention.sequence for mention in mentions if mention.sequence}),
        "facts": _facts(found, category.label if category else ""),
        "json_ld": exports.json_ld(found, category),
        "is_public": found.visibility == Visibility.PUBLIC,
    }
    return render(request, "directory/organisation.html", context)


def _facts(found: Organisation, category: str) -> list[dict[str, Any]]:
    place = found.territory.name if found.territory else _("non précisé par le programme")
    facts = [
        {
            "label": _("Catégorie"),
            "value": category or _("à préciser"),
            "source": found.category_basis if category else "",
        },
        {"label": _("Lieu"), "value": place, "source": _("le nom de l’organisation") if found.territory else ""},
    ]
    if found.other_names:
        facts.insert(0, {"label": _("Autres noms"), "value": found.other_names.replace(";", ", ")})
    return facts
