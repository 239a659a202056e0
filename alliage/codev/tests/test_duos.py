"""Duos: only those who agreed, never the same two in a year, one gesture to skip, nobody told twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.registry import personal_data
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import duo_links
from alliage.codev.composing_enums import TurnOutcome
from alliage.codev.models import Duo, DuoMember, DuoRound, DuoTurn
from alliage.codev.queries import duos as queries
from alliage.codev.services import duos as services
from alliage.codev.tests.composing_factories import available, someone
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db

DECEMBER = datetime(2026, 12, 1, 9, tzinfo=UTC)
MONTH = date(2026, 12, 1)


def taking(**more):
    member = someone(**more)
    services.take_part(by=member, now=DECEMBER)
    return member


def duo_of(member, month=MONTH):
    return DuoTurn.objects.get(member=member, month=month).duo


def told(member):
    return list(Notification.objects.filter(person=member, kind__startswith="codev.duo").order_by("pk"))


def broken(name, make):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make()
    assert name in str(refused.value) or "UNIQUE" in str(refused.value)


# --- The database says no -----------------------------------------------------------------------------------------


def test_the_same_two_are_never_paired_twice_while_their_row_lives():
    one, other = taking(), taking()
    Duo.objects.create(month=MONTH, first=one, second=other)
    broken("duo_pair_once_a_year", lambda: Duo.objects.create(month=date(2027, 5, 1), first=one, second=other))


def test_a_duo_is_of_two_people_in_order():
    one, other = taking(), taking()
    broken("duo_in_order", lambda: Duo.objects.create(month=MONTH, first=other, second=one))
    broken("duo_in_order", lambda: Duo.objects.create(month=MONTH, first=one, second=one))


def test_a_duo_agrees_on_a_moment_that_exists():
    one, other = taking(), taking()
    broken(
        "duo_agreed_on_a_moment",
        lambda: Duo.objects.create(month=MONTH, first=one, second=other, agreed_at=DECEMBER),
    )


def test_a_month_gives_one_thing_to_one_member():
    one = taking()
    DuoTurn.objects.create(member=one, month=MONTH, outcome=TurnOutcome.SKIPPED)
    broken(
        "duo_turn_once_a_month",
        lambda: DuoTurn.objects.create(member=one, month=MONTH, outcome=TurnOutcome.PAIRED),
    )
    broken("duo_turn_outcome_known", lambda: DuoTurn.objects.create(member=taking(), month=MONTH, outcome="x"))


def test_one_takes_part_once_and_stops_after_joining():
    one = taking()
    broken("duomember", lambda: DuoMember.objects.create(member=one))
    broken(
        "duo_member_stops_after_joining",
        lambda: DuoMember.objects.filter(member=one).update(stopped_at=DECEMBER - timedelta(days=1)),
    )


def test_a_month_is_drawn_once():
    DuoRound.objects.create(month=MONTH)
    broken("month", lambda: DuoRound.objects.create(month=MONTH))


# --- Take part ----------------------------------------------------------------------------------------------------


def test_nobody_is_paired_without_having_agreed():
    someone(), someone()
    drawn = services.draw(DECEMBER)
    assert (drawn.pairs, drawn.left_out) == (0, 0)


def test_one_says_when_one_is_free_before_taking_part():
    with pytest.raises(services.DuoRefused, match="libre"):
        services.take_part(by=MemberFactory(), now=DECEMBER)


def test_taking_part_twice_is_once_and_coming_back_is_a_new_agreement():
    one = taking()
    services.take_part(by=one, now=DECEMBER + timedelta(days=1))
    assert DuoMember.objects.get(member=one).joined_at == DECEMBER
    services.stop(by=one, now=DECEMBER + timedelta(days=2))
    services.stop(by=one, now=DECEMBER + timedelta(days=3))
    assert DuoMember.objects.get(member=one).stopped_at == DECEMBER + timedelta(days=2)
    services.take_part(by=one, now=DECEMBER + timedelta(days=4))
    row = DuoMember.objects.get(member=one)
    assert (row.joined_at, row.stopped_at) == (DECEMBER + timedelta(days=4), None)


def test_whoever_closed_the_account_unticked_everything_stopped_or_skips_is_not_drawn():
    closed, silent, stopped, skips, there = (taking() for _ in range(5))
    closed.is_active = False
    closed.save()
    available(silent, [])
    services.stop(by=stopped, now=DECEMBER)
    services.skip(MONTH, by=skips, now=DECEMBER)
    assert [row.member for row in queries.taking_part(MONTH)] == [there]


# --- The draw -----------------------------------------------------------------------------------------------------


def test_two_people_are_paired_and_each_is_told_both_names_and_moments_at_their_own_clock():
    one = taking(name="Anne", blocks=[(1, 8)])
    other = taking(name="Zoé", blocks=[(1, 18)], time_zone="Pacific/Noumea")
    drawn = services.draw(DECEMBER)
    assert (drawn.pairs, drawn.left_out) == (1, 0)
    duo = duo_of(one)
    assert (duo.first, duo.second) == (one, other)
    (mine,), (theirs,) = told(one), told(other)
    assert mine.title == "Votre duo du mois\u00a0: Anne et Zoé"
    assert theirs.title == "Votre duo du mois\u00a0: Zoé et Anne"
    assert "mardi 8 décembre 2026, de 8\u00a0h à 8\u00a0h\u00a015" in mine.text
    assert (
        "mardi 8 décembre 2026, de 18\u00a0h à 18\u00a0h\u00a015 (à Paris\u00a0: de 8\u00a0h à 8\u00a0h\u00a015)"
        in theirs.text
    )
    assert duo_links.read(mine.url.split("/")[-2]).member == one


def test_a_month_is_drawn_once_whatever_the_number_of_turns():
    one, other = taking(), taking()
    services.draw(DECEMBER)
    assert services.draw(DECEMBER + timedelta(days=1)) is None
    assert len(told(one)) == len(told(other)) == 1


def test_an_odd_one_is_told_and_served_first_the_month_after():
    people = [taking() for _ in range(3)]
    services.draw(DECEMBER)
    alone = DuoTurn.objects.get(outcome=TurnOutcome.LEFT_OUT).member
    assert [each.title for each in told(alone)] == ["Pas de duo ce mois-ci"]
    services.draw(datetime(2027, 1, 2, 9, tzinfo=UTC))
    assert DuoTurn.objects.get(member=alone, month=date(2027, 1, 1)).outcome == TurnOutcome.PAIRED
    assert len(people) == 3


def test_over_a_year_no_pair_comes_back_and_after_a_year_it_may():
    """Two people: one duo in December, none for eleven months, one again the next December."""
    one, other = taking(), taking()
    outcomes = []
    for number in range(13):
        month = date(2026 + (11 + number) // 12, (11 + number) % 12 + 1, 1)
        services.draw(datetime(month.year, month.month, 1, 9, tzinfo=UTC))
        outcomes.append(DuoTurn.objects.get(member=one, month=month).outcome)
    assert outcomes == [TurnOutcome.PAIRED, *[TurnOutcome.LEFT_OUT] * 11, TurnOutcome.PAIRED]
    assert Duo.objects.filter(first=one, second=other).count() == 1


def test_the_month_is_that_of_paris():
    assert queries.month_of(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == MONTH
    assert queries.next_month(MONTH) == date(2027, 1, 1)


def test_people_free_at_the_same_hour_of_the_week_only_before_the_clocks_change_get_what_moments_there_are():
    """In March, 10 h in Paris is 13 h in La Réunion, then 12 h from the 28th."""
    one = taking(blocks=[(1, 10)])
    other = taking(blocks=[(1, 12)], time_zone="Indian/Reunion")
    services.draw(datetime(2027, 3, 1, 9, tzinfo=UTC))
    moments = queries.moments_of(duo_of(one, date(2027, 3, 1)))
    assert all(moment.astimezone(UTC).weekday() == 1 for moment in moments)
    assert duo_of(other, date(2027, 3, 1)) is not None
    assert len(moments) == 3


# --- Skip, stop ---------------------------------------------------------------------------------------------------


def test_skipping_after_the_draw_tells_the_other_who_is_served_first_next_time():
    one, other = taking(), taking()
    services.draw(DECEMBER)
    services.skip(MONTH, by=one, now=DECEMBER)
    services.skip(MONTH, by=one, now=DECEMBER)
    assert DuoTurn.objects.get(member=one, month=MONTH).outcome == TurnOutcome.SKIPPED
    assert DuoTurn.objects.get(member=other, month=MONTH).outcome == TurnOutcome.LEFT_OUT
    assert [each.kind for each in told(other)] == [services.PAIRED, services.ALONE]
    assert len(told(one)) == 1
    assert queries.mine(other, DECEMBER).duo is None


def test_when_both_skip_nobody_is_told_for_nothing():
    one, other = taking(), taking()
    services.draw(DECEMBER)
    services.skip(MONTH, by=one, now=DECEMBER)
    services.skip(MONTH, by=other, now=DECEMBER)
    assert len(told(one)) == 1


def test_a_skip_of_the_next_month_lasts_one_month_and_is_taken_back():
    one = taking()
    services.skip(date(2027, 1, 1), by=one, now=DECEMBER)
    assert queries.mine(one, DECEMBER).skips == date(2027, 1, 1)
    assert not queries.taking_part(date(2027, 1, 1)).exists()
    assert queries.taking_part(date(2027, 2, 1)).exists()
    assert queries.mine(one, datetime(2027, 2, 1, 9, tzinfo=UTC)).skips is None
    services.come_back(by=one, now=DECEMBER)
    assert queries.mine(one, DECEMBER).skips is None


def test_who_does_not_take_part_has_no_month_to_skip():
    with pytest.raises(services.DuoRefused, match="participez pas"):
        services.skip(MONTH, by=MemberFactory(), now=DECEMBER)


def test_a_month_that_is_over_is_not_skipped_and_the_one_to_come_stays_left_out():
    one = taking()
    services.skip(date(2027, 1, 1), by=one, now=DECEMBER)
    with pytest.raises(services.DuoRefused, match="passé"):
        services.skip(date(2026, 11, 1), by=one, now=DECEMBER)
    assert DuoMember.objects.get().skipped_month == date(2027, 1, 1)


def test_stopping_calls_off_the_duo_of_the_month():
    one, other = taking(), taking()
    services.draw(DECEMBER)
    services.stop(by=one, now=DECEMBER)
    assert DuoTurn.objects.get(member=other, month=MONTH).outcome == TurnOutcome.LEFT_OUT


def test_stopping_when_left_out_changes_no_one_else():
    one = taking()
    services.draw(DECEMBER)
    services.stop(by=one, now=DECEMBER)
    assert DuoTurn.objects.get(member=one).outcome == TurnOutcome.SKIPPED


# --- A moment -----------------------------------------------------------------------------------------------------


def drawn_duo():
    one, other = taking(), taking()
    services.draw(DECEMBER)
    return one, other, duo_of(one)


def test_one_chooses_the_other_agrees_and_both_are_told():
    one, other, duo = drawn_duo()
    moment = queries.moments_of(duo)[0]
    services.choose_moment(duo, moment, by=one, now=DECEMBER, video_url="https://visio.exemple.fr/x")
    assert "propose un moment" in told(other)[-1].title
    services.agree(duo, by=other, now=DECEMBER)
    services.agree(duo, by=other, now=DECEMBER + timedelta(hours=1))
    duo.refresh_from_db()
    assert (duo.starts_at, duo.agreed_at, duo.video_url) == (moment, DECEMBER, "https://visio.exemple.fr/x")
    assert told(one)[-1].title.startswith("Rendez-vous fixé avec")
    assert len(told(one)) == 2


def test_choosing_the_same_moment_as_the_other_is_agreeing():
    one, other, duo = drawn_duo()
    moment = queries.moments_of(duo)[1]
    services.choose_moment(duo, moment, by=one, now=DECEMBER)
    assert services.choose_moment(duo, moment, by=other, now=DECEMBER).agreed_at == DECEMBER


def test_another_moment_undoes_the_agreement():
    one, other, duo = drawn_duo()
    first, second = queries.moments_of(duo)[:2]
    services.choose_moment(duo, first, by=one, now=DECEMBER)
    services.agree(duo, by=other, now=DECEMBER)
    changed = services.choose_moment(duo, second, by=other, now=DECEMBER)
    assert (changed.agreed_at, changed.chosen_by) == (None, other)


def test_a_moment_that_was_not_proposed_or_is_past_is_refused():
    one, _other, duo = drawn_duo()
    moment = queries.moments_of(duo)[0]
    with pytest.raises(services.DuoRefused, match="proposés"):
        services.choose_moment(duo, moment + timedelta(minutes=5), by=one, now=DECEMBER)
    with pytest.raises(services.DuoRefused, match="passé"):
        services.choose_moment(duo, moment, by=one, now=moment)


def test_one_does_not_agree_to_nothing_nor_to_ones_own_choice():
    one, _other, duo = drawn_duo()
    with pytest.raises(services.DuoRefused, match="Choisissez"):
        services.agree(duo, by=one, now=DECEMBER)
    services.choose_moment(duo, queries.moments_of(duo)[0], by=one, now=DECEMBER)
    with pytest.raises(services.DuoRefused, match="Choisissez"):
        services.agree(duo, by=one, now=DECEMBER)


def test_a_duo_that_is_off_or_of_others_cannot_be_touched():
    one, other, duo = drawn_duo()
    with pytest.raises(services.DuoRefused, match="plus lieu"):
        services.agree(duo, by=MemberFactory(), now=DECEMBER)
    services.skip(MONTH, by=one, now=DECEMBER)
    with pytest.raises(services.DuoRefused, match="plus lieu"):
        services.choose_moment(duo, queries.moments_of(duo)[0], by=other, now=DECEMBER)


# --- Personal data ------------------------------------------------------------------------------------------------


def test_a_member_takes_away_her_duos_and_erasing_her_frees_the_other():
    one, other, _duo = drawn_duo()
    data = personal_data.get("codev.duos")
    exported = data.export(one)
    assert exported["accord_donne_le"] == DECEMBER
    assert exported["mois"] == [{"mois": MONTH, "issue": "en duo", "avec": other.get_full_name()}]
    services.forget_member(one, now=DECEMBER)
    assert not Duo.objects.exists()
    assert not DuoMember.objects.filter(member=one).exists()
    assert DuoTurn.objects.get().outcome == TurnOutcome.LEFT_OUT
    assert data.export(other)["mois"][0]["avec"] is None
    data.erase(other)
    assert data.export(other) == {"accord_donne_le": None, "arrete_le": None, "mois": []}


def test_nothing_that_logs_print_says_who():
    one, _other, duo = drawn_duo()
    row = DuoMember.objects.get(member=one)
    turn = DuoTurn.objects.get(member=one)
    assert [str(each) for each in (duo, row, turn, DuoRound.objects.get())] == [
        f"duo {duo.pk}",
        f"participation aux duos {row.pk}",
        f"mois d’un membre {turn.pk}",
        f"tirage des duos {DuoRound.objects.get().pk}",
    ]
    assert duo.get_absolute_url() == "/codev/duo/"


def test_a_link_of_a_closed_account_or_made_by_someone_else_leads_nowhere():
    one = taking()
    token = duo_links.path(one, MONTH).split("/")[-2]
    assert duo_links.read(token) == duo_links.Asked(one, MONTH)
    assert duo_links.read("autre") is None
    one.is_active = False
    one.save()
    assert duo_links.read(token) is None


def test_who_skips_after_the_other_was_already_out_tells_nobody():
    one, other = taking(), taking()
    services.draw(DECEMBER)
    DuoTurn.objects.filter(member=other).update(outcome=TurnOutcome.SKIPPED)
    services.skip(MONTH, by=one, now=DECEMBER)
    assert len(told(other)) == 1


def test_a_duo_is_found_by_its_two_people_alone():
    one, other = taking(), taking()
    services.draw(DECEMBER)
    duo = duo_of(one)
    assert queries.of_member(one, duo.pk) == queries.of_member(other, duo.pk) == duo
    assert queries.of_member(taking(), duo.pk) is None


def test_moments_are_all_those_there_are_when_there_are_few(monkeypatch):
    monkeypatch.setattr(queries, "PROPOSED", 1000)
    one, other = taking(), taking()
    found = queries.moments(one, other, DECEMBER)
    assert found == sorted(set(found))
    assert 3 < len(found) < 1000
