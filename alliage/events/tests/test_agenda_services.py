"""Events of the agenda: proposed, changed, published, cancelled; who is told; what each rule refuses."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.events.enums import EventKind, EventState, SeatState, SequenceKind, Venue
from alliage.events.models import Attendee, Event, Seat, Sequence
from alliage.events.queries import events as reads
from alliage.events.services import event_notices
from alliage.events.services import events as services
from alliage.events.services.events import EventRefused, Said
from alliage.events.services.seats import SeatRefused
from alliage.events.tests.factories import NOW, SOON, AttendeeFactory, EventFactory, rencontre, seated, webinar
from alliage.notifications.models import Notification, OutgoingMail
from alliage.refusals import Refusal
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
LATER = SOON + timedelta(days=1)


def said(**more) -> Said:
    return Said(**{"title": "Le numérique utile", "starts_at": SOON, "ends_at": SOON + timedelta(hours=1), **more})


def of(event: Event, **more) -> Said:
    """What an event says, but for what is changed."""
    names = ("title", "starts_at", "ends_at", "kind", "zone", "venue", "place", "join_url", "phone", "is_open")
    sequence = event.sequences.first()
    return Said(**{name: getattr(event, name) for name in names} | {"capacity": sequence and sequence.capacity} | more)


def told(person) -> list[str]:
    return list(Notification.objects.filter(person=person).order_by("pk").values_list("title", flat=True))


# --- Propose -------------------------------------------------------------------------------------------------------


def test_an_event_is_proposed_as_a_draft_with_its_one_sequence_in_step(member):
    lever = TermFactory(vocabulary=Vocabulary.LEVIERS)
    made = services.propose(
        said(title="  Le  numérique\x00 utile ", capacity=12, levers=[lever], join_url="https://visio.exemple.fr/a", text="a\r\nb"),
        by=member, now=NOW,
    )  # fmt: skip
    assert (made.title, made.state, made.owner, made.text) == ("Le numérique utile", EventState.DRAFT, member, "a\nb")
    assert made.slug == "le-numerique-utile-2035-07-03"
    sequence = made.sequences.get()
    assert (sequence.title, sequence.starts_at, sequence.ends_at) == (made.title, made.starts_at, made.ends_at)
    assert (sequence.capacity, sequence.takes_registrations, sequence.join_url) == (12, True, made.join_url)
    assert list(sequence.levers.all()) == [lever] == list(made.levers.all())


def test_an_open_event_takes_no_registration_and_has_no_limit(member):
    made = services.propose(said(is_open=True, capacity=12, closes_at=SOON), by=member, now=NOW)
    sequence = made.sequences.get()
    assert (sequence.takes_registrations, sequence.capacity, made.registration_closes_at) == (False, None, None)


def test_a_workshop_has_a_workshop_and_a_rencontre_has_nothing_yet(member):
    workshop = services.propose(said(kind=EventKind.WORKSHOP), by=member, now=NOW)
    assert workshop.sequences.get().kind == SequenceKind.WORKSHOP
    day = services.propose(said(kind=EventKind.RENCONTRE, title="8e Rencontre", edition=8), by=member, now=NOW)
    assert (day.edition, day.sequences.count()) == (8, 0)
    with pytest.raises(EventRefused, match="au moins une séquence"):
        services.publish(day, by=member, now=NOW)


def test_the_same_form_sent_twice_is_one_event_and_a_namesake_has_another_address(member):
    made = services.propose(said(), by=member, now=NOW)
    assert services.propose(said(), by=member, now=NOW) == made
    other = services.propose(said(), by=MemberFactory(), now=NOW)
    assert other.slug == "le-numerique-utile-2035-07-03-2"
    assert services.propose(said(title="…"), by=member, now=NOW).slug == "rendez-vous-2035-07-03"


def test_its_address_bears_the_date_of_its_own_clock(member):
    made = services.propose(
        said(zone="Pacific/Noumea", starts_at=SOON + timedelta(hours=8), ends_at=LATER), by=member, now=NOW
    )
    assert made.slug.endswith("2035-07-04")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"title": " \x00 "}, "titre"),
        ({"ends_at": SOON}, "après le début"),
        ({"ends_at": SOON + timedelta(days=15)}, "Deux semaines"),
        ({"zone": "Mars/Olympus"}, "fuseau"),
        ({"venue": Venue.PLACE}, "où l’on se retrouve"),
        ({"starts_at": SOON.replace(year=9998), "ends_at": SOON.replace(year=9998, hour=23)}, "vérifiez l’année"),
        ({"closes_at": SOON + timedelta(days=1)}, "avant la fin"),
        ({"starts_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=1)}, "déjà passé"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(member, change, why):
    with pytest.raises(EventRefused, match=why):
        services.propose(said(**change), by=member, now=NOW)
    assert not Event.objects.exists()


def test_a_place_keeps_its_address_and_no_link_and_the_contrary_online(member):
    both = {"place": "12 rue des Arts", "join_url": "https://visio.exemple.fr/a", "territory": TerritoryFactory()}
    here = services.propose(said(venue=Venue.PLACE, **both), by=member, now=NOW)
    assert (here.place, here.join_url) == ("12 rue des Arts", "")
    online = services.propose(said(title="En ligne", **both), by=member, now=NOW)
    assert (online.place, online.join_url) == ("", "https://visio.exemple.fr/a")


# --- Change and tell -----------------------------------------------------------------------------------------------


def test_another_hour_is_told_once_to_those_who_are_registered_each_at_their_clock():
    event = webinar()
    there = MemberFactory(time_zone="Indian/Reunion")
    seated(event.sequences.get(), member=there, email=there.email)
    seated(event.sequences.get(), email="sans-compte@exemple.fr", time_zone="America/Cayenne")
    gone = seated(event.sequences.get(), email="parti@exemple.fr")
    Seat.objects.filter(pk=gone.pk).update(state=SeatState.LEFT)
    row = services.change(event, of(event, starts_at=LATER, ends_at=LATER + timedelta(hours=2)), by=None, now=NOW)
    assert (row.change, row.sequences.get().change, row.sequences.get().starts_at) == (1, 1, LATER)
    assert told(there) == [f"Changement\u00a0: {event.title}"]
    assert "de 11\u00a0h à 13\u00a0h, heure de La Réunion" in Notification.objects.get(person=there).text
    mail = OutgoingMail.objects.get(to="sans-compte@exemple.fr")
    assert "de 4\u00a0h à 6\u00a0h, heure de Cayenne" in mail.text
    assert not OutgoingMail.objects.filter(to="parti@exemple.fr").exists()
    services.change(row, of(row), by=None, now=NOW)
    assert len(told(there)) == 1


def test_the_link_is_neither_in_the_mail_nor_in_the_notification():
    event = webinar(join_url="https://visio.exemple.fr/canari")
    person = MemberFactory()
    seated(event.sequences.get(), member=person, email=person.email)
    seated(event.sequences.get(), email="sans-compte@exemple.fr")
    services.change(
        event, of(event, join_url="https://visio.exemple.fr/canari-2", phone="01 02 03 04 05"), by=None, now=NOW
    )
    assert told(person)
    kept = str(list(Notification.objects.values())) + str(list(OutgoingMail.objects.values("subject", "text", "html")))
    assert "canari" not in kept
    assert event.sequences.get().join_url == "https://visio.exemple.fr/canari-2"


def test_other_words_or_a_draft_are_told_to_nobody():
    event, person = webinar(), MemberFactory()
    seated(event.sequences.get(), member=person, email=person.email)
    services.change(event, of(event, title="Un autre titre"), by=None, now=NOW)
    draft = webinar(state=EventState.DRAFT)
    row = services.change(draft, of(draft, starts_at=LATER, ends_at=LATER + timedelta(hours=1)), by=None, now=NOW)
    assert (told(person), row.change) == ([], 0)


def test_a_later_change_speaks_for_the_one_before():
    event, person = webinar(), MemberFactory()
    seated(event.sequences.get(), member=person, email=person.email)
    assert event_notices.tell({"event": event.pk, "change": 3, "what": "changed"}, now=NOW) == 0
    assert told(person) == []


def test_fewer_places_than_taken_are_refused_and_more_seat_those_who_wait():
    event = webinar()
    sequence = event.sequences.get()
    Sequence.objects.filter(pk=sequence.pk).update(capacity=1)
    sequence.refresh_from_db()
    seated(sequence)
    sequence.refresh_from_db()
    Sequence.objects.filter(pk=sequence.pk).update(waiting_last=1)
    waiting = Seat.objects.create(
        attendee=AttendeeFactory(event=event), sequence=sequence, state=SeatState.WAITING, number=1
    )
    with pytest.raises(SeatRefused):
        services.change(event, of(event, capacity=0), by=None, now=NOW)
    services.change(event, of(event, capacity=2), by=None, now=NOW)
    waiting.refresh_from_db()
    assert (waiting.state, event.sequences.get().seat_count) == (SeatState.SEATED, 2)


def test_registrations_cannot_be_dropped_while_people_are_registered():
    event = webinar()
    seated(event.sequences.get())
    with pytest.raises(EventRefused, match="déjà inscrites"):
        services.change(event, of(event, is_open=True), by=None, now=NOW)


def test_what_is_over_may_be_described_but_not_moved_to_the_past():
    over = webinar(starts_at=NOW - timedelta(days=2))
    assert (
        services.change(over, of(over, text="Merci à toutes et tous"), by=None, now=NOW).text
        == "Merci à toutes et tous"
    )
    before = NOW - timedelta(days=3)
    with pytest.raises(EventRefused, match="déjà passé"):
        services.change(over, of(over, starts_at=before, ends_at=before + timedelta(hours=1)), by=None, now=NOW)


def test_an_event_of_several_sequences_is_changed_without_touching_them():
    day = rencontre()
    before = list(day.sequences.order_by("pk").values_list("starts_at", flat=True))
    services.change(day, of(day, title="Autre titre", capacity=None), by=None, now=NOW)
    assert list(day.sequences.order_by("pk").values_list("starts_at", flat=True)) == before
    two = webinar()
    Sequence.objects.create(event=two, rank=2, title="Suite", starts_at=SOON, ends_at=LATER)
    services.change(two, of(two, title="Autre titre"), by=None, now=NOW)
    assert not two.sequences.filter(title="Autre titre").exists()


# --- Publish, cancel, take back ------------------------------------------------------------------------------------


def test_it_is_published_cancelled_put_back_each_once_and_each_told():
    event, person = webinar(state=EventState.DRAFT, published_at=None), MemberFactory()
    seated(event.sequences.get(), member=person, email=person.email)
    for _twice in range(2):
        row = services.publish(event, by=None, now=NOW)
    assert (row.state, row.published_at) == (EventState.PUBLISHED, NOW)
    for _twice in range(2):
        row = services.cancel(event, by=None, now=NOW)
    assert (row.is_cancelled, row.sequences.get().is_cancelled) == (True, True)
    for _twice in range(2):
        row = services.reopen(event, by=None, now=NOW)
    assert (row.state, row.sequences.get().is_cancelled) == (EventState.PUBLISHED, False)
    assert told(person) == [f"Annulé\u00a0: {event.title}", f"Maintenu\u00a0: {event.title}"]


def test_it_goes_back_to_draft_as_long_as_nobody_is_registered():
    event = webinar()
    for _twice in range(2):
        assert services.withdraw(event, by=None, now=NOW).state == EventState.DRAFT
    services.publish(event, by=None, now=NOW)
    seated(event.sequences.get())
    with pytest.raises(EventRefused, match="annulez plutôt"):
        services.withdraw(event, by=None, now=NOW)


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (EventState.DRAFT, services.cancel), (EventState.DRAFT, services.reopen),
        (EventState.CANCELLED, services.publish), (EventState.CANCELLED, services.withdraw),
    ],
)  # fmt: skip
def test_a_gesture_that_does_not_follow_is_refused(state, act):
    event = webinar(state=state)
    with pytest.raises(EventRefused, match="pas possible"):
        act(event, by=None, now=NOW)


def test_what_is_cancelled_is_not_changed_and_what_is_over_is_neither_cancelled_nor_put_back():
    cancelled = webinar(state=EventState.CANCELLED)
    with pytest.raises(EventRefused, match="annulé"):
        services.change(cancelled, of(cancelled), by=None, now=NOW)
    past = NOW - timedelta(days=2)
    with pytest.raises(EventRefused, match="déjà eu lieu"):
        services.cancel(webinar(starts_at=past), by=None, now=NOW)
    with pytest.raises(EventRefused, match="passée"):
        services.reopen(webinar(starts_at=past, state=EventState.CANCELLED), by=None, now=NOW)


def test_publishing_a_rencontre_leaves_its_sequences_as_they_are():
    day = rencontre(state=EventState.DRAFT)
    services.publish(day, by=None, now=NOW)
    assert not day.sequences.filter(change__gt=0).exists()


# --- Moderation and personal data ----------------------------------------------------------------------------------


def test_moderation_hides_and_shows_again(member):
    event = webinar()
    services.hide(event, by=member, now=NOW)
    assert Event.objects.get(pk=event.pk).is_hidden
    services.restore(event, by=member, now=NOW)
    assert not Event.objects.get(pk=event.pk).is_hidden


def test_who_leaves_leaves_what_was_announced_without_a_name_and_no_draft_of_their_own(member):
    announced = webinar(owner=member)
    webinar(owner=member, state=EventState.DRAFT)
    shared = webinar(owner=member, state=EventState.DRAFT)
    shared.organisers.add(MemberFactory())
    helped = webinar()
    helped.organisers.add(member)
    assert len(reads.export_of(member)) == 4
    services.forget_member(member)
    assert set(Event.objects.all()) == {announced, shared, helped}
    assert not Event.objects.filter(owner=member).exists()
    assert list(helped.organisers.all()) == []
    assert reads.export_of(member) == []


@pytest.mark.parametrize(
    "broken", [{"title": ""}, {"ends_at": SOON}, {"kind": "fete"}, {"state": "perdu"}, {"venue": "lune"}]
)
def test_the_database_refuses_what_no_event_may_be(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        EventFactory(**broken)


def test_refusals_of_the_agenda_are_refusals():
    assert issubclass(EventRefused, Refusal)
    assert replace(said(), title="a") != said()
    assert Attendee.objects.count() == 0
