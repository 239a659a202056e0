"""What is said of one event: who holds it, where, as plain data; who may speak for whom; what a member keeps."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from alliage.accounts.enums import RANK, Role
from alliage.accounts.models import Member
from alliage.directory.enums import Visibility
from alliage.directory.models import Entry
from alliage.directory.queries import needs
from alliage.events.enums import EventKind, EventState, Venue
from alliage.events.models import Event, Item, Occurrence, Sequence, Series
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories import grammar

MOST_OF_A_CYCLE = 12


def event(slug: str) -> Event | None:
    found = Event.objects.filter(slug=slug).select_related("territory", "host", "owner", "occurrence__series")
    return found.prefetch_related("levers").first()


def levers_of(found: Event) -> list[Term]:
    """In the order of their vocabulary; from memory once `levers` was prefetched."""
    numbers = {term.pk for term in found.levers.all()}
    return [term for term in taxonomy.terms(Vocabulary.LEVIERS) if term.pk in numbers]


def the_sequence(found: Event) -> Sequence | None:
    """The first sequence of an event: the only one, but for a Rencontre."""
    return Sequence.objects.filter(event=found).select_related("room").order_by("starts_at", "rank").first()


def shown_host(found: Event) -> Entry | None:
    """The organisation or the person in the directory who hosts it, if everyone may see their page."""
    host = found.host
    return host if host and not host.is_hidden and host.visibility == Visibility.PUBLIC else None


def host_words(found: Event) -> str:
    """Who hosts it: an entry, the network, or the member who proposed it."""
    host = shown_host(found)
    if host:
        return str(host.name)
    owner = found.owner
    if owner is None or found.kind == EventKind.RENCONTRE or RANK[owner.role] >= RANK[Role.ANIMATOR]:
        return _("le réseau")
    return str(owner.get_full_name())


def where_words(found: Event) -> str:
    """« en ligne », « sur place, Cayenne »."""
    place = grammar.title(found.territory) if found.territory else ""
    if found.venue == Venue.ONLINE:
        return _("en ligne")
    where = place or found.place
    if found.venue == Venue.BOTH:
        return _("en ligne et sur place, %(where)s") % {"where": where}
    return where


def opens(found: Event) -> bool:
    """Whether everyone may have its link: no registration, and it takes place."""
    return found.is_open and found.state == EventState.PUBLISHED and not found.is_hidden


def record(found: Event) -> dict[str, Any]:
    """One event as anyone may read it. A link that is for those who register is in no file."""
    place, host = found.territory, shown_host(found)
    return {
        "id": found.slug,
        "kind": found.kind,
        "kind_label": str(EventKind(found.kind).label),
        "title": found.title,
        "theme": found.theme,
        "edition": found.edition,
        "summary": found.summary,
        "state": found.state,
        "starts_at": found.starts_at,
        "ends_at": found.ends_at,
        "zone": found.zone,
        "venue": found.venue,
        "place": found.place,
        "territory_kind": place.kind if place else None,
        "territory_code": place.code if place else None,
        "territory_name": place.name if place else None,
        "leviers": [term.code for term in levers_of(found)],
        "host": host.name if host else None,
        "host_slug": host.slug if host else None,
        "registration": not found.is_open,
        "join_url": found.join_url if opens(found) else "",
        "is_demo": found.is_demo,
        "url": settings.ORIGIN + found.get_absolute_url(),
    }


def items_with_resources(found: Event) -> list[Any]:
    """Resources of the library shown in its sequences, and their pages; one query."""
    rows = Item.objects.filter(sequence__event=found, resource__isnull=False).select_related("resource")
    return [row for row in rows.order_by("sequence__starts_at", "rank") if row.resource and row.resource.is_shown]


def resources_of(sequence: Sequence) -> list[Any]:
    """What its form shows: the resources that the page leads to."""
    rows = Item.objects.filter(sequence=sequence, resource__isnull=False).select_related("resource")
    return [row.resource for row in rows.order_by("rank") if row.resource and row.resource.is_shown]


def others_of_cycle(found: Event, series: Series, *, now: datetime) -> list[Event]:
    """The other public dates of its cycle, from the next one; one query."""
    rows = Occurrence.objects.filter(series=series, event__is_hidden=False, event__ends_at__gt=now)
    rows = rows.exclude(event=found.pk).exclude(event__state=EventState.DRAFT).select_related("event")
    return [row.event for row in rows.order_by("on")[:MOST_OF_A_CYCLE] if row.event]


def speakable(user: Any) -> list[Entry]:
    """In whose name a member may propose: their own page, the organisations and teams that they may edit."""
    return needs.speakable(user)


def export_of(member: Member) -> list[dict[str, object]]:
    """Events that a member holds or prepares, for their own copy."""
    found = Event.objects.filter(owner=member) | Event.objects.filter(organisers=member)
    return [
        {
            "title": row.title,
            "kind": row.kind,
            "state": row.state,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "created_at": row.created_at,
            "held": row.owner_id == member.pk,
            "url": row.get_absolute_url(),
        }
        for row in _each(found)
    ]


def _each(found: Any) -> Iterator[Event]:
    yield from found.distinct().order_by("pk")
