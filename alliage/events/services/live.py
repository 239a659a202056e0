"""Writes of the day itself: the rooms made ready, and who enters them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.events import live_people, live_times
from alliage.events.live_enums import Standing
from alliage.events.live_people import Visitor
from alliage.events.models import Arrival, Event, Item, Sequence
from alliage.events.services import attendance
from alliage.refusals import Refusal
from alliage.rooms.models import Participant, Room
from alliage.rooms.phases import Sheet
from alliage.rooms.services import people, rooms, run_sheets

PURPOSE = "events.sequence"
# How long what is written in a room stays after the day: its questions and answers are read in the proceedings.
KEPT = timedelta(days=365)


class LiveRefused(Refusal):
    """The rules of the day say no."""


def _locked(sequence: Sequence) -> Sequence:
    found = Sequence.objects.select_for_update(of=("self",)).select_related("event", "room")
    return found.get(pk=sequence.pk)


# --- Make ready --------------------------------------------------------------------------------------------------------


@transaction.atomic
def prepare(sequence: Sequence, sheet: Sheet | None = None, *, by: Member | None, now: datetime) -> Room:
    """The room of a sequence. Twice is once: another run sheet takes the place of the first as long as nobody opened it.

    Without `sheet`, the room that is there stays, and learns another title, link or telephone of its sequence.
    """
    row = _locked(sequence)
    if not live_times.has_room(row):
        raise LiveRefused(_("Cette séquence ne se tient pas dans une salle."))
    room: Room | None = row.room
    if room is not None and sheet is not None and not _runs(room, sheet):
        if room.is_open or room.is_closed:
            raise LiveRefused(_("La salle est déjà ouverte\u00a0: son déroulé ne change plus, seulement ses durées."))
        before, room = room, _put(row, sheet, by=by, now=now)
        before.delete()
    elif room is None:
        room = _put(row, sheet or _usual(row), by=by, now=now)
    else:
        _follow(row, room)
    sequence.room = room
    return room


def _put(row: Sequence, sheet: Sheet, *, by: Member | None, now: datetime) -> Room:
    row.room = made = _new_room(row, sheet, by=by, now=now)
    row.save(update_fields=["room"])
    return made


def prepare_all(event: Event, *, by: Member | None, now: datetime) -> list[Room]:
    """The rooms of every sequence that has one, in one gesture."""
    sequences = Sequence.objects.filter(event=event, is_cancelled=False).order_by("pk")
    return [prepare(each, by=by, now=now) for each in sequences if live_times.has_room(each)]


def _usual(sequence: Sequence) -> Sheet:
    items = list(Item.objects.filter(sequence=sequence).values_list("kind", flat=True))
    return run_sheets.of_platform(live_times.usual_sheet(sequence, items))


def _runs(room: Room, sheet: Sheet) -> bool:
    """Whether the room runs this run sheet already, whatever its lengths."""
    return [(each.code, each.title) for each in room.sheet.phases] == [(each.code, each.title) for each in sheet.phases]


def _new_room(row: Sequence, sheet: Sheet, *, by: Member | None, now: datetime) -> Room:
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    wanted = rooms.Prepared(
        title=row.title,
        sheet=sheet,
        purpose=PURPOSE,
        purpose_id=str(row.pk),
        video_url=_video(row),
        phone=row.phone or row.event.phone,
        lengths=live_times.lengths(sheet, minutes) if sheet.pace == "live" else {},
        purge_on=(row.ends_at + KEPT).date(),
    )
    return rooms.prepare(wanted, by=by, now=now)


def _video(row: Sequence) -> str:
    return row.join_url or row.event.join_url


def _follow(row: Sequence, room: Room) -> None:
    """What the sequence says now, in its room: a link changed the evening before is right at the door."""
    said = {
        "title": row.title[: rooms.LONGEST_TITLE],
        "video_url": _video(row),
        "phone": row.phone or row.event.phone,
        "purge_on": (row.ends_at + KEPT).date(),
    }
    if not room.is_closed and any(getattr(room, name) != value for name, value in said.items()):
        Room.objects.filter(pk=room.pk).update(**said)
        room.refresh_from_db()


# --- Come in -----------------------------------------------------------------------------------------------------------


def enter(sequence: Sequence, visitor: Visitor, *, name: str, key: str = "", now: datetime) -> Participant:
    """Through the door, if it is open for them; the room is made ready by the first who comes, when nobody did."""
    found = live_people.standing(visitor, sequence, now=now)
    if not live_people.enters(found, sequence, now=now):
        raise LiveRefused(_refusal(found))
    room = prepare(sequence, by=None, now=now)
    entry = live_people.role(visitor, sequence, room)
    person = people.join(room, entry, name=name, member=visitor.member, key=key, now=now)
    if visitor.attendee is not None:
        Arrival.objects.get_or_create(participant=person, defaults={"attendee": visitor.attendee})
    attendance.heard([person.pk], now=now)
    return person


def _refusal(found: Standing) -> str:
    if found == Standing.NOBODY:
        return _("On entre ici en étant inscrit\u00a0: inscrivez-vous, ou ouvrez le lien personnel de votre courriel.")
    if found == Standing.WAITING:
        return _("Vous êtes en liste d’attente\u00a0: la porte s’ouvrira si des places restent libres après le début.")
    return _("La porte n’est pas ouverte en ce moment.")


def closed(room: Room, *, now: datetime) -> None:
    """For `rooms`, at the end: what was written stays a year for the proceedings, whenever it ended."""
    room.purge_on = (now + KEPT).date()


def heard(participants: Iterable[int], *, now: datetime) -> Any:
    """For `rooms`: these people gave a sign."""
    return attendance.heard(participants, now=now)
