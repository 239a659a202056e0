"""Cycles: one client per session; the choice of a date."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.enums import CycleState, PollState
from alliage.codev.models import Cycle, DatePoll, PollAnswer, PollDate, Turn
from alliage.codev.queries import cycles as queries
from alliage.codev.services import cycles as services
from alliage.codev.services import encounters, memberships
from alliage.codev.services.cycles import CycleRefused, Proposed
from alliage.codev.tests.factories import NOW, MembershipFactory, group_of
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
DAYS = [NOW + timedelta(days=day) for day in (7, 8, 9)]


@pytest.fixture
def people(db):
    return [MemberFactory(name=name) for name in ("Ada", "Bea", "Cléo")]


@pytest.fixture
def group(people):
    return group_of(*people[1:], facilitator=people[0], name="Pairs")


@pytest.fixture
def cycle(group, people):
    return services.open_cycle(group, starts_on=date(2026, 12, 3), rhythm=5, by=people[0], now=NOW)


def turn_at(cycle, position):
    return Turn.objects.get(cycle=cycle, position=position)


def test_a_cycle_has_as_many_sessions_as_members_at_its_rhythm(cycle, group):
    rows = queries.turns(group)
    assert [row.position for row in rows] == [1, 2, 3]
    assert [queries.expected_on(row) for row in rows] == [date(2026, 12, 3), date(2027, 1, 7), date(2027, 2, 11)]


def test_a_cycle_without_a_rhythm_expects_its_first_session_only(group):
    services.open_cycle(group, starts_on=date(2026, 12, 3), rhythm=0, by=None, now=NOW)
    assert [queries.expected_on(row) for row in queries.turns(group)] == [date(2026, 12, 3), None, None]


def test_one_cycle_is_open_at_a_time(cycle, group):
    with pytest.raises(CycleRefused, match="déjà en cours"):
        services.open_cycle(group, starts_on=date(2026, 12, 3), rhythm=5, by=None, now=NOW)
    services.finish_cycle(cycle, by=None, now=NOW)
    assert queries.open_cycle(group) is None
    services.open_cycle(group, starts_on=date(2026, 12, 3), rhythm=5, by=None, now=NOW)


def test_one_is_not_alone_in_a_cycle():
    with pytest.raises(CycleRefused, match="deux"):
        services.open_cycle(group_of(), starts_on=date(2026, 12, 3), rhythm=5, by=None, now=NOW)


def test_each_brings_one_situation_per_cycle(cycle, group, people):
    services.set_client(turn_at(cycle, 1), people[1], by=people[1], now=NOW)
    services.set_client(turn_at(cycle, 1), people[1], by=people[1], now=NOW)
    with pytest.raises(CycleRefused, match="une situation par cycle"):
        services.set_client(turn_at(cycle, 2), people[1], by=people[1], now=NOW)
    assert [each.name for each in queries.without_a_turn(group)] == ["Ada", "Cléo"]
    services.set_client(turn_at(cycle, 1), None, by=people[1], now=NOW)
    assert turn_at(cycle, 1).client is None


def test_the_client_is_of_the_group(cycle):
    with pytest.raises(CycleRefused, match="ne fait pas partie"):
        services.set_client(turn_at(cycle, 1), MemberFactory(), by=None, now=NOW)


def test_sessions_follow_those_who_come_and_leave(cycle, group, people):
    MembershipFactory(group=group)
    assert services.follow_members(cycle, by=None, now=NOW) == 4
    services.set_client(turn_at(cycle, 3), people[1], by=None, now=NOW)
    for row in group.memberships.filter(role="member").exclude(member=people[1]):
        memberships.leave(row, by=row.member, now=NOW)
    assert services.follow_members(cycle, by=None, now=NOW) == 3  # one that has a client stays
    assert queries.turn(group, turn_at(cycle, 3).pk).client == people[1]
    assert queries.turn(group_of(), turn_at(cycle, 3).pk) is None


def test_a_session_takes_place_at_one_encounter_of_its_group(cycle, group):
    made = encounters.plan(group, encounters.Fixed(DAYS[0]), by=None, now=NOW)
    services.link_encounter(turn_at(cycle, 1), made, by=None, now=NOW)
    with pytest.raises(CycleRefused, match="autre séance"):
        services.link_encounter(turn_at(cycle, 2), made, by=None, now=NOW)
    other = encounters.plan(group_of(), encounters.Fixed(DAYS[0]), by=None, now=NOW)
    with pytest.raises(CycleRefused, match="autre séance"):
        services.link_encounter(turn_at(cycle, 2), other, by=None, now=NOW)


@pytest.mark.parametrize(
    ("model", "change"),
    [(Cycle, {"state": "lost"}), (Cycle, {"rhythm": 3}), (Turn, {"position": 0})],
    ids=["state", "rhythm", "position"],
)
def test_the_database_refuses_a_cycle_that_breaks_its_rules(cycle, model, change):
    row = model.objects.earliest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**change)


def test_the_database_refuses_one_client_twice_one_rank_twice_two_open_cycles(cycle, group, people):
    services.set_client(turn_at(cycle, 1), people[1], by=None, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Turn.objects.filter(pk=turn_at(cycle, 2).pk).update(client=people[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        Turn.objects.create(cycle=cycle, position=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.create(group=group, starts_on=date(2026, 12, 3))


# --- Choose a date -------------------------------------------------------------------------------------------------


@pytest.fixture
def poll(group, people):
    return services.open_poll(group, Proposed(DAYS, 60, "canari"), by=people[0], now=NOW)


def dates_of(poll):
    return list(poll.dates.all())


def answer(poll, member, *choices):
    said = {row.pk: choice for row, choice in zip(dates_of(poll), choices, strict=True)}
    services.answer_poll(poll, said, by=member, now=NOW)


def test_who_proposes_dates_says_yes_and_the_others_are_told_without_its_title(poll, people):
    assert PollAnswer.objects.filter(member=people[0], choice="yes").count() == 3
    told = Notification.objects.filter(kind=services.POLL)
    assert {row.person for row in told} == set(people[1:])
    assert "canari" not in str(list(told.values()))
    assert "canari" not in f"{poll} {dates_of(poll)[0]} {PollAnswer.objects.first()} {Turn()} {Cycle()}"


def test_a_choice_is_between_two_dates_to_come(group, people):
    with pytest.raises(CycleRefused, match="deux dates"):
        services.open_poll(group, Proposed([DAYS[0], DAYS[0], NOW]), by=people[0], now=NOW)


def test_the_session_of_another_group_is_refused(group, people, cycle):
    with pytest.raises(CycleRefused, match="pas de ce groupe"):
        services.open_poll(group_of(), Proposed(DAYS, turn=turn_at(cycle, 1)), by=people[0], now=NOW)


def test_an_answer_changes_and_what_is_left_out_stays(poll, people):
    answer(poll, people[1], "yes", "no", "maybe")
    services.answer_poll(poll, {dates_of(poll)[1].pk: "yes", 10**9: "no"}, by=people[1], now=NOW)
    assert [line.mine for line in queries.table(poll, people[1]).lines] == ["yes", "yes", "maybe"]


def test_the_best_date_suits_most_then_has_most_yes_then_is_the_earliest(poll, people):
    answer(poll, people[1], "no", "yes", "maybe")
    answer(poll, people[2], "yes", "maybe", "maybe")
    found = queries.table(poll, people[0])
    assert [(line.yes, line.maybe, line.no) for line in found.lines] == [(2, 0, 1), (2, 1, 0), (1, 2, 0)]
    assert found.best.date == dates_of(poll)[1]
    assert found.lines[0].people == [("Ada", "yes"), ("Bea", "no"), ("Cléo", "yes")]
    answer(poll, people[1], "yes", "yes", "yes")
    answer(poll, people[2], "yes", "yes", "yes")
    assert queries.table(poll, people[0]).best.date == dates_of(poll)[0]


def test_a_date_that_does_not_suit_the_client_is_never_the_best(group, people, cycle):
    services.set_client(turn_at(cycle, 1), people[2], by=None, now=NOW)
    poll = services.open_poll(group, Proposed(DAYS[:2], turn=turn_at(cycle, 1)), by=people[0], now=NOW)
    answer(poll, people[1], "yes", "no")
    answer(poll, people[2], "no", "maybe")
    assert queries.table(queries.poll(group, poll.pk), people[0]).best.date == dates_of(poll)[1]


def test_there_is_no_best_date_when_none_suits_anyone(poll, people):
    for member in people:
        answer(poll, member, "no", "no", "no")
    assert queries.table(poll, people[0]).best is None


def test_answers_of_who_left_count_no_more(poll, people, group):
    answer(poll, people[1], "yes", "yes", "yes")
    memberships.leave(group.memberships.get(member=people[1]), by=people[1], now=NOW)
    assert queries.table(poll, people[0]).lines[0].yes == 1


def test_choosing_a_date_fixes_the_encounter_of_the_session_and_keeps_what_was_said(group, people, cycle):
    poll = services.open_poll(group, Proposed(DAYS, 60, "Une séance", turn_at(cycle, 1)), by=people[0], now=NOW)
    answer(poll, people[1], "maybe", "yes", "yes")
    answer(poll, people[2], "no", "yes", "yes")
    made = services.choose_date(poll, dates_of(poll)[0], by=people[0], now=NOW)
    assert (made.starts_at, made.minutes, made.title) == (DAYS[0], 60, "Une séance")
    assert {(row.member, row.coming) for row in made.presences.all()} == {(people[0], "yes"), (people[2], "no")}
    assert turn_at(cycle, 1).encounter == made
    poll.refresh_from_db()
    assert (poll.state, poll.encounter) == (PollState.CHOSEN, made)
    with pytest.raises(CycleRefused, match="déjà choisie"):
        services.choose_date(poll, dates_of(poll)[1], by=people[0], now=NOW)
    with pytest.raises(CycleRefused, match="déjà choisie"):
        answer(poll, people[1], "yes", "yes", "yes")


def test_a_session_that_has_its_encounter_keeps_it(group, people, cycle):
    kept = encounters.plan(group, encounters.Fixed(DAYS[2]), by=None, now=NOW)
    poll = services.open_poll(group, Proposed(DAYS[:2], turn=turn_at(cycle, 1)), by=people[0], now=NOW)
    services.link_encounter(turn_at(cycle, 1), kept, by=None, now=NOW)
    services.choose_date(poll, dates_of(poll)[0], by=people[0], now=NOW)
    assert turn_at(cycle, 1).encounter == kept


def test_two_choices_do_not_fix_one_encounter(group, people, poll):
    other = services.open_poll(group, Proposed(DAYS[:2]), by=people[0], now=NOW)
    services.choose_date(poll, dates_of(poll)[0], by=people[0], now=NOW)
    with pytest.raises(CycleRefused, match="déjà fixée"):
        services.choose_date(other, dates_of(other)[0], by=people[0], now=NOW)


def test_a_choice_is_given_up(group, people, poll):
    assert [each.answered for each in queries.open_polls(group, people[1])] == [False]
    assert list(queries.polls_to_answer(people[1])) == [poll]
    assert list(queries.polls_to_answer(people[0])) == []
    services.close_poll(poll, by=None, now=NOW)
    assert list(queries.open_polls(group, people[1])) == []
    assert queries.poll(group_of(), poll.pk) is None
    assert queries.poll_date(poll, dates_of(poll)[0].pk) == dates_of(poll)[0]


@pytest.mark.parametrize(
    ("model", "change"),
    [(DatePoll, {"state": "lost"}), (DatePoll, {"minutes": 1}), (PollAnswer, {"choice": "?"})],
    ids=["state", "minutes", "choice"],
)
def test_the_database_refuses_a_choice_that_breaks_its_rules(poll, model, change):
    row = model.objects.earliest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**change)


def test_the_database_refuses_one_date_twice_and_two_answers(poll, people):
    row = dates_of(poll)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        PollDate.objects.create(poll=poll, starts_at=row.starts_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        PollAnswer.objects.create(date=row, member=people[0], choice="no")


def test_a_member_takes_her_own_copy_then_is_forgotten(group, people, cycle, poll):
    services.set_client(turn_at(cycle, 1), people[0], by=None, now=NOW)
    copy = queries.export_of(people[0])
    assert len(copy["reponses_aux_dates"]) == 3
    assert copy["seances_ou_j_apporte_une_situation"] == [{"groupe": "Pairs", "rang": 1}]
    services.forget_member(people[0])
    assert queries.export_of(people[0]) == {"reponses_aux_dates": [], "seances_ou_j_apporte_une_situation": []}


def test_a_cycle_s_state_is_kept(cycle):
    services.finish_cycle(cycle, by=None, now=NOW)
    cycle.refresh_from_db()
    assert cycle.state == CycleState.FINISHED
