"""Calls, answers, wishes, proposals, groups made: what services refuse, what the database refuses, what is told to whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.registry import personal_data
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import composing_tasks
from alliage.codev.composing import Proposal as Composed
from alliage.codev.composing_enums import CompositionState, WishKind
from alliage.codev.models import (
    Availability,
    ComposedGroup,
    Composition,
    Group,
    Membership,
    Seat,
    SeatRequest,
    SeatWish,
)
from alliage.codev.queries import availabilities as weeks
from alliage.codev.queries import compositions as queries
from alliage.codev.queries.proposals import Proposal
from alliage.codev.services import availabilities
from alliage.codev.services import compositions as services
from alliage.codev.tests.composing_factories import NOW, answer, available, call, half_hours, someone
from alliage.codev.tests.factories import group_of
from alliage.directory.tests.factories import OrganisationFactory
from alliage.jobs.enums import State
from alliage.jobs.models import Job
from alliage.jobs.tests.factories import JobFactory
from alliage.notifications.models import Notification
from alliage.taxonomy.models import Term
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
Refused = services.CompositionRefused


def composed(*groups, alone=()):
    """A call whose proposal seats these members."""
    members = [member for group in groups for member in group]
    made = call(*members, *alone)
    proposal = Composed(tuple(tuple(sorted(member.pk for member in group)) for group in groups), ())
    services.keep_proposal(made, proposal, seconds=0.5, by=None, now=NOW)
    made.refresh_from_db()
    return made


def people(count, **more):
    return [someone(**more) for _ in range(count)]


def seats(composition):
    return {
        group.number: {seat.request.member for seat in group.seats.select_related("request__member")}
        for group in composition.groups.all()
    }


def broken(name, make):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make()
    assert name in str(refused.value) or "UNIQUE" in str(refused.value)


# --- The database says no -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("composition_has_a_title", {"title": ""}),
        # An unknown state breaks two rules: the engine chooses which one it names.
        ("composition_", {"state": "x"}),
        ("composition_closes_before_start", {"closes_on": date(2027, 1, 12)}),
        ("composition_lasts_a_while", {"minutes": 10}),
        ("composition_sizes_of_a_codev_group", {"smallest": 4}),
        ("composition_sizes_of_a_codev_group", {"largest": 9}),
        ("composition_proposed_has_a_date", {"state": "proposed"}),
        ("composition_ended_has_a_date", {"state": "dropped"}),
        ("composition_ended_has_a_date", {"ended_at": NOW}),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_the_database_refuses_a_call_that_makes_no_sense(name, changes):
    made = call()
    broken(name, lambda: Composition.objects.filter(pk=made.pk).update(**changes))


def test_one_answers_a_call_once_sits_once_and_wishes_once_about_someone():
    one, other = people(2)
    made = composed([one], [other])
    mine = queries.request_of(one, made)
    broken("seat_request_once", lambda: SeatRequest.objects.create(composition=made, member=one))
    broken("request", lambda: Seat.objects.create(request=mine, group=made.groups.last()))
    SeatWish.objects.create(request=mine, member=other, kind=WishKind.APART)
    broken("seat_wish_once", lambda: SeatWish.objects.create(request=mine, member=other, kind=WishKind.TOGETHER))
    broken("seat_wish_kind_known", lambda: SeatWish.objects.create(request=mine, member=MemberFactory(), kind="x"))


def test_groups_of_a_proposal_are_numbered_from_one_once():
    made = composed(people(1))
    broken("composed_group_number_once", lambda: ComposedGroup.objects.create(composition=made, number=1))
    broken("composed_group_number_from_one", lambda: ComposedGroup.objects.create(composition=made, number=0))


def test_a_week_has_fifty_six_blocks():
    one = someone()
    broken("availability_is_a_week", lambda: Availability.objects.filter(member=one).update(blocks=1 << 56))
    broken("availability_is_a_week", lambda: Availability.objects.filter(member=one).update(blocks=-1))


# --- Availabilities -----------------------------------------------------------------------------------------------


def test_hours_are_said_again_as_they_are_now():
    one = someone(blocks=[(0, 8), (0, 10), (2, 20)])
    assert weeks.said(weeks.ticked(one)) == ["lundi de 8\u00a0h à 12\u00a0h", "mercredi de 20\u00a0h à 22\u00a0h"]
    available(one, [(6, 6)])
    assert weeks.ticked(one) == half_hours((6, 6))
    assert weeks.ticked(MemberFactory()) == 0


def test_a_member_of_noumea_reads_her_own_hours_and_those_of_paris():
    rows = weeks.grid(half_hours((0, 8)), "Pacific/Noumea", date(2027, 1, 11))
    assert (rows[1].hours, rows[1].paris) == ("8\u00a0h – 10\u00a0h", "Paris 22\u00a0h, la veille")
    assert rows[3].paris == "Paris 2\u00a0h"
    assert [cell.is_ticked for cell in rows[1].cells] == [True, *[False] * 6]
    assert rows[1].cells[0].label == "lundi de 8\u00a0h à 10\u00a0h"
    assert weeks.grid(0, "Europe/Paris", date(2027, 1, 11))[0].paris == ""
    assert weeks.grid(0, "Pacific/Tahiti", date(2027, 1, 11))[7].paris == "Paris 7\u00a0h, le lendemain"


def test_a_zone_that_means_nothing_is_that_of_paris():
    one = MemberFactory(time_zone="Mars/Olympus")
    assert weeks.zone_name(one) == "Europe/Paris"
    assert weeks.place("Asia/Tokyo") == "Asia/Tokyo"


def test_availabilities_are_exported_and_erased():
    one = someone(blocks=[(0, 8)])
    data = personal_data.get("codev.availabilities")
    assert data.export(one) == [{"creneaux": ["lundi de 8\u00a0h à 10\u00a0h"], "dites_le": NOW}]
    data.erase(one)
    assert data.export(one) == []
    availabilities.forget_member(one)


# --- Call, answer -------------------------------------------------------------------------------------------------


def test_a_call_is_told_to_every_member_whose_account_is_open_but_who_opened_it():
    by, one, closed = MemberFactory(role="animator"), MemberFactory(), MemberFactory(is_active=False)
    made = call(by=by, text="Pour\r\ntout le monde\x00")
    assert made.text == "Pour\ntout le monde"
    told = Notification.objects.filter(kind=services.CALLED)
    assert [each.person for each in told] == [one]
    assert (told[0].title, told[0].frequency) == (
        "Des groupes de codéveloppement se composent\u00a0: Printemps",
        "weekly",
    )
    assert closed not in {each.person for each in told}


@pytest.mark.parametrize(
    ("title", "closes", "message"),
    [(" \x00 ", date(2026, 12, 20), "titre"), ("Printemps", date(2027, 1, 12), "avant le début")],
    ids=["no-title", "closes-late"],
)
def test_a_call_needs_a_title_and_ends_before_its_groups_begin(title, closes, message):
    with pytest.raises(Refused, match=message):
        services.open_call(services.Said(title, closes, date(2027, 1, 11)), by=MemberFactory(), now=NOW)


def test_an_answer_is_changed_taken_back_and_given_again():
    one = someone()
    made = call()
    answer(made, one)
    assert answer(made, one, with_colleagues=True).with_colleagues
    assert SeatRequest.objects.get().created_at == NOW
    services.take_back(made, by=one, now=NOW)
    services.take_back(made, by=one, now=NOW)
    assert not SeatRequest.objects.exists()


def test_after_its_last_day_only_who_answered_still_changes_the_answer():
    one, late = people(2)
    made = call(one)
    after = datetime(2026, 12, 20, 23, 30, tzinfo=UTC)
    assert queries.can_answer(made, after - timedelta(hours=2))
    with pytest.raises(Refused, match="plus de réponses"):
        services.answer_call(made, with_colleagues=False, by=late, now=after)
    assert services.answer_call(made, with_colleagues=True, by=one, now=after).with_colleagues
    services.drop(made, by=None, now=after)
    with pytest.raises(Refused, match="plus de réponses"):
        services.answer_call(made, with_colleagues=False, by=one, now=after)
    with pytest.raises(Refused, match="Les groupes sont faits"):
        services.take_back(made, by=one, now=after)


def test_calls_to_answer_and_those_answered_are_listed_first_to_close_first():
    one = someone()
    made, other = call(one), call()
    Composition.objects.filter(pk=other.pk).update(closes_on=date(2026, 12, 10))
    assert [(each.pk, each.is_answered) for each in queries.for_member(one, date(2026, 12, 1))] == [
        (other.pk, False),
        (made.pk, True),
    ]
    assert [each.pk for each in queries.for_member(one, date(2026, 12, 25))] == [made.pk]
    assert list(queries.answerable(date(2026, 12, 15))) == [made]
    assert [each.asked for each in queries.every()] == [0, 1]


def test_calls_that_are_over_and_proposals_wait_for_an_animator():
    past, coming, made, dropped = call(), call(), composed(people(1)), call()
    Composition.objects.filter(pk=past.pk).update(closes_on=date(2020, 1, 1))
    Composition.objects.filter(pk=coming.pk).update(closes_on=date(2999, 1, 1), starts_on=date(2999, 1, 1))
    services.drop(dropped, by=None, now=NOW)
    assert set(queries.to_compose()) == {past, made}


def test_wishes_count_once_about_someone_ten_at_most_never_about_oneself():
    one, other = people(2)
    mine = answer(call(), one)
    services.wish(mine, other, WishKind.TOGETHER, by=one, now=NOW)
    services.wish(mine, other, WishKind.APART, by=one, now=NOW)
    assert [(each.member, each.kind) for each in queries.wishes_of(mine)] == [(other, WishKind.APART)]
    with pytest.raises(Refused, match="autre personne"):
        services.wish(mine, one, WishKind.APART, by=one, now=NOW)
    for _ in range(services.MOST_WISHES - 1):
        services.wish(mine, MemberFactory(), WishKind.APART, by=one, now=NOW)
    with pytest.raises(Refused, match="Dix"):
        services.wish(mine, MemberFactory(), WishKind.APART, by=one, now=NOW)
    services.wish(mine, other, WishKind.TOGETHER, by=one, now=NOW)
    services.drop_wish(mine, mine.wishes.first().pk, by=one, now=NOW)
    assert mine.wishes.count() == services.MOST_WISHES - 1
    services.drop(mine.composition, by=None, now=NOW)
    with pytest.raises(Refused, match="trop tard"):
        services.wish(mine, other, WishKind.APART, by=one, now=NOW)


# --- What the composer knows --------------------------------------------------------------------------------------


def test_everything_known_of_someone_comes_from_her_profile_her_hours_her_answer_and_her_groups():
    region = TerritoryFactory(kind=Kind.REGION, code="04", name="La Réunion")
    commune = TerritoryFactory(kind=Kind.COMMUNE, code="97411", name="Saint-Denis", region=region)
    place = OrganisationFactory()
    metier = Term.objects.create(vocabulary="metiers", code="lieu", label="Gestion d’un lieu")
    levier = Term.objects.create(vocabulary="leviers", code="alliance", label="Faire alliance")
    goal = Term.objects.create(vocabulary="odd", code="17", label="Partenariats")
    one = someone(metiers=[metier, levier, goal], territory=commune, organisation=place, time_zone="Indian/Reunion")
    other, bare = someone(territory=region), MemberFactory()
    group_of(one, other)
    made = call(other, bare)
    mine = answer(made, one, with_colleagues=True)
    services.wish(mine, other, WishKind.TOGETHER, by=one, now=NOW)
    services.wish(mine, bare, WishKind.APART, by=one, now=NOW)
    known = {person.id: person for person in queries.gather(made).people}
    person = known[one.pk]
    assert (person.metiers, person.leviers) == (frozenset({"lieu"}), frozenset({"alliance"}))
    assert (person.region, person.organisations, person.with_colleagues) == ("La Réunion", frozenset({place.pk}), True)
    assert (person.wishes, person.avoids) == (frozenset({other.pk}), frozenset({bare.pk}))
    assert other.pk in person.companions
    assert one.pk not in person.companions
    assert person.free.bit_count() == 16
    assert (known[bare.pk].free, known[bare.pk].region, known[bare.pk].metiers) == (0, "", frozenset())
    assert known[other.pk].region == "La Réunion"


def test_a_territory_overseas_or_unknown_has_a_region_of_its_own_or_none():
    com = TerritoryFactory(kind=Kind.COM, code="988", name="Nouvelle-Calédonie")
    commune = TerritoryFactory(kind=Kind.COMMUNE, code="98818", name="Nouméa", com=com)
    assert queries.region_of(com) == queries.region_of(commune) == "Nouvelle-Calédonie"
    assert queries.region_of(TerritoryFactory(kind=Kind.CUSTOM, code="x", name="Pays")) == ""
    assert queries.region_of(None) == ""


def test_gathering_costs_the_same_for_one_and_for_many(django_assert_num_queries):
    queries.gather(call())
    for count in (1, 4):
        made = call(*people(count))
        with django_assert_num_queries(8):
            queries.gather(made)


# --- Compose ------------------------------------------------------------------------------------------------------


def test_composing_seats_everyone_who_can_meet_and_keeps_the_time_it_took():
    made = call(*people(12), someone(blocks=[]), MemberFactory(is_active=False))
    job = services.start_composing(made, by=MemberFactory(role="animator"), now=NOW)
    made.refresh_from_db()
    job.refresh_from_db()
    assert (made.state, job.state, made.job_id) == (CompositionState.PROPOSED, State.DONE, job.pk)
    assert (job.result["groups"], job.result["placed"], job.result["unplaced"]) == (2, 12, 1)
    assert made.seconds is not None
    assert sorted(len(members) for members in seats(made).values()) == [5, 7] or len(seats(made)) == 2


def test_composing_again_replaces_the_proposal():
    made = call(*people(6))
    first = services.start_composing(made, by=None, now=NOW)
    second = services.start_composing(made, by=None, now=NOW)
    assert first != second
    assert made.groups.count() == 1


def test_while_it_is_composed_asking_again_gives_the_same_work():
    made = call(*people(5))
    running = JobFactory(kind=services.COMPOSE, state=State.RUNNING)
    Composition.objects.filter(pk=made.pk).update(job_id=running.pk)
    assert services.start_composing(made, by=None, now=NOW) == running
    assert Job.objects.filter(kind=services.COMPOSE).count() == 1


def test_four_answers_do_not_make_a_group():
    with pytest.raises(Refused, match="au moins 5 réponses"):
        services.start_composing(call(*people(4)), by=None, now=NOW)


def test_a_call_that_ended_is_not_composed_any_more():
    made = call(*people(5))
    services.drop(made, by=None, now=NOW)
    services.drop(made, by=None, now=NOW)
    with pytest.raises(Refused, match="n’en est plus là"):
        services.start_composing(made, by=None, now=NOW)
    with pytest.raises(Refused, match="n’en est plus là"):
        services.keep_proposal(made, Composed((), ()), seconds=1, by=None, now=NOW)


def test_whoever_took_her_answer_back_while_it_was_composed_has_no_seat():
    one, other = people(2)
    made = call(one, other)
    services.take_back(made, by=one, now=NOW)
    services.keep_proposal(made, Composed(((one.pk, other.pk),), ()), seconds=1, by=None, now=NOW)
    assert seats(made) == {1: {other}}


# --- Move ---------------------------------------------------------------------------------------------------------


def test_one_is_moved_to_another_group_to_a_new_one_and_out():
    one, two, three = people(3)
    made = composed([one, two], [three])
    mine = queries.request_of(one, made)
    services.move(mine, 2, by=None, now=NOW)
    assert seats(made) == {1: {two}, 2: {one, three}}
    assert Seat.objects.get(request=mine).is_moved
    services.move(mine, 0, by=None, now=NOW)
    assert seats(made) == {1: {two}, 2: {three}, 3: {one}}
    assert services.move(mine, None, by=None, now=NOW) is None
    assert seats(made) == {1: {two}, 2: {three}}
    services.move(mine, 1, by=None, now=NOW)
    assert seats(made)[1] == {one, two}


def test_the_first_group_may_be_made_by_hand():
    one = someone()
    made = composed(alone=[one])
    services.move(queries.request_of(one, made), 0, by=None, now=NOW)
    assert seats(made) == {1: {one}}


def test_a_group_that_is_gone_or_a_call_that_ended_takes_nobody():
    one, two = people(2)
    made = composed([one], [two])
    mine = queries.request_of(one, made)
    with pytest.raises(Refused, match="n’existe plus"):
        services.move(mine, 9, by=None, now=NOW)
    assert seats(made)[1] == {one}
    Composition.objects.filter(pk=made.pk).update(job_id=JobFactory(state=State.RUNNING).pk)
    with pytest.raises(Refused, match="à la main"):
        services.move(mine, 2, by=None, now=NOW)
    services.drop(made, by=None, now=NOW)
    with pytest.raises(Refused, match="à la main"):
        services.move(mine, 2, by=None, now=NOW)


# --- Accept -------------------------------------------------------------------------------------------------------


def test_accepting_opens_closed_groups_invites_each_and_tells_those_without_a_seat():
    by = MemberFactory(role="animator")
    first, second, alone = people(5), people(6), someone(blocks=[])
    made = composed(first, second, alone=[alone])
    job = services.accept(made, by=by, now=NOW)
    made.refresh_from_db()
    job.refresh_from_db()
    assert (made.state, job.state, job.result) == (CompositionState.ACCEPTED, State.DONE, {"groups": 2, "unplaced": 1})
    groups = [row.group for row in made.groups.select_related("group")]
    assert [group.name for group in groups] == ["Printemps – groupe 1", "Printemps – groupe 2"]
    assert {(group.access, group.member_count, group.seats) for group in groups} == {("closed", 0, 8)}
    invited = Membership.objects.filter(group__in=groups)
    assert {row.state for row in invited} == {"invited"}
    assert {row.member for row in invited} == {*first, *second}
    assert [each.person for each in Notification.objects.filter(kind=services.HINTED)] == [alone]


def test_opening_a_group_twice_opens_one():
    made = composed(people(5))
    by = MemberFactory()
    row = made.groups.get()
    services.open_composed(row, by=by, now=NOW)
    services.open_composed(row, by=by, now=NOW)
    assert Group.objects.count() == 1
    assert Membership.objects.count() == 5


def test_groups_are_opened_even_if_who_accepted_left():
    made = composed(people(5))
    context = type("Context", (), {"progress": lambda *_: None})()
    composing_tasks.run_open_groups(context, {"composition": made.pk, "by": 0})
    assert Group.objects.get().created_by is None


@pytest.mark.parametrize("sizes", [(4,), (9,), (5, 4)], ids=str)
def test_groups_too_small_or_too_large_are_not_opened(sizes):
    made = composed(*(people(size) for size in sizes))
    with pytest.raises(Refused, match="de 5 à 8"):
        services.accept(made, by=MemberFactory(), now=NOW)
    assert not Group.objects.exists()


def test_an_empty_proposal_or_one_that_is_composed_again_is_not_accepted():
    by = MemberFactory()
    with pytest.raises(Refused, match="aucun groupe"):
        services.accept(composed(), by=by, now=NOW)
    made = composed(people(5))
    Composition.objects.filter(pk=made.pk).update(job_id=JobFactory(state=State.QUEUED).pk)
    with pytest.raises(Refused, match="attendez"):
        services.accept(made, by=by, now=NOW)
    with pytest.raises(Refused, match="n’en est plus là"):
        services.accept(call(), by=by, now=NOW)


# --- Personal data ------------------------------------------------------------------------------------------------


def test_a_member_takes_away_her_own_answers_and_wishes_and_erasing_her_takes_away_those_about_her():
    one, other = people(2)
    made = call(one, other)
    services.wish(queries.request_of(one, made), other, WishKind.APART, by=one, now=NOW)
    data = personal_data.get("codev.compositions")
    assert data.export(one) == [
        {
            "appel": "Printemps",
            "accepte_des_collegues": False,
            "souhaits": [{"souhait": "ne pas être avec", "personne": other.get_full_name()}],
            "le": NOW,
        }
    ]
    assert data.export(other)[0]["souhaits"] == []
    data.erase(other)
    assert not SeatWish.objects.exists()
    assert [row.member for row in SeatRequest.objects.all()] == [one]


def test_nothing_that_logs_print_says_what_or_who():
    one, other = people(2)
    made = composed([one], [other])
    mine = queries.request_of(one, made)
    wish = services.wish(mine, other, WishKind.APART, by=one, now=NOW)
    rows = [made, mine, wish, made.groups.first(), mine.seat, Availability.objects.get(member=one)]
    assert [str(row).rsplit(" ", 1)[1] for row in rows] == [str(row.pk) for row in rows]
    assert not any("Printemps" in str(row) or one.name in str(row) for row in rows)
    assert made.get_absolute_url() == f"/codev/composer/{made.pk}/"


def test_whoever_has_a_seat_is_told_nothing_of_those_who_have_none():
    seated, alone = people(6), people(1)
    proposal = Proposal(queries.gather(composed(seated, alone=alone)))
    assert proposal.of_alone(seated[0].pk) is None
    assert proposal.of_alone(alone[0].pk) is not None
