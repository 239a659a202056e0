"""Working days where the question comes from, the weekly watch, subjects, the weekly choice of three at most."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import working_days
from alliage.codev.help_enums import QuestionKind
from alliage.codev.models import Call, Unwanted, WatchWeek
from alliage.codev.queries import questions as reads
from alliage.codev.queries import watch as queries
from alliage.codev.services import questions, watch
from alliage.codev.tests.asked import NOW, answer, ask, practising, terms
from alliage.notifications.models import Notification
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


@pytest.fixture
def words(db):
    call_command("load_taxonomy", verbosity=0)


def told(kind):
    return Notification.objects.filter(kind=kind)


# --- Working days --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        (datetime(2026, 11, 26, 9, tzinfo=UTC), "Europe/Paris", datetime(2026, 11, 30, 9, tzinfo=UTC)),
        (datetime(2026, 5, 20, 12, tzinfo=UTC), "Europe/Paris", datetime(2026, 5, 22, 12, tzinfo=UTC)),
        (datetime(2026, 5, 20, 12, tzinfo=UTC), "America/Martinique", datetime(2026, 5, 26, 12, tzinfo=UTC)),
        # A Friday night in Paris is still a Friday noon in Tahiti; a Sunday night in Paris is a Monday in Nouméa.
        (datetime(2026, 11, 27, 22, tzinfo=UTC), "Pacific/Tahiti", datetime(2026, 12, 1, 22, tzinfo=UTC)),
        (datetime(2026, 11, 29, 22, tzinfo=UTC), "Pacific/Noumea", datetime(2026, 12, 1, 22, tzinfo=UTC)),
        (datetime(2026, 11, 26, 9, tzinfo=UTC), "Nulle/Part", datetime(2026, 11, 30, 9, tzinfo=UTC)),
    ],
    ids=["weekend", "paris-in-may", "martinique-in-may", "tahiti", "noumea", "unknown-zone"],
)
def test_two_working_days_are_counted_where_the_question_comes_from(moment, zone, expected):
    assert working_days.after(moment, 2, zone) == expected
    assert watch.due(moment, zone=zone)[0] == expected


def test_a_week_later_is_a_working_day():
    asked = datetime(2026, 12, 18, 9, tzinfo=UTC)  # a week before Christmas
    assert watch.due(asked, zone="Europe/Paris")[1] == datetime(2026, 12, 28, 9, tzinfo=UTC)
    assert not working_days.is_working(date(2027, 12, 20), "Indian/Reunion")
    assert working_days.is_working(date(2027, 12, 20), "Europe/Paris")


def test_days_are_those_of_the_territory_then_of_the_author(words):
    france = small_france()
    in_may = datetime(2027, 4, 25, 9, tzinfo=UTC)
    of_place = ask(territory=france.denis, now=datetime(2027, 12, 17, 9, tzinfo=UTC))
    assert of_place.watch_at == datetime(2027, 12, 22, 9, tzinfo=UTC)
    of_author = ask(by=MemberFactory(time_zone="Indian/Mayotte"), now=in_may)
    assert of_author.watch_at.date() == date(2027, 4, 28)


# --- Whose week ----------------------------------------------------------------------------------------------------


def test_a_week_is_one_persons(member):
    week = watch.take_week(MONDAY, by=member, now=NOW)
    assert watch.take_week(MONDAY, by=member, now=NOW) == week
    with pytest.raises(watch.WatchRefused):
        watch.take_week(MONDAY, by=MemberFactory(), now=NOW)
    assert watch.on_watch(NOW) == member
    watch.leave_week(MONDAY, by=MemberFactory())
    assert watch.on_watch(NOW) == member
    watch.leave_week(MONDAY, by=member)
    assert watch.on_watch(NOW) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        WatchWeek.objects.bulk_create(
            [WatchWeek(monday=MONDAY, member=member), WatchWeek(monday=MONDAY, member=member)]
        )


@pytest.mark.parametrize(
    "day", [date(2026, 11, 24), date(2026, 11, 16), date(2027, 11, 29)], ids=["tuesday", "past", "far"]
)
def test_only_the_weeks_shown_are_taken(member, day):
    with pytest.raises(watch.WatchRefused):
        watch.take_week(day, by=member, now=NOW)


def test_who_closed_their_account_is_not_on_watch(member):
    watch.take_week(MONDAY, by=member, now=NOW)
    member.is_active = False
    member.save()
    assert watch.on_watch(NOW) is None


def test_the_weeks_say_who_and_which_is_now(member):
    watch.take_week(MONDAY + timedelta(weeks=1), by=member, now=NOW)
    now_, next_, *others = queries.weeks(NOW, member)
    assert (now_.monday, now_.sunday, now_.name, now_.is_now) == (MONDAY, date(2026, 11, 29), "", True)
    assert (next_.name, next_.is_mine, next_.is_now) == (member.name, True, False)
    assert len(others) == watch.WEEKS_SHOWN - 2


# --- What time does ------------------------------------------------------------------------------------------------


def test_the_watch_is_told_once_of_what_waits_for_two_days(words, member):
    question = ask()
    watch.take_week(MONDAY + timedelta(weeks=1), by=member, now=NOW)
    late = question.watch_at
    watch.tend(late - timedelta(minutes=1))
    assert not told(watch.TO_WATCH).exists()
    watch.tend(late)
    watch.tend(late + timedelta(hours=1))
    [only] = told(watch.TO_WATCH)
    assert only.person == member
    assert question.title in only.title
    assert list(queries.late(late, 9)) == [question]


def test_without_anyone_on_watch_a_question_waits_for_the_next(words, member):
    question = ask()
    watch.tend(question.watch_at)
    question.refresh_from_db()
    assert question.watched_at is None
    watch.take_week(MONDAY + timedelta(weeks=1), by=member, now=NOW)
    watch.tend(question.watch_at + timedelta(hours=1))
    assert told(watch.TO_WATCH).get().person == member


def test_nobody_watches_over_oneself(words, member):
    question = ask(by=member)
    watch.take_week(MONDAY + timedelta(weeks=1), by=member, now=NOW)
    watch.tend(question.watch_at)
    assert not told(watch.TO_WATCH).exists()


def test_after_two_days_the_last_seats_are_offered(words):
    for number in range(6):
        practising("leviers:modele", name=f"Dominique {number}")
    question = ask(terms=terms("leviers:modele"))
    watch.tend(question.watch_at)
    assert question.calls.count() == 5


@pytest.mark.parametrize("how", ["answered", "closed", "hidden", "notice"])
def test_what_waits_no_more_is_watched_no_more(words, how, animator):
    question = ask(kind=QuestionKind.NOTICE if how == "notice" else QuestionKind.HELP)
    if how == "answered":
        answer(question)
    elif how == "closed":
        questions.close(question, now=NOW)
    elif how == "hidden":
        questions.hide(question, by=animator, now=NOW)
    watch.take_week(MONDAY + timedelta(weeks=1), by=MemberFactory(), now=NOW)
    watch.tend(NOW + timedelta(days=11))
    assert not told(watch.TO_WATCH).exists()
    assert not reads.subjects(9)


def test_after_a_week_it_is_a_subject_until_it_is_taken_off(words):
    question = ask()
    watch.tend(question.subject_at - timedelta(minutes=1))
    assert reads.subjects(9) == []
    watch.tend(question.subject_at)
    watch.tend(question.subject_at + timedelta(hours=1))
    assert reads.subjects(9) == [question]
    assert told(watch.SUBJECT).get().person == question.author
    questions.leave_subjects(question, now=NOW)
    assert reads.subjects(9) == []
    watch.tend(question.subject_at + timedelta(days=9))
    assert reads.subjects(9) == []
    assert told(watch.SUBJECT).count() == 1


def test_a_question_taken_off_before_it_was_a_subject_never_is_one(words):
    question = ask()
    questions.leave_subjects(question, now=NOW)
    watch.tend(question.subject_at)
    assert not told(watch.SUBJECT).exists()


def test_a_question_whose_author_left_is_still_a_subject(words):
    question = ask()
    type(question).objects.filter(pk=question.pk).update(author=None)
    watch.tend(question.subject_at)
    assert reads.subjects(9) == [question]


# --- The weekly choice ---------------------------------------------------------------------------------------------


def test_once_a_week_three_questions_at_most_near_ones_subjects(words):
    france = small_france()
    asked = [ask(f"Question {number} ?", terms=terms("leviers:modele"), territory=france.denis) for number in range(4)]
    near = ask("Tout près ?", terms=terms("leviers:modele"), territory=france.chamond)
    ask("Autre chose ?", terms=terms("leviers:alliance"))
    someone = practising("leviers:modele", territory=france.etienne)
    Call.objects.all().delete()
    watch.tell_waiting(NOW)
    chosen = {each.object_id for each in told(watch.WAITING).filter(person=someone)}
    assert len(chosen) == watch.MOST_A_WEEK
    assert str(near.pk) in chosen
    watch.tell_waiting(NOW + timedelta(days=7))
    assert told(watch.WAITING).filter(person=someone).count() == watch.MOST_A_WEEK
    assert asked


def test_nothing_is_told_when_nothing_is_near(words):
    watch.tell_waiting(NOW)
    author = practising("leviers:modele", name="A")
    called, refusing = practising("leviers:modele", name="B"), practising("leviers:modele", name="C")
    elsewhere = practising("leviers:alliance", name="D")
    Unwanted.objects.create(member=refusing, term=terms("leviers:modele")[0])
    question = ask(by=author, terms=terms("leviers:modele"))
    assert [sent.member for sent in question.calls.all()] == [called]
    watch.tell_waiting(NOW)
    assert not told(watch.WAITING).exists()
    assert elsewhere
