"""The library's list and its exports: one question, told by the address."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.directory.registry import offered
from alliage.directory.views.lists import CountedPaginator
from alliage.formats import csv, json, rss, xlsx
from alliage.library import exports
from alliage.library.cards import Card, card, hit_card
from alliage.library.models import Resource
from alliage.library.queries import filters as reads
from alliage.library.queries import found as questions
from alliage.library.queries import nearness
from alliage.library.queries import resources as queries
from alliage.library.queries.filters import FACETS, KINDS, ORDERS, Filters, parse
from alliage.library.queries.found import PER_PAGE
from alliage.search.queries.listing import Listing
from alliage.territories import grammar

EXTENSIONS = ("csv", "xlsx", "json", "rss")
IN_SIGHT = 4


def address_of(filters: Filters) -> str:
    query = filters.query()
    return f"{reverse('library:index')}?{query}" if query else reverse("library:index")


# --- The page ------------------------------------------------------------------------------------------------------


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What everyone may read, narrowed by the filters of the address."""
    filters = parse(request.GET)
    if "lieu" in request.GET and not filters.ignored:
        return redirect(address_of(filters))
    found = questions.find(filters, viewer=request.user, page=_number(request.GET.get("page", "")))
    ground = nearness.ground_of(filters.place)
    page = _page(filters, found, request.GET.get("page"))
    facets = _facets(filters, found)
    context = {
        "crumbs": [(_("Ressources"), "")],
        "title": title_of(filters),
        "filters": filters,
        "place_asked": filters.place.name if filters.place else request.GET.get("lieu", ""),
        "place_token": dict(filters.pairs()).get("territoire", ""),
        "kinds": filters.values.get("sorte", ()),
        "tabs": _tabs(filters, found),
        "facets": facets[:IN_SIGHT],
        "more_facets": facets[IN_SIGHT:],
        "has_years": bool(filters.since or filters.until) or len(found.counts.get(reads.YEARS, {})) > 1,
        "refined": bool(filters.since or filters.until)
        or any(choice["chosen"] for facet in facets[IN_SIGHT:] for choice in facet["choices"]),
        "chips": [
            {"label": label, "url": address_of(filters.without(name, value))} for name, value, label in filters.chips()
        ],
        "clear_url": reverse("library:index"),
        "nearby": [] if filters.place else _nearby(request, filters),
        "found": found,
        "orders": _orders(filters, found),
        "corrections": found.corrections,
        "cards": _cards(found, ground) if found.ready else [card(resource) for resource in page],
        "similar": _similar(filters, found, request.user, ground),
        "page": page,
        "total": page.paginator.count,
        "ways_out": [_way_out(filters, way) for way in found.ways_out],
        "query": filters.query(),
        "exports": _exports(filters),
    }
    return render(request, "library/index.html", context)


def _page(filters: Filters, found: Listing, asked: str | None) -> Any:
    """What the search found; while it is being prepared, everything when nothing was asked, else nothing."""
    if found.ready:
        return CountedPaginator(PER_PAGE, count=found.total).get_page(found.page)
    everything = queries.shown().order_by("-edited_at", "-pk")
    return Paginator(everything.none() if filters.is_narrowed() else everything, PER_PAGE).get_page(asked)


def _cards(found: Listing, ground: nearness.Ground | None) -> list[Card]:
    return [
        card(resource, reasons=nearness.reasons(resource.content, ground), title=hit.title, text=hit.text, url=hit.url)
        for resource, hit in questions.rows(found)
    ]


def _number(asked: str) -> int:
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def title_of(filters: Filters) -> str:
    """What the page shows, in words: « Ressources, pratique, Levier 5 »."""
    return ", ".join([_("Ressources"), *(label for _name, _value, label in filters.chips())])


def _nearby(request: HttpRequest, filters: Filters) -> list[dict[str, str]]:
    """The visitor's own territory is offered by a link: a list is never narrowed in silence."""
    return [
        {"at": grammar.at(place), "url": _with_place(filters, place.kind, place.code)} for place in offered(request)
    ]


def _with_place(filters: Filters, kind: str, code: str) -> str:
    query = filters.query()
    return f"{reverse('library:index')}?{query}{'&' if query else ''}territoire={kind}:{code}"


def _tabs(filters: Filters, found: Listing) -> list[dict[str, Any]]:
    """Everything, then each kind: how many the other filters leave."""
    counts = found.counts.get("sorte", {})
    chosen = filters.values.get("sorte", ())
    if not counts and not chosen:
        return []
    tabs = [
        {"label": _("Tout"), "url": address_of(filters.without("sorte")), "current": not chosen, "count": sum(counts.values())}
    ]  # fmt: skip
    for code, label in reads.KIND_LABELS.items():
        if counts.get(code) or code in chosen:
            tabs.append(
                {
                    "label": label,
                    "url": address_of(filters.having(KINDS.name, code)),
                    "current": chosen == (code,),
                    "count": counts.get(code, 0),
                }
            )
    return tabs


def _facets(filters: Filters, found: Listing) -> list[dict[str, Any]]:
    """Values that would give something, and those in force; a facet that would change nothing is left out."""
    drawn = []
    for facet in FACETS:
        counts, chosen = found.counts.get(facet.name, {}), filters.values.get(facet.name, ())
        values = [(value, label) for value, label in facet.choices() if value in counts or value in chosen]
        choices = [
            {"value": value, "label": label, "count": counts.get(value, 0), "chosen": value in chosen}
            for value, label in values
        ]
        if chosen or any(counts[value] < found.total for value, _label in values):
            drawn.append({"name": facet.name, "label": facet.label, "choices": choices})
    return drawn


def _orders(filters: Filters, found: Listing) -> list[dict[str, Any]]:
    """Only when there are words: without them there is nothing to be relevant to."""
    if not filters.q:
        return []
    labels = {"pertinence": _("Les plus proches de vos mots"), "recentes": _("Les plus récentes")}
    return [
        {"label": labels[name], "url": address_of(questions.ordered(filters, name)), "current": found.order == order}
        for name, order in ORDERS.items()
    ]


def _similar(filters: Filters, found: Listing, viewer: Any, ground: nearness.Ground | None) -> list[Card]:
    """Under the list of a territory: what comes from territories of the same size, wherever they are."""
    if ground is None or found.page > 1 or not found.ready:
        return []
    return [hit_card(hit) for hit in questions.similar(filters, ground, viewer=viewer, but=found.ids)]


def _way_out(filters: Filters, way: Any) -> dict[str, Any]:
    """Another question that gives something, and what it changes."""
    other = questions.instead(filters, way)
    return {
        "what": way.what,
        "word": filters.label(way.word) if way.what == "filter" else way.word,
        "count": way.count,
        "url": address_of(other),
    }


def _exports(filters: Filters) -> list[dict[str, str]]:
    query = filters.query()
    tail = f"?{query}" if query else ""
    return [
        {"label": extension.upper(), "url": reverse("library:export", args=[extension]) + tail}
        for extension in EXTENSIONS
    ]


# --- Exports -------------------------------------------------------------------------------------------------------


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The whole list behind the page, with the same filters. Only what everyone may read, whoever asks."""
    filters = parse(request.GET)
    numbers = questions.numbers(filters, viewer=AnonymousUser())
    if numbers is None:
        return _later()
    return WRITERS[extension](request, filters, numbers)


def _later() -> HttpResponse:
    """While the index is being made, a filter cannot be answered: a wrong list would be worse than none."""
    answer = HttpResponse(
        _("La recherche se prépare\u00a0: recommencez dans une minute."),
        status=503,
        content_type="text/plain; charset=utf-8",
    )
    answer["Retry-After"] = "60"
    return answer


def _csv(request: HttpRequest, _filters: Filters, numbers: list[int]) -> HttpResponseBase:
    rows = (exports.row(record) for record in exports.records(numbers))
    return csv.response("ressources.csv", exports.COLUMNS, rows, excel=request.GET.get("excel") == "1")


def _xlsx(_request: HttpRequest, _filters: Filters, numbers: list[int]) -> HttpResponseBase:
    rows = (exports.row(record) for record in exports.records(numbers))
    return xlsx.response("ressources.xlsx", exports.COLUMNS, rows, sheet=_("Ressources"))


def _json(_request: HttpRequest, _filters: Filters, numbers: list[int]) -> HttpResponseBase:
    return json.response(len(numbers), exports.records(numbers))


def _rss(request: HttpRequest, filters: Filters, numbers: list[int]) -> HttpResponseBase:
    """The last ones, fifty at a time: a feed is read again and again."""
    page = rss.page(request)
    query = filters.query()
    tail = f"?{query}" if query else ""
    return rss.response(
        title_of(filters),
        address_of(filters),
        _("Ce que des territoires ont appris, partagé par le réseau des catalyseurs territoriaux."),
        _entries(numbers[page.rows]),
        feed_url=f"{request.path}{tail}",
        page=page,
    )


def _entries(numbers: list[int]) -> Iterator[rss.Entry | None]:
    """One for each, None for what was withdrawn since they were found."""
    known = queries.shown().select_related("medoc").in_bulk(numbers)
    return (_entry(known[number]) if number in known else None for number in numbers)


def _entry(resource: Resource) -> rss.Entry:
    """Its number makes its identity: a new title is not a new entry."""
    edited = resource.edited_at
    if edited is None:
        raise ValueError(f"Resource {resource.pk} was never published.")
    return rss.Entry(
        title=resource.title,
        url=resource.get_absolute_url(),
        summary=resource.summary,
        published_at=resource.published_at or edited,
        updated_at=edited,
        identifier=resource.permanent_url,
        categories=(str(resource.get_kind_display()), *(str(word) for word in exports.latest(resource).keywords)),
    )


WRITERS: dict[str, Callable[[HttpRequest, Filters, list[int]], HttpResponseBase]] = {
    "csv": _csv, "xlsx": _xlsx, "json": _json, "rss": _rss,
}  # fmt: skip
