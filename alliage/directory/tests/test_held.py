"""« Mon espace » reads what a member holds once, and says the same as each function alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import AllianceState, EntryKind, JoinKind, JoinState, OutdatedPart, OutdatedState, Says
from alliage.directory.models import HelpRequest, Knowledge, RequestRecipient
from alliage.directory.queries import alliances, freshness, profiles
from alliage.directory.queries.held import held
from alliage.directory.tests.factories import (
    AllianceFactory,
    CatalystFactory,
    MembershipFactory,
    NeedFactory,
    OrganisationFactory,
)


@pytest.fixture
def someone(db):
    """A member with an entry, an organisation of theirs, one that they edit, a hidden one, one where they only work."""
    member = MemberFactory()
    own = CatalystFactory(owner=member, name="Une personne", confirmed_on=None)
    OrganisationFactory(owner=member, name="A leur nom", confirmed_on=timezone.localdate())
    MembershipFactory(person=own, group=OrganisationFactory(name="Bien tenue"), is_editor=True)
    MembershipFactory(person=own, group=OrganisationFactory(name="Cachée", is_hidden=True), is_editor=True)
    MembershipFactory(person=own, group=OrganisationFactory(name="D’autres"), is_editor=False)
    return member


@pytest.fixture
def request_of(rf):
    def make(member):
        request = rf.get("/mon-espace/")
        request.user = member
        return request

    return make


def test_what_a_member_holds_is_read_once_for_a_page(someone, request_of, django_assert_num_queries):
    request = request_of(someone)
    with django_assert_num_queries(1):
        first = held(request)
        assert held(request) is first
    assert first.own is not None
    assert first.own.kind == EntryKind.CATALYST
    assert [entry.name for entry in first.groups] == ["A leur nom", "Bien tenue", "Cachée"]


def test_it_says_the_same_as_each_function_alone(someone, request_of):
    found = held(request_of(someone))
    assert found.own == profiles.of_member(someone)
    assert [entry.pk for entry in found.groups] == [entry.pk for entry in profiles.held_by(someone)]
    assert found.spoken_for == set(alliances.spoken_for(someone).values_list("pk", flat=True))
    today = timezone.localdate()
    assert freshness.among(found.owned, today) == list(freshness.to_confirm(someone, today))
    assert [entry.name for entry in freshness.among(found.owned, today)] == ["Une personne"]


def test_a_group_says_how_many_wait(someone, request_of):
    group = profiles.held_by(someone)[1]
    for kind in (JoinKind.JOIN, JoinKind.JOIN, JoinKind.CLAIM):
        group.join_requests.create(member=MemberFactory(), kind=kind, state=JoinState.OPEN)
    assert {entry.name: entry.waiting for entry in held(request_of(someone)).groups}["Bien tenue"] == 2


def test_a_part_has_something_only_when_its_own_reading_finds_some(someone, request_of):
    parts = ("has_outdated", "has_requests", "has_needs", "has_declared")
    assert not any(held(request_of(someone)).has(part) for part in parts)
    own, (group, *_others) = profiles.of_member(someone), profiles.held_by(someone)
    now = timezone.now()
    outdated = {"says": Says.OUTDATED, "part": OutdatedPart.values[0], "state": OutdatedState.OPEN}
    Knowledge.objects.create(entry=group, member=MemberFactory(), at=now, **outdated)
    NeedFactory(entry=own)
    times = dict.fromkeys(("created_at", "remind_at", "due_at"), now) | {"expires_at": now + timedelta(days=30)}
    asked = HelpRequest.objects.create(
        seed="s", token_digest="d", need="Un lieu", name="A", email="a@exemple.fr", **times
    )
    RequestRecipient.objects.create(request=asked, entry=own, sent_at=now)
    AllianceFactory(first=group, state=AllianceState.DECLARED)
    assert all(held(request_of(someone)).has(part) for part in parts)


def test_someone_new_holds_nothing(request_of, db):
    found = held(request_of(MemberFactory()))
    assert (found.own, found.groups, found.owned, found.spoken_for) == (None, [], [], set())


def test_mon_espace_asks_few_questions_of_someone_new_and_of_someone_who_holds_much(
    client, someone, django_assert_max_num_queries
):
    for member, most in ((MemberFactory(), 11), (someone, 12)):
        client.force_login(member)
        client.get("/mon-espace/")
        with django_assert_max_num_queries(most):
            assert client.get("/mon-espace/").status_code == 200
