"""Coming in, answering, leaving, handing over: who is in a group and how."""

from datetime import timedelta

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.enums import Access, GroupKind, GroupState, MemberRole, MemberState
from alliage.codev.models import Group, Membership
from alliage.codev.queries import groups as group_queries
from alliage.codev.queries import memberships as queries
from alliage.codev.services import groups
from alliage.codev.services import memberships as services
from alliage.codev.services.memberships import MembershipRefused, Pledge
from alliage.codev.tests.factories import NOW, MembershipFactory, group_of
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.directory.tests.factories import MembershipFactory as BelongingFactory
from alliage.notifications.models import Notification, OutgoingMail
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

pytestmark = pytest.mark.django_db
PLEDGE = Pledge(charter_version=1, no_hierarchy=True)
LATER = NOW + timedelta(days=1)


def told(member):
    return list(Notification.objects.filter(person=member).values_list("kind", flat=True))


def count_of(group):
    return Group.objects.get(pk=group.pk).member_count


@pytest.fixture
def foundation(db):
    return Term.objects.create(vocabulary=Vocabulary.CATEGORIES, code="fondation", label="Fondation")


def test_one_comes_in_an_open_group_at_once():
    group, member = group_of(access=Access.OPEN), MemberFactory()
    row = services.join(group, PLEDGE, by=member, now=NOW)
    assert (row.state, row.joined_at, row.charter_version) == (MemberState.ACTIVE, NOW, 1)
    assert count_of(group) == 2


def test_coming_in_twice_is_once():
    group, member = group_of(access=Access.OPEN), MemberFactory()
    services.join(group, PLEDGE, by=member, now=NOW)
    services.join(group, PLEDGE, by=member, now=LATER)
    assert count_of(group) == 2


def test_one_asks_a_group_on_request_and_its_facilitators_are_told_without_a_word_of_it():
    keeper, member = MemberFactory(), MemberFactory()
    group = group_of(facilitator=keeper)
    row = services.join(group, Pledge(1, no_hierarchy=True, text="canari\x00"), by=member, now=NOW)
    assert (row.state, row.text, count_of(group)) == (MemberState.ASKED, "canari", 1)
    assert told(keeper) == ["codev.group_asked"]
    assert "canari" not in str(list(Notification.objects.values())) + str(list(OutgoingMail.objects.values()))


def test_asking_again_says_another_word_and_tells_nobody_again():
    keeper, member = MemberFactory(), MemberFactory()
    group = group_of(facilitator=keeper)
    services.join(group, PLEDGE, by=member, now=NOW)
    services.join(group, Pledge(1, no_hierarchy=True, text="Encore"), by=member, now=LATER)
    row = group.memberships.get(member=member)
    assert (row.text, row.created_at) == ("Encore", NOW)
    assert told(keeper) == ["codev.group_asked"]


def test_an_invitation_opens_a_closed_group():
    keeper, member = MemberFactory(), MemberFactory()
    group = group_of(facilitator=keeper, access=Access.CLOSED)
    services.invite(group, member, by=keeper, now=NOW)
    assert told(member) == ["codev.group_invited"]
    assert services.join(group, PLEDGE, by=member, now=LATER).state == MemberState.ACTIVE
    assert told(keeper) == ["codev.group_answered"]


def test_a_closed_group_is_entered_on_invitation_only():
    with pytest.raises(MembershipRefused, match="invitation"):
        services.join(group_of(access=Access.CLOSED), PLEDGE, by=MemberFactory(), now=NOW)


def test_the_charter_accepted_is_the_one_that_was_read():
    group = group_of(access=Access.OPEN, charter_version=2)
    with pytest.raises(MembershipRefused, match="changer"):
        services.join(group, PLEDGE, by=MemberFactory(), now=NOW)


def test_a_codev_group_asks_to_declare_no_hierarchical_link():
    group = group_of(access=Access.OPEN)
    with pytest.raises(MembershipRefused, match="hiérarchique"):
        services.join(group, Pledge(1), by=MemberFactory(), now=NOW)


def test_a_thematic_group_does_not():
    group = group_of(access=Access.OPEN, kind=GroupKind.THEMATIC)
    row = services.join(group, Pledge(1, is_shown=True), by=MemberFactory(name="Ada"), now=NOW)
    assert row.no_hierarchy_declared_at is None
    assert group_queries.shown_names(group) == ["Ada"]


def test_a_full_group_takes_nobody():
    group = group_of(*(MemberFactory() for _each in range(7)), access=Access.OPEN)
    with pytest.raises(MembershipRefused, match="places"):
        services.join(group, PLEDGE, by=MemberFactory(), now=NOW)
    assert count_of(group) == 8


def test_nobody_comes_in_a_closed_group():
    group = groups.close_group(group_of(access=Access.OPEN), by=None, now=NOW)
    with pytest.raises(groups.GroupRefused, match="terminé"):
        services.join(group, PLEDGE, by=MemberFactory(), now=NOW)


# --- Categories that may not join ----------------------------------------------------------------------------------


def test_an_excluded_category_does_not_join_by_its_own_entry_or_its_organisation(foundation):
    group = group_of(access=Access.OPEN, excluded_categories=["fondation"])
    one, other = MemberFactory(), MemberFactory()
    CatalystFactory(owner=one, category=foundation)
    BelongingFactory(person=CatalystFactory(owner=other), group=OrganisationFactory(category=foundation))
    for member in (one, other):
        with pytest.raises(MembershipRefused, match="catégorie"):
            services.join(group, PLEDGE, by=member, now=NOW)


def test_who_has_no_known_category_asks_a_group_that_excludes_some(foundation):
    group = group_of(access=Access.OPEN, excluded_categories=["fondation"])
    assert services.join(group, PLEDGE, by=MemberFactory(), now=NOW).state == MemberState.ASKED


def test_another_category_comes_in(foundation):
    group = group_of(access=Access.OPEN, excluded_categories=["entreprise"])
    member = MemberFactory()
    CatalystFactory(owner=member, category=foundation)
    assert services.join(group, PLEDGE, by=member, now=NOW).state == MemberState.ACTIVE


# --- Invite, answer ------------------------------------------------------------------------------------------------


def test_inviting_twice_is_once():
    group, member = group_of(), MemberFactory()
    services.invite(group, member, by=None, now=NOW)
    services.invite(group, member, by=None, now=LATER)
    assert told(member) == ["codev.group_invited"]


def test_inviting_who_asked_takes_her_in():
    group, member = group_of(), MemberFactory()
    services.join(group, PLEDGE, by=member, now=NOW)
    assert services.invite(group, member, by=None, now=LATER).state == MemberState.ACTIVE


def test_who_left_is_invited_again():
    member = MemberFactory()
    group = group_of(member)
    services.leave(group.memberships.get(member=member), by=member, now=NOW)
    row = services.invite(group, member, by=None, now=LATER)
    assert (row.state, row.ended_at, told(member)) == (MemberState.INVITED, None, ["codev.group_invited"])


def test_who_is_in_is_not_invited():
    row = MembershipFactory()
    with pytest.raises(MembershipRefused, match="déjà"):
        services.invite(row.group, row.member, by=None, now=NOW)


def test_a_closed_account_is_not_invited():
    with pytest.raises(MembershipRefused, match="fermé"):
        services.invite(group_of(), MemberFactory(is_active=False), by=None, now=NOW)


@pytest.mark.parametrize(("accept", "state"), [(True, "active"), (False, "refused")])
def test_who_asked_is_told_the_answer(accept, state):
    keeper, member = MemberFactory(), MemberFactory()
    group = group_of(facilitator=keeper)
    asked = services.join(group, Pledge(1, no_hierarchy=True, text="Bonjour"), by=member, now=NOW)
    row = services.answer(asked, accept=accept, by=keeper, now=LATER)
    assert (row.state, row.text, row.decided_by) == (state, "", keeper)
    assert told(member) == ["codev.group_answered"]
    assert count_of(group) == 1 + accept


def test_an_answer_is_given_once():
    asked = services.join(group_of(), PLEDGE, by=MemberFactory(), now=NOW)
    services.answer(asked, accept=False, by=MemberFactory(), now=NOW)
    with pytest.raises(MembershipRefused, match="entre-temps"):
        services.answer(asked, accept=True, by=None, now=NOW)


def test_after_a_refusal_one_asks_again_a_month_later():
    group, member = group_of(access=Access.OPEN), MemberFactory()
    group.access = Access.REQUEST
    group.save()
    asked = services.join(group, PLEDGE, by=member, now=NOW)
    services.answer(asked, accept=False, by=MemberFactory(), now=NOW)
    with pytest.raises(MembershipRefused, match="mois"):
        services.join(group, PLEDGE, by=member, now=LATER)
    assert services.join(group, PLEDGE, by=member, now=NOW + timedelta(days=31)).state == MemberState.ASKED


def test_who_took_her_request_back_asks_when_she_wants():
    group, member = group_of(), MemberFactory()
    asked = services.join(group, PLEDGE, by=member, now=NOW)
    services.take_back(asked, by=member, now=NOW)
    assert services.join(group, PLEDGE, by=member, now=LATER).state == MemberState.ASKED


def test_an_invitation_is_declined_once():
    invited = services.invite(group_of(), MemberFactory(), by=None, now=NOW)
    assert services.take_back(invited, by=invited.member, now=NOW).state == MemberState.REFUSED
    with pytest.raises(MembershipRefused):
        services.take_back(invited, by=invited.member, now=NOW)


def test_the_first_who_comes_in_a_group_without_anyone_facilitates_it():
    group = groups.open_group(groups.Said("Composé", access=Access.CLOSED), by=MemberFactory(), now=NOW, joins=False)
    people = [MemberFactory(), MemberFactory()]
    for member in people:
        services.invite(group, member, by=None, now=NOW)
    roles = [services.join(group, PLEDGE, by=member, now=NOW).role for member in people]
    assert roles == [MemberRole.FACILITATOR, MemberRole.MEMBER]


# --- Stay, leave ---------------------------------------------------------------------------------------------------


def test_a_changed_charter_is_accepted_again():
    row = MembershipFactory()
    groups.change_group(row.group, groups.Said("Pairs", charter="Autre"), by=MemberFactory(), now=NOW)
    with pytest.raises(MembershipRefused, match="changer"):
        services.accept_charter(row, 1, by=row.member, now=LATER)
    services.accept_charter(row, 2, by=row.member, now=LATER)
    row.refresh_from_db()
    assert (row.charter_version, row.charter_accepted_at) == (2, LATER)


def test_one_s_name_is_shown_to_everyone_only_if_she_says_so():
    row = MembershipFactory(member=MemberFactory(name="Ada"))
    assert group_queries.shown_names(row.group) == []
    services.show_name(row, shown=True, by=row.member, now=NOW)
    assert group_queries.shown_names(row.group) == ["Ada"]


def test_leaving_frees_a_seat():
    member = MemberFactory()
    group = group_of(member)
    row = services.leave(group.memberships.get(member=member), by=member, now=NOW)
    assert (row.state, row.ended_at, count_of(group)) == (MemberState.LEFT, NOW, 1)
    assert told(member) == []


def test_who_is_taken_off_is_told_and_asks_to_come_back():
    keeper, member = MemberFactory(), MemberFactory()
    group = group_of(member, facilitator=keeper, access=Access.OPEN)
    services.leave(group.memberships.get(member=member), by=keeper, now=NOW)
    assert told(member) == ["codev.group_life"]
    assert services.join(group, PLEDGE, by=member, now=LATER).state == MemberState.ASKED


def test_who_left_comes_back_as_anyone():
    member = MemberFactory()
    group = group_of(member, access=Access.OPEN)
    services.leave(group.memberships.get(member=member), by=member, now=NOW)
    assert services.join(group, PLEDGE, by=member, now=LATER).state == MemberState.ACTIVE


def test_the_last_facilitator_hands_over_before_leaving():
    keeper, member = MemberFactory(), MemberFactory()
    group = group_of(member, facilitator=keeper)
    mine, hers = group.memberships.get(member=keeper), group.memberships.get(member=member)
    with pytest.raises(MembershipRefused, match="facilitation"):
        services.leave(mine, by=keeper, now=NOW)
    services.hand_over(hers, by=keeper, now=NOW)
    assert told(member) == ["codev.group_life"]
    mine.refresh_from_db()
    assert mine.role == MemberRole.MEMBER
    assert services.leave(mine, by=keeper, now=NOW).state == MemberState.LEFT


def test_who_is_alone_leaves_without_handing_over():
    keeper = MemberFactory()
    group = group_of(facilitator=keeper)
    services.leave(group.memberships.get(), by=keeper, now=NOW)
    assert count_of(group) == 0


def test_facilitation_is_shared_once():
    keeper, member = MemberFactory(), MemberFactory()
    group = group_of(member, facilitator=keeper)
    hers = group.memberships.get(member=member)
    services.hand_over(hers, by=keeper, now=NOW, keeps=True)
    services.hand_over(hers, by=keeper, now=NOW, keeps=True)
    assert group.memberships.filter(role=MemberRole.FACILITATOR).count() == 2
    assert told(member) == ["codev.group_life"]


def test_an_animator_gives_an_orphan_group_to_one_of_its_members():
    row = MembershipFactory()
    services.hand_over(row, by=MemberFactory(), now=NOW)
    row.refresh_from_db()
    assert row.is_facilitator


# --- Forget --------------------------------------------------------------------------------------------------------


def test_a_group_whose_facilitator_closes_her_account_goes_to_who_has_been_there_longest():
    keeper, first, second = MemberFactory(), MemberFactory(), MemberFactory()
    group = group_of(facilitator=keeper)
    MembershipFactory(group=group, member=second, joined_at=NOW + timedelta(days=2))
    MembershipFactory(group=group, member=first, joined_at=LATER)
    services.forget_member(keeper, now=NOW + timedelta(days=9))
    assert group.memberships.get(role=MemberRole.FACILITATOR).member == first
    assert count_of(group) == 2
    assert told(first) == ["codev.group_life"]
    assert not Membership.objects.filter(member=keeper).exists()


def test_a_group_left_with_nobody_ends():
    keeper = MemberFactory()
    group = group_of(facilitator=keeper)
    services.forget_member(keeper, now=NOW)
    group.refresh_from_db()
    assert (group.state, group.member_count) == (GroupState.CLOSED, 0)


def test_a_request_and_a_shared_facilitation_are_forgotten_too():
    keeper, other = MemberFactory(), MemberFactory()
    asked = services.join(group_of(), PLEDGE, by=keeper, now=NOW)
    group = group_of(facilitator=keeper)
    MembershipFactory(group=group, member=other, role=MemberRole.FACILITATOR)
    services.forget_member(keeper, now=NOW)
    assert not Membership.objects.filter(pk=asked.pk).exists()
    assert group.memberships.get().member == other


def test_a_member_takes_her_own_copy():
    member = MemberFactory()
    group = group_of(member, name="Pairs")
    services.leave(group.memberships.get(member=member), by=member, now=NOW)
    services.join(group_of(name="Autre"), PLEDGE, by=member, now=NOW)
    copy = queries.export_of(member)
    assert [(row["groupe"], row["jusqu_au"]) for row in copy] == [("Pairs", NOW), ("Autre", None)]


# --- Reads ---------------------------------------------------------------------------------------------------------


def test_who_waits_is_counted_for_the_facilitator():
    group = group_of()
    MembershipFactory(group=group, state=MemberState.ASKED)
    invited = MembershipFactory(group=group, state=MemberState.INVITED)
    found = group_queries.waits(group)
    assert (found.asked, found.invited) == (1, 1)
    assert len(queries.waiting(group)) == 2
    assert list(queries.my_waiting(invited.member)) == [invited]
    assert queries.of_group(group, invited.pk) == invited
    assert queries.of_group(group_of(), invited.pk) is None


def test_facilitators_whose_account_is_closed_are_told_nothing():
    group = group_of(facilitator=MemberFactory(is_active=False))
    assert queries.facilitators_of(group) == []
    assert [each.role for each in queries.active(group)] == [MemberRole.FACILITATOR]
