"""A sequence that moves is told once it is at rest; back where people were told that it is, nothing is mailed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.events.enums import EventState, WordKind
from alliage.events.models import Sequence, Word
from alliage.events.services import event_notices, moves, programme, registrations, reminders, words
from alliage.events.tests.factories import NOW, SOON, rencontre, seated
from alliage.notifications.models import OutgoingMail

pytestmark = pytest.mark.django_db

HOUR, MINUTES = timedelta(hours=1), timedelta(minutes=1)
DUE = NOW + 11 * MINUTES


@pytest.fixture
def owner():
    return MemberFactory(name="Organisatrice")


@pytest.fixture
def day(owner):
    return rencontre(owner=owner)


@pytest.fixture
def sequence(day) -> Sequence:
    return day.sequences.get(rank=1)


def place(sequence: Sequence, by: timedelta, *, now=NOW, track: str | None = None) -> None:
    row = Sequence.objects.get(pk=sequence.pk)
    programme.place_sequence(
        row, by=None, now=now, track=row.track if track is None else track, temps=row.temps,
        starts_at=row.starts_at + by, ends_at=row.ends_at + by,
    )  # fmt: skip


def change(sequence: Sequence, *, now=NOW, **said) -> None:
    row = Sequence.objects.get(pk=sequence.pk)
    now_said = {
        "title": row.title, "starts_at": row.starts_at, "ends_at": row.ends_at, "track": row.track,
        "join_url": row.join_url, "temps": row.temps, "capacity": row.capacity,
    }  # fmt: skip
    programme.change_sequence(row, programme.SequenceSaid(**{**now_said, **said}), by=None, now=now)


def titles() -> list[str]:
    return [row.subject.partition("\u00a0:")[0] for row in OutgoingMail.objects.order_by("pk")]


def test_those_of_a_sequence_are_told_that_it_moved_once_it_is_at_rest(sequence):
    seated(sequence)
    seated(sequence)
    place(sequence, HOUR)
    place(sequence, HOUR, now=NOW + 8 * MINUTES)
    assert words.tell(NOW + 9 * MINUTES) == 0
    assert words.tell(DUE) == 2
    assert titles() == ["Nouvel horaire"] * 2
    # The second move left with the first.
    assert words.tell(NOW + HOUR) == 0


def test_a_move_taken_back_in_the_grid_is_told_to_nobody(client, owner, day, sequence):
    seated(sequence)
    client.force_login(owner)
    address = reverse("events:grid", args=[day.slug])
    client.post(address, {"act": f"later:{sequence.pk}", "step": "30"})
    assert Word.objects.filter(kind=WordKind.MOVED).count() == 1
    client.post(address, {"act": "undo"})
    sequence.refresh_from_db()
    assert sequence.starts_at == SOON
    assert words.tell(Word.objects.latest("pk").created_at + 11 * MINUTES) == 0
    assert (titles(), Word.objects.count()) == ([], 0)


def test_a_move_taken_back_at_the_last_minute_is_told_to_nobody_either(sequence):
    seated(sequence)
    place(sequence, HOUR)
    place(sequence, -HOUR, now=NOW + 10 * MINUTES)
    # The second word is recent: it goes with the first.
    assert words.tell(DUE) == 0
    assert words.tell(NOW + HOUR) == 0
    assert titles() == []


def test_the_workshops_that_a_sequence_gathers_come_back_with_it(day):
    gathering = day.sequences.get(rank=3)
    seated(day.sequences.get(rank=4))
    place(gathering, HOUR)
    assert words.tell(DUE) == 1
    place(gathering, HOUR, now=DUE)
    programme.shift_sequence(gathering, -60, by=None, now=DUE)
    assert words.tell(DUE + HOUR) == 0


def test_a_sequence_made_longer_then_shorter_is_where_it_was(sequence):
    seated(sequence)
    for minutes in (15, -15):
        programme.resize_sequence(sequence, minutes, by=None, now=NOW)
    assert words.tell(DUE) == 0
    programme.resize_sequence(sequence, 15, by=None, now=DUE)
    assert words.tell(DUE + HOUR) == 1


def test_another_track_or_link_is_told_and_the_first_ones_again_are_not(sequence):
    seated(sequence)
    link = "https://visio.exemple.fr/salle"
    change(sequence, join_url=link)
    change(sequence, join_url="", track="Salle B")
    change(sequence, track="")
    assert words.tell(DUE) == 0
    place(sequence, HOUR, now=DUE)
    change(sequence, join_url=link, now=DUE)
    place(sequence, -HOUR, now=DUE)
    assert words.tell(DUE + HOUR) == 1
    assert link not in str(list(Word.objects.values_list("known", flat=True)))


def test_hours_that_came_back_while_the_track_of_the_grid_did_not_are_told_to_nobody(sequence):
    seated(sequence)
    place(sequence, HOUR, track="Salle B")
    place(sequence, -HOUR)
    assert words.tell(DUE) == 0


def test_two_sequences_of_one_person_when_only_one_came_back(day, sequence):
    seat, other = seated(sequence), day.sequences.get(rank=2)
    registrations.take(seat.attendee, [other.pk], now=NOW)
    for row in (sequence, other):
        place(row, HOUR)
    place(sequence, -HOUR)
    assert words.tell(DUE) == 1


def test_what_else_waits_is_told_without_the_move_that_came_back(sequence):
    seat = seated(sequence)
    place(sequence, HOUR)
    place(sequence, -HOUR)
    registrations.tell(seat.attendee, WordKind.CHANGED, now=NOW)
    assert words.tell(DUE) == 1
    assert titles() == ["Vos places ont changé"]


@pytest.mark.parametrize("how", ["word", "reminder", "event"])
def test_the_hour_that_another_mail_said_meanwhile_is_corrected(sequence, how):
    seat = seated(sequence)
    now = SOON - timedelta(days=1)
    place(sequence, MINUTES, now=now)
    if how == "word":
        registrations.tell(seat.attendee, WordKind.CHANGED, now=now)
        words.tell(now + MINUTES)
    elif how == "reminder":
        assert reminders.remind(now + MINUTES) == 1
    else:
        event = sequence.event
        event.refresh_from_db()
        payload = {"event": event.pk, "change": event.change, "what": event_notices.Told.CHANGED.value}
        assert event_notices.tell(payload, now=now) == 1
    place(sequence, -MINUTES, now=now + 5 * MINUTES)
    assert words.tell(now + HOUR) == 1
    assert titles()[-1] == "Nouvel horaire"


def test_whoever_registered_after_the_move_is_told_that_it_was_taken_back(sequence):
    place(sequence, HOUR)
    seated(sequence)
    place(sequence, -HOUR)
    assert words.tell(DUE) == 1


def test_nobody_is_told_of_the_moves_of_a_draft(day, sequence):
    seated(sequence)
    day.state = EventState.DRAFT
    day.save()
    place(sequence, HOUR)
    assert not Word.objects.exists()


def test_many_moves_that_came_back_hide_none_that_did_not(sequence, monkeypatch):
    monkeypatch.setattr(words, "AT_ONCE", 2)
    for _rank in range(3):
        seated(sequence)
    place(sequence, HOUR)
    place(sequence, -HOUR)
    registrations.tell(seated(sequence).attendee, WordKind.CHANGED, now=NOW)
    assert words.tell(DUE) == 1
    assert not Word.objects.exists()


def test_the_database_refuses_what_was_known_of_nothing(sequence):
    attendee = seated(sequence).attendee
    with pytest.raises(IntegrityError, match="word_known_of_a_sequence"), transaction.atomic():
        Word.objects.create(attendee=attendee, kind=WordKind.MOVED, known=moves.hours_of(sequence))
