"""The door of a sequence: when it opens, who enters, as what; the rooms made ready."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.enums import Role as Roles
from alliage.accounts.tests.factories import MemberFactory
from alliage.events import live_people, live_times, registration_links, speaker_links, speaker_visits
from alliage.events.enums import EventKind, EventState, ItemKind, SeatState, SequenceKind, StewardRole
from alliage.events.live_enums import DoorState, Standing
from alliage.events.live_people import Visitor
from alliage.events.models import Arrival, Seat, Sequence, Sheet, Steward
from alliage.events.queries import live as queries
from alliage.events.registers import live as register
from alliage.events.services import live as services
from alliage.events.templatetags.events_live import speaker_doors
from alliage.events.tests.factories import (
    AttendeeFactory,
    EventFactory,
    ItemFactory,
    SequenceFactory,
    SpeakerFactory,
    rencontre,
    seated,
    webinar,
)
from alliage.events.tests.workshops import first_of
from alliage.rooms import permissions
from alliage.rooms.enums import Role
from alliage.rooms.models import Participant, Room, RunSheet
from alliage.rooms.services import rooms, run_sheets

pytestmark = pytest.mark.django_db


def only(event) -> Sequence:
    return Sequence.objects.select_related("event", "room").get(event=event)


def soon(**said) -> Sequence:
    """The sequence of a webinar that begins in five minutes, at the real clock: its door is open."""
    begins = timezone.now().replace(microsecond=0) + timedelta(minutes=5)
    return only(webinar(starts_at=begins, **said))


def came(sequence, client, **said) -> Visitor:
    """Someone registered, who opened their personal link in this browser."""
    attendee = seated(sequence, seed="graine", token_digest=registration_links.digest(registration_links.token_of("graine")), **said).attendee  # fmt: skip
    address = reverse("events:live", args=[sequence.pk])
    client.get(address, {"inscription": registration_links.token_of("graine")})
    return Visitor(None, attendee)


def no_one() -> Visitor:
    return Visitor()


def test_the_workshops_of_a_sequence_that_gathers_them_are_told_in_their_order():
    gathering = first_of(rencontre()).parent
    assert [each.parent_id for each in queries.children(gathering)] == [gathering.pk] * len(queries.children(gathering))
    Sequence.objects.filter(parent=gathering).update(is_cancelled=True)
    assert queries.children(gathering) == []


# --- The clock -------------------------------------------------------------------------------------------------------


def test_the_door_opens_a_quarter_of_an_hour_before_and_closes_half_an_hour_after_the_end():
    sequence = only(webinar())
    begins, ends = sequence.starts_at, sequence.ends_at
    minute = timedelta(minutes=1)
    said = {
        begins - 16 * minute: DoorState.BEFORE,
        begins - 15 * minute: DoorState.OPEN,
        ends + 29 * minute: DoorState.OPEN,
        ends + 30 * minute: DoorState.OVER,
    }
    assert {moment: live_times.door(sequence, now=moment) for moment in said} == said


def test_the_door_opens_at_the_same_moment_whatever_the_clock_of_who_reads(client):
    sequence = only(webinar(zone="Pacific/Noumea"))
    for zone in ("Pacific/Noumea", "America/Cayenne", "Indian/Reunion", "Europe/Paris"):
        with timezone.override(zone):
            opens = timezone.localtime(live_times.opens_at(sequence))
            assert live_times.door(sequence, now=opens) == DoorState.OPEN
            assert live_times.door(sequence, now=opens - timedelta(seconds=1)) == DoorState.BEFORE


def test_a_room_ended_by_its_facilitation_closes_the_door():
    member = MemberFactory()
    sequence = only(webinar(owner=member))
    now = sequence.starts_at
    person = services.enter(sequence, Visitor(member), name="Aude", now=now)
    rooms.open_room(person.room, by=person, now=now)
    rooms.close_room(person.room, by=person, now=now)
    assert live_times.door(only(sequence.event), now=now) == DoorState.OVER
    assert Room.objects.get(pk=person.room_id).purge_on == (now + services.KEPT).date()


def test_a_cancelled_sequence_or_event_has_no_door():
    sequence = only(webinar(state=EventState.CANCELLED))
    assert live_times.door(sequence, now=sequence.starts_at) == DoorState.CANCELLED
    other = only(webinar())
    other.is_cancelled = True
    assert live_times.door(other, now=other.starts_at) == DoorState.CANCELLED


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=9, hours=3), "dans 9 jours"),
        (timedelta(days=2, hours=3), "dans 2 jours et 3 heures"),
        (timedelta(days=1), "dans 1 jour"),
        (timedelta(hours=2), "dans 2 heures"),
        (timedelta(hours=1, minutes=1), "dans 1 heure et 1 minute"),
        (timedelta(minutes=12), "dans 12 minutes"),
        (timedelta(seconds=20), "dans moins d’une minute"),
        (timedelta(seconds=-20), "dans moins d’une minute"),
    ],
)
def test_what_is_left_is_told_in_words(left, said):
    now = timezone.now()
    assert live_times.until(now + left, now=now) == said


# --- Rooms -----------------------------------------------------------------------------------------------------------


def test_the_usual_run_sheet_follows_what_the_sequence_is():
    event = EventFactory()
    plain, crossed = SequenceFactory(event=event, rank=1), SequenceFactory(event=event, rank=2)
    workshop = SequenceFactory(event=event, rank=3, kind=SequenceKind.WORKSHOP)
    codev = SequenceFactory(event=EventFactory(kind=EventKind.CODEV))
    ItemFactory(sequence=crossed, kind=ItemKind.CROSSED)
    titles = [
        services.prepare(each, by=None, now=each.starts_at).sheet.title for each in (plain, crossed, workshop, codev)
    ]
    assert [title.split(",")[0] for title in titles] == [
        "Webinaire", "Regards croisés", "Atelier du 8 juillet 2020", "Séance de codéveloppement"
    ]  # fmt: skip


def test_a_run_sheet_lasts_what_its_sequence_lasts():
    sheet = run_sheets.of_platform("webinaire")
    for minutes in (15, 45, 60, 90):
        lengths = live_times.lengths(sheet, minutes)
        assert sum(lengths.values()) == minutes
        assert min(lengths.values()) >= 1
    assert live_times.lengths(sheet, 2) == {}


def test_preparing_twice_is_once_and_another_run_sheet_takes_the_place_of_one_not_begun():
    member = MemberFactory()
    sequence = only(webinar(owner=member, join_url="https://visio.example/a"))
    now = sequence.starts_at
    first = services.prepare(sequence, by=member, now=now)
    assert services.prepare(sequence, by=member, now=now) == first
    assert services.prepare(sequence, run_sheets.of_platform("webinaire"), by=member, now=now) == first
    second = services.prepare(sequence, run_sheets.of_platform("regards_croises"), by=member, now=now)
    assert (second != first, Room.objects.filter(pk=first.pk).exists()) == (True, False)
    person = services.enter(sequence, Visitor(member), name="Aude", now=now)
    rooms.open_room(person.room, by=person, now=now)
    with pytest.raises(services.LiveRefused, match="déjà ouverte"):
        services.prepare(sequence, run_sheets.of_platform("webinaire"), by=member, now=now)


def test_a_room_learns_another_link_of_its_sequence_until_it_ends():
    member = MemberFactory()
    sequence = only(webinar(owner=member, join_url="https://visio.example/a", phone="01 02 03 04 05"))
    room = services.prepare(sequence, by=None, now=sequence.starts_at)
    assert (room.video_url, room.phone) == ("https://visio.example/a", "01 02 03 04 05")
    Sequence.objects.filter(pk=sequence.pk).update(join_url="https://visio.example/b")
    assert services.prepare(sequence, by=None, now=sequence.starts_at).video_url == "https://visio.example/b"
    person = services.enter(sequence, Visitor(member), name="Aude", now=sequence.starts_at)
    rooms.close_room(person.room, by=person, now=sequence.starts_at)
    Sequence.objects.filter(pk=sequence.pk).update(join_url="https://visio.example/c")
    assert services.prepare(sequence, by=None, now=sequence.starts_at).video_url == "https://visio.example/b"


def test_all_the_rooms_of_a_day_are_made_in_one_gesture_and_a_break_has_none():
    day = rencontre()
    SequenceFactory(event=day, rank=9, kind=SequenceKind.BREAK)
    made = services.prepare_all(day, by=None, now=day.starts_at)
    assert services.prepare_all(day, by=None, now=day.starts_at) == made
    assert [len(made), len(queries.of_event(day))] == [5, 5]
    with pytest.raises(services.LiveRefused):
        services.prepare(Sequence.objects.get(event=day, rank=9), by=None, now=day.starts_at)


# --- Who enters ------------------------------------------------------------------------------------------------------


def test_whoever_has_a_seat_enters_and_is_known_in_the_room():
    sequence = only(webinar())
    visitor = Visitor(None, seated(sequence).attendee)
    person = services.enter(sequence, visitor, name="Ketty", key="clef", now=sequence.starts_at)
    assert (person.name, person.role, person.member) == ("Ketty", Role.PARTICIPANT, None)
    assert Arrival.objects.get(participant=person).attendee == visitor.attendee
    assert services.enter(sequence, visitor, name="Ketty", key="clef", now=sequence.starts_at) == person


@pytest.mark.parametrize("minutes", [-16, 91])
def test_nobody_enters_out_of_the_hours_but_those_who_hold_the_sequence(minutes):
    member = MemberFactory()
    sequence = only(webinar(owner=member))
    now = sequence.starts_at + timedelta(minutes=minutes)
    with pytest.raises(services.LiveRefused, match="pas ouverte"):
        services.enter(sequence, Visitor(None, seated(sequence).attendee), name="Ketty", key="k", now=now)
    assert services.enter(sequence, Visitor(member), name="Aude", now=now).role == Role.FACILITATOR


def test_who_is_not_registered_or_waits_does_not_enter():
    sequence = only(webinar())
    sequence.capacity = 1
    sequence.save()
    waiting = AttendeeFactory(event=sequence.event)
    Seat.objects.create(attendee=waiting, sequence=sequence, state=SeatState.WAITING, number=1)
    elsewhere = AttendeeFactory(event=sequence.event)
    for visitor, word in (
        (no_one(), "inscrit"),
        (Visitor(None, elsewhere), "inscrit"),
        (Visitor(None, waiting), "attente"),
    ):
        with pytest.raises(services.LiveRefused, match=word):
            services.enter(sequence, visitor, name="Omar", key="k", now=sequence.starts_at)
    assert not Participant.objects.exists()


def test_who_waits_enters_after_five_minutes_when_seats_stay_free():
    sequence = only(webinar())
    sequence.capacity = 1
    sequence.save()
    waiting = AttendeeFactory(event=sequence.event)
    Seat.objects.create(attendee=waiting, sequence=sequence, state=SeatState.WAITING, number=1)
    late = sequence.starts_at + timedelta(minutes=5)
    assert (
        live_people.standing(Visitor(None, waiting), sequence, now=late) == Standing.WAITING
    )  # no room, nobody counted
    services.prepare(sequence, by=None, now=late)
    assert live_people.standing(Visitor(None, waiting), sequence, now=late) == Standing.FREED
    services.enter(sequence, Visitor(None, seated(sequence).attendee), name="Ketty", key="k", now=late)
    with pytest.raises(services.LiveRefused):
        services.enter(sequence, Visitor(None, waiting), name="Omar", key="l", now=late)
    sequence.capacity = None
    assert live_people.standing(Visitor(None, waiting), sequence, now=late) == Standing.FREED


def test_a_sequence_that_nobody_registers_to_lets_in_whoever_has_a_place_that_day():
    day = rencontre()
    gathering = Sequence.objects.select_related("event", "room").get(event=day, kind=SequenceKind.WORKSHOPS)
    attendee = seated(Sequence.objects.get(event=day, rank=1)).attendee
    now = gathering.starts_at
    assert live_people.standing(Visitor(None, attendee), gathering, now=now) == Standing.SEATED
    assert live_people.standing(Visitor(None, AttendeeFactory(event=day)), gathering, now=now) == Standing.NOBODY


def test_stewards_facilitate_speakers_speak_animators_may_take_over():
    steward, speaker, animator = MemberFactory(), MemberFactory(), MemberFactory(role=Roles.ANIMATOR)
    sequence = only(webinar())
    Steward.objects.create(sequence=sequence, member=steward, role=StewardRole.MODERATOR)
    item = ItemFactory(sequence=sequence)
    item.appearances.create(speaker=SpeakerFactory(event=sequence.event, member=speaker))
    seated(sequence, member=speaker)
    now = sequence.starts_at
    room = services.prepare(sequence, by=None, now=now)
    found = {name: live_people.entry(member, room, now=now) for name, member in (("steward", steward), ("speaker", speaker), ("animator", animator))}  # fmt: skip
    assert [found["steward"].role, found["steward"].may_facilitate] == [Role.FACILITATOR, True]
    assert [found["speaker"].role, found["speaker"].may_facilitate] == [Role.SPEAKER, False]
    assert [found["animator"].role, found["animator"].may_facilitate] == [Role.PARTICIPANT, True]
    assert live_people.entry(MemberFactory(), room, now=now) is None


def test_the_room_of_nothing_and_that_of_a_draft_let_nobody_in():
    member = MemberFactory()
    sequence = only(webinar(state=EventState.DRAFT))
    seated(sequence, member=member)
    room = services.prepare(sequence, by=None, now=sequence.starts_at)
    assert live_people.entry(member, room, now=sequence.starts_at) is None
    Sequence.objects.update(room=None)
    assert live_people.entry(member, room, now=sequence.starts_at) is None


def test_an_open_event_lets_everybody_in():
    sequence = only(webinar(is_open=True))
    person = services.enter(sequence, no_one(), name="Passante", key="k", now=sequence.starts_at)
    assert person.role == Role.PARTICIPANT
    assert not Arrival.objects.exists()


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_a_personal_link_opens_the_door_without_an_account(client):
    sequence = soon(join_url="https://visio.example/salle")
    came(sequence, client)
    page = client.get(reverse("events:live", args=[sequence.pk]))
    assert "Entrer dans la salle" in page.content.decode()
    assert "https://visio.example/salle" in page.content.decode()
    answer = client.post(reverse("events:live_enter", args=[sequence.pk]), {"name": "Ketty"})
    room = client.get(answer["Location"])
    assert (room.status_code, "Vous êtes Ketty" in room.content.decode()) == (200, True)
    assert "Revenir dans la salle" in client.get(reverse("events:live", args=[sequence.pk])).content.decode()


def test_the_address_of_the_room_or_of_the_live_page_alone_gives_nothing(client):
    sequence = soon(join_url="https://visio.example/salle", phone="01 99 88 77 66")
    room = services.prepare(sequence, by=None, now=timezone.now())
    page = client.get(reverse("events:live", args=[sequence.pk])).content.decode()
    assert "S’inscrire" in page
    for secret in ("visio.example", "01 99 88", room.code):
        assert secret not in page
    assert client.get(room.get_absolute_url()).status_code == 302
    assert client.post(reverse("events:live_enter", args=[sequence.pk]), {"name": "Intruse"}).status_code == 422
    client.force_login(MemberFactory())
    assert client.get(room.get_absolute_url()).status_code == 404
    assert client.post(room.get_absolute_url(), {"name": "Intruse"}).status_code == 404
    assert "visio.example" not in client.get(reverse("events:live", args=[sequence.pk])).content.decode()
    assert not Participant.objects.exists()


def test_a_draft_is_not_there_for_others(client):
    sequence = soon(state=EventState.DRAFT)
    for name in ("live", "live_check", "contribute"):
        assert client.get(reverse(f"events:{name}", args=[sequence.pk])).status_code == 404
    assert client.post(reverse("events:live_enter", args=[sequence.pk]), {"name": "Intruse"}).status_code == 404


def test_a_link_of_another_event_or_none_says_so_and_gives_nothing(client):
    sequence, other = soon(), soon(slug="un-autre")
    came(other, client)
    for token in (registration_links.token_of("graine"), "inconnu"):
        page = client.get(reverse("events:live", args=[sequence.pk]), {"inscription": token}, follow=True)
        assert "n’est plus valable" in page.content.decode()
        assert "Entrer dans la salle" not in page.content.decode()


def test_before_and_after_the_page_says_what_there_is(client):
    before = only(webinar())
    page = client.get(reverse("events:live", args=[before.pk])).content.decode()
    assert "La porte ouvre dans" in page
    after = only(webinar(starts_at=timezone.now() - timedelta(days=1), slug="hier"))
    page = client.get(reverse("events:live", args=[after.pk])).content.decode()
    assert "La séquence est terminée" in page
    assert reverse("events:contribute", args=[after.pk]) in page
    cancelled = only(webinar(state=EventState.CANCELLED, slug="annule"))
    assert "est annulée" in client.get(reverse("events:live", args=[cancelled.pk])).content.decode()


def test_the_organiser_prepares_the_room_under_the_run_sheet_chosen(client):
    call_command("load_run_sheets", verbosity=0)
    member = MemberFactory()
    sequence = soon(owner=member)
    address = reverse("events:live_prepare", args=[sequence.pk])
    assert client.post(address).status_code == 302
    client.force_login(MemberFactory())
    assert client.post(address).status_code == 403
    client.force_login(member)
    assert client.post(address, {"run_sheet": "zéro"}).status_code == 422
    sheet = RunSheet.objects.get(code="regards_croises")
    assert client.post(address, {"run_sheet": sheet.pk}).status_code == 302
    assert only(sequence.event).room.sheet.title == "Regards croisés"
    page = client.get(reverse("events:live", args=[sequence.pk])).content.decode()
    assert "Pour vous qui tenez la séquence" in page
    person = services.enter(only(sequence.event), Visitor(member), name="Aude", now=timezone.now())
    rooms.open_room(person.room, by=person, now=timezone.now())
    webinaire = RunSheet.objects.get(code="webinaire")
    assert client.post(address, {"run_sheet": webinaire.pk}).status_code == 422


def test_a_robot_does_not_enter(client):
    sequence = soon(is_open=True)
    answer = client.post(reverse("events:live_enter", args=[sequence.pk]), {"name": "x", "site_internet": "y"})
    assert answer.status_code == 422


def test_all_rooms_are_prepared_on_one_page_by_those_who_organise(client):
    member = MemberFactory()
    day = rencontre(owner=member)
    address = reverse("events:live_rooms", args=[day.slug])
    client.force_login(MemberFactory())
    assert client.get(address).status_code == 403
    client.force_login(member)
    assert client.post(address).status_code == 302
    assert Room.objects.filter(purpose=services.PURPOSE).count() == 5
    assert "pas encore commencée" in client.get(address).content.decode()


def test_the_trial_room_answers_without_keeping_anything(client):
    sequence = only(webinar())
    address = reverse("events:live_check", args=[sequence.pk])
    assert "Bonjour à tous" in client.get(address, {"mot": "Bonjour à tous"}).content.decode()


def test_the_room_leads_back_to_the_page_of_its_sequence():
    sequence = only(webinar())
    room = services.prepare(sequence, by=None, now=sequence.starts_at)
    assert register.url(room) == reverse("events:live", args=[sequence.pk])
    Sequence.objects.update(room=None)
    assert register.url(room) == ""
    assert permissions.entry(MemberFactory(), room) is None


def test_people_are_given_the_live_page_and_not_the_address_of_the_room(client):
    member = MemberFactory()
    sequence = soon(owner=member)
    client.force_login(member)
    room = services.enter(sequence, Visitor(member), name="Aude", now=timezone.now()).room
    for address in (room.get_absolute_url(), reverse("rooms:projector", args=[room.code])):
        assert f"http://testserver/sequences/{sequence.pk}/direct/" in client.get(address).content.decode()
    assert client.get(reverse("rooms:qr", args=[room.code])).status_code == 200


def test_a_speaker_without_an_account_enters_by_their_own_link_and_speaks(client):
    sequence = soon()
    speaker = SpeakerFactory(event=sequence.event, name="Une intervenante")
    ItemFactory(sequence=sequence).appearances.create(speaker=speaker)
    token = speaker_links.token_of("graine")
    Sheet.objects.create(speaker=speaker, seed="graine", token_digest=speaker_links.digest(token))
    address = reverse("events:live", args=[sequence.pk])
    assert "Une intervenante" in client.get(address, {"intervention": token}, follow=True).content.decode()
    client.post(reverse("events:live_enter", args=[sequence.pk]), {"name": "Une intervenante"})
    assert Participant.objects.get().role == Role.SPEAKER
    stranger = type(client)()
    for said, other in (("inconnu", sequence), (token, soon(slug="un-autre"))):
        page = stranger.get(
            reverse("events:live", args=[other.pk]), {"intervention": said}, follow=True
        ).content.decode()
        assert "n’est plus valable" in page
        assert "Entrer dans la salle" not in page
    assert list(speaker_doors(speaker, token)["sequences"]) == [sequence]
    assert speaker_doors(speaker)["query"] == ""


def test_whoever_declined_does_not_speak_and_a_forged_cookie_says_nothing(client):
    sequence = soon()
    speaker = SpeakerFactory(event=sequence.event)
    ItemFactory(sequence=sequence).appearances.create(speaker=speaker, standing="declined")
    assert live_people.standing(Visitor(None, None, speaker), sequence, now=timezone.now()) == Standing.NOBODY
    client.cookies[speaker_visits.COOKIE] = f"{speaker.pk}:faux"
    assert speaker_visits.speaker_of({speaker_visits.COOKIE: f"{speaker.pk}:faux"}, sequence.event_id) is None
    assert "S’inscrire" in client.get(reverse("events:live", args=[sequence.pk])).content.decode()
