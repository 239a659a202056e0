"""Reads of collections: one's own with their notes, those that others may read without them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.models import Entry
from alliage.library import exports, previews
from alliage.library.enums import SHOWN, Sharing
from alliage.library.models import Collection, CollectionItem, Resource

_READABLE = Q(items__resource__state__in=SHOWN, items__resource__is_hidden=False)


def _counted(found: QuerySet[Collection]) -> Any:
    """`shown_count`: what readers find in each."""
    return found.annotate(shown_count=Count("items", filter=_READABLE))


def mine(member: Any) -> Any:
    """The usual one first."""
    return _counted(Collection.objects.filter(owner=member)).order_by("-is_default", "-changed_at", "-pk")


def holding(member: Any, resource: Resource) -> Any:
    """One's own, with whether each holds this resource: `holds`."""
    here = CollectionItem.objects.filter(collection=OuterRef("pk"), resource=resource)
    return mine(member).annotate(holds=Exists(here))


def keeps(member: Any, resource: Resource) -> bool:
    """Whether it is in one of her collections; one query."""
    return CollectionItem.objects.filter(collection__owner=member, resource=resource).exists()


def public() -> Any:
    """What everyone reads, those that hold something."""
    found = _counted(Collection.objects.filter(sharing=Sharing.PUBLIC, is_hidden=False))
    return found.filter(shown_count__gt=0).order_by("-changed_at", "-pk")


def by_number(pk: int) -> Collection | None:
    return Collection.objects.filter(pk=pk).first()


def by_token(token: str) -> Collection | None:
    """The collection that a secret link opens, or None."""
    found = Collection.objects.filter(
        token_digest=previews.digest(token), sharing=Sharing.LINK, is_hidden=False, owner__is_active=True
    )
    return found.first()


def link_of(collection: Collection) -> str:
    """What one sends to somebody; empty when there is none."""
    if collection.sharing != Sharing.LINK:
        return ""
    return settings.ORIGIN + reverse("library:collection_link", args=[previews.token_of(collection.seed)])


def items(collection: Collection) -> QuerySet[CollectionItem]:
    """What readers find in it, in the order of its holder."""
    found = collection.items.filter(resource__state__in=SHOWN, resource__is_hidden=False)
    return found.select_related("resource").order_by("position", "pk")


def all_items(collection: Collection) -> QuerySet[CollectionItem]:
    """What its holder sees: also what is not published any more, whose note stays hers."""
    return collection.items.select_related("resource").order_by("position", "pk")


@dataclass(frozen=True)
class Holder:
    """Whom a collection is of, when her entry is one that everyone reads."""

    name: str
    url: str


def holder_of(collection: Collection) -> Holder | None:
    entry = Entry.objects.filter(
        owner=collection.owner_id, kind=EntryKind.CATALYST, visibility=Visibility.PUBLIC, is_hidden=False
    ).first()
    return Holder(entry.name, entry.get_absolute_url()) if entry is not None else None


# --- Exports -------------------------------------------------------------------------------------------------------


def records(collection: Collection, *, with_notes: bool) -> Iterator[dict[str, Any]]:
    """What the collection holds, as plain data; `note` for its holder alone."""
    rows = list(items(collection).values_list("resource_id", "note", "added_at"))
    notes = {pk: (note, added_at) for pk, note, added_at in rows}
    for record in exports.records(list(notes)):
        note, added_at = notes[record["id"]]
        yield record | ({"note": note, "kept_at": added_at} if with_notes else {})


def lines(found: Iterable[dict[str, Any]], *, with_notes: bool) -> Iterator[list[Any]]:
    for record in found:
        yield exports.row(record) + ([record["note"], record["kept_at"]] if with_notes else [])


def columns(*, with_notes: bool) -> tuple[str, ...]:
    return (*exports.COLUMNS, "note", "kept_at") if with_notes else exports.COLUMNS


def export_of(member: Any) -> list[dict[str, Any]]:
    """A member's own copy."""
    found = Collection.objects.filter(owner=member).prefetch_related("items__resource").order_by("pk")
    return [
        {
            "nom": each.name,
            "texte": each.text,
            "qui_la_lit": each.sharing,
            "creee_le": each.created_at,
            "ressources": [
                {"ressource": item.resource_id, "note": item.note, "gardee_le": item.added_at}
                for item in each.items.all()
            ],
        }
        for each in found
    ]
