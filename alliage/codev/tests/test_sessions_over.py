"""Sessions once they are over: commitments, what each says, keeping, erasing, health."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.codev.enums import GroupKind
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
    session_dates,
    session_erasing,
    session_words,
    sessions,
)
from alliage.codev.services.sessions import SessionRefused, Wanted
from alliage.codev.session_enums import SessionState
from alliage.codev.tests.factories import NOW
from alliage.codev.tests.sessioned import Worked, begun_lesson
from alliage.rooms.models import Card, Participant
from alliage.rooms.services import rooms

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# --- The end ---------------------------------------------------------------------------------------------------------


def test_when_the_room_ends_actions_become_commitments_and_the_day_of_erasing_is_set(w):
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


def test_nothing_changes_any_more_once_it_ended(w):
    for gesture in (
        lambda: w.bring("Trop tard"),
        lambda: sessions.observe(w.session, wanted=True, by=w.ines, now=NOW),
        lambda: sessions.prepare(w.session, Wanted(), by=w.fanta, now=NOW),
    ):
        with pytest.raises(SessionRefused, match="terminée"):
            gesture()
    with pytest.raises(SessionRefused, match="entre-temps"):
        sessions.move(w.session, SessionState.READY)


# --- What each says afterwards ---------------------------------------------------------------------------------------


def test_each_says_what_they_learnt_otherwise_or_takes_it_back(w):
    session_words.learn(w.session, "Écouter\x00", by=w.driss, now=NOW)
    session_words.learn(w.session, "Écouter mieux", by=w.driss, now=NOW)
    assert [row.text for row in queries.learnings(w.session)] == ["Écouter mieux"]
    session_words.learn(w.session, " ", by=w.driss, now=NOW)
    assert not Learning.objects.exists()
    with pytest.raises(SessionRefused, match="terminée"):
        session_words.learn(Worked().session, "Trop tôt", by=w.driss, now=NOW)


def test_what_one_thinks_is_counted_once_without_a_name_and_read_from_three(w):
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
    assert queries.of_encounter(w.group, w.encounter.pk, w.omar).is_rated
    assert {field.name for field in RatingCount._meta.get_fields()} == {"id", "session", "scale", "value", "count"}


# --- Keeping and erasing ---------------------------------------------------------------------------------------------


def test_a_group_chooses_how_long_it_keeps_its_sessions(w):
    before = Worked()
    sessions.keep(w.group, 30, by=w.fanta, now=NOW)
    w.session.refresh_from_db()
    assert w.session.purge_on == w.room.purge_on == (NOW + 30 * DAY).date()
    assert session_dates.kept_days(w.group) == 30
    sessions.keep(w.group, 60, by=w.fanta, now=NOW)
    assert SessionKeeping.objects.get().days == 60
    sessions.keep(before.group, 180, by=before.fanta, now=NOW)
    before.session.refresh_from_db()
    assert before.session.purge_on == (before.encounter.ends_at + 180 * DAY).date()


def everything_said(w):
    brought = Subject.objects.create(session=w.session, author=w.camille, text="Une situation", created_at=NOW)
    SubjectVote.objects.create(subject=brought, session=w.session, member=w.driss)
    session_words.learn(w.session, "Écouter", by=w.driss, now=NOW)
    session_words.rate(w.session, {"useful": 4}, by=w.driss, now=NOW)
    commitments.write(
        Commitment.objects.get(),
        commitments.Promised("Appeler", NOW.date(), "done", "Fait"),
        by=w.camille,
        now=NOW,
    )
    begun_lesson(w, contexte="Un contexte")


def nothing_remains(w):
    kinds = (Subject, SubjectVote, Commitment, Learning, Lesson, RatingCount, RatingGiven, Observer, Card, Participant)
    assert [kind.__name__ for kind in kinds if kind.objects.exists()] == []
    w.session.refresh_from_db()
    assert (w.session.state, w.session.promised_count, w.session.kept_count) == (SessionState.ERASED, 1, 1)
    assert w.room.erased_at is not None
    assert queries.health(w.group, NOW).kept == 1


def test_the_client_erases_everything_at_once(w):
    everything_said(w)
    with pytest.raises(SessionRefused, match="personne d’autre"):
        session_erasing.erase(w.session, by=w.fanta, now=NOW)
    session_erasing.erase(w.session, by=w.camille, now=NOW)
    nothing_remains(w)
    session_erasing.erase(w.session, by=w.camille, now=NOW + DAY)
    assert w.session.erased_at == NOW
    assert sessions.entry(w.camille, w.room) is None


def test_the_day_comes_and_everything_is_erased(w):
    everything_said(w)
    assert session_erasing.erase_due(now=NOW + 89 * DAY) == 0
    assert session_erasing.erase_due(now=NOW + 90 * DAY) == 1
    nothing_remains(w)
    assert session_erasing.erase_due(now=NOW + 91 * DAY) == 0


def test_a_room_erased_first_hinders_nothing(w):
    everything_said(w)
    rooms.erase_due(now=NOW + 90 * DAY)
    session_erasing.erase_due(now=NOW + 90 * DAY)
    nothing_remains(w)


# --- Commitments -----------------------------------------------------------------------------------------------------


def test_the_client_dates_answers_adds_and_takes_away_her_commitments(w):
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
    with pytest.raises(commitments.CommitmentRefused, match="vérifiez l’année"):
        commitments.add(w.session, commitments.Promised("Loin", date(9999, 12, 31)), by=w.camille, now=NOW)
    with pytest.raises(commitments.CommitmentRefused, match="plus là"):
        commitments.drop(added, by=w.camille, now=NOW)
    for session, by in ((w.session, w.driss), (Worked().session, w.camille)):
        with pytest.raises(commitments.CommitmentRefused, match="situation"):
            commitments.add(session, said, by=by, now=NOW)
    for rank in range(commitments.MOST - 1):
        commitments.add(w.session, commitments.Promised(f"N° {rank}", said.due_on), by=w.camille, now=NOW)
    with pytest.raises(commitments.CommitmentRefused, match="20"):
        commitments.add(w.session, commitments.Promised("Trop", said.due_on), by=w.camille, now=NOW)


def test_a_month_later_the_client_is_asked_once_and_nothing_is_quoted(w):
    from alliage.notifications.models import Notification

    assert commitments.remind(NOW + 29 * DAY) == 0
    assert commitments.remind(NOW + 30 * DAY) == 1
    assert commitments.remind(NOW + 31 * DAY) == 0
    assert commitments._remind(w.session.pk, now=NOW) is False
    told = Notification.objects.get(kind="codev.commitment")
    assert (told.person, told.title) == (w.camille, "Un engagement pris le 26 novembre 2026 attend votre retour")
    assert told.url.endswith("/seance/engagements/")
    assert "action" not in f"{told.title}{told.text}{told.url}"


@pytest.mark.parametrize("why", ["answered", "no client"])
def test_nobody_is_asked_when_nothing_waits(why, w):
    if why == "answered":
        commitments.write(
            Commitment.objects.get(), commitments.Promised("Fait", NOW.date(), "not_done"), by=w.camille, now=NOW
        )
    else:
        Session.objects.update(client=None)
    assert commitments.remind(NOW + 40 * DAY) == 0


def test_the_next_session_opens_with_what_came_of_the_last_one(w):
    following = sessions.of_encounter(w.planned(NOW + 35 * DAY), now=NOW)
    following = queries.by_number(following.pk)
    assert queries.previous(following) == w.session
    assert queries.previous(w.session) is None


# --- Health ----------------------------------------------------------------------------------------------------------


def test_who_facilitates_sees_what_asks_for_care(w):
    coming = w.planned(NOW + 35 * DAY)
    found = queries.health(w.group, NOW + 31 * DAY)
    assert (found.quiet, found.looked_at) == (["Inès Payet"], 1)  # Omar observed: silence was his part
    assert [each.member for each in found.due] == [w.camille]
    assert found.without_client == [coming]
    assert (found.promised, found.kept) == (1, 0)
    type(w.group).objects.update(kind=GroupKind.THEMATIC)
    assert queries.health(w.group, NOW + 31 * DAY).without_client == []


def test_erased_rooms_say_nothing_of_who_was_quiet(w):
    rooms.erase(w.room, now=NOW)
    assert (queries.health(w.group, NOW).quiet, queries.health(w.group, NOW).looked_at) == ([], 0)


def test_a_member_takes_away_her_own_words_and_leaves_with_them(w):
    everything_said(w)
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


def test_the_database_refuses_what_says_nothing_or_says_it_twice(w):
    everything_said(w)
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
