"""Who was there: measured from signs, never more; shown to the person, counted for the others, erased; certified."""

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from alliage.accounts.tests.factories import MemberFactory
from alliage.events import attestations, registration_links
from alliage.events.live_people import Visitor
from alliage.events.models import Arrival, Attendee, Contribution, Sequence, Stay
from alliage.events.queries import live as queries
from alliage.events.services import attendance, contributions
from alliage.events.services import live as services
from alliage.events.templatetags.events_live import measured_attendance
from alliage.events.tests.factories import rencontre, seated, webinar
from alliage.rooms.models import Participant
from alliage.rooms.services import people

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def only(event) -> Sequence:
    return Sequence.objects.select_related("event", "room").get(event=event)


def inside(sequence, *, key="clef", now=None, **said) -> Participant:
    attendee = seated(sequence, **said).attendee
    visitor = Visitor(attendee.member, attendee)
    return services.enter(sequence, visitor, name=attendee.name, key=key, now=now or sequence.starts_at)


def signs(person, begins, minutes) -> None:
    """A sign each half minute, for so many minutes."""
    for rank in range(minutes * 2 + 1):
        people.all_seen([person.pk], now=begins + rank * MINUTE / 2)


def minutes_of(attendee) -> list[int]:
    return [each.minutes for each in queries.presences_of(attendee)]


def test_a_stay_lasts_from_the_first_sign_to_the_last():
    sequence = only(webinar())
    person = inside(sequence, now=sequence.starts_at)
    signs(person, sequence.starts_at, 20)
    stay = Stay.objects.get()
    assert (stay.began_at, stay.last_at) == (sequence.starts_at, sequence.starts_at + 20 * MINUTE)
    assert minutes_of(stay.attendee) == [20]


def test_a_long_cut_is_a_departure_and_a_short_one_is_not():
    sequence = only(webinar())
    person = inside(sequence, now=sequence.starts_at)
    signs(person, sequence.starts_at, 10)
    signs(person, sequence.starts_at + 11 * MINUTE, 5)
    signs(person, sequence.starts_at + 30 * MINUTE, 5)
    assert Stay.objects.count() == 2
    assert minutes_of(Attendee.objects.get()) == [21]


def test_two_devices_at_the_same_time_are_counted_once():
    sequence = only(webinar())
    one = inside(sequence, key="téléphone")
    attendee = Attendee.objects.get()
    other = services.enter(sequence, Visitor(None, attendee), name="Moi", key="ordinateur", now=sequence.starts_at)
    for rank in range(21):
        people.all_seen([one.pk, other.pk], now=sequence.starts_at + rank * MINUTE / 2)
    assert minutes_of(attendee) == [10]
    # Overlapping stays, as two live processes may begin them, are no longer than the time itself.
    Stay.objects.create(attendee=attendee, sequence=sequence, began_at=sequence.starts_at + MINUTE, last_at=sequence.starts_at + 12 * MINUTE)  # fmt: skip
    assert minutes_of(attendee) == [12]


def test_waiting_before_the_start_and_staying_after_the_door_closed_are_not_counted():
    sequence = only(webinar())
    person = inside(sequence, now=sequence.starts_at - 10 * MINUTE)
    for begins in (sequence.starts_at - 20 * MINUTE, sequence.starts_at - 10 * MINUTE):
        signs(person, begins, 5)
    assert minutes_of(Attendee.objects.get()) == [0]
    signs(person, sequence.ends_at + 25 * MINUTE, 30)
    assert minutes_of(Attendee.objects.get()) == [5]


def test_a_member_who_entered_by_the_room_itself_is_measured_too():
    member = MemberFactory()
    sequence = only(webinar())
    seated(sequence, member=member)
    room = services.prepare(sequence, by=None, now=sequence.starts_at)
    from alliage.rooms.registry import Entry

    person = people.join(room, Entry("participant"), name="Karim", member=member, now=sequence.starts_at)
    person.seen_at -= MINUTE
    people.seen(person, now=sequence.starts_at)
    assert Stay.objects.get().attendee.member == member


def test_those_who_are_not_registered_and_other_rooms_are_not_measured():
    sequence = only(webinar(is_open=True))
    person = services.enter(sequence, Visitor(), name="Passante", key="k", now=sequence.starts_at)
    assert attendance.heard([person.pk], now=sequence.starts_at) == 0
    assert attendance.heard([], now=sequence.starts_at) == 0
    assert not Stay.objects.exists()


def test_hundreds_of_signs_are_a_few_queries():
    sequence = only(webinar())
    made = [inside(sequence, key=f"k{rank}").pk for rank in range(4)]

    def cost(heard, now):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            people.all_seen(heard, now=now)
        return len(captured)

    few = cost(made[:1], sequence.starts_at + MINUTE)
    assert cost(made, sequence.starts_at + MINUTE) <= few + 1
    assert cost(made, sequence.starts_at + 2 * MINUTE) <= 8


def test_the_database_refuses_a_stay_that_ends_before_it_begins_or_begins_twice():
    sequence = only(webinar())
    attendee = seated(sequence).attendee
    now = sequence.starts_at
    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.create(attendee=attendee, sequence=sequence, began_at=now, last_at=now - MINUTE)
    Stay.objects.create(attendee=attendee, sequence=sequence, began_at=now, last_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.create(attendee=attendee, sequence=sequence, began_at=now, last_at=now)


def test_organisers_see_numbers_and_no_name():
    sequence = only(webinar())
    person = inside(sequence, name="Ketty Rivière")
    seated(sequence)
    signs(person, sequence.starts_at, 5)
    found = queries.attendance_of(sequence, now=sequence.starts_at + 6 * MINUTE)
    assert (found.seated, found.came, found.there_now) == (2, 1, 1)
    assert queries.attendance_of(sequence, now=sequence.starts_at + 9 * MINUTE).there_now == 0


def test_a_year_later_nothing_says_who_was_there():
    sequence = only(webinar())
    person = inside(sequence)
    attendee = Attendee.objects.get()
    Contribution.objects.create(sequence=sequence, attendee=attendee, kind="need", text="Un besoin", act="5f0d6a52-9d0c-4f57-8d0a-6b0f6c1a2020")  # fmt: skip
    signs(person, sequence.starts_at, 5)
    assert attendance.forget_due(now=sequence.ends_at + timedelta(days=364)) == 0
    assert attendance.forget_due(now=sequence.ends_at + timedelta(days=366)) == 1
    assert not Arrival.objects.exists()
    assert Contribution.objects.get().attendee is None


def test_an_account_takes_away_and_forgets_what_the_day_kept():
    member = MemberFactory()
    sequence = only(webinar())
    person = inside(sequence, member=member)
    signs(person, sequence.starts_at, 5)
    Contribution.objects.create(sequence=sequence, member=member, kind="need", text="Un besoin", act="5f0d6a52-9d0c-4f57-8d0a-6b0f6c1a2020")  # fmt: skip
    found = queries.export_of(member)
    assert [each.get("from", each.get("text")) for each in found] == [sequence.starts_at, "Un besoin"]
    contributions.forget_member(member)
    assert not Contribution.objects.exists()


# --- Attestation -----------------------------------------------------------------------------------------------------


def words(content: bytes) -> str:
    """Its text, lines joined: a table breaks its words."""
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def with_link(sequence, **said) -> str:
    token = registration_links.token_of("graine")
    seated(sequence, seed="graine", token_digest=registration_links.digest(token), **said)
    return token


def stayed(sequence, minutes, begins=None) -> None:
    begins = begins or sequence.starts_at
    Stay.objects.create(attendee=Attendee.objects.get(), sequence=sequence, began_at=begins, last_at=begins + minutes * MINUTE)  # fmt: skip


def test_an_attestation_says_what_was_measured_and_no_more(client):
    day = rencontre()
    sequence = Sequence.objects.get(event=day, rank=1)
    token = with_link(sequence, name="Ketty Rivière", organisation="Commune de Saint-Leu")
    address = reverse("events:attestation", kwargs={"token": token})
    assert client.get(address).status_code == 404
    stayed(sequence, 32)
    answer = client.get(address)
    said = words(answer.content)
    for word in (
        "Ketty Rivière",
        "Commune de Saint-Leu",
        "Séquence n° 1",
        "32 sur 45 minutes",
        "en tout : 32 minutes",
        "signature",
    ):
        assert word in said.replace("\u00a0", " "), word
    assert answer["X-Robots-Tag"] == "noindex"
    code = attestations.code_of(Attendee.objects.get())
    assert code in said
    page = client.get(reverse("events:attestation_check", args=[code])).content.decode()
    assert "Ketty Rivière" in page
    assert "32 minutes" in page


def test_an_attestation_is_had_by_account_for_oneself_alone(client):
    member = MemberFactory()
    event = webinar()
    sequence = only(event)
    seated(sequence, member=member)
    stayed(sequence, 32)
    address = reverse("events:attestation", kwargs={"slug": event.slug})
    assert client.get(address).status_code == 302
    client.force_login(MemberFactory())
    assert client.get(address).status_code == 404
    client.force_login(member)
    assert client.get(address)["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("code", ["1-000000000000", "999999-000000000000"])
def test_a_code_that_proves_nothing_opens_nothing(client, code):
    assert client.get(f"/attestations/{code}/").status_code == 404
    assert attestations.attendee_of("sans nombre") is None


def test_one_sees_ones_own_presence_with_the_way_to_the_attestation(client):
    sequence = only(webinar(starts_at=timezone.now() - timedelta(hours=3)))
    token = with_link(sequence)
    attendee = Attendee.objects.get()
    assert measured_attendance(attendee) == {"presences": [], "attestation": ""}
    stayed(sequence, 32)
    assert measured_attendance(attendee)["attestation"] == reverse("events:attestation", kwargs={"token": token})
    page = client.get(reverse("events:live", args=[sequence.pk]), {"inscription": token}, follow=True).content.decode()
    assert "32 minutes" in page
    assert "attestation.pdf" in page
    client.cookies.clear()
    assert "32 minutes" not in client.get(reverse("events:live", args=[sequence.pk])).content.decode()
