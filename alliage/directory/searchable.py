"""What the search holds of the directory: what visitors may read of an entry, and what members may, when it is more."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliage.directory import queries, wording
from alliage.directory.enums import ADDRESSES, EntryKind, Visibility
from alliage.directory.models import Entry
from alliage.directory.queries.shown import Level, shown
from alliage.search import places
from alliage.search.registry import MEMBERS, PUBLIC, VISITORS, Document, SearchableKind

CHUNK = 500
NEEDED = ("entry_terms__term", "entry_areas__territory", "mentions", "memberships__group", "people__person")


def documents(kind: EntryKind, ids: Sequence[int] | None) -> Iterator[Document]:
    """Entries of one kind that someone may find."""
    found = queries.visible(to_members=True).filter(kind=kind).order_by("pk")
    if ids is not None:
        found = found.filter(pk__in=ids)
    for entry in found.select_related("territory").prefetch_related(*NEEDED).iterator(chunk_size=CHUNK):
        of_members = _document(entry, Level.MEMBER, MEMBERS)
        if entry.visibility != Visibility.PUBLIC:
            yield of_members
            continue
        of_visitors = _document(entry, Level.ANYONE, MEMBERS)
        if of_visitors == of_members:
            yield _document(entry, Level.ANYONE, PUBLIC)
        else:
            yield from (of_members, _document(entry, Level.ANYONE, VISITORS))


def _document(entry: Entry, level: Level, audience: str) -> Document:
    read, category = shown(entry, level), queries.category_of(entry)
    mentions, place = list(entry.mentions.all()), read.territory
    areas = [area.territory for area in entry.entry_areas.all()]
    said = [f"{mention.title}. {mention.quote}." for mention in mentions]
    return Document(
        id=entry.pk,
        title=read.name,
        url=read.url,
        summary=read.function or wording.reason(wording.parts_of(entry)),
        body="\n".join(text for text in (read.presentation, *said) if text),
        keywords=[
            *read.other_names,
            *(each.term.label for each in entry.entry_terms.all()),
            *([category.label] if category else []),
            *(each.group.name for each in read.groups),
            *([place.name, place.code, place.postal_codes] if place else []),
            *(area.name for area in areas),
        ],
        facts=[fact for fact in (category.label if category else "", place.name if place else "") if fact],
        audiences=[audience],
        places=list(dict.fromkeys(code for around in (place, *areas) for code in places.of(around))),
    )


def visible(kind: EntryKind, viewer: Any) -> QuerySet[Entry]:
    return queries.visible(to_members=viewer.is_authenticated).filter(kind=kind)


KINDS = [
    SearchableKind(
        code=kind.value,
        slug=ADDRESSES[kind],
        label=kind.label,
        label_plural=plural,
        position=position,
        documents=partial(documents, kind),
        visible=partial(visible, kind),
        routes={"directory:entry": "slug"},
        is_steady=True,
    )
    for position, (kind, plural) in enumerate(
        [
            (EntryKind.CATALYST, _("Catalyseurs")),
            (EntryKind.ORGANISATION, _("Organisations")),
            (EntryKind.TEAM, _("Équipes de territoire")),
        ],
        start=20,
    )
]
