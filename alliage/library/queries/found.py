"""What the library's list finds: asked of the search, then of the rows."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from alliage.library.models import Resource
from alliage.library.queries import resources as queries
from alliage.library.queries.filters import ORDERS, Filters
from alliage.library.queries.nearness import Ground
from alliage.library.services.resources import KIND
from alliage.search.queries import listing
from alliage.search.queries.hits import Hit
from alliage.search.queries.listing import RELEVANCE, Listing, WayOut

PER_PAGE = 20
SIMILAR = 4


def find(filters: Filters, *, viewer: Any, page: int) -> Listing:
    """One page of the list; `ready` is False while the index is being made. Two queries."""
    order = ORDERS.get(filters.order, "") if filters.q else ""
    return listing.find(KIND, viewer=viewer, page=page, per_page=PER_PAGE, order=order, **filters.asked())


def rows(found: Listing) -> list[tuple[Resource, Hit]]:
    """The resources of a page with what the search says of each; one query."""
    known = {resource.pk: resource for resource in queries.with_numbers(found.ids)}
    return [(known[hit.id], hit) for hit in found.hits if hit.id in known]


def similar(filters: Filters, ground: Ground, *, viewer: Any, but: Collection[int]) -> list[Hit]:
    """The same question in territories of the same size, wherever they are, without what is listed already. Two queries."""
    if not ground.size or "taille" in filters.values:
        return []
    asked = replace(filters, place=None).without("region").having("taille", ground.size).asked()
    return listing.find(KIND, viewer=viewer, per_page=SIMILAR, counts=False, but=but, **asked).hits


def instead(filters: Filters, way: WayOut) -> Filters:
    """The filters of another question: one filter less, a wider place, other words."""
    if way.what == "filter":
        return filters.without(way.word)
    return replace(filters, q=way.question.q, place=way.question.place)


def ordered(filters: Filters, order: str) -> Filters:
    """The usual order is not written in the address."""
    return replace(filters, order="" if ORDERS[order] == RELEVANCE else order)


def numbers(filters: Filters, *, viewer: Any) -> list[int] | None:
    """Every resource of the list that is shown now, the last published first; None while the index is being made.

    Without a filter the database answers alone.
    """
    shown = queries.shown().order_by("-edited_at", "-pk").values_list("pk", flat=True)
    if not filters.is_narrowed():
        return list(shown)
    found = listing.numbers(KIND, viewer=viewer, **filters.asked())
    if found is None:
        return None
    wanted = set(found)
    return [pk for pk in shown if pk in wanted]
