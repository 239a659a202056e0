"""Writes of events of the agenda: proposed, changed, published, cancelled, taken back; hidden; what a leaving member leaves.

An event that is no Rencontre has one sequence, kept in step with it: one registers to it, it has a room, like any other.
Lock order: the event, then its sequences.
"""

from collections.abc import Iterable
from collections.abc import Sequence as Several
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage import days
from alliage.accounts.models import Member
from alliage.accounts.time_zones import KNOWN
from alliage.directory.models import Entry
from alliage.events import searchable
from alliage.events.enums import EVENT_MOVES, EventKind, EventState, ItemKind, SequenceKind, Venue
from alliage.events.models import Attendee, Event, Item, Sequence
from alliage.events.queries import coming
from alliage.events.services import event_notices, seats
from alliage.events.services.event_notices import Told
from alliage.library.models import Resource
from alliage.refusals import Refusal
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory

LONGEST_SLUG = 90
LONGEST = timedelta(days=14)
# What a form sent twice makes once.
SAME_FOR = timedelta(hours=1)
# Addresses of the agenda that no event may take.
RESERVED = frozenset({"proposer"})
# What is written on one line, and how long it may be.
LINES = {"title": 200, "theme": 200, "summary": 400, "place": 300, "phone": 60}
# What whoever comes must learn: when, where, how one joins.
TOLD = ("starts_at", "ends_at", "venue", "place", "join_url", "phone")


class EventRefused(Refusal):
    """The rules of events say no."""


@dataclass(frozen=True)
class Said:
    """What is said of an event. `capacity` None: no limit; `is_open`: one comes without registering.

    `resources` are what the library holds of it (recording, slides, kit); None leaves those that are there.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    kind: str = EventKind.WEBINAR
    theme: str = ""
    summary: str = ""
    text: str = ""
    zone: str = "Europe/Paris"
    venue: str = Venue.ONLINE
    place: str = ""
    territory: Territory | None = None
    host: Entry | None = None
    levers: Iterable[Term] = field(default=())
    join_url: str = ""
    phone: str = ""
    is_open: bool = False
    capacity: int | None = None
    closes_at: datetime | None = None
    edition: int | None = None
    resources: Several[Resource] | None = None


# --- Propose -------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose(said: Said, *, by: Any, now: datetime) -> Event:
    """A draft, and its one sequence; a Rencontre receives its own when it is prepared. The same form sent twice is one event."""
    Member.objects.select_for_update().get(pk=by.pk)
    check(said)
    _refuse_past(said.starts_at, now=now)
    same = Event.objects.filter(owner=by, kind=said.kind, title=cleaned(said.title), starts_at=said.starts_at)
    twin = same.filter(created_at__gt=now - SAME_FOR).exclude(state=EventState.CANCELLED).first()
    return twin or make(said, by=by, now=now)


def make(said: Said, *, by: Any, now: datetime) -> Event:
    """The rows of a new draft, for those who checked what is said and hold the lock of its owner."""
    event = Event(owner=by, created_at=now, is_demo=by.is_demo)
    write(event, said, now=now)
    event.slug = free_slug(event)
    event.save()
    event.levers.set(said.levers)
    if not event.is_rencontre:
        sequence = Sequence(event=event, rank=1, capacity=None if event.is_open else said.capacity)
        step(sequence, event)
        sequence.save()
        sequence.levers.set(said.levers)
        show(sequence, said.resources)
    return event


def check(said: Said) -> None:
    """What no event may be, whatever its date."""
    if not cleaned(said.title):
        raise EventRefused(_("Donnez un titre."))
    if said.ends_at <= said.starts_at:
        raise EventRefused(_("La fin doit venir après le début."))
    if not days.is_near(said.starts_at):
        raise EventRefused(days.TOO_FAR)
    if said.ends_at - said.starts_at > LONGEST:
        raise EventRefused(_("Deux semaines au plus\u00a0: au-delà, proposez plusieurs dates."))
    if said.zone not in KNOWN:
        raise EventRefused(_("Ce fuseau horaire n’est pas connu."))
    if said.venue != Venue.ONLINE and not said.place.strip() and said.territory is None:
        raise EventRefused(_("Dites où l’on se retrouve\u00a0: une adresse, ou au moins un territoire."))
    if said.closes_at is not None and said.closes_at > said.ends_at:
        raise EventRefused(_("Les inscriptions se ferment avant la fin."))


def _refuse_past(starts_at: datetime, *, now: datetime) -> None:
    if starts_at <= now:
        raise EventRefused(_("Ce moment est déjà passé\u00a0: choisissez une date à venir."))


def cleaned(line: str) -> str:
    return " ".join(line.replace("\x00", "").split())


def write(event: Event, said: Said, *, now: datetime) -> None:
    """What is said of an event, on its row; nothing is saved."""
    for name, longest in LINES.items():
        setattr(event, name, cleaned(getattr(said, name))[:longest].strip())
    for name in ("kind", "starts_at", "ends_at", "zone", "venue", "territory", "host", "is_open", "edition"):
        setattr(event, name, getattr(said, name))
    event.place = "" if said.venue == Venue.ONLINE else event.place
    event.join_url = "" if said.venue == Venue.PLACE else said.join_url
    event.text = said.text.replace("\x00", "").replace("\r\n", "\n").strip()
    event.registration_closes_at = None if said.is_open else said.closes_at
    event.changed_at = now


def step(sequence: Sequence, event: Event) -> None:
    """Keep the one sequence of an event in step with it. Its number of seats moves with those who wait: `seats.resize`."""
    for name in ("title", "starts_at", "ends_at", "join_url", "phone"):
        setattr(sequence, name, getattr(event, name))
    sequence.kind = SequenceKind.WORKSHOP if event.kind == EventKind.WORKSHOP else SequenceKind.PLENARY
    sequence.takes_registrations = not event.is_open


def show(sequence: Sequence, resources: Several[Resource] | None) -> None:
    """The resources of the library that the page of an event leads to, in their order."""
    if resources is None:
        return
    shown = Item.objects.filter(sequence=sequence, resource__isnull=False)
    shown.filter(resource__is_hidden=False).exclude(resource__in=resources).delete()
    there = set(shown.values_list("resource_id", flat=True))
    last = Item.objects.filter(sequence=sequence).aggregate(last=Max("rank"))["last"] or 0
    Item.objects.bulk_create(
        Item(sequence=sequence, rank=last + place, kind=ItemKind.TOOL, resource=resource)
        for place, resource in enumerate((each for each in resources if each.pk not in there), start=1)
    )


def free_slug(event: Event) -> str:
    """Its title and its date, at the clock where it was planned; a number after it when it is taken."""
    day = event.starts_at.astimezone(ZoneInfo(event.zone)).date()
    base = f"{slugify(event.title)[:LONGEST_SLUG].strip('-') or 'rendez-vous'}-{day:%Y-%m-%d}"
    taken = {*Event.objects.filter(slug__startswith=base).values_list("slug", flat=True), *RESERVED}
    return next(
        slug for rank in range(1, len(taken) + 2) if (slug := base if rank == 1 else f"{base}-{rank}") not in taken
    )


# --- Change --------------------------------------------------------------------------------------------------------


def locked(event: Event) -> Event:
    return Event.objects.select_for_update().get(pk=event.pk)


def the_sequence(event: Event) -> Sequence | None:
    """The one sequence of an event that is no Rencontre, locked; None where there are several, prepared one by one."""
    if event.is_rencontre:
        return None
    found = list(Sequence.objects.select_for_update().filter(event=event).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


@transaction.atomic
def change(event: Event, said: Said, *, by: Any, now: datetime) -> Event:
    """Say it otherwise. Those who are registered are told of another time, another place or another link."""
    row = locked(event)
    check(said)
    if row.is_cancelled:
        raise EventRefused(_("Ce rendez-vous est annulé\u00a0: remettez-le d’abord à l’agenda."))
    if (said.starts_at, said.ends_at) != (row.starts_at, row.ends_at):
        _refuse_past(said.starts_at, now=now)
    before = [getattr(row, name) for name in TOLD]
    sequence = the_sequence(row)
    if said.is_open and not row.is_open and _registered(row):
        raise EventRefused(_("Des personnes sont déjà inscrites\u00a0: gardez les inscriptions."))
    write(row, said, now=now)
    moved = before != [getattr(row, name) for name in TOLD]
    if moved and row.state != EventState.DRAFT:
        row.change += 1
    row.save()
    row.levers.set(said.levers)
    if sequence:
        step(sequence, row)
        sequence.change += moved
        sequence.save()
        sequence.levers.set(row.levers.all())
        show(sequence, said.resources)
        seats.resize(sequence, None if row.is_open else said.capacity, now=now)
    if moved and row.state != EventState.DRAFT:
        event_notices.ask(row, Told.CHANGED, by=by, now=now)
    searchable.told(row, now=now)
    coming.changed()
    return row


# --- Publish, cancel, take back ------------------------------------------------------------------------------------


@transaction.atomic
def publish(event: Event, *, by: Any, now: datetime) -> Event:  # noqa: ARG001 the name of every service
    """In the agenda. Twice is once."""
    row = locked(event)
    if row.state == EventState.PUBLISHED:
        return row
    _refuse_move(row, EventState.DRAFT, EventState.PUBLISHED)
    if not row.sequences.exists():
        raise EventRefused(_("Préparez au moins une séquence avant de publier\u00a0: c’est à elle que l’on s’inscrit."))
    row.published_at = row.published_at or now
    return _moved(row, EventState.PUBLISHED, now=now)


@transaction.atomic
def withdraw(event: Event, *, by: Any, now: datetime) -> Event:  # noqa: ARG001 the name of every service
    """Back to draft, as long as nobody is registered: those who are would find nothing any more."""
    row = locked(event)
    if row.state == EventState.DRAFT:
        return row
    _refuse_move(row, EventState.PUBLISHED, EventState.DRAFT)
    if _registered(row):
        raise EventRefused(_("Des personnes sont inscrites\u00a0: annulez plutôt, elles seront prévenues."))
    return _moved(row, EventState.DRAFT, now=now)


@transaction.atomic
def cancel(event: Event, *, by: Any, now: datetime) -> Event:
    """It will not take place: it stays in the agenda, says so, and those who are registered are told. Twice is once."""
    row = locked(event)
    if row.is_cancelled:
        return row
    _refuse_move(row, EventState.PUBLISHED, EventState.CANCELLED)
    if row.ends_at <= now:
        raise EventRefused(_("Ce rendez-vous a déjà eu lieu."))
    row.change += 1
    _moved(row, EventState.CANCELLED, now=now)
    event_notices.ask(row, Told.CANCELLED, by=by, now=now)
    return row


@transaction.atomic
def reopen(event: Event, *, by: Any, now: datetime) -> Event:
    """Cancelled too soon: it takes place after all, and those who were registered are told."""
    row = locked(event)
    if row.state == EventState.PUBLISHED:
        return row
    _refuse_move(row, EventState.CANCELLED, EventState.PUBLISHED)
    if row.ends_at <= now:
        raise EventRefused(_("Sa date est passée\u00a0: proposez-en un autre."))
    row.change += 1
    _moved(row, EventState.PUBLISHED, now=now)
    event_notices.ask(row, Told.REOPENED, by=by, now=now)
    return row


def _refuse_move(event: Event, expected: str, to: str) -> None:
    """Each gesture starts from one state, as EVENT_MOVES allows it."""
    if event.state != expected or to not in EVENT_MOVES[event.state]:
        raise EventRefused(
            _("Ce rendez-vous est %(state)s\u00a0: ce geste n’est pas possible.")
            % {"state": EventState(event.state).label}
        )


def _moved(event: Event, state: str, *, now: datetime) -> Event:
    event.state, event.changed_at = state, now
    event.save()
    sequence = the_sequence(event)
    if sequence:
        sequence.is_cancelled = state == EventState.CANCELLED
        sequence.change += 1
        sequence.save(update_fields=["is_cancelled", "change"])
    searchable.told(event, now=now)
    coming.changed()
    return event


def _registered(event: Event) -> bool:
    return Attendee.objects.filter(event=event, seats__state__in=seats.HELD).exists()


# --- Moderation, personal data -------------------------------------------------------------------------------------


@transaction.atomic
def hide(obj: Event, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    Event.objects.filter(pk=obj.pk).update(is_hidden=True, changed_at=now)
    searchable.told(obj, now=now)
    coming.changed()


@transaction.atomic
def restore(obj: Event, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Event.objects.filter(pk=obj.pk).update(is_hidden=False, changed_at=now)
    searchable.told(obj, now=now)
    coming.changed()


@transaction.atomic
def forget_member(member: Member) -> None:
    """Drafts that nobody else prepares go; what was announced stays, without the name of who held it."""
    Event.organisers.through.objects.filter(member_id=member.pk).delete()
    alone = Event.objects.filter(owner=member, state=EventState.DRAFT, organisers=None)
    for event in alone.filter(attendees=None):
        event.delete()
    Event.objects.filter(owner=member).update(owner=None)
    coming.changed()
