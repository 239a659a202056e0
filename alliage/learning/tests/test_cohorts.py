"""Rules of cohorts: who comes in and in which order, binômes, silence, the report made once, what earlier ones chose."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.events.tests.factories import seated, webinar
from alliage.learning import permissions
from alliage.learning.enums import ActionState, CohortState, Means
from alliage.learning.models import Cohort, CohortDate, CohortMessage, CohortNote, CohortPlace
from alliage.learning.queries import agenda, cohort_board, cohort_report
from alliage.learning.queries import cohorts as queries
from alliage.learning.services import cohort_places, cohort_space, cohorts
from alliage.learning.services.cohorts import CohortRefused, Said
from alliage.learning.tests.cohorting import BEGINS, ENDS, a_cohort, diagnosed, joins, lever, measure
from alliage.learning.tests.factories import (
    NOW,
    TerritoryFileFactory,
    enter,
    holder_of,
)
from alliage.learning.tests.followed import a_path, finish, follows
from alliage.learning.tests.planned import ActionFactory
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=60)


def told(person, kind):
    return Notification.objects.filter(person=person, kind=kind).count()


# --- Made, opened, closed --------------------------------------------------------------------------------------------


def test_a_cohort_is_made_once_and_never_goes_back():
    someone = MemberFactory(role=Role.FACILITATOR)
    cohort = a_cohort("Nouvelle", by=someone, state=CohortState.DRAFT)
    assert a_cohort("Nouvelle", by=someone, state=CohortState.DRAFT) == cohort
    assert cohort.slug.startswith("nouvelle-"), "« nouvelle » is the address of the form"
    cohorts.move(cohort, CohortState.OPEN, by=someone, now=NOW)
    assert cohorts.move(cohort, CohortState.OPEN, by=someone, now=NOW).is_open
    with pytest.raises(CohortRefused):
        cohorts.move(cohort, CohortState.DRAFT, by=someone, now=NOW)
    with pytest.raises(CohortRefused):
        cohorts.drop(cohort, by=someone, now=NOW)
    cohorts.move(cohort, CohortState.CLOSED, by=someone, now=NOW)
    with pytest.raises(CohortRefused):
        cohorts.describe(cohort, Said("Autre", BEGINS, ENDS), by=someone, now=NOW)
    with pytest.raises(CohortRefused):
        cohort_places.ask(cohort, TerritoryFileFactory(), is_shown=False, by=someone, now=NOW)


@pytest.mark.parametrize("wrong", [{"title": " "}, {"closes_on": BEGINS}, {"seats": 1}])
def test_what_makes_no_cohort_is_refused(wrong):
    with pytest.raises(CohortRefused):
        cohorts.make(
            Said(**({"title": "X", "opens_on": BEGINS, "closes_on": ENDS} | wrong)), by=MemberFactory(), now=NOW
        )


def test_its_dates_follow_the_events_they_lead_to_and_are_in_the_agenda(monkeypatch):
    cohort = a_cohort()
    event = webinar(title="Un webinaire")
    made = cohorts.add_date(cohort, "", day=None, event=event, by=None, now=NOW)
    assert cohorts.add_date(cohort, "", day=None, event=event, by=None, now=NOW) == made
    cohorts.add_date(cohort, "Un atelier", day=ENDS, event=None, by=None, now=NOW)
    with pytest.raises(CohortRefused):
        cohorts.add_date(cohort, "Sans jour", day=None, event=None, by=None, now=NOW)
    with pytest.raises(CohortRefused, match="vérifiez l’année"):
        cohorts.add_date(cohort, "Loin", day=date(9999, 12, 31), event=None, by=None, now=NOW)
    monkeypatch.setattr(cohorts, "MOST_DATES", 2)
    with pytest.raises(CohortRefused):
        cohorts.add_date(cohort, "De trop", day=ENDS, event=None, by=None, now=NOW)
    days = {each.row.title: each for each in queries.calendar(cohort)}
    assert days["Un webinaire"].url == event.get_absolute_url()
    assert not days["Un webinaire"].is_cancelled
    assert not days["Un atelier"].is_cancelled
    team = holder_of(joins(cohort).file)
    stranger = MemberFactory()
    for reader, count in ((team, 1), (cohort.facilitator, 1), (stranger, 0)):
        found = [item for _month, items in agenda.of_member(reader, now=NOW).months for item in items]
        assert (agenda.COHORT in {item.kind for item in found}) is bool(count)
        assert {item.label for item in found if item.kind == agenda.COHORT} == ({"Cohorte"} if count else set())
    titles = {entry.title for entry in agenda.entries(team, event.clock, now=NOW)}
    assert "Date de votre cohorte" in titles
    assert "Un atelier" not in titles, "a calendar is often shared"
    seated(event.sequences.get(), member=team)
    kinds = {
        item.kind
        for _month, items in agenda.of_member(team, now=NOW).months
        for item in items
        if item.title == event.title
    }
    assert kinds == {agenda.EVENT}, "said once"
    cohorts.remove_date(cohort, made.pk, by=None, now=NOW)
    assert CohortDate.objects.count() == 1


def test_someone_takes_over_only_what_nobody_keeps():
    cohort, animator = a_cohort(), MemberFactory(role=Role.ANIMATOR)
    former = cohort.facilitator
    team = holder_of(joins(cohort).file)
    assert not permissions.can_take_cohort(animator, cohort)
    former.role = Role.MEMBER
    assert permissions.can_take_cohort(animator, cohort)
    assert not permissions.holds_cohort(former, cohort)
    former.role, former.is_active = Role.FACILITATOR, False
    assert permissions.can_take_cohort(animator, cohort)
    cohort.facilitator = None
    assert permissions.can_take_cohort(animator, cohort)
    before = told(team, cohorts.LIFE)
    cohorts.take_over(cohort, by=animator, now=LATER)
    assert told(team, cohorts.LIFE) == before + 1
    assert permissions.place_in(AnonymousUser(), cohort) is None


# --- Places ----------------------------------------------------------------------------------------------------------


def test_a_territory_asks_comes_in_leaves_and_comes_back():
    cohort, file = a_cohort(seats=2), TerritoryFileFactory()
    team = holder_of(file)
    place = cohort_places.ask(cohort, file, is_shown=False, by=team, now=NOW)
    assert cohort_places.ask(cohort, file, is_shown=True, by=team, now=NOW).is_shown
    assert told(cohort.facilitator, cohort_places.ASKED) == 1
    assert queries.waiting_of(team, cohort) == [place]
    assert queries.askable(team, cohort) == []
    cohort_places.accept(cohort, place.pk, by=cohort.facilitator, now=NOW)
    cohort_places.accept(cohort, place.pk, by=cohort.facilitator, now=NOW)
    assert told(team, cohorts.LIFE) == 1
    cohort_places.withdraw(cohort, place.pk, by=team, now=NOW)
    cohort_places.withdraw(cohort, place.pk, by=team, now=NOW)
    assert queries.of_file(file) == []
    assert cohort_places.ask(cohort, file, is_shown=False, by=team, now=LATER).joined_at is None
    assert told(cohort.facilitator, cohort_places.ASKED) == 2
    cohort_places.refuse(cohort, place.pk, by=cohort.facilitator, now=NOW)
    assert not CohortPlace.objects.exists()
    cohort_places.withdraw(cohort, place.pk, by=team, now=NOW)
    with pytest.raises(CohortRefused):
        cohort_places.accept(cohort, place.pk, by=cohort.facilitator, now=NOW)


def test_nobody_is_told_when_nobody_keeps_the_cohort():
    cohort = a_cohort()
    Cohort.objects.update(facilitator=None)
    place = cohort_places.ask(cohort, TerritoryFileFactory(), is_shown=False, by=MemberFactory(), now=NOW)
    assert place.pk
    assert cohort_space.post(cohort, "Un mot", place=None, by=MemberFactory(), now=NOW)


def test_no_seat_is_given_twice():
    cohort = a_cohort(seats=2)
    joins(cohort)
    joins(cohort)
    with pytest.raises(CohortRefused):
        joins(cohort)
    cohort_places.put_out(cohort, CohortPlace.objects.first().pk, by=cohort.facilitator, now=NOW)
    assert joins(cohort).is_in


def test_the_least_equipped_wait_first():
    cohort = a_cohort()
    for means in (Means.MANY, Means.NOBODY, Means.UNSAID):
        file = TerritoryFileFactory(means=means)
        cohort_places.ask(cohort, file, is_shown=False, by=holder_of(file), now=NOW)
    found = cohort_board.waiting(cohort)
    assert [each.place.file.means for each in found] == [Means.NOBODY, Means.UNSAID, Means.MANY]
    assert found[0].title
    cohort_places.accept(cohort, found[0].place.pk, by=None, now=NOW)
    assert cohort_board.least_equipped(cohort_board.lines(cohort, now=NOW)) == 1


def test_a_binome_goes_both_ways_and_is_of_two():
    cohort = a_cohort()
    one, two, three = (joins(cohort) for _three in range(3))
    pair = cohort_places.pair
    pair(cohort, one.pk, two.pk, by=None, now=NOW)
    pair(cohort, two.pk, one.pk, by=None, now=NOW)
    pair(cohort, three.pk, two.pk, by=None, now=LATER)
    buddies = dict(CohortPlace.objects.values_list("pk", "buddy"))
    assert buddies == {one.pk: None, two.pk: three.pk, three.pk: two.pk}
    with pytest.raises(CohortRefused):
        pair(cohort, one.pk, one.pk, by=None, now=NOW)
    cohort_places.unpair(cohort, two.pk, by=None, now=NOW)
    assert not CohortPlace.objects.exclude(buddy=None).exists()


def test_news_are_asked_once_a_week_at_most():
    cohort = a_cohort()
    place = joins(cohort)
    cohort_places.remind(cohort, place.pk, by=None, now=NOW)
    with pytest.raises(CohortRefused):
        cohort_places.remind(cohort, place.pk, by=None, now=NOW + timedelta(days=6))
    cohort_places.remind(cohort, place.pk, by=None, now=NOW + timedelta(days=8))
    assert told(holder_of(place.file), cohort_places.REMINDED) == 2


# --- The space, notes ------------------------------------------------------------------------------------------------


def test_messages_and_notes_are_written_once_and_told_to_those_who_read_them():
    cohort = a_cohort()
    place, other = joins(cohort), joins(cohort)
    team, facilitator = holder_of(place.file), cohort.facilitator
    post = cohort_space.post
    made = post(cohort, "Bonjour", place=place, by=team, now=NOW)
    assert post(cohort, "Bonjour", place=place, by=team, now=NOW) == made
    assert told(facilitator, cohort_space.MESSAGE) == told(holder_of(other.file), cohort_space.MESSAGE) == 1
    assert told(team, cohort_space.MESSAGE) == 0
    with pytest.raises(CohortRefused):
        post(cohort, " \x00", place=place, by=team, now=NOW)
    note = cohort_space.note(place, "Avance bien", by=facilitator, now=NOW)
    assert cohort_space.note(place, "Avance bien", by=facilitator, now=NOW) == note
    cohort_space.note(place, "Encore", by=facilitator, now=LATER)
    assert told(team, cohort_space.NOTE) == 2
    assert told(holder_of(other.file), cohort_space.NOTE) == 0


def test_an_account_that_closes_takes_its_messages_and_leaves_no_name():
    cohort = a_cohort()
    place = joins(cohort)
    facilitator, team = cohort.facilitator, holder_of(place.file)
    cohort_space.post(cohort, "De la facilitatrice", place=None, by=facilitator, now=NOW)
    cohort_space.post(cohort, "De l’équipe", place=place, by=team, now=NOW)
    cohort_space.note(place, "Une note", by=facilitator, now=NOW)
    mine, theirs = queries.export_of(facilitator), queries.export_of(team)
    assert mine["cohortes_animees"] == ["Une cohorte"]
    assert mine["notes"][0]["texte"] == "Une note"
    assert theirs["messages"][0]["texte"] == "De l’équipe"
    assert len(theirs["places_demandees"]) == 1
    cohorts.forget_member(facilitator)
    cohorts.forget_member(team)
    assert not CohortMessage.objects.exists()
    assert CohortNote.objects.get().author is None
    assert Cohort.objects.get().facilitator is None
    assert CohortPlace.objects.get().asked_by is None


# --- The board -------------------------------------------------------------------------------------------------------


def test_a_line_says_what_a_territory_does_and_since_when_it_is_silent():
    cohort = a_cohort()
    place = joins(cohort, name="Ici")
    team = holder_of(place.file)
    ActionFactory(file=place.file, state=ActionState.DONE, done_on=NOW.date())
    ActionFactory(file=place.file, due_on=BEGINS)
    path = a_path()
    finish(follows(path, team, file=place.file))
    follows(path, enter(place.file, MemberFactory()).member, file=place.file)
    cohort_space.post(cohort, "Bonjour", place=place, by=team, now=NOW + timedelta(days=2))
    line = cohort_board.lines(cohort, now=NOW + timedelta(days=10), only=place.pk)[0]
    assert (line.deeds.done, line.deeds.late, line.deeds.pending) == (1, 1, 1)
    assert (line.deeds.paths, line.deeds.steps_done, line.deeds.steps) == (2, 3, 6)
    assert line.last_sign == NOW + timedelta(days=2)
    assert (line.silent_weeks, line.level, line.buddy) == (0, None, "")
    diagnosed(place.file)
    late = cohort_board.lines(cohort, now=NOW + timedelta(days=30))[0]
    assert (late.silent_weeks, late.level) == (4, 2)
    cohort_places.pair(cohort, place.pk, joins(cohort, name="Là-bas").pk, by=None, now=NOW)
    assert cohort_board.lines(cohort, now=NOW, only=place.pk)[0].buddy == "Là-bas"


def test_binomes_are_proposed_where_each_helps_the_other():
    cohort = a_cohort()
    strong = joins(cohort, name="Allié")
    diagnosed(strong.file, alliance=4, numerique=1)
    other = joins(cohort, name="Numérique")
    diagnosed(other.file, alliance=1, numerique=4, strategie=3)
    third = joins(cohort, name="Aussi")
    diagnosed(third.file, alliance=1, numerique=4)
    joins(cohort, name="Sans diagnostic")
    (found,) = cohort_board.proposals(cohort_board.lines(cohort, now=NOW))
    pair = {found.first.place.pk: found.gives, found.second.place.pk: found.receives}
    assert pair == {strong.pk: ("alliance",), other.pk: ("numerique", "strategie")}
    cohort_places.pair(cohort, strong.pk, third.pk, by=None, now=NOW)
    assert cohort_board.proposals(cohort_board.lines(cohort, now=NOW)) == []


# --- The report, what earlier ones chose -----------------------------------------------------------------------------


def measured(cohort, count):
    """Territories at level 2 before, at level 3 on one lever after; each chose an action of that lever."""
    places = [joins(cohort) for _each in range(count)]
    for place in places:
        measure(place.file, alliance=3, numerique="?")
        ActionFactory(file=place.file, lever=lever("alliance"))
    ActionFactory(file=places[0].file, lever=lever("numerique"))
    return places


def test_the_report_is_made_once_of_five_territories_at_least():
    few, five = a_cohort("Quatre"), a_cohort("Cinq")
    measured(few, 4)
    places = measured(five, 5)
    joins(five)  # without a diagnostic
    assert cohort_report.earlier(2, but=few) is None
    few = cohorts.move(few, CohortState.CLOSED, by=None, now=LATER)
    assert few.report["levers"] == {}
    assert cohort_report.earlier(2, but=five) is None
    five = cohorts.move(five, CohortState.CLOSED, by=None, now=LATER)
    assert five.report["levers"]["alliance"] == {"before": 2, "after": 3}
    assert "numerique" not in five.report["levers"], "nobody knows it any more"
    assert (five.report["files"], five.report["measured"]) == (6, 5)
    cohort_places.withdraw(five, places[0].pk, by=MemberFactory(), now=LATER)
    assert Cohort.objects.get(pk=five.pk).report == five.report, "two readings never differ by one territory"


def test_earlier_choices_are_told_by_whole_fives():
    five, mine = a_cohort("Cinq"), a_cohort("La mienne")
    measured(five, 6)
    cohorts.move(five, CohortState.CLOSED, by=None, now=LATER)
    found = cohort_report.earlier(2, but=mine)
    assert (found.files, found.levers) == (5, [("alliance", 5)])
    assert cohort_report.earlier(4, but=mine) is None
    assert cohort_report.earlier(None, but=mine) is None


def test_before_is_the_last_before_it_began_or_the_first_during():
    cohort = a_cohort()
    ours = [joins(cohort).file for _three in range(3)]
    first = diagnosed(ours[0], now=NOW - timedelta(days=20))
    last = diagnosed(ours[0], now=NOW)
    alone = diagnosed(ours[1], now=NOW)
    found = cohort_report.spans(cohort, [file.pk for file in ours], now=LATER)
    assert (found[ours[0].pk].before, found[ours[0].pk].after) == (first, last)
    assert (found[ours[1].pk].before, found[ours[1].pk].is_measured) == (alone, False)
    assert found[ours[2].pk].before is None


# --- The database ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "wrong", "name"),
    [
        (Cohort, {"title": ""}, "cohort_has_a_title"),
        (Cohort, {"state": "x"}, "cohort_state_known"),
        (Cohort, {"closes_on": BEGINS}, "cohort_ends_after_it_starts"),
        (Cohort, {"seats": 1}, "cohort_of_a_few"),
        (Cohort, {"closed_at": NOW}, "cohort_closed_says_when"),
        (CohortDate, {"title": ""}, "cohort_date_has_a_title"),
        (CohortNote, {"text": ""}, "cohort_note_says_something"),
        (CohortMessage, {"text": ""}, "cohort_message_says_something"),
        (CohortPlace, {"joined_at": None, "left_at": NOW}, "cohort_left_after_it_joined"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(model, wrong, name):
    cohort = a_cohort()
    place = joins(cohort)
    cohorts.add_date(cohort, "Un jour", day=ENDS, event=None, by=None, now=NOW)
    cohort_space.note(place, "Une note", by=cohort.facilitator, now=NOW)
    cohort_space.post(cohort, "Un mot", place=None, by=cohort.facilitator, now=NOW)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**wrong)


def test_the_database_keeps_places_apart():
    cohort = a_cohort()
    place = joins(cohort)
    with pytest.raises(IntegrityError), transaction.atomic():
        CohortPlace.objects.create(cohort=cohort, file=place.file)
    with pytest.raises(IntegrityError, match="cohort_buddy_is_another"), transaction.atomic():
        CohortPlace.objects.filter(pk=place.pk).update(buddy=place)
