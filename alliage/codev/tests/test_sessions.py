"""Sessions: subjects, roles, the room; what the database itself refuses."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from alliage.accounts.enums import Role as AccountRole
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import taken
from alliage.codev.models import (
    Commitment,
    Group,
    Observer,
    Session,
    Subject,
    SubjectVote,
)
from alliage.codev.queries import sessions as queries
from alliage.codev.services import (
    cycles,
    encounters,
    groups,
    session_erasing,
    session_subjects,
    sessions,
)
from alliage.codev.services.cycles import CycleRefused
from alliage.codev.services.session_subjects import Brought
from alliage.codev.services.sessions import SessionRefused, Wanted
from alliage.codev.session_enums import SessionState
from alliage.codev.tests.factories import NOW, MembershipFactory, group_of
from alliage.codev.tests.sessioned import Worked
from alliage.refusals import Refusal
from alliage.rooms.enums import Role
from alliage.rooms.models import Card, Room
from alliage.rooms.services import rooms

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def worked():
    return Worked()


# --- Open ------------------------------------------------------------------------------------------------------------


def test_an_encounter_has_one_session_that_takes_the_client_of_its_turn():
    w = Worked()
    cycle = cycles.open_cycle(w.group, starts_on=NOW.date(), rhythm=5, by=w.fanta, now=NOW)
    turn = cycle.turns.first()
    cycles.set_client(turn, w.driss, by=w.driss, now=NOW)
    another = w.planned(NOW + 40 * DAY)
    turn.refresh_from_db()
    cycles.link_encounter(turn, another, by=w.fanta, now=NOW)
    another.refresh_from_db()
    made = sessions.of_encounter(another, now=NOW)
    assert made.client == w.driss
    assert sessions.of_encounter(another, now=NOW) == made
    assert made.purge_on == (another.ends_at + 90 * DAY).date()


@pytest.mark.parametrize("why", ["thematic", "cancelled"])
def test_only_a_planned_encounter_of_a_codev_group_is_a_session(why):
    facilitator = MemberFactory()
    more = {"kind": "thematic", "seats": 50} if why == "thematic" else {}
    group = group_of(facilitator=facilitator, **more)
    encounter = encounters.plan(group, encounters.Fixed(NOW + DAY), by=facilitator, now=NOW)
    if why == "cancelled":
        encounter = encounters.cancel(encounter, by=facilitator, now=NOW)
    with pytest.raises(SessionRefused, match="séance"):
        sessions.of_encounter(encounter, now=NOW)


def test_two_who_begin_at_once_find_the_same_session(worked, monkeypatch):
    kept = Session.objects.filter
    monkeypatch.setattr(Session.objects, "filter", lambda **_asked: kept(pk=0))
    assert sessions.of_encounter(worked.encounter, now=NOW) == worked.session


# --- Subjects --------------------------------------------------------------------------------------------------------


def test_a_subject_is_proposed_once_changed_and_withdrawn_by_its_author_alone(worked):
    brought = worked.bring(" Une\r\nsituation\x00 ", stakes="L’équipe", urgency=3)
    assert (brought.text, brought.stakes, brought.urgency) == ("Une\nsituation", "L’équipe", 3)
    assert worked.bring("Une\nsituation") == brought
    changed = session_subjects.change(brought, Brought("Autre"), by=worked.camille, now=NOW + DAY)
    assert (changed.text, changed.changed_at) == ("Autre", NOW + DAY)
    for gesture in (
        lambda: session_subjects.change(brought, Brought("Volée"), by=worked.driss, now=NOW),
        lambda: session_subjects.withdraw(brought, by=worked.driss, now=NOW),
    ):
        with pytest.raises(SessionRefused, match="pas de vous"):
            gesture()
    session_subjects.withdraw(brought, by=worked.camille, now=NOW)
    assert not Subject.objects.exists()
    with pytest.raises(SessionRefused, match="plus là"):
        session_subjects.vote(brought, wanted=True, by=worked.driss, now=NOW)
    with pytest.raises(SessionRefused, match="plus là"):
        session_subjects.choose(brought, by=worked.fanta, now=NOW)


def test_a_subject_says_something_and_one_brings_three_at_most(worked):
    with pytest.raises(SessionRefused, match="situation"):
        worked.bring(" \x00 ")
    for text in ("Un", "Deux", "Trois"):
        worked.bring(text)
    with pytest.raises(SessionRefused, match="3"):
        worked.bring("Quatre")


def test_each_has_one_voice_that_moves(worked):
    first, second = worked.bring("Un"), worked.bring("Deux", by=worked.driss)
    session_subjects.vote(first, wanted=True, by=worked.ines, now=NOW)
    session_subjects.vote(second, wanted=True, by=worked.ines, now=NOW)
    session_subjects.vote(second, wanted=True, by=worked.omar, now=NOW)
    rows = queries.subjects(worked.session, worked.ines)
    assert [(row.text, row.votes_count, row.is_my_choice) for row in rows] == [("Deux", 2, 1), ("Un", 0, 0)]
    session_subjects.vote(second, wanted=False, by=worked.ines, now=NOW)
    assert SubjectVote.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        SubjectVote.objects.create(session=worked.session, subject=first, member=worked.omar)


def test_the_one_whose_subject_is_chosen_is_the_client_and_takes_the_turn(worked):
    cycle = cycles.open_cycle(worked.group, starts_on=NOW.date(), rhythm=5, by=worked.fanta, now=NOW)
    first, second = cycle.turns.all()[:2]
    cycles.link_encounter(first, worked.encounter, by=worked.fanta, now=NOW)
    cycles.set_client(second, worked.ines, by=worked.ines, now=NOW)
    brought = worked.bring()
    sessions.observe(worked.session, wanted=True, by=worked.camille, now=NOW)
    row = session_subjects.choose(brought, by=worked.fanta, now=NOW)
    first.refresh_from_db()
    assert (row.client, row.subject, first.client) == (worked.camille, brought, worked.camille)
    assert not Observer.objects.exists()
    with pytest.raises(CycleRefused, match="cycle"):
        session_subjects.choose(worked.bring(by=worked.ines), by=worked.fanta, now=NOW)


# --- Roles and the room ----------------------------------------------------------------------------------------------


def test_who_has_a_role_does_not_observe(worked):
    worked.prepare(facilitator=worked.driss)
    for member in (worked.camille, worked.driss):
        with pytest.raises(SessionRefused, match="déjà un rôle"):
            sessions.observe(worked.session, wanted=True, by=member, now=NOW)
    sessions.observe(worked.session, wanted=False, by=worked.omar, now=NOW)
    assert not Observer.objects.exists()


def test_a_session_whose_encounter_moves_is_kept_until_after_it(worked):
    worked.prepare()
    asked = encounters.Fixed(worked.encounter.starts_at + 300 * DAY)
    moved = encounters.change(worked.encounter, asked, by=worked.fanta, now=NOW)
    worked.session.refresh_from_db()
    assert worked.session.purge_on == worked.room.purge_on == (moved.ends_at + 90 * DAY).date()
    Session.objects.update(purge_on=NOW.date())
    assert session_erasing.erase_due(now=NOW + DAY) == 0
    worked.open().close()
    kept = worked.session.purge_on
    encounters.change(moved, encounters.Fixed(NOW + 9 * DAY), by=worked.fanta, now=NOW)
    worked.session.refresh_from_db()
    assert worked.session.purge_on == kept
    assert session_erasing.erase_due(now=NOW + 90 * DAY) == 1


def test_the_room_is_confidential_named_after_nothing_and_gives_each_their_role(worked):
    worked.bring("Ce que personne ne lit")
    worked.prepare(lengths={"expose": 9})
    room = worked.room
    assert (room.title, room.is_confidential, room.purge_on) == (
        "Séance de codéveloppement",
        True,
        worked.session.purge_on,
    )
    assert next(each.length for each in room.sheet.phases if each.code == "expose") == 9
    roles = {
        member.name: sessions.entry(member, room)
        for member in (worked.fanta, worked.camille, worked.driss, worked.omar)
    }
    assert {name: (entry.role, entry.may_facilitate) for name, entry in roles.items()} == {
        "Fanta Keita": (Role.FACILITATOR, True),
        "Camille Roche": (Role.CLIENT, False),
        "Driss Alaoui": (Role.CONSULTANT, False),
        "Omar Sy": (Role.OBSERVER, False),
    }


def test_the_telephone_number_of_an_encounter_is_that_of_its_room_and_of_what_the_group_takes_away(worked):
    said = encounters.Fixed(worked.encounter.starts_at, phone=" 01 02\x00 03 ")
    worked.encounter = encounters.change(worked.encounter, said, by=worked.fanta, now=NOW)
    worked.session.refresh_from_db()
    worked.prepare()
    assert worked.room.phone == worked.encounter.phone == "01 02 03"
    assert "01 02 03" in str(taken.as_document(worked.group, worked.ines).blocks)


def test_the_room_prepared_follows_the_video_and_the_telephone_of_its_encounter_until_it_ends(worked):
    def change(video_url, phone):
        said = encounters.Fixed(worked.encounter.starts_at, video_url=video_url, phone=phone)
        worked.encounter = encounters.change(worked.encounter, said, by=worked.fanta, now=NOW)
        return worked.room.video_url, worked.room.phone

    encounters.change(
        worked.planned(NOW + timedelta(days=9)),
        encounters.Fixed(NOW + timedelta(days=9), phone="1"),
        by=worked.fanta,
        now=NOW,
    )
    worked.prepare()
    there = ("https://visio.exemple.fr/autre", "01 02 03 04 05")
    assert change(*there) == there
    Group.objects.filter(pk=worked.group.pk).update(video_url="https://visio.exemple.fr/groupe")
    assert change("", "") == ("https://visio.exemple.fr/groupe", "")
    worked.open().close()
    assert change(*there) == ("https://visio.exemple.fr/groupe", "")


def test_someone_else_may_animate_and_the_facilitator_of_the_group_takes_over_at_need(worked):
    worked.prepare(facilitator=worked.driss)
    assert sessions.entry(worked.driss, worked.room).role == Role.FACILITATOR
    fanta = sessions.entry(worked.fanta, worked.room)
    assert (fanta.role, fanta.may_facilitate) == (Role.CONSULTANT, True)


def test_nobody_else_enters_animators_included(worked):
    worked.prepare()
    room = worked.room
    gone = MembershipFactory(group=worked.group, state="left", ended_at=NOW).member
    asking = MembershipFactory(group=worked.group, state="asked").member
    closed = MembershipFactory(group=worked.group).member
    closed.is_active = False
    for person in (
        gone,
        asking,
        closed,
        MemberFactory(role=AccountRole.ANIMATOR),
        MemberFactory(role=AccountRole.ADMINISTRATOR),
        AnonymousUser(),
    ):
        assert sessions.entry(person, room) is None
    other = Worked().prepare()
    assert sessions.entry(other.camille, room) is None
    left = other.room
    other.session.delete()
    assert sessions.entry(other.camille, left) is None


def test_who_brings_the_situation_does_not_animate(worked):
    with pytest.raises(SessionRefused, match="deux personnes"):
        sessions.prepare(worked.session, Wanted(client=worked.ines, facilitator=worked.ines), by=worked.fanta, now=NOW)
    with pytest.raises(SessionRefused, match="choisissez qui anime"):
        sessions.prepare(worked.session, Wanted(client=worked.fanta), by=worked.fanta, now=NOW)
    with pytest.raises(SessionRefused, match="partie du groupe"):
        sessions.prepare(worked.session, Wanted(client=MemberFactory()), by=worked.fanta, now=NOW)
    sessions.prepare(worked.session, Wanted(client=worked.ines, facilitator=worked.driss), by=worked.fanta, now=NOW)
    brought = worked.bring(by=worked.driss)
    row = session_subjects.choose(brought, by=worked.fanta, now=NOW)
    assert (row.client, row.facilitator) == (worked.driss, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.update(facilitator=worked.driss)


def test_preparing_again_makes_another_room_until_it_opens(worked):
    brought = worked.bring()
    session_subjects.choose(brought, by=worked.fanta, now=NOW)
    first = worked.prepare().room
    assert worked.session.subject == brought
    sessions.prepare(worked.session, Wanted(run_sheet="trio", client=worked.driss), by=worked.fanta, now=NOW)
    assert not Room.objects.filter(pk=first.pk).exists()
    worked.session.refresh_from_db()
    assert (worked.session.subject, worked.session.client, worked.session.run_sheet) == (None, worked.driss, "trio")
    worked.open()
    with pytest.raises(SessionRefused, match="déjà ouverte"):
        sessions.prepare(worked.session, Wanted(), by=worked.fanta, now=NOW)


def test_a_room_may_be_ready_before_anyone_brings_a_situation(worked):
    sessions.prepare(worked.session, Wanted(), by=worked.fanta, now=NOW)
    assert worked.session.client is None
    rooms.close_room(worked.room, by=None, now=NOW)
    worked.session.refresh_from_db()
    assert (worked.session.state, Commitment.objects.count()) == (SessionState.ENDED, 0)


# --- The end ---------------------------------------------------------------------------------------------------------


def test_without_a_welcome_the_client_is_known_before(worked):
    for code in ("codev_rapide", "trio", "codev_differe"):
        with pytest.raises(SessionRefused, match="commence par l’exposé"):
            sessions.prepare(worked.session, Wanted(code), by=worked.fanta, now=NOW)
    assert not Room.objects.exists()
    sessions.prepare(worked.session, Wanted("trio", client=worked.camille), by=worked.fanta, now=NOW)
    worked.session.refresh_from_db()
    assert worked.session.run_sheet == "trio"


def roles(worked):
    return {each.name: each.role for each in worked.room.participants.all()}


def test_the_subject_chosen_while_people_are_inside_gives_its_author_the_role_and_takes_it_from_the_other(worked):
    w = worked
    w.prepare().open()
    assert roles(w)["Camille Roche"] == Role.CLIENT
    session_subjects.choose(w.bring(by=w.driss), by=w.fanta, now=NOW)
    assert (roles(w)["Driss Alaoui"], roles(w)["Camille Roche"]) == (Role.CLIENT, Role.CONSULTANT)
    # Who is not there yet gets it by the door.
    late = MembershipFactory(group=w.group).member
    session_subjects.choose(w.bring("Venue d’ailleurs", by=late), by=w.fanta, now=NOW)
    assert Role.CLIENT not in roles(w).values()
    assert w.enter(late).role == Role.CLIENT
    # The only one who animates cannot be whom the group listens to.
    with pytest.raises(Refusal, match="doit animer"):
        session_subjects.choose(w.bring("La mienne", by=w.fanta), by=w.fanta, now=NOW)
    w.session.refresh_from_db()
    assert w.session.client == late


def test_the_room_reads_again_what_its_welcome_shows_and_nothing_later(worked):
    w = worked
    brought = w.bring()
    w.prepare().open()
    since = w.room.last_number
    session_subjects.vote(brought, wanted=True, by=w.ines, now=NOW)
    session_subjects.vote(brought, wanted=False, by=w.ines, now=NOW)
    session_subjects.change(brought, Brought("Dit autrement"), by=w.camille, now=NOW)
    session_subjects.withdraw(w.bring("Encore"), by=w.camille, now=NOW)
    assert [event.kind for event in w.room.events.filter(number__gt=since)] == ["beside"] * 5
    w.go("expose")
    since = w.room.last_number
    session_subjects.vote(brought, wanted=True, by=w.ines, now=NOW)
    assert w.room.last_number == since


def test_the_client_of_a_session_is_who_was_it_in_the_room(worked):
    sessions.prepare(worked.session, Wanted(client=worked.camille), by=worked.fanta, now=NOW)
    worked.enter(worked.fanta)
    worked.enter(worked.driss)
    from alliage.rooms.services import people

    people.give_role(worked.room, worked.in_room(worked.driss), Role.CLIENT, by=worked.in_room(worked.fanta), now=NOW)
    worked.close()
    assert worked.session.client == worked.driss


def test_a_room_that_is_no_session_any_more_ends_alone(worked):
    worked.prepare()
    room = worked.room
    Session.objects.filter(pk=worked.session.pk).update(room=None)
    rooms.close_room(room, by=None, now=NOW)
    sessions.step_began(room, now=NOW)
    worked.session.refresh_from_db()
    assert worked.session.state == SessionState.READY


def test_a_group_that_ended_opens_no_session(worked):
    groups.close_group(worked.group, by=worked.fanta, now=NOW)
    with pytest.raises(groups.GroupRefused, match="terminé"):
        worked.bring()


# --- Keeping and erasing ---------------------------------------------------------------------------------------------


def test_a_session_is_erased_even_while_it_goes_on_and_leaves_no_commitment():
    w = Worked().prepare().open().work()
    session_erasing.erase(w.session, by=w.camille, now=NOW)
    assert w.room.is_closed
    assert not Commitment.objects.exists()
    assert not Card.objects.exists()


def test_a_session_without_a_room_is_erased_too(worked):
    session_subjects.choose(worked.bring(), by=worked.fanta, now=NOW)
    worked.session.refresh_from_db()
    session_erasing.erase(worked.session, by=worked.camille, now=NOW)
    assert not Subject.objects.exists()


# --- Health ----------------------------------------------------------------------------------------------------------


def test_a_group_without_a_session_has_nobody_quiet(worked):
    assert queries.health(worked.group, NOW).quiet == []


# --- Similar, seats, personal data -----------------------------------------------------------------------------------


def test_a_subject_too_short_asks_nothing(worked):
    assert queries.similar(worked.bring("Court"), worked.camille) == []


def test_seats_leave_out_who_cannot_come(worked):
    worked.prepare()
    encounters.say_presence(worked.encounter, "no", by=worked.ines, now=NOW)
    found = queries.seats(worked.session, worked.omar)
    assert (found.client, found.facilitators, found.observers, found.consultants, found.is_observing) == (
        "Camille Roche",
        ["Fanta Keita"],
        ["Omar Sy"],
        ["Driss Alaoui"],
        True,
    )
    unsaved = Session(encounter=worked.planned(NOW + 50 * DAY))
    assert queries.seats(unsaved, worked.omar).client == ""


# --- What the database refuses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "nowhere"},
        {"run_sheet": "autre"},
        {"state": "ended"},
        {"state": "erased"},
        {"erased_at": NOW},
        {"kept_count": 1},
    ],
    ids=["state", "sheet", "ended", "erased", "erased at", "kept"],
)
def test_the_database_refuses_a_session_that_cannot_be(worked, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=worked.session.pk).update(**broken)
