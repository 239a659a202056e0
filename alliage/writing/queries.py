"""Reads of co-writing: a text as it stands, its authors, its versions, what a member wrote in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliage.writing.models import Author, Document, Snapshot, Update, Version
from alliage.writing.registry import member_key, purposes
from alliage.writing.replicas import Replica
from alliage.writing.services.changes import contents


def by_id(document_id: Any) -> Document | None:
    return Document.objects.filter(pk=document_id).first()


def of_scope(scope: str, *scope_ids: Any) -> QuerySet[Document]:
    """The documents of these things, the first begun first."""
    return Document.objects.filter(scope=scope, scope_id__in=[str(each) for each in scope_ids])


def text_of(document: Document) -> str:
    """The text as it stands; one query."""
    return Replica(contents(document)).text


@dataclass(frozen=True)
class Written:
    """A document as it is read or taken away."""

    document: Document
    text: str
    authors: list[str]


def written(documents: Iterable[Document]) -> list[Written]:
    """Their texts and their authors, in the order given; three queries, however many they are."""
    documents = list(documents)
    held: dict[Any, list[bytes]] = {each.pk: [] for each in documents}
    later = Update.objects.filter(document__in=held).order_by("document", "number").values_list("document", "payload")
    changes = [(pk, bytes(payload)) for pk, payload in later]
    # Read after, as in `contents`: what compaction takes meanwhile is there twice rather than never.
    for pk, state in Snapshot.objects.filter(document__in=held).values_list("document", "state"):
        held[pk].append(bytes(state))
    for pk, payload in changes:
        held[pk].append(payload)
    names: dict[Any, list[str]] = {each.pk: [] for each in documents}
    for pk, name in Author.objects.filter(document__in=held).values_list("document", "name"):
        names[pk].append(name or _nobody())
    return [Written(each, Replica(held[each.pk]).text, names[each.pk]) for each in documents]


def _nobody() -> str:
    return _("une personne qui a quitté le réseau")


def authors_of(document: Document, *, version: Version | None = None) -> list[str]:
    """Names, in the order in which they came; those who had written by then, for a version."""
    found = Author.objects.filter(document=document)
    if version is not None:
        found = found.filter(first_at__lte=version.at)
    return [name or _nobody() for name in found.values_list("name", flat=True)]


def versions_of(document: Document) -> QuerySet[Version]:
    """The latest first, without their texts."""
    return document.versions.defer("text")


def version_of(document: Document, pk: int) -> Version | None:
    return document.versions.filter(pk=pk).first()


def changes_since(document_id: Any, number: int) -> tuple[int, list[tuple[int, bytes]]]:
    """What a replica that holds everything up to `number` lacks: the number it reaches, and changes in order. Those that
    compaction took are one, under its number."""
    found: list[tuple[int, bytes]] = []
    rows = Update.objects.filter(document=document_id, number__gt=number).order_by("number")
    found += [(at, bytes(payload)) for at, payload in rows.values_list("number", "payload")]
    # Read after: what compaction takes between both is there twice rather than never.
    snapshot = Snapshot.objects.filter(document=document_id, number__gt=number).values_list("number", "state").first()
    if snapshot is not None:
        found.insert(0, (snapshot[0], bytes(snapshot[1])))
    return max([number, *(at for at, _payload in found)]), found


def export_of(member: Any) -> list[dict[str, Any]]:
    """A member's own copy: in what they wrote and when; what was written there belongs to all its authors, and is exported
    from its own page, by those who still read it."""
    found = Author.objects.filter(key=member_key(member)).select_related("document").order_by("first_at")
    return [
        {
            "ecrit": str(author.document_id),
            "usage": _label(author.document.scope),
            "depuis": author.first_at,
            "jusqu_a": author.last_at,
        }
        for author in found
    ]


def _label(scope: str) -> str:
    purpose = purposes.get(scope)
    return str(purpose.label) if purpose is not None else ""
