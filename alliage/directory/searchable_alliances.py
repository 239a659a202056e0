"""What the search holds of alliances: those that are confirmed, for whoever may see their two sides."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import AllianceState, Visibility
from alliage.directory.models import Alliance
from alliage.search import places
from alliage.search.registry import MEMBERS, PUBLIC, Document, SearchableKind

CODE = "alliance"
CHUNK = 500


def _seen_by(*visibilities: Visibility) -> QuerySet[Alliance]:
    """Confirmed ones whose two sides are shown to these."""
    return Alliance.objects.filter(
        state=AllianceState.CONFIRMED,
        is_hidden=False,
        first__is_hidden=False,
        second__is_hidden=False,
        first__visibility__in=visibilities,
        second__visibility__in=visibilities,
    )


def visible(viewer: Any) -> QuerySet[Alliance]:
    return _seen_by(Visibility.PUBLIC, *([Visibility.MEMBERS] if viewer.is_authenticated else []))


def documents(ids: Sequence[int] | None) -> Iterator[Document]:
    found = _seen_by(Visibility.PUBLIC, Visibility.MEMBERS).order_by("pk")
    if ids is not None:
        found = found.filter(pk__in=ids)
    related = found.select_related("first", "second", "territory", "partnership").prefetch_related("goals")
    for alliance in related.iterator(chunk_size=CHUNK):
        yield _document(alliance)


def _document(alliance: Alliance) -> Document:
    first, second, place = alliance.first, alliance.second, alliance.territory
    is_public = first.visibility == second.visibility == Visibility.PUBLIC
    names = {"first": first.name, "second": second.name, "year": alliance.since}
    return Document(
        id=alliance.pk,
        title=alliance.subject,
        url=alliance.get_absolute_url(),
        summary=said("%(first)s et %(second)s, depuis %(year)s") % names,
        body=alliance.outcome,
        keywords=[
            *([alliance.partnership.label] if alliance.partnership else []),
            *(word for goal in alliance.goals.all() for word in (f"ODD {goal.code}", goal.label)),
            *([place.name, place.code, place.postal_codes] if place else []),
        ],
        facts=[*([place.name] if place else []), *([said("démonstration")] if alliance.is_demo else [])],
        audiences=[PUBLIC if is_public else MEMBERS],
        places=places.of(place),
        dated_on=localtime(alliance.confirmed_at).date() if alliance.confirmed_at else None,
    )


KIND = SearchableKind(
    code=CODE,
    slug="alliances",
    label=_("alliance"),
    label_plural=_("Alliances"),
    position=24,
    documents=documents,
    visible=visible,
    is_steady=True,
)
