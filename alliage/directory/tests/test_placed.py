"""What a territory's page shows of alliances and needs, found in memory: the same as what their lists find."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import NeedState, Visibility
from alliage.directory.models import Alliance, Need
from alliage.directory.queries import alliances, needs
from alliage.directory.queries.need_filters import NeedFilters
from alliage.directory.queries.snapshot import of_page, snapshot
from alliage.directory.services import alliances as alliance_services
from alliage.directory.services import needs as services
from alliage.directory.tests.factories import AllianceFactory, NeedFactory, OrganisationFactory, changed
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.snapshot import forget
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
ANYONE = AnonymousUser()


@pytest.fixture
def land():
    region = TerritoryFactory(kind="region", code="84")
    loire = TerritoryFactory(kind="departement", code="42", region=region)
    metropole = TerritoryFactory(kind="epci", code="244200770")
    inside = {"epci": metropole, "departement": loire, "region": region}
    etienne = TerritoryFactory(kind="commune", code="42218", **inside)
    other = TerritoryFactory(kind="commune", code="42207", **inside)
    part = TerritoryFactory(kind="commune", code="42219", status="delegated", part_of=etienne, **inside)
    custom = TerritoryFactory(kind="perso", code="pays")
    custom.communes.add(etienne)
    forget()
    return [region, loire, metropole, etienne, other, part, custom]


def test_the_page_of_any_territory_shows_what_the_lists_find(land):
    for place in (*land, *land, None):
        AllianceFactory(territory=place)
        NeedFactory(territory=place)
    now, known = timezone.now(), snapshot()
    for place in land:
        listed = alliances.filtered_alliances(alliances.visible_alliances(), alliances.AllianceFilters(territory=place))
        shown = alliances.of_territory(place, ANYONE, limit=50, known=known)
        assert [each for each, _goals in shown] == list(listed), place
        listed = needs.rows(NeedFilters(territory=place), now=now).exclude(territory=None)
        assert needs.of_territory(place, now=now, limit=49, known=known) == list(listed), place


def test_nothing_is_asked_for_a_territory_without_any(land, django_assert_num_queries):
    known = snapshot()
    AllianceFactory(territory=land[4])
    alliances.of_territory(land[3], ANYONE, limit=4, known=known)
    needs.of_territory(land[3], now=timezone.now(), limit=4, known=known)
    with django_assert_num_queries(0):
        assert alliances.of_territory(land[3], ANYONE, limit=4, known=known) == []
        assert needs.of_territory(land[3], now=timezone.now(), limit=4, known=known) == []


def test_goals_come_in_their_order_with_their_alliance(land):
    goals = [TermFactory(vocabulary=Vocabulary.ODD, code=code) for code in ("4", "17")]
    alliance = AllianceFactory(territory=land[3])
    alliance.goals.set(goals[::-1])
    ((found, named),) = alliances.of_territory(land[3], ANYONE, limit=4, known=snapshot())
    assert (found, named) == (alliance, goals)


@pytest.mark.parametrize("hide", ["alliance", "side", "visibility"])
def test_what_may_no_longer_be_seen_is_gone_at_once_even_from_an_older_state(land, hide):
    alliance = AllianceFactory(territory=land[3])
    known = snapshot()
    assert alliances.of_territory(land[3], ANYONE, limit=4, known=known)
    if hide == "alliance":
        Alliance.objects.update(is_hidden=True)
    elif hide == "side":
        type(alliance.first).objects.filter(pk=alliance.first_id).update(is_hidden=True)
    else:
        type(alliance.first).objects.filter(pk=alliance.first_id).update(visibility=Visibility.MEMBERS)
    assert alliances.of_territory(land[3], ANYONE, limit=4, known=known) == []


def test_members_see_what_is_for_members(land):
    AllianceFactory(territory=land[3], first=OrganisationFactory(visibility=Visibility.MEMBERS))
    known = snapshot()
    assert alliances.of_territory(land[3], ANYONE, limit=4, known=known) == []
    assert len(alliances.of_territory(land[3], MemberFactory(), limit=4, known=known)) == 1


@pytest.mark.parametrize("change", [{"is_hidden": True}, {"state": NeedState.EXPIRED}, {"expires_at": "now"}])
def test_a_need_that_ends_is_gone_at_once_even_from_an_older_state(land, change):
    NeedFactory(territory=land[3], opened_at=timezone.now() - timedelta(days=2))
    known, now = snapshot(), timezone.now()
    assert needs.of_territory(land[3], now=now, limit=4, known=known)
    Need.objects.update(**{name: now if value == "now" else value for name, value in change.items()})
    assert needs.of_territory(land[3], now=now, limit=4, known=known) == []


def test_a_need_that_opens_moves_or_comes_back_is_found_by_the_next_page(land):
    now = timezone.now()

    def shown(place):
        return needs.of_territory(place, now=now, limit=4, known=snapshot())

    assert shown(land[3]) == shown(land[4]) == []
    said = services.Said("besoin", "lieu", "Un local", territory=land[3])
    need = services.post_without_account(said, name="Léa", email="lea@exemple.fr", now=now)
    assert shown(land[3]) == []
    services.confirm_need(need, now=now)
    assert shown(land[3]) == [need]
    services.edit_need(need, services.Said("besoin", "lieu", "Un local", territory=land[4]), now=now)
    assert (shown(land[3]), shown(land[4])) == ([], [need])
    services.hide_need(need, by=None, now=now)
    assert shown(land[4]) == []
    services.restore_need(need, by=None, now=now)
    assert shown(land[4]) == [need]


def test_an_alliance_that_is_confirmed_is_found_by_the_next_page(land):
    alliance = AllianceFactory(territory=land[3], state="declared", confirmed_at=None)
    assert alliances.of_territory(land[3], ANYONE, limit=4, known=snapshot()) == []
    alliance_services.confirm_alliance(alliance, by=None, now=timezone.now())
    assert len(alliances.of_territory(land[3], ANYONE, limit=4, known=snapshot())) == 1


def test_one_page_reads_one_state_of_the_directory(rf, django_assert_num_queries):
    request = rf.get("/")
    first = of_page(request)
    changed(OrganisationFactory().pk)
    with django_assert_num_queries(0):
        assert of_page(request) is first
