"""What the search holds of events: those that everyone may read, and the sequences of Rencontres, with who speaks there.

Names of attendees, drafts, hidden events and the links that one joins by are never in the index.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from alliage.accounts.when import PARIS
from alliage.events import moments
from alliage.events.enums import EventKind, Standing
from alliage.events.models import Appearance, Event, Item, Partner
from alliage.events.models import Sequence as ProgrammeSequence
from alliage.events.queries import coming
from alliage.search import places
from alliage.search import services as search
from alliage.search.registry import Document, SearchableKind
from alliage.taxonomy.models import Term

EVENT, SEQUENCE = "event", "sequence"
CHUNK = 200


def told(event: Event, *, now: datetime) -> None:
    """Something of the event, of its programme or of who may see it changed: said in the transaction that does it."""
    search.changed(EVENT, [event.pk], now=now)
    if event.is_rencontre:
        search.changed(SEQUENCE, event.sequences.values_list("pk", flat=True), now=now)


def _narrowed(rows: QuerySet[Any], ids: Sequence[int] | None) -> QuerySet[Any]:
    return rows.order_by("pk") if ids is None else rows.filter(pk__in=ids).order_by("pk")


def _terms(terms: list[Term]) -> list[str]:
    return [f"levier:{term.code}" for term in terms]


# --- Events --------------------------------------------------------------------------------------------------------


def events(ids: Sequence[int] | None) -> Iterator[Document]:
    found = _narrowed(coming.public(), ids).select_related("territory", "host")
    for event in found.prefetch_related("levers", "partners").iterator(chunk_size=CHUNK):
        yield _event(event)


def _event(event: Event) -> Document:
    kind, place, levers = str(EventKind(event.kind).label), event.territory, list(event.levers.all())
    return Document(
        id=event.pk,
        title=event.title,
        url=event.get_absolute_url(),
        summary=event.summary or event.theme,
        body="\n\n".join(part for part in (event.theme, event.text) if part),
        keywords=[
            kind,
            *(term.label for term in levers),
            *(partner.name for partner in event.partners.all()),
            *([place.name, place.postal_codes] if place else []),
        ],
        facts=[kind.capitalize(), _when(event.starts_at, event.ends_at), *_marks(event)],
        places=places.of(place),
        facets=[f"nature:{event.kind}", *_terms(levers)],
        dated_on=localtime(event.starts_at).date(),
    )


def _when(starts_at: datetime, ends_at: datetime) -> str:
    """At the clock of Paris: the index is the same for everyone."""
    return moments.span(starts_at, ends_at, PARIS)


def _marks(event: Event) -> list[str]:
    return [
        *([said("annulé")] if event.is_cancelled else []),
        *([said("démonstration")] if event.is_demo else []),
    ]


# --- Sequences of Rencontres ---------------------------------------------------------------------------------------


def shown_sequences() -> QuerySet[ProgrammeSequence]:
    """The sequence of another event is found by the event itself."""
    return ProgrammeSequence.objects.filter(event__in=coming.public().filter(kind=EventKind.RENCONTRE))


def sequences(ids: Sequence[int] | None) -> Iterator[Document]:
    coming_people = Appearance.objects.filter(~Q(standing=Standing.DECLINED)).select_related("speaker__organisation")
    items = Prefetch("items", Item.objects.order_by("rank").prefetch_related(Prefetch("appearances", coming_people)))
    found = _narrowed(shown_sequences(), ids).select_related("event", "temps")
    beside = Prefetch("partners", Partner.objects.all())
    for sequence in found.prefetch_related(items, beside, "levers").iterator(chunk_size=CHUNK):
        yield _sequence(sequence)


def _sequence(sequence: ProgrammeSequence) -> Document:
    people = [
        " ".join(part for part in (appearance.speaker.name, appearance.speaker.role) if part)
        for item in sequence.items.all()
        for appearance in item.appearances.all()
    ]
    contents = [item.title for item in sequence.items.all() if item.title]
    levers = list(sequence.levers.all())
    return Document(
        id=sequence.pk,
        title=sequence.title,
        url=sequence.get_absolute_url(),
        summary=sequence.event.title,
        body="\n\n".join([sequence.text, *contents, *dict.fromkeys(people)]),
        keywords=[
            sequence.event.theme,
            *([sequence.temps.title] if sequence.temps else []),
            *(partner.name for partner in sequence.partners.all()),
            *(term.label for term in levers),
        ],
        facts=[_when(sequence.starts_at, sequence.ends_at), *_marks(sequence.event)],
        facets=_terms(levers),
        dated_on=localtime(sequence.starts_at).date(),
    )


KINDS = (
    SearchableKind(
        code=EVENT,
        slug="agenda",
        label=_("rendez-vous"),
        label_plural=_("Agenda"),
        position=26,
        documents=events,
        visible=lambda _viewer: coming.public(),
        is_steady=True,
        facets=("nature", "levier"),
        routes={"events:event": "slug", "events:rencontre": "slug"},
    ),
    SearchableKind(
        code=SEQUENCE,
        slug="sequences",
        label=_("séquence de Rencontre"),
        label_plural=_("Séquences des Rencontres"),
        position=27,
        documents=sequences,
        visible=lambda _viewer: shown_sequences(),
        is_steady=True,
        facets=("levier",),
    ),
)
