"""Sessions: subjects, roles, the room, its end, erasing, health; what the database itself refuses."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from alliage.accounts.enums import Role as AccountRole
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.models import (
    Commitment,
    Learning,
    Lesson,
    Observer,
    RatingCount,
    RatingGiven,
    Session,
    SessionKeeping,
    Subject,
    SubjectVote,
)
from alliage.codev.queries import sessions as queries
from alliage.codev.services import (
    commitments,
    cycles,
    encounters,
    groups,
    session_erasing,
    session_subjects,
    session_words,
    sessions,
)
from alliage.codev.services.cycles import CycleRefused
from alliage.codev.services.session_subjects import Brought
from alliage.codev.services.sessions import SessionRefused, Wanted
from alliage.codev.session_enums import SessionState
from alliage.codev.tests.factories import NOW, MembershipFactory, group_of
from alliage.codev.tests.sessioned import Worked, begun_lesson, ended
from alliage.rooms.enums import Role
from alliage.rooms.models import Card, Participant, Room
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


def test_when_the_room_ends_actions_become_commitments_and_the_day_of_erasing_is_set():
    w = ended()
    kept = Commitment.objects.get()
    assert (kept.text, kept.member, kept.due_on) == ("action de Camille Roche", w.camille, (NOW + 30 * DAY).date())
    assert (w.session.state, w.session.ended_at) == (SessionState.ENDED, NOW)
    assert w.session.purge_on == w.room.purge_on == (NOW + 90 * DAY).date()
    said = queries.said(w.session)
    assert said.kept == ["retenu de Camille Roche"]
    assert said.contract[0] == "contrat de Camille Roche"
    assert {name for name, _text in said.learnt} == {"Camille Roche", "Driss Alaoui", "Fanta Keita"}
    assert queries.said(Session(encounter=w.encounter)).kept == []
    Participant.objects.filter(room=w.room).delete()
    assert {name for name, _text in queries.said(w.session).learnt} == {""}


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


def test_nothing_changes_any_more_once_it_ended():
    w = ended()
    for gesture in (
        lambda: w.bring("Trop tard"),
        lambda: sessions.observe(w.session, wanted=True, by=w.ines, now=NOW),
        lambda: sessions.prepare(w.session, Wanted(), by=w.fanta, now=NOW),
    ):
        with pytest.raises(SessionRefused, match="terminée"):
            gesture()
    with pytest.raises(SessionRefused, match="entre-temps"):
        sessions.move(w.session, SessionState.READY)


def test_a_group_that_ended_opens_no_session(worked):
    groups.close_group(worked.group, by=worked.fanta, now=NOW)
    with pytest.raises(groups.GroupRefused, match="terminé"):
        worked.bring()


# --- What each says afterwards ---------------------------------------------------------------------------------------


def test_each_says_what_they_learnt_otherwise_or_takes_it_back():
    w = ended()
    session_words.learn(w.session, "Écouter\x00", by=w.driss, now=NOW)
    session_words.learn(w.session, "Écouter mieux", by=w.driss, now=NOW)
    assert [row.text for row in queries.learnings(w.session)] == ["Écouter mieux"]
    session_words.learn(w.session, " ", by=w.driss, now=NOW)
    assert not Learning.objects.exists()
    with pytest.raises(SessionRefused, match="terminée"):
        session_words.learn(Worked().session, "Trop tôt", by=w.driss, now=NOW)


def test_what_one_thinks_is_counted_once_without_a_name_and_read_from_three():
    w = ended()
    with pytest.raises(SessionRefused, match="au moins une"):
        session_words.rate(w.session, {"useful": 9}, by=w.driss, now=NOW)
    for member, value in ((w.driss, 5), (w.ines, 5)):
        session_words.rate(w.session, {"useful": value, "heard": 2}, by=member, now=NOW)
    assert queries.ratings(w.session) == []
    session_words.rate(w.session, {"useful": 3}, by=w.omar, now=NOW)
    (only,) = queries.ratings(w.session)
    assert (only.label, only.mean, only.count) == ("Cette séance m’a été utile", 4.3, 3)
    with pytest.raises(SessionRefused, match="déjà"):
        session_words.rate(w.session, {"useful": 1}, by=w.omar, now=NOW)
    assert queries.has_rated(w.session, w.omar)
    assert {field.name for field in RatingCount._meta.get_fields()} == {"id", "session", "scale", "value", "count"}


# --- Keeping and erasing ---------------------------------------------------------------------------------------------


def test_a_group_chooses_how_long_it_keeps_its_sessions():
    w = ended()
    before = Worked()
    sessions.keep(w.group, 30, by=w.fanta, now=NOW)
    w.session.refresh_from_db()
    assert w.session.purge_on == w.room.purge_on == (NOW + 30 * DAY).date()
    assert sessions.kept_days(w.group) == 30
    sessions.keep(w.group, 60, by=w.fanta, now=NOW)
    assert SessionKeeping.objects.get().days == 60
    sessions.keep(before.group, 180, by=before.fanta, now=NOW)
    before.session.refresh_from_db()
    assert before.session.purge_on == (before.encounter.ends_at + 180 * DAY).date()


def everything_said():
    w = Worked()
    session_subjects.vote(w.bring(), wanted=True, by=w.driss, now=NOW)
    w.prepare().open().work().close()
    session_words.learn(w.session, "Écouter", by=w.driss, now=NOW)
    session_words.rate(w.session, {"useful": 4}, by=w.driss, now=NOW)
    commitments.write(
        Commitment.objects.get(),
        commitments.Promised("Appeler", NOW.date(), "done", "Fait"),
        by=w.camille,
        now=NOW,
    )
    begun_lesson(w, contexte="Un contexte")
    return w


def nothing_remains(w):
    kinds = (Subject, SubjectVote, Commitment, Learning, Lesson, RatingCount, RatingGiven, Observer, Card, Participant)
    assert [kind.__name__ for kind in kinds if kind.objects.exists()] == []
    w.session.refresh_from_db()
    assert (w.session.state, w.session.promised_count, w.session.kept_count) == (SessionState.ERASED, 1, 1)
    assert w.room.erased_at is not None
    assert queries.health(w.group, NOW).kept == 1


def test_the_client_erases_everything_at_once():
    w = everything_said()
    with pytest.raises(SessionRefused, match="personne d’autre"):
        session_erasing.erase(w.session, by=w.fanta, now=NOW)
    session_erasing.erase(w.session, by=w.camille, now=NOW)
    nothing_remains(w)
    session_erasing.erase(w.session, by=w.camille, now=NOW + DAY)
    assert w.session.erased_at == NOW
    assert sessions.entry(w.camille, w.room) is None


def test_the_day_comes_and_everything_is_erased():
    w = everything_said()
    assert session_erasing.erase_due(now=NOW + 89 * DAY) == 0
    assert session_erasing.erase_due(now=NOW + 90 * DAY) == 1
    nothing_remains(w)
    assert session_erasing.erase_due(now=NOW + 91 * DAY) == 0


def test_a_room_erased_first_hinders_nothing():
    w = everything_said()
    rooms.erase_due(now=NOW + 90 * DAY)
    session_erasing.erase_due(now=NOW + 90 * DAY)
    nothing_remains(w)


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


# --- Commitments -----------------------------------------------------------------------------------------------------


def test_the_client_dates_answers_adds_and_takes_away_her_commitments():
    w = ended()
    said = commitments.Promised("Appeler la mairie", (NOW + 10 * DAY).date())
    added = commitments.add(w.session, said, by=w.camille, now=NOW)
    assert commitments.add(w.session, said, by=w.camille, now=NOW) == added
    row = commitments.write(
        added, commitments.Promised("Appeler", said.due_on, "partly", "Une fois"), by=w.camille, now=NOW
    )
    assert (row.state, row.answered_at, row.news) == ("partly", NOW, "Une fois")
    row = commitments.write(added, commitments.Promised("Appeler", said.due_on), by=w.camille, now=NOW)
    assert row.answered_at is None
    commitments.write(added, commitments.Promised("Encore", said.due_on), by=w.camille, now=NOW)
    assert queries.commitment(w.session, added.pk, w.camille).text == "Encore"
    commitments.drop(added, by=w.camille, now=NOW)
    assert len(queries.commitments(w.session)) == 1
    with pytest.raises(commitments.CommitmentRefused, match="Dites"):
        commitments.add(w.session, commitments.Promised(" ", said.due_on), by=w.camille, now=NOW)
    with pytest.raises(commitments.CommitmentRefused, match="plus là"):
        commitments.drop(added, by=w.camille, now=NOW)
    for session, by in ((w.session, w.driss), (Worked().session, w.camille)):
        with pytest.raises(commitments.CommitmentRefused, match="situation"):
            commitments.add(session, said, by=by, now=NOW)
    for rank in range(commitments.MOST - 1):
        commitments.add(w.session, commitments.Promised(f"N° {rank}", said.due_on), by=w.camille, now=NOW)
    with pytest.raises(commitments.CommitmentRefused, match="20"):
        commitments.add(w.session, commitments.Promised("Trop", said.due_on), by=w.camille, now=NOW)


def test_a_month_later_the_client_is_asked_once_and_nothing_is_quoted():
    from alliage.notifications.models import Notification

    w = ended()
    assert commitments.remind(NOW + 29 * DAY) == 0
    assert commitments.remind(NOW + 30 * DAY) == 1
    assert commitments.remind(NOW + 31 * DAY) == 0
    assert commitments._remind(w.session.pk, now=NOW) is False
    told = Notification.objects.get(kind="codev.commitment")
    assert (told.person, told.title) == (w.camille, "Un engagement pris le 26 novembre 2026 attend votre retour")
    assert told.url.endswith("/seance/engagements/")
    assert "action" not in f"{told.title}{told.text}{told.url}"


@pytest.mark.parametrize("why", ["answered", "no client"])
def test_nobody_is_asked_when_nothing_waits(why):
    w = ended()
    if why == "answered":
        commitments.write(
            Commitment.objects.get(), commitments.Promised("Fait", NOW.date(), "not_done"), by=w.camille, now=NOW
        )
    else:
        Session.objects.update(client=None)
    assert commitments.remind(NOW + 40 * DAY) == 0


def test_the_next_session_opens_with_what_came_of_the_last_one():
    w = ended()
    following = sessions.of_encounter(w.planned(NOW + 35 * DAY), now=NOW)
    following = queries.by_number(following.pk)
    assert queries.previous(following) == w.session
    assert queries.previous(w.session) is None


# --- Health ----------------------------------------------------------------------------------------------------------


def test_who_facilitates_sees_what_asks_for_care():
    w = ended()
    coming = w.planned(NOW + 35 * DAY)
    found = queries.health(w.group, NOW + 31 * DAY)
    assert (found.quiet, found.looked_at) == (["Inès Payet"], 1)  # Omar observed: silence was his part
    assert [each.member for each in found.due] == [w.camille]
    assert found.without_client == [coming]
    assert (found.promised, found.kept) == (1, 0)


def test_a_group_without_a_session_has_nobody_quiet(worked):
    assert queries.health(worked.group, NOW).quiet == []


def test_erased_rooms_say_nothing_of_who_was_quiet():
    w = ended()
    rooms.erase(w.room, now=NOW)
    assert (queries.health(w.group, NOW).quiet, queries.health(w.group, NOW).looked_at) == ([], 0)


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


def test_a_member_takes_away_her_own_words_and_leaves_with_them():
    w = everything_said()
    for member, theirs in ((w.camille, "Une situation"), (w.driss, "Écouter")):
        copy = str(queries.export_of(member)) + str(queries.commitments_of(member))
        assert theirs in copy
    assert "Une situation" not in str(queries.export_of(w.driss))
    assert "Appeler" in str(queries.commitments_of(w.camille))
    Session.objects.update(facilitator=w.driss)
    for member in (w.camille, w.driss):
        session_words.forget_member(member)
        commitments.forget_member(member)
    w.session.refresh_from_db()
    assert (w.session.client, w.session.facilitator) == (None, None)
    assert not any(kind.objects.exists() for kind in (Subject, SubjectVote, Learning, Commitment, RatingGiven))


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


def test_the_database_refuses_what_says_nothing_or_says_it_twice():
    w = everything_said()
    for write in (
        lambda: Session.objects.create(encounter=w.encounter, purge_on=NOW.date()),
        lambda: Subject.objects.update(text=""),
        lambda: Subject.objects.update(urgency=9),
        lambda: Commitment.objects.update(text=""),
        lambda: Commitment.objects.update(state="maybe"),
        lambda: Commitment.objects.update(answered_at=None),
        lambda: Learning.objects.update(text=""),
        lambda: Learning.objects.create(session=w.session, member=w.driss, text="Deux"),
        lambda: Observer.objects.create(session=w.session, member=w.omar),
        lambda: RatingGiven.objects.create(session=w.session, member=w.driss),
        lambda: RatingCount.objects.update(value=6),
        lambda: RatingCount.objects.update(scale="x"),
        lambda: RatingCount.objects.create(session=w.session, scale="useful", value=4),
        lambda: SessionKeeping.objects.create(group=w.group, days=7),
        lambda: Lesson.objects.update(state="lost"),
        lambda: Lesson.objects.update(state="signed"),
        lambda: Lesson.objects.update(state="withdrawn", signed_at=NOW, wording_version=1, session=None),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
