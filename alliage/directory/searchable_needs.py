"""What the search holds of needs, offers and calls: those of the list that anyone may read, no other.

Their date passes without anybody writing: `visible` is asked again by every page, so that what is past is gone at once.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import NeedKind, NeedSide
from alliage.directory.models import Need
from alliage.directory.queries.need_filters import shown_needs
from alliage.search import places
from alliage.search.registry import Document, SearchableKind

CODE = "need"
CHUNK = 500


def documents(ids: Sequence[int] | None) -> Iterator[Document]:
    """Needs, offers and calls that are open today."""
    found = shown_needs(timezone.now()).order_by("pk")
    if ids is not None:
        found = found.filter(pk__in=ids)
    related = found.select_related("entry", "territory", "partnership").prefetch_related("terms")
    for need in related.iterator(chunk_size=CHUNK):
        yield _document(need)


def _document(need: Need) -> Document:
    side, kind, place = NeedSide(need.side).label, NeedKind(need.kind).label, need.territory
    who = need.entry.name if need.entry else need.name
    return Document(
        id=need.pk,
        title=need.title,
        url=need.get_absolute_url(),
        summary=f"{side}\u00a0: {kind}, {who}",
        body=need.text,
        keywords=[
            who,
            str(side),
            str(kind),
            *(term.label for term in need.terms.all()),
            *([need.partnership.label] if need.partnership else []),
            *([place.name, place.code, place.postal_codes] if place else []),
        ],
        facts=[str(side), place.name if place else str(_("toute la France"))],
        places=places.of(place),
    )


def visible(_viewer: Any, now: datetime) -> QuerySet[Need]:
    return shown_needs(now)


KIND = SearchableKind(
    code=CODE,
    slug="besoins",
    label=_("besoin ou offre"),
    label_plural=_("Besoins et offres"),
    position=25,
    documents=documents,
    visible=visible,
    is_steady=True,
    is_dated=True,
)
