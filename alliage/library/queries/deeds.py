"""What a member published here as its author: a part of « Mes preuves »."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from alliage.directory.registry import DeedRow, deed_rows
from alliage.library.enums import AuthorRole
from alliage.library.models import Author, Resource
from alliage.library.queries.resources import shown

RESOURCES = "library.resources"


def published(member: int, _now: datetime) -> QuerySet[Any]:
    """What its readers see signed by their entry; never what names neither its territory nor its authors."""
    signed = Author.objects.filter(resource=OuterRef("pk"), entry__owner=member, role=AuthorRole.AUTHOR)
    found = shown().filter(Exists(signed), hides_place=False)
    return deed_rows(RESOURCES, found, at="published_at", title=F("title"), terms="terms")


def url(row: DeedRow) -> str:
    return Resource(pk=int(row.key), title=row.title).get_absolute_url()
