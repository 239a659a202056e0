"""What the search holds of collections: the name and the words of those that everyone reads; never the notes of their holder, nor the
titles of what they hold, which may be withdrawn meanwhile."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from alliage.library.enums import SHOWN, Sharing
from alliage.library.models import Collection, CollectionItem
from alliage.search.registry import Document, SearchableKind

CODE = "collection"


def visible(_viewer: Any = None) -> QuerySet[Collection]:
    """Public ones that hold something."""
    held = CollectionItem.objects.filter(
        collection=OuterRef("pk"), resource__state__in=SHOWN, resource__is_hidden=False
    )
    return Collection.objects.filter(Exists(held), sharing=Sharing.PUBLIC, is_hidden=False)


def documents(ids: Sequence[int] | None) -> Iterator[Document]:
    found = visible().order_by("pk")
    for collection in found if ids is None else found.filter(pk__in=ids):
        yield Document(
            id=collection.pk,
            title=collection.name,
            url=collection.get_absolute_url(),
            summary=collection.text,
            dated_on=localtime(collection.changed_at).date(),
        )


KIND = SearchableKind(
    code=CODE,
    slug="collections",
    label=_("collection de ressources"),
    label_plural=_("Collections de ressources"),
    position=12,
    documents=documents,
    visible=visible,
    is_steady=True,
)
