"""Rules of registration: once, in order; addresses confirmed or released; what is told, reminded, forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliage.accounts.registry import arrivals, personal_data
from alliage.accounts.tests.factories import MemberFactory
from alliage.events import registration_lines
from alliage.events import registration_links as links
from alliage.events.enums import EventState, SeatState, WordKind
from alliage.events.models import Attendee, AttendeeMail, ProgrammeLink, Seat, SentReminder, Sequence, Star, Word
from alliage.events.queries import registrations as queries
from alliage.events.services import attendees, registrations, reminders, seats, stars, words
from alliage.events.services.registrations import RegistrationRefused, Said
from alliage.events.tests.factories import NOW, SOON, AttendeeFactory, SequenceFactory, rencontre, seated, webinar
from alliage.notifications.links import address_digest
from alliage.notifications.models import Notification, OutgoingMail, RefusedAddress
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db
EVE = SOON - timedelta(days=1)


def said(*sequences, email="awa@exemple.fr", **more):
    return Said(email, more.pop("name", "Awa"), sequences=frozenset(each.pk for each in sequences), **more)


def only(event) -> Sequence:
    return event.sequences.earliest("rank")


def state_of(attendee, sequence):
    return Seat.objects.get(attendee=attendee, sequence=sequence).state


# --- Register ------------------------------------------------------------------------------------------------------


def test_the_same_address_twice_is_one_registration():
    event = webinar()
    one = registrations.register(event, said(only(event)), by=None, now=NOW)
    two = registrations.register(event, said(only(event), email=" AWA@exemple.fr"), by=None, now=NOW)
    assert (one.is_known, two.is_known) == (False, True)
    assert Attendee.objects.count() == 1
    assert set(Word.objects.values_list("kind", flat=True)) == {WordKind.REGISTERED, WordKind.AGAIN}


def test_the_same_member_twice_is_one_registration_whatever_they_say():
    event, member = rencontre(), MemberFactory()
    first, second = event.sequences.order_by("rank")[:2]
    registrations.register(event, said(first), by=member, now=NOW)
    made = registrations.register(event, said(second, name="Awa Diallo"), by=member, now=NOW)
    assert made.attendee.name == "Awa Diallo"
    assert state_of(made.attendee, first) == SeatState.LEFT
    assert state_of(made.attendee, second) == SeatState.SEATED
    registrations.register(event, said(second), by=member, now=NOW)
    assert Word.objects.count() == 2


def test_a_member_takes_back_the_registration_made_by_mail_with_their_address():
    event, member = webinar(), MemberFactory(email="awa@exemple.fr")
    registrations.register(event, said(only(event)), by=None, now=NOW)
    made = registrations.register(event, said(only(event)), by=member, now=NOW)
    assert (made.attendee.member, made.attendee.confirmed_at) == (member, NOW)
    assert Attendee.objects.count() == 1


def test_a_member_whose_address_another_member_registered_is_told_and_takes_nothing():
    event, other = webinar(), MemberFactory()
    AttendeeFactory(event=event, email="awa@exemple.fr", member=other)
    with pytest.raises(RegistrationRefused):
        registrations.register(event, said(only(event)), by=MemberFactory(email="awa@exemple.fr"), now=NOW)
    assert Attendee.objects.get().member == other


def test_one_asks_for_a_sequence_at_least_and_for_those_of_the_event():
    event, other = webinar(), webinar()
    with pytest.raises(RegistrationRefused, match="au moins une"):
        registrations.register(event, said(), by=None, now=NOW)
    with pytest.raises(RegistrationRefused, match="ne prend plus"):
        registrations.register(event, said(only(other)), by=None, now=NOW)
    for change in (
        {"is_cancelled": True},
        {"takes_registrations": False},
        {"ends_at": NOW, "starts_at": NOW - timedelta(hours=1)},
    ):
        sequence = SequenceFactory(event=event, **change)
        with pytest.raises(RegistrationRefused, match="ne prend plus"):
            registrations.register(event, said(only(event), sequence), by=None, now=NOW)
    closed = webinar(registration_closes_at=NOW)
    with pytest.raises(RegistrationRefused, match="closes"):
        registrations.register(closed, said(only(closed)), by=None, now=NOW)
    assert not Attendee.objects.exists()


def test_an_unknown_clock_is_that_of_the_event():
    event = webinar(zone="America/Cayenne")
    made = registrations.register(event, said(only(event), time_zone="Mars/Olympus"), by=None, now=NOW)
    assert made.attendee.time_zone == "America/Cayenne"


def test_one_who_leaves_and_comes_back_goes_to_the_end_of_the_line():
    event = webinar()
    sequence = only(event)
    Sequence.objects.filter(pk=sequence.pk).update(capacity=1)
    people = [AttendeeFactory(event=event) for _rank in range(3)]
    for each in people:
        registrations.ask(each, [sequence.pk], now=NOW)
    registrations.give_up(people[1], [sequence.pk], now=NOW)
    registrations.ask(people[1], [sequence.pk], now=NOW)
    registrations.give_up(people[0], [sequence.pk], now=NOW)
    assert [state_of(each, sequence) for each in people] == [SeatState.LEFT, SeatState.WAITING, SeatState.SEATED]
    (place,) = queries.places_of(people[1])
    assert (place.rank, place.is_seated) == (1, False)
    registrations.ask(people[2], [sequence.pk], now=NOW)
    assert registrations.give_up(people[0], [sequence.pk], now=NOW) == 0


def test_a_seat_given_back_when_nobody_waits_any_more_is_free():
    event = webinar()
    sequence = only(event)
    Sequence.objects.filter(pk=sequence.pk).update(capacity=1)
    seated, waiting = (AttendeeFactory(event=event) for _rank in range(2))
    for each in (seated, waiting):
        registrations.ask(each, [sequence.pk], now=NOW)
    for each in (waiting, seated):
        registrations.give_up(each, [sequence.pk], now=NOW)
    sequence.refresh_from_db()
    assert (sequence.seat_count, sequence.waiting_last) == (0, 1)
    assert not Word.objects.filter(kind=WordKind.PROMOTED).exists()


def test_whoever_waits_comes_before_a_newcomer_when_a_capacity_was_changed_elsewhere():
    event = webinar()
    sequence = only(event)
    Sequence.objects.filter(pk=sequence.pk).update(capacity=0)
    first, second = AttendeeFactory(event=event), AttendeeFactory(event=event)
    registrations.ask(first, [sequence.pk], now=NOW)
    Sequence.objects.filter(pk=sequence.pk).update(capacity=5)
    registrations.ask(second, [sequence.pk], now=NOW)
    assert state_of(second, sequence) == SeatState.WAITING
    with transaction.atomic():
        seats.resize(seats.lock([sequence.pk])[sequence.pk], 5, now=NOW)
    assert {state_of(each, sequence) for each in (first, second)} == {SeatState.SEATED}


def test_changing_one_s_mind_keeps_one_s_place_in_the_line():
    event = rencontre()
    first, second = event.sequences.order_by("rank")[:2]
    Sequence.objects.filter(pk=first.pk).update(capacity=0)
    attendee = AttendeeFactory(event=event)
    registrations.change_mind(attendee, [first.pk], now=NOW)
    assert registrations.change_mind(attendee, [first.pk, second.pk], now=NOW)
    assert not registrations.change_mind(attendee, [first.pk, second.pk], now=NOW)
    assert Seat.objects.get(sequence=first).number == 1
    with pytest.raises(RegistrationRefused):
        registrations.change_mind(attendee, [first.pk, only(webinar()).pk], now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_register_the_same_address_make_one_registration():
    event = webinar()
    act = lambda: registrations.register(event, said(only(event)), by=None, now=NOW)  # noqa: E731
    made = at_once(act, act, act)
    assert Attendee.objects.count() == 1
    assert sum(each.is_known for each in made) == 2
    assert Sequence.objects.get().seat_count == 1


@pytest.mark.django_db(transaction=True)
def test_three_hundred_and_fifty_register_at_a_sequence_of_a_hundred_seats(client):
    event = webinar()
    sequence = only(event)
    Sequence.objects.filter(pk=sequence.pk).update(capacity=100)
    address = reverse("events:register", args=[event.slug])
    for rank in range(350):
        client.cookies.clear()
        client.get(address)
        posted = {"name": f"P {rank}", "email": f"p{rank:03}@exemple.fr", "sequences": [sequence.pk]}
        assert client.post(address, posted).status_code == 302
    rows = list(Seat.objects.order_by("attendee__email").values_list("state", "number"))
    assert rows[:100] == [(SeatState.SEATED, None)] * 100
    assert rows[100:] == [(SeatState.WAITING, rank) for rank in range(1, 251)]


def test_a_seat_cannot_be_counted_above_the_capacity():
    sequence = only(webinar())
    with pytest.raises(IntegrityError), transaction.atomic():
        Sequence.objects.filter(pk=sequence.pk).update(capacity=1, seat_count=2)


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (Word, {"kind": "inconnu"}),
        (SentReminder, {"step": "rien", "day": NOW.date()}),
    ],
)
def test_the_database_refuses_what_is_unknown(model, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(attendee=AttendeeFactory(), **wrong)


def test_the_database_refuses_the_same_reminder_twice_and_an_empty_letter():
    attendee = AttendeeFactory()
    SentReminder.objects.create(attendee=attendee, step="day", day=NOW.date())
    with pytest.raises(IntegrityError), transaction.atomic():
        SentReminder.objects.create(attendee=attendee, step="day", day=NOW.date())
    for said_so in ({"subject": "", "text": "x"}, {"subject": "x", "text": "x", "audience": "inconnue"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AttendeeMail.objects.create(event=attendee.event, sent_key=str(said_so), **said_so)


# --- Confirm, release, forget --------------------------------------------------------------------------------------


def test_an_address_that_nobody_confirms_gives_its_seat_to_who_waits_and_is_told():
    event = webinar()
    sequence = only(event)
    Sequence.objects.filter(pk=sequence.pk).update(capacity=1)
    registrations.register(event, said(sequence), by=None, now=NOW)
    registrations.register(event, said(sequence, email="zoe@exemple.fr"), by=None, now=NOW + timedelta(hours=40))
    assert attendees.release_unconfirmed(NOW + timedelta(hours=47)) == 0
    assert attendees.release_unconfirmed(NOW + timedelta(hours=49)) == 1
    first, second = Attendee.objects.order_by("pk")
    assert (state_of(first, sequence), state_of(second, sequence)) == (SeatState.LEFT, SeatState.SEATED)
    assert Word.objects.filter(attendee=first, kind=WordKind.RELEASED).exists()
    assert attendees.release_unconfirmed(NOW + timedelta(hours=49)) == 0
    again = registrations.register(event, said(sequence), by=None, now=NOW + timedelta(hours=50))
    assert not again.is_known
    assert state_of(first, sequence) == SeatState.WAITING


def test_on_the_eve_what_is_not_confirmed_is_released_three_hours_being_left():
    event = webinar()
    registrations.register(event, said(only(event)), by=None, now=EVE - timedelta(hours=2))
    assert attendees.release_unconfirmed(EVE) == 0
    assert attendees.release_unconfirmed(EVE + timedelta(hours=1)) == 1


def test_one_confirmed_meanwhile_keeps_their_seat():
    event = webinar()
    made = registrations.register(event, said(only(event)), by=None, now=NOW)
    assert attendees.confirm(made.attendee, now=NOW)
    assert not attendees.confirm(made.attendee, now=NOW)
    assert attendees.release_unconfirmed(NOW + timedelta(days=3)) == 0
    assert attendees._release(made.attendee.pk, now=NOW) is False
    alone = AttendeeFactory(event=event, confirmed_at=None)
    assert attendees._release(alone.pk, now=NOW) is False


def test_the_link_of_a_mail_attaches_the_account_that_has_this_address():
    member = MemberFactory(email="awa@exemple.fr")
    event = webinar()
    made = registrations.register(event, said(only(event)), by=None, now=NOW)
    attendees.confirm(made.attendee, now=NOW)
    assert Attendee.objects.get().member == member


def test_leaving_everything_frees_seats_and_erases():
    event = webinar()
    seat = seated(only(event))
    attendees.cancel_registration(seat.attendee, by=None, now=NOW)
    attendees.cancel_registration(seat.attendee, by=None, now=NOW)
    assert not Attendee.objects.exists()
    assert only(event).seat_count == 0


def test_a_year_later_only_counts_are_left():
    event = webinar()
    seat = seated(only(event), name="Awa", member=MemberFactory())
    assert attendees.forget_old(event.ends_at + timedelta(days=364)) == 0
    assert attendees.forget_old(event.ends_at + timedelta(days=366)) == 1
    row = Attendee.objects.get()
    assert (row.name, row.member, row.seed) == ("–", None, "")
    assert "efface.invalid" in row.email
    assert links.attendee_of(links.token_of(seat.attendee.seed)) is None
    assert attendees.forget_old(event.ends_at + timedelta(days=366)) == 0
    Word.objects.create(attendee=row, kind=WordKind.CHANGED)
    words.tell(NOW)
    assert not OutgoingMail.objects.exists()


def test_an_account_takes_its_copy_and_leaves_nothing():
    member, event = MemberFactory(), webinar()
    seat = seated(only(event), member=member)
    stars.star(only(event), by=member, now=NOW)
    stars.make_link(by=member, now=NOW)
    row = personal_data.get("events.registrations")
    copy = row.export(member)
    assert copy["inscriptions"][0]["places"][0]["etat"] == "place réservée"
    assert copy["mon_programme"]["lien_d_agenda_fait_le"] == NOW
    row.erase(member)
    assert not Attendee.objects.filter(pk=seat.attendee_id).exists()
    assert not Star.objects.exists()
    assert not ProgrammeLink.objects.exists()
    assert row.export(member)["mon_programme"]["lien_d_agenda_fait_le"] is None


def test_signing_in_brings_what_was_begun_without_an_account(rf):
    member, event = MemberFactory(email="awa@exemple.fr"), webinar()
    registrations.register(event, said(only(event)), by=None, now=NOW)
    request = rf.get("/")
    arrivals.get("events.registrations").arrived(member, request, now=NOW)
    assert Attendee.objects.get().member == member
    request.COOKIES["programme"] = stars._SIGNER.sign(f"{only(event).pk}.x")
    arrivals.get("events.registrations").arrived(member, request, now=NOW)
    assert Star.objects.get().member == member
    assert stars.kept({"programme": "faux"}) == []


# --- Told ----------------------------------------------------------------------------------------------------------


def test_words_of_one_person_are_one_mail_that_says_where_they_stand():
    event = rencontre()
    first, second = event.sequences.order_by("rank")[:2]
    made = registrations.register(event, said(first, second, time_zone="Pacific/Noumea"), by=None, now=NOW)
    registrations.tell(made.attendee, WordKind.PROMOTED, now=NOW)
    assert words.tell(NOW) == 1
    assert words.tell(NOW) == 0
    sent = OutgoingMail.objects.get()
    assert "Confirmez votre inscription" in sent.subject
    assert "heure de Nouméa" in sent.text
    assert "heure de Paris" in sent.text
    assert links.path_of(made.attendee) in sent.text
    assert ".ics" in sent.text


def test_an_address_asked_again_and_again_gets_one_mail_an_hour():
    event = webinar()
    seat = seated(only(event))
    for minute in range(5):
        registrations.tell(seat.attendee, WordKind.AGAIN, now=NOW)
        words.tell(NOW + timedelta(minutes=minute))
    assert OutgoingMail.objects.count() == 1


def test_a_member_is_told_by_a_notification_and_one_whose_address_bears_no_mail_stops_nobody():
    event, member = webinar(), MemberFactory()
    registrations.register(event, said(only(event)), by=member, now=NOW)
    AttendeeFactory(event=event, email="pas une adresse").words.create(kind=WordKind.CHANGED)
    assert words.tell(NOW) == 2
    assert "place réservée" in Notification.objects.get(person=member).text
    registrations.give_up(Attendee.objects.get(member=member), [only(event).pk], now=NOW)
    Word.objects.create(attendee=Attendee.objects.get(member=member), kind=WordKind.CHANGED)
    words.tell(NOW)
    assert "aucune séquence" in Notification.objects.latest("pk").text


def test_an_address_that_stopped_the_mails_of_an_event_still_confirms_the_next_one():
    event, other = webinar(), webinar()
    first = registrations.register(event, said(only(event)), by=None, now=NOW)
    scope = f"{words.KIND}.{event.pk}"
    RefusedAddress.objects.create(digest=address_digest(first.attendee.email), scope=scope, refused_at=NOW)
    registrations.register(other, said(only(other)), by=None, now=NOW)
    words.tell(NOW)
    assert other.title in OutgoingMail.objects.get().subject


def test_a_cancelled_sequence_and_a_rank_are_said():
    event = webinar()
    sequence = only(event)
    place = queries.Place(sequence, SeatState.WAITING, 3)
    assert words.line_of(place)[2] == "liste d’attente, rang 3"
    sequence.is_cancelled = True
    assert words.line_of(place)[2] == "annulée"


# --- Reminders -----------------------------------------------------------------------------------------------------


def reminded_day(**more):
    event = rencontre()
    first, second = event.sequences.order_by("rank")[:2]
    attendee = AttendeeFactory(event=event, **more)
    registrations.ask(attendee, [first.pk, second.pk], now=NOW)
    return event, attendee


@pytest.mark.parametrize(
    ("before", "leaves"),
    [
        (timedelta(days=8), False),
        (timedelta(days=6), True),
        (timedelta(days=2), False),
        (timedelta(hours=20), True),
        (timedelta(hours=3), False),
        (timedelta(minutes=50), True),
    ],
)
def test_one_mail_a_week_a_day_an_hour_before_says_every_sequence_of_the_day(before, leaves):
    event, _attendee = reminded_day()
    for _turn in range(2):
        reminders.remind(SOON - before)
    sent = list(OutgoingMail.objects.all())
    assert len(sent) == leaves
    if leaves:
        assert all(each.title in sent[0].text for each in event.sequences.order_by("rank")[:2])


def test_when_the_first_has_begun_only_what_is_left_of_the_day_is_reminded():
    event, _attendee = reminded_day()
    reminders.remind(SOON + timedelta(minutes=1))
    reminders.remind(SOON + timedelta(minutes=6))
    first, second = event.sequences.order_by("rank")[:2]
    text = OutgoingMail.objects.get().text
    assert second.title in text
    assert first.title not in text


def test_members_are_reminded_by_notifications_urgent_at_the_last_hour():
    _event, attendee = reminded_day(member=MemberFactory())
    reminders.remind(SOON - timedelta(hours=20))
    reminders.remind(SOON - timedelta(minutes=30))
    assert set(Notification.objects.values_list("kind", flat=True)) == {reminders.KIND, reminders.SOON}
    assert SentReminder.objects.filter(attendee=attendee).count() == 2


def test_one_who_has_just_registered_is_not_reminded_of_it():
    event = webinar()
    attendee = AttendeeFactory(event=event)
    registrations.ask(attendee, [only(event).pk], now=SOON - timedelta(hours=21))
    assert reminders.remind(SOON - timedelta(hours=20)) == 0
    assert reminders.remind(SOON - timedelta(minutes=30)) == 1


def test_nobody_is_reminded_of_what_is_cancelled_or_of_an_address_that_nobody_confirmed():
    event, attendee = reminded_day()
    Attendee.objects.update(confirmed_at=None)
    assert reminders.remind(SOON - timedelta(days=6)) == 0
    Attendee.objects.update(confirmed_at=NOW)
    event.state = EventState.CANCELLED
    event.save()
    assert reminders.remind(SOON - timedelta(days=6)) == 0
    assert attendee.pk


# --- Words of the form ---------------------------------------------------------------------------------------------


def test_seats_left_are_said_in_words():
    event = webinar()
    sequence = only(event)
    assert registration_lines.seats_words(sequence) == ""
    sequence.capacity, sequence.seat_count = 2, 1
    assert registration_lines.seats_words(sequence) == "1 place restante"
    sequence.seat_count = 2
    assert registration_lines.seats_words(sequence) == "complet\u00a0: liste d’attente"


def test_what_crosses_is_told_once_and_what_follows_is_not():
    event = rencontre()
    first, second, _gathering, one, two = event.sequences.order_by("rank")
    assert queries.crossed([first, second, one]) == []
    assert queries.crossed([two, one]) == [(one, two)]
    assert len(registration_lines.overlaps([one, two])) == 1


def test_what_a_member_holds_from_a_moment_on():
    event, member = webinar(), MemberFactory()
    seated(only(event), member=member)
    assert queries.coming_of(member, since=NOW).count() == 1
    assert queries.coming_of(member, since=datetime(2040, 1, 1, tzinfo=UTC)).count() == 0
