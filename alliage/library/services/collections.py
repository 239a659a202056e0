"""Writes of collections: keep a resource in one gesture, note, order, share by a link that one takes back, throw away."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliage.library import previews
from alliage.library.enums import Sharing
from alliage.library.models import Collection, CollectionItem, Resource
from alliage.library.searchable_collections import CODE
from alliage.library.services.kits import Typed, mark
from alliage.refusals import Refusal
from alliage.search import services as search

MOST_COLLECTIONS = 60
MOST_ITEMS = 300
LONGEST_NAME = 120
LONGEST_TEXT = 400
LONGEST_NOTE = 2000


class CollectionRefused(Refusal):
    """The rules of collections say no."""


@dataclass(frozen=True)
class Named:
    """What a collection is called, and what it is about, for those who read it."""

    name: str
    text: str = ""


def default_of(member: Any, *, now: datetime) -> Collection:
    """Where « Garder » puts things, made the first time."""
    found = Collection.objects.filter(owner=member, is_default=True).first()
    if found is not None:
        return found
    name = _("À garder")
    _made_once(Collection(owner=member, is_default=True, name=name, created_at=now, changed_at=now))
    # Where another already bears this name, it becomes the usual one.
    Collection.objects.filter(owner=member, name__iexact=name).update(is_default=True)
    return Collection.objects.get(owner=member, is_default=True)


def _made_once(collection: Collection) -> None:
    """Nothing happens when the same is made at this very moment."""
    Collection.objects.bulk_create([collection], ignore_conflicts=True)


@transaction.atomic
def create(named: Named, *, by: Any, now: datetime) -> Collection:
    """A new one. The same name twice is one collection."""
    name, text = _read(named)
    same = Collection.objects.filter(owner=by, name__iexact=name).first()
    if same is not None:
        return same
    if Collection.objects.filter(owner=by).count() >= MOST_COLLECTIONS:
        raise CollectionRefused(_("Vous avez déjà beaucoup de collections\u00a0: supprimez-en une qui ne sert plus."))
    _made_once(Collection(owner=by, name=name, text=text, created_at=now, changed_at=now))
    return Collection.objects.get(owner=by, name__iexact=name)


def _read(named: Named) -> tuple[str, str]:
    name = " ".join(named.name.split())[:LONGEST_NAME].strip()
    if not name:
        raise CollectionRefused(_("Donnez un nom à cette collection."))
    return name, " ".join(named.text.split())[:LONGEST_TEXT].strip()


@transaction.atomic
def rename(collection: Collection, named: Named, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    row = _lock(collection)
    row.name, row.text = _read(named)
    if Collection.objects.filter(owner=row.owner, name__iexact=row.name).exclude(pk=row.pk).exists():
        raise CollectionRefused(_("Une autre de vos collections porte ce nom\u00a0: choisissez-en un autre."))
    _save(row, collection, now=now)


@transaction.atomic
def share(collection: Collection, sharing: str, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Say who reads it. What opened by a link opens no more once the collection is shared otherwise, or not at all."""
    row = _lock(collection)
    if sharing not in Sharing.values:
        raise CollectionRefused(_("Choisissez dans la liste qui lit cette collection."))
    if row.sharing == sharing:
        return
    row.sharing = sharing
    _with_link(row) if sharing == Sharing.LINK else _without_link(row)
    _save(row, collection, now=now)


@transaction.atomic
def change_link(collection: Collection, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Another secret: the one that was given opens nothing any more."""
    row = _lock(collection)
    if row.sharing != Sharing.LINK:
        raise CollectionRefused(_("Cette collection n’a pas de lien secret."))
    _with_link(row)
    _save(row, collection, now=now)


def _with_link(row: Collection) -> None:
    row.seed = secrets.token_urlsafe(32)
    row.token_digest = previews.digest(previews.token_of(row.seed))


def _without_link(row: Collection) -> None:
    row.seed, row.token_digest = "", None


@transaction.atomic
def remove(collection: Collection, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Throw it away with its notes. The one where « Garder » puts things comes back empty when it is needed."""
    Collection.objects.filter(pk=collection.pk).delete()
    search.changed(CODE, [collection.pk], now=now)


@transaction.atomic
def hide(obj: Collection, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    Collection.objects.filter(pk=obj.pk).update(is_hidden=True)
    search.changed(CODE, [obj.pk], now=now)


@transaction.atomic
def restore(obj: Collection, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Collection.objects.filter(pk=obj.pk).update(is_hidden=False)
    search.changed(CODE, [obj.pk], now=now)


# --- What it holds -------------------------------------------------------------------------------------------------


@transaction.atomic
def keep(resource: Resource, *, collection: Collection | None = None, by: Any, now: datetime) -> CollectionItem:
    """Put a resource in a collection, at its end; in the usual one unless said. Twice is once."""
    if not resource.is_shown:
        raise CollectionRefused(_("Cette ressource n’est plus publiée\u00a0: elle ne peut pas être gardée."))
    row = _lock(collection or default_of(by, now=now))
    already = row.items.filter(resource=resource).first()
    if already is not None:
        return already
    if row.items.count() >= MOST_ITEMS:
        raise CollectionRefused(_("Cette collection est pleine\u00a0: commencez-en une autre."))
    last = row.items.aggregate(last=Max("position"))["last"]
    item: CollectionItem = row.items.create(resource=resource, position=0 if last is None else last + 1, added_at=now)
    _moved(row, now=now)
    return item


@transaction.atomic
def let_go(collection: Collection, resource_id: int, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Take a resource out, with its note. Twice is once."""
    row = _lock(collection)
    row.items.filter(resource=resource_id).delete()
    _moved(row, now=now)


@transaction.atomic
def write_notes(collection: Collection, typed: Mapping[int, Typed], *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Keep the notes that were changed. One written meanwhile in another window is kept below: nothing is lost."""
    row = _lock(collection)
    for item in row.items.filter(pk__in=list(typed)):
        one = typed[item.pk]
        text = one.text.replace("\r\n", "\n").strip()[:LONGEST_NOTE]
        if mark(text) == one.was or text == item.note:
            continue
        crossed = bool(item.note) and mark(item.note) != one.was
        item.note = f"{text}\n\n{item.note}" if crossed else text
        item.save(update_fields=["note"])


@transaction.atomic
def move(collection: Collection, pk: int, up: bool, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """One place towards the beginning or the end."""
    row = _lock(collection)
    items = list(row.items.all())
    rank = next((rank for rank, item in enumerate(items) if item.pk == pk), None)
    other = None if rank is None else rank - 1 if up else rank + 1
    if rank is None or other is None or not 0 <= other < len(items):
        return
    items[rank], items[other] = items[other], items[rank]
    for position, item in enumerate(items):
        item.position = position
    CollectionItem.objects.bulk_update(items, ["position"])
    Collection.objects.filter(pk=row.pk).update(changed_at=now)


def _lock(collection: Collection) -> Collection:
    return Collection.objects.select_for_update().get(pk=collection.pk)


def _save(row: Collection, collection: Collection, *, now: datetime) -> None:
    row.changed_at = now
    row.save()
    search.changed(CODE, [row.pk], now=now)
    collection.refresh_from_db()


def _moved(row: Collection, *, now: datetime) -> None:
    """It holds something more, or less: it is found while it holds something."""
    Collection.objects.filter(pk=row.pk).update(changed_at=now)
    search.changed(CODE, [row.pk], now=now)


def forget_member(member: Any) -> None:
    Collection.objects.filter(owner=member).delete()
