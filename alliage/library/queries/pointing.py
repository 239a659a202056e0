"""What points at a resource: kits one of whose steps leads to it, those that it replaces.

Kept a few minutes for all resources together; a page asks again, with the others, which of these everyone may still read.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Q

from alliage.library.enums import ResourceKind
from alliage.library.models import Resource
from alliage.library.queries import resources as queries

KEY = "library.pointing"
KEPT_SECONDS = 300
MOST = 4


@dataclass(frozen=True)
class Pointing:
    """One of them: a kit, or what is replaced."""

    pk: int
    title: str
    kind: str
    is_replaced: bool

    @property
    def url(self) -> str:
        return Resource(pk=self.pk, title=self.title, kind=self.kind).get_absolute_url()


def forget() -> None:
    """A kit was published, or something was replaced."""
    cache.delete(KEY)


def at(resource: Resource) -> list[Pointing]:
    """The latest first; one query every few minutes, for all."""
    known: dict[int, list[Pointing]] | None = cache.get(KEY)
    if known is None:
        known = _read()
        cache.set(KEY, known, KEPT_SECONDS)
    return known.get(resource.pk, [])


def _read() -> dict[int, list[Pointing]]:
    found: dict[int, list[Pointing]] = defaultdict(list)
    points = Q(kind=ResourceKind.KIT) | Q(replaced_by__isnull=False)
    rows = queries.shown().filter(points).order_by("-edited_at", "-pk")
    for pk, title, kind, replaced_by, items in rows.values_list(
        "pk", "title", "kind", "replaced_by", "content__kit_items"
    ):
        if replaced_by:
            found[replaced_by].append(Pointing(pk, title, kind, is_replaced=True))
        for sheet in dict.fromkeys(item["resource"] for item in items or () if item["resource"]):
            found[sheet].append(Pointing(pk, title, kind, is_replaced=False))
    return {pk: _few(each) for pk, each in found.items()}


def _few(found: list[Pointing]) -> list[Pointing]:
    """So many of each at most."""
    return [one for is_replaced in (False, True) for one in [o for o in found if o.is_replaced == is_replaced][:MOST]]
