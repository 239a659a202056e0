"""Events for tests: a webinar with its one sequence, a Rencontre with temps, sequences and a workshop."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from alliage.events.enums import EventKind, EventState, ItemKind, SeatState, SequenceKind
from alliage.events.models import Attendee, Event, Item, Seat, Sequence, Speaker, Temps

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
# Far ahead: the real clock of the pages finds it to come.
SOON = datetime(2035, 7, 3, 7, tzinfo=UTC)


class EventFactory(factory.django.DjangoModelFactory):
    """A published webinar of an hour. It has no sequence yet: `webinar()` gives one."""

    class Meta:
        model = Event

    kind = EventKind.WEBINAR
    state = EventState.PUBLISHED
    slug = factory.Sequence(lambda n: f"webinaire-{n}")
    title = factory.Sequence(lambda n: f"Webinaire {n}")
    starts_at = SOON
    ends_at = factory.LazyAttribute(lambda event: event.starts_at + timedelta(hours=1))
    created_at = NOW
    changed_at = NOW
    published_at = NOW


class TempsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Temps

    event = factory.SubFactory(EventFactory)
    rank = factory.Sequence(lambda n: n)
    title = factory.Sequence(lambda n: f"Temps {n}")
    starts_at = SOON
    ends_at = factory.LazyAttribute(lambda temps: temps.starts_at + timedelta(hours=3))


class SequenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Sequence

    event = factory.SubFactory(EventFactory)
    rank = factory.Sequence(lambda n: n)
    title = factory.Sequence(lambda n: f"Séquence {n}")
    starts_at = factory.LazyAttribute(lambda sequence: sequence.event.starts_at)
    ends_at = factory.LazyAttribute(lambda sequence: sequence.starts_at + timedelta(minutes=45))


class ItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Item

    sequence = factory.SubFactory(SequenceFactory)
    rank = factory.Sequence(lambda n: n)
    kind = ItemKind.TESTIMONY
    title = factory.Sequence(lambda n: f"Témoignage {n}")


class SpeakerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Speaker

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Intervenante {n}")


class AttendeeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attendee

    event = factory.SubFactory(EventFactory)
    email = factory.Sequence(lambda n: f"inscrit{n}@exemple.fr")
    name = factory.Sequence(lambda n: f"Inscrite {n}")
    seed = factory.Sequence(lambda n: f"graine-{n}")
    token_digest = factory.Sequence(lambda n: f"{n:064d}")
    created_at = NOW
    confirmed_at = NOW


def seated(sequence: Sequence, **said: Any) -> Seat:
    """Someone with a seat, counted as the services count."""
    sequence.seat_count += 1
    sequence.save(update_fields=["seat_count"])
    attendee = AttendeeFactory(event=sequence.event, **said)
    return Seat.objects.create(
        attendee=attendee, sequence=sequence, state=SeatState.SEATED, asked_at=NOW, seated_at=NOW
    )


def webinar(**said: Any) -> Event:
    """A webinar and its one sequence."""
    event = EventFactory(**said)
    SequenceFactory(event=event, rank=1, title=event.title, starts_at=event.starts_at, ends_at=event.ends_at)
    return event


def rencontre(**said: Any) -> Event:
    """A day: one temps, two sequences one after the other, two workshops side by side inside a third."""
    said = {"slug": "rencontre", "title": "Rencontre du réseau", "edition": 7, **said}
    event = EventFactory(kind=EventKind.RENCONTRE, ends_at=SOON + timedelta(hours=8, minutes=30), **said)
    temps = TempsFactory(event=event, rank=1, title="Pourquoi faire alliance ?")
    for rank in (1, 2):
        sequence = SequenceFactory(
            event=event, temps=temps, rank=rank, number=rank, title=f"Séquence n° {rank}",
            starts_at=SOON + timedelta(hours=rank - 1), capacity=100 if rank == 1 else None,
        )  # fmt: skip
        ItemFactory(sequence=sequence, rank=1)
    gathering = SequenceFactory(
        event=event, rank=3, number=3, kind=SequenceKind.WORKSHOPS, title="Ateliers", takes_registrations=False,
        starts_at=SOON + timedelta(hours=6), ends_at=SOON + timedelta(hours=7),
    )  # fmt: skip
    for rank in (4, 5):
        SequenceFactory(
            event=event, parent=gathering, rank=rank, kind=SequenceKind.WORKSHOP, title=f"Atelier {rank - 3}",
            starts_at=gathering.starts_at, ends_at=gathering.ends_at, capacity=12,
        )  # fmt: skip
    return event


def held_day(now: datetime, **said: Any) -> Event:
    """The same day, held the day before."""
    day = rencontre(**said)
    shift = day.starts_at - (now - timedelta(days=1))
    for row in (day, *day.sequences.all(), *day.temps.all()):
        row.starts_at, row.ends_at = row.starts_at - shift, row.ends_at - shift
        row.save()
    return day
