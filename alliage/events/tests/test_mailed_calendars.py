"""The file of a mail that an own calendar takes: the same entries as the download, what this person may see, and what replaces them."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from icalendar import Calendar

from alliage.accounts.tests.factories import MemberFactory
from alliage.events import calendar_feeds
from alliage.events import registration_links as links
from alliage.events.enums import EventState, SeatState, WordKind
from alliage.events.models import Attendee, Event, Seat, Sequence
from alliage.events.queries.registrations import places_of
from alliage.events.services import events as services
from alliage.events.services import registrations, seats, words
from alliage.events.services.events import Said
from alliage.events.tests.factories import NOW, SOON, AttendeeFactory, rencontre, seated, webinar
from alliage.notifications.models import Notification
from alliage.notifications.registry import kinds
from alliage.notifications.services import deliver

pytestmark = pytest.mark.django_db
LINK = "https://visio.exemple.fr/canari"
LATER = SOON + timedelta(days=1)


def posted() -> list:
    """(address, file or None) of each mail that leaves, as a program that reads mails opens it."""
    # Jobs read the real clock, and a change leaves no mail at night.
    deliver(clock=lambda: timezone.now() + timedelta(days=1))
    return [(sent.to[0], file_of(sent)) for sent in mail.outbox]


def file_of(sent):
    parsed = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
    parts = list(parsed.iter_attachments())
    if not parts:
        return None
    (part,) = parts
    assert (part.get_content_type(), part["Content-Type"].params["method"]) == ("text/calendar", "PUBLISH")
    assert part.get_filename().endswith(".ics")
    return Calendar.from_ical(part.get_payload(decode=True))


def entries(calendar) -> list:
    assert calendar["METHOD"] == "PUBLISH"
    return calendar.walk("VEVENT")


def unstamped(entry) -> bytes:
    """But for the moment when it was written."""
    del entry["DTSTAMP"], entry["LAST-MODIFIED"]
    return entry.to_ical()


def said(*sequences, email="awa@exemple.fr", **more):
    return registrations.Said(email, "Awa", sequences=frozenset(each.pk for each in sequences), **more)


def test_the_mail_that_confirms_bears_the_same_entries_as_the_download(client):
    event, member = rencontre(), MemberFactory(time_zone="Indian/Reunion")
    event.join_url = LINK
    event.save()
    first, second = event.sequences.order_by("rank")[:2]
    registrations.register(event, said(first, second, time_zone="Indian/Reunion"), by=member, now=NOW)
    words.tell(NOW)
    ((to, calendar),) = posted()
    assert to == member.email
    downloaded = client.get(links.calendar_path_of(Attendee.objects.get(member=member))).content
    assert [unstamped(each) for each in entries(calendar)] == [
        unstamped(each) for each in Calendar.from_ical(downloaded).walk("VEVENT")
    ]
    assert {str(each["UID"]) for each in entries(calendar)} == {
        f"sequence-{each.pk}@localhost" for each in (first, second)
    }
    assert LINK in str(entries(calendar)[0]["DESCRIPTION"])
    assert str(entries(calendar)[0]["DTSTART"].params["TZID"]) == "Indian/Reunion"


def test_an_address_that_nobody_proved_receives_no_link_to_join_by():
    event = webinar(join_url=LINK, phone="01 02 03 04 05")
    registrations.register(event, said(event.sequences.get()), by=None, now=NOW)
    words.tell(NOW)
    ((_to, calendar),) = posted()
    assert len(entries(calendar)) == 1
    assert LINK not in calendar.to_ical().decode()
    assert "01 02 03" not in calendar.to_ical().decode()
    Attendee.objects.update(confirmed_at=NOW)
    registrations.tell(Attendee.objects.get(), WordKind.PROMOTED, now=NOW)
    words.tell(NOW)
    assert LINK in str(entries(posted()[1][1])[0]["DESCRIPTION"])


def test_who_waits_has_an_entry_that_says_so_without_the_link():
    event = webinar(join_url=LINK)
    sequence = event.sequences.get()
    attendee = AttendeeFactory(event=event)
    Seat.objects.create(attendee=attendee, sequence=sequence, state=SeatState.WAITING, number=1)
    registrations.tell(attendee, WordKind.REGISTERED, now=NOW)
    words.tell(NOW)
    ((_to, calendar),) = posted()
    assert str(entries(calendar)[0]["SUMMARY"]) == f"En attente\u00a0: {sequence.title}"
    assert LINK not in calendar.to_ical().decode()


def test_a_place_that_comes_replaces_the_entry_of_who_waited():
    event = webinar(join_url=LINK)
    sequence = event.sequences.get()
    Sequence.objects.filter(pk=sequence.pk).update(capacity=1, seat_count=1)
    attendee = AttendeeFactory(event=event)
    registrations.ask(attendee, [sequence.pk], now=NOW)
    registrations.tell(attendee, WordKind.REGISTERED, now=NOW)
    words.tell(NOW)
    with transaction.atomic():
        seats.resize(seats.lock([sequence.pk])[sequence.pk], 2, now=NOW)
    words.tell(NOW + timedelta(hours=1))
    (_to, waits), (_to, comes) = posted()
    (before,), (after,) = entries(waits), entries(comes)
    assert (before["UID"], before["SEQUENCE"]) == (after["UID"], after["SEQUENCE"])
    assert [str(each["SUMMARY"]) for each in (before, after)] == [f"En attente\u00a0: {sequence.title}", sequence.title]
    for stamp in ("DTSTAMP", "LAST-MODIFIED"):
        assert [each.decoded(stamp) for each in (before, after)] == [NOW, NOW + timedelta(hours=1)]


def test_a_file_never_goes_back_before_the_last_change_of_its_event():
    event = webinar(changed_at=NOW + timedelta(hours=1))
    attendee = seated(event.sequences.get()).attendee
    registrations.tell(attendee, WordKind.REGISTERED, now=NOW)
    words.tell(NOW)
    assert entries(posted()[0][1])[0].decoded("DTSTAMP") == event.changed_at


def test_a_place_given_back_is_cancelled_in_the_calendar_that_had_it():
    event, member = webinar(join_url=LINK, phone="01 02 03 04 05"), MemberFactory()
    sequence = event.sequences.get()
    registrations.register(event, said(sequence), by=member, now=NOW)
    words.tell(NOW)
    registrations.change_mind(Attendee.objects.get(), [], now=NOW)
    registrations.tell(AttendeeFactory(event=event), WordKind.RELEASED, now=NOW)
    words.tell(NOW)
    files = [(to, calendar) for to, calendar in posted() if calendar is not None]
    assert [to for to, _calendar in files] == [member.email] * 2
    for (entry,) in (entries(calendar) for _to, calendar in files):
        assert str(entry["UID"]) == f"sequence-{sequence.pk}@localhost"
        assert (entry["STATUS"], str(entry["SUMMARY"])) == ("CANCELLED", f"Place rendue\u00a0: {sequence.title}")
        assert LINK not in entry.to_ical().decode()
        assert "01 02 03" not in entry.to_ical().decode()


@pytest.mark.parametrize("signed_in", [True, False])
def test_rendre_tells_once_who_gives_a_place_back_and_who_obtains_it(client, signed_in):
    event = webinar(join_url=LINK)
    sequence, member = event.sequences.get(), MemberFactory() if signed_in else None
    registrations.register(event, said(sequence), by=member, now=NOW)
    mine = Attendee.objects.get()
    Sequence.objects.update(capacity=1)
    registrations.ask(AttendeeFactory(event=event, email="suivant@exemple.fr"), [sequence.pk], now=NOW)
    words.tell(NOW)
    posted()
    mail.outbox.clear()
    for _again in range(2):
        answer = client.post(links.path_of(mine), {"act": "give_up", "sequence": sequence.pk}, follow=True)
        assert "Votre place est rendue." in answer.text
    assert words.tell(NOW + timedelta(minutes=1)) == 2
    assert words.tell(NOW + timedelta(minutes=2)) == 0
    told = posted()
    assert sorted(to for to, _file in told) == sorted([mine.email, "suivant@exemple.fr"])
    files = dict(told)
    (gone,), (comes,) = entries(files[mine.email]), entries(files["suivant@exemple.fr"])
    assert (gone["STATUS"], comes["STATUS"]) == ("CANCELLED", "CONFIRMED")
    assert str(gone["UID"]) == str(comes["UID"]) == f"sequence-{sequence.pk}@localhost"
    assert LINK not in gone.to_ical().decode()
    written = next(sent for sent in mail.outbox if sent.to == [mine.email])
    assert "aucune séquence" in written.body
    assert ("retire de votre agenda" in written.body) is not signed_in
    Seat.objects.filter(attendee=mine).delete()
    assert registrations.give_up(mine, [sequence.pk], now=NOW) == 0
    assert words.tell(NOW) == 0


@pytest.mark.parametrize("gone", ["over", "cancelled"])
def test_a_place_in_what_is_over_or_cancelled_is_given_back_without_a_word(gone):
    event = webinar()
    sequence = event.sequences.get()
    one, other = AttendeeFactory(event=event), AttendeeFactory(event=event)
    Sequence.objects.update(capacity=1)
    for each in (one, other):
        registrations.ask(each, [sequence.pk], now=NOW)
    Sequence.objects.update(is_cancelled=gone != "over")
    now = sequence.ends_at if gone == "over" else NOW
    assert registrations.give_up(one, [sequence.pk], now=now) == 1
    assert words.tell(now) == 0
    assert posted() == []
    assert Seat.objects.get(attendee=other).state == SeatState.WAITING


def test_a_place_given_back_at_a_day_that_is_cancelled_as_a_whole_is_not_told():
    event = rencontre()
    first = event.sequences.filter(takes_registrations=True).order_by("rank").first()
    one = AttendeeFactory(event=event)
    registrations.ask(one, [first.pk], now=NOW)
    Event.objects.update(state=EventState.CANCELLED)
    assert registrations.give_up(one, [first.pk], now=NOW) == 1
    assert words.tell(NOW) == 0


def test_who_waits_no_more_is_told_and_nobody_moves_up():
    event = webinar()
    sequence = event.sequences.get()
    seated(sequence)
    Sequence.objects.update(capacity=1, seat_count=1)
    waits = AttendeeFactory(event=event, email="attend@exemple.fr")
    registrations.ask(waits, [sequence.pk], now=NOW)
    assert registrations.give_up(waits, [sequence.pk], now=NOW) == 1
    words.tell(NOW)
    ((to, calendar),) = posted()
    assert (to, entries(calendar)[0]["STATUS"]) == ("attend@exemple.fr", "CANCELLED")


def test_a_place_taken_again_is_no_longer_cancelled_and_what_is_over_is_left_out():
    event = rencontre()
    first, second, third = event.sequences.filter(takes_registrations=True).order_by("rank")[:3]
    attendee = AttendeeFactory(event=event)
    for some in ([first, second, third], [], [first]):
        registrations.change_mind(attendee, [each.pk for each in some], now=NOW)
    Sequence.objects.filter(pk=third.pk).update(is_cancelled=True)

    def now_at(now) -> dict:
        (file,) = calendar_feeds.files_of(attendee, places_of(attendee), now=now)
        rows = entries(Calendar.from_ical(file.content))
        assert len({str(each["UID"]) for each in rows}) == len(rows)
        return {str(each["SUMMARY"]).partition("\u00a0:")[0]: str(each["STATUS"]) for each in rows}

    titled = f"1. {first.title}"
    assert now_at(NOW) == {titled: "CONFIRMED", "Place rendue": "CANCELLED", "Annulé": "CANCELLED"}
    assert now_at(second.ends_at) == {titled: "CONFIRMED", "Annulé": "CANCELLED"}


def test_an_event_that_moderation_hid_gives_its_link_neither_by_mail_nor_by_the_download(client):
    event = webinar(join_url=LINK)
    sequence, member = event.sequences.get(), MemberFactory()
    registrations.register(event, said(sequence), by=member, now=NOW)
    words.tell(NOW)
    seat = seated(sequence)
    registrations.tell(seat.attendee, WordKind.MOVED, now=NOW - timedelta(hours=1))
    Event.objects.update(is_hidden=True)
    words.tell(NOW)
    assert [calendar for _to, calendar in posted()] == [None] * 2
    downloaded = client.get(links.calendar_path_of(Attendee.objects.get(member=member)))
    assert (downloaded.status_code, entries(Calendar.from_ical(downloaded.content))) == (200, [])


def test_a_registration_erased_before_its_mail_leaves_attaches_nothing():
    event, member = webinar(), MemberFactory()
    registrations.register(event, said(event.sequences.get()), by=member, now=NOW)
    words.tell(NOW)
    Attendee.objects.all().delete()
    assert Notification.objects.filter(person=member, mailed_at=None).exists()
    assert [calendar for _to, calendar in posted()] == [None]


def test_another_hour_then_a_cancellation_replace_the_same_entry():
    event = webinar(join_url=LINK)
    sequence, member = event.sequences.get(), MemberFactory()
    seated(sequence, member=member, email=member.email)
    seated(sequence, email="sans-compte@exemple.fr")
    change = {name: getattr(event, name) for name in ("title", "kind", "zone", "venue", "join_url")}
    services.change(event, Said(**change, starts_at=LATER, ends_at=LATER + timedelta(hours=2)), by=None, now=NOW)
    moved = dict(posted())
    assert set(moved) == {member.email, "sans-compte@exemple.fr"}
    mail.outbox.clear()
    services.cancel(event, by=None, now=NOW)
    cancelled = dict(posted())
    for to, calendar in moved.items():
        (before,), (after,) = entries(calendar), entries(cancelled[to])
        assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
        assert before.decoded("DTSTART") == LATER
        assert str(before["UID"]) == str(after["UID"]) == f"sequence-{sequence.pk}@localhost"
        assert 0 < before["SEQUENCE"] < after["SEQUENCE"]
        assert str(after["SUMMARY"]).startswith("Annulé")


def test_one_person_never_receives_what_is_for_another():
    event, other = webinar(), webinar(join_url=LINK)
    mine, hers = MemberFactory(), MemberFactory()
    seat = seated(other.sequences.get(), member=hers, email=hers.email)
    seated(event.sequences.get(), member=mine, email=mine.email)
    assert kinds.get(words.KIND).attach(str(seat.attendee_id), mine) == ()
    assert kinds.get("events.changed").attach(str(other.pk), mine) == ()
    assert len(kinds.get("events.changed").attach(str(other.pk), hers)) == 1
