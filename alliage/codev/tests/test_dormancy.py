"""A group that sleeps is told so once, may be taken up again or closed, and loses nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.enums import MemberState
from alliage.codev.models import Group
from alliage.codev.queries import dormancy as queries
from alliage.codev.services import cycles, dormancy, encounters, groups, threads
from alliage.codev.services.messages import Said
from alliage.codev.services.threads import Opening
from alliage.codev.tests.factories import NOW, GroupFactory, MembershipFactory, group_of
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=200)


@pytest.fixture
def keeper():
    return MemberFactory(name="Fanta Keita")


@pytest.fixture
def driss():
    return MemberFactory(name="Driss Alaoui")


@pytest.fixture
def group(keeper, driss):
    return group_of(driss, facilitator=keeper, name="Pairs")


def told():
    return Notification.objects.filter(kind=dormancy.DORMANT)


def signed_in(person):
    client = MemberClient()
    client.force_login(person)
    return client


def sleeps(group, now=LATER):
    return queries.dormant_since(group, now) is not None


# --- What a sign of life is ----------------------------------------------------------------------------------------


def test_a_group_sleeps_after_six_months_without_anything(group, settings):
    assert not sleeps(group, NOW + timedelta(days=180))
    assert queries.dormant_since(group, LATER) == NOW
    assert queries.among([group, GroupFactory(created_at=LATER)], LATER) == {group.pk}
    settings.GROUP_DORMANT_MONTHS = 12
    assert not sleeps(group)


def test_a_date_to_come_or_past_a_message_dates_to_choose_are_life(group, keeper):
    soon = LATER - timedelta(days=10)
    others = [group_of(facilitator=keeper) for _each in range(3)]
    encounters.plan(group, encounters.Fixed(LATER + timedelta(days=3)), by=keeper, now=NOW)
    encounters.plan(others[0], encounters.Fixed(soon), by=keeper, now=NOW)
    threads.open_thread(others[1], Opening(Said("Où en êtes-vous ?")), by=keeper, now=soon)
    cycles.open_poll(others[2], cycles.Proposed([LATER, LATER + timedelta(days=1)]), by=keeper, now=soon)
    assert queries.among([group, *others], LATER) == set()


def test_what_was_called_off_is_no_life_and_a_closed_group_does_not_sleep(group, keeper):
    planned = encounters.plan(group, encounters.Fixed(LATER), by=keeper, now=NOW)
    encounters.cancel(planned, by=keeper, now=NOW)
    assert sleeps(group)
    groups.close_group(group, by=keeper, now=NOW)
    assert not sleeps(group)


# --- Told once -----------------------------------------------------------------------------------------------------


def test_its_members_are_told_once_for_each_sleep(group, keeper, driss):
    MembershipFactory(group=group, member=MemberFactory(), state=MemberState.LEFT, ended_at=NOW)
    assert dormancy.tell(NOW) == 0
    assert dormancy.tell(LATER) == 1
    assert {each.person for each in told()} == {keeper, driss}
    assert "Pairs" not in "".join(f"{each.title}{each.text}" for each in told())
    assert dormancy.tell(LATER + timedelta(days=400)) == 0
    # It wakes, then sleeps again.
    threads.open_thread(group, Opening(Said("Bonjour")), by=keeper, now=LATER + timedelta(days=401))
    assert dormancy.tell(LATER + timedelta(days=402)) == 0
    assert dormancy.tell(LATER + timedelta(days=700)) == 1
    assert told().count() == 4


def test_a_message_that_comes_meanwhile_is_heeded(group, keeper, monkeypatch):
    asked = queries.to_tell(LATER)
    assert list(asked) == [group]
    rows = list(asked)
    threads.open_thread(group, Opening(Said("Bonjour")), by=keeper, now=LATER)

    class Stale:
        def order_by(self, *_names):
            return rows

    real, calls = queries.to_tell, []

    def first_stale(now):
        calls.append(now)
        return Stale() if len(calls) == 1 else real(now)

    monkeypatch.setattr(queries, "to_tell", first_stale)
    assert dormancy.tell(LATER) == 0
    assert not told().exists()


# --- Taken up again ------------------------------------------------------------------------------------------------


def test_a_closed_group_begins_again_with_its_people_and_its_words(group, keeper, driss):
    threads.open_thread(group, Opening(Said("Bonjour")), by=driss, now=NOW)
    groups.close_group(group, by=keeper, now=LATER)
    again = dormancy.reopen(group, by=keeper, now=LATER + timedelta(days=300))
    assert (again.is_active, again.closed_at, again.member_count) == (True, None, 2)
    assert again.threads.count() == 1
    assert not sleeps(again, LATER + timedelta(days=301))
    assert dormancy.reopen(again, by=keeper, now=LATER + timedelta(days=900)).reopened_at == again.reopened_at


# --- Pages ---------------------------------------------------------------------------------------------------------


def asleep(group):
    Group.objects.filter(pk=group.pk).update(created_at=timezone.now() - timedelta(days=300))


def test_each_reads_that_it_sleeps_and_what_they_may_do(group, keeper, driss):
    page, close, dates = group.get_absolute_url(), f"/codev/groupes/{group.pk}/terminer/", "Reprendre"
    Group.objects.filter(pk=group.pk).update(created_at=timezone.now())
    assert "en sommeil" not in signed_in(keeper).get(page).text
    asleep(group)
    html = signed_in(keeper).get(page).text
    assert all(each in html for each in ("Ce groupe est en sommeil", dates, "Clore le groupe"))
    html = signed_in(driss).get(page).text
    assert all(each in html for each in ("Ce groupe est en sommeil", "Écrire au groupe"))
    assert close not in html
    html = signed_in(MemberFactory(role=Role.ANIMATOR)).get(page).text
    assert all(each in html for each in ("Ce groupe est en sommeil", "Clore le groupe"))
    assert dates not in html
    assert "sommeil" not in signed_in(MemberFactory()).get(page).text
    assert "en sommeil" in signed_in(driss).get("/codev/").text


def test_who_ended_it_opens_it_again(group, keeper, driss):
    url, page = f"/codev/groupes/{group.pk}/rouvrir/", group.get_absolute_url()
    groups.close_group(group, by=keeper, now=timezone.now())
    assert url not in signed_in(driss).get(page).text
    assert signed_in(driss).post(url).status_code == 403
    assert url in signed_in(MemberFactory(role=Role.ANIMATOR)).get(page).text
    client = signed_in(keeper)
    assert url in client.get(page).text
    assert client.post(url).headers["Location"] == page
    group.refresh_from_db()
    assert group.is_active
