"""Opening, saying, closing a group; what the database itself refuses; the demonstration."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import IntegrityError, transaction

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import charter, loading, permissions
from alliage.codev.enums import Access, EncounterState, GroupKind, GroupState, MemberRole, MemberState, PollState
from alliage.codev.models import Encounter, Group, Membership
from alliage.codev.queries import groups as queries
from alliage.codev.services import cycles, demonstration, encounter_notices, encounters
from alliage.codev.services import groups as services
from alliage.codev.services.groups import GroupRefused, Said
from alliage.codev.tests.factories import NOW, GroupFactory, MembershipFactory, group_of
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db


def said(**more):
    return Said(**({"name": "Pairs", "charter": charter.starting_text()} | more))


def test_who_opens_a_group_facilitates_it_and_accepted_its_charter():
    member = MemberFactory()
    group = services.open_group(said(), by=member, now=NOW)
    row = group.memberships.get()
    assert (row.member, row.role, row.state) == (member, MemberRole.FACILITATOR, MemberState.ACTIVE)
    assert (row.charter_version, row.charter_accepted_at, row.no_hierarchy_declared_at) == (1, NOW, NOW)
    assert group.member_count == 1
    assert permissions.facilitates(member, group)


def test_a_thematic_group_asks_no_declaration_about_hierarchy():
    group = services.open_group(said(kind=GroupKind.THEMATIC, seats=60), by=MemberFactory(), now=NOW)
    assert group.memberships.get().no_hierarchy_declared_at is None


def test_a_group_may_open_with_nobody_in_it():
    group = services.open_group(said(), by=MemberFactory(), now=NOW, joins=False)
    assert (group.member_count, group.memberships.count()) == (0, 0)


def test_the_charter_starts_from_the_four_principles_of_the_source():
    for principle in ("Confidentialité", "Bienveillance", "Parler-vrai", "Engagement dans la durée"):
        assert principle in charter.starting_text()


@pytest.mark.parametrize(("kind", "seats"), [("codev", 4), ("codev", 9), ("thematic", 1), ("cohort", 401)])
def test_a_group_has_the_seats_of_its_kind(kind, seats):
    with pytest.raises(GroupRefused, match="places"):
        services.open_group(said(kind=kind, seats=seats), by=MemberFactory(), now=NOW)


def test_a_group_has_a_name():
    with pytest.raises(GroupRefused, match="nom"):
        services.open_group(said(name=" \x00 "), by=MemberFactory(), now=NOW)


def test_another_charter_is_another_version_that_who_changed_it_accepts():
    member, other = MemberFactory(), MemberFactory()
    group = group_of(other, facilitator=member)
    later = NOW + timedelta(days=1)
    changed = services.change_group(group, said(charter="Autre\r\ncharte\x00"), by=member, now=later)
    assert (changed.charter, changed.charter_version) == ("Autre\ncharte", 2)
    assert changed.memberships.get(member=member).charter_version == 2
    assert changed.memberships.get(member=other).charter_version == 1


def test_the_same_charter_is_the_same_version():
    group = group_of(charter="Une charte.")
    changed = services.change_group(group, said(charter="Une charte.", kind="thematic"), by=None, now=NOW)
    assert (changed.charter_version, changed.kind) == (1, GroupKind.CODEV)


def test_a_group_keeps_as_many_seats_as_it_has_members():
    group = group_of(*(MemberFactory() for _each in range(5)))
    with pytest.raises(GroupRefused, match="6 membres"):
        services.change_group(group, said(seats=5), by=None, now=NOW)


def test_closing_ends_what_waits_and_what_was_to_come_and_keeps_what_was():
    member = MemberFactory()
    group = group_of(inside := MemberFactory(), facilitator=member)
    MembershipFactory(group=group, state=MemberState.ASKED, text="Bonjour")
    MembershipFactory(group=group, state=MemberState.INVITED, role=MemberRole.FACILITATOR)
    cycle = cycles.open_cycle(group, starts_on=NOW.date(), rhythm=5, by=member, now=NOW)
    dates = [NOW + timedelta(days=1), NOW + timedelta(days=2)]
    poll = cycles.open_poll(group, cycles.Proposed(dates), by=member, now=NOW)
    soon = encounters.plan(group, encounters.Fixed(NOW + timedelta(days=3)), by=member, now=NOW)
    closed = services.close_group(group, by=member, now=NOW + timedelta(hours=1))
    again = services.close_group(closed, by=member, now=NOW + timedelta(days=9))
    assert (closed.state, again.closed_at) == (GroupState.CLOSED, NOW + timedelta(hours=1))
    left = group.memberships.exclude(state=MemberState.ACTIVE)
    assert set(left.values_list("state", "text", "role")) == {("refused", "", "member")}
    for row in (cycle, poll, soon):
        row.refresh_from_db()
    assert (cycle.state, poll.state, soon.state) == ("finished", PollState.CLOSED, EncounterState.CANCELLED)
    assert soon.sequence == 1
    notices = Notification.objects.filter(kind=encounter_notices.FIXED)
    assert [row.person for row in notices.filter(title__startswith="Annulé")] == [inside]


def test_nothing_is_done_in_a_closed_group():
    group = services.close_group(group_of(), by=None, now=NOW)
    with pytest.raises(GroupRefused, match="terminé"):
        services.locked_active(group)


def test_moderation_hides_a_group_and_restores_it():
    group = group_of()
    services.hide(group, by=None, now=NOW)
    assert list(queries.public()) == []
    services.restore(group, by=None, now=NOW)
    assert list(queries.public()) == [group]


# --- What the database refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("group_has_a_name", {"name": ""}),
        ("group_kind_known", {"kind": "club"}),
        ("group_access_known", {"access": "secret"}),
        ("group_state_known", {"state": "asleep"}),
        ("group_rhythm_known", {"rhythm": 3}),
        ("group_within_its_seats", {"member_count": 9}),
        ("group_seats_of_its_kind", {"seats": 9}),
        ("group_closed_has_a_date", {"state": "closed"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_database_refuses_a_group_that_breaks_its_rules(constraint, change):
    group = GroupFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Group.objects.filter(pk=group.pk).update(**change)
    assert constraint in {each.name for each in Group._meta.constraints}


@pytest.mark.parametrize(
    "change",
    [
        {"role": "boss"},
        {"state": "lost"},
        {"charter_accepted_at": None},
        {"charter_version": None},
        {"joined_at": None},
        {"state": "left", "role": "facilitator"},
    ],
    ids=str,
)
def test_the_database_refuses_a_place_that_breaks_its_rules(change):
    row = MembershipFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=row.pk).update(**change)


def test_the_database_refuses_two_places_for_one_member():
    row = MembershipFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(group=row.group, member=row.member, state=MemberState.ASKED)


def test_what_logs_print_says_nothing_that_was_typed():
    group = group_of(name="canari")
    made = encounters.plan(group, encounters.Fixed(NOW + timedelta(days=1), title="canari"), by=None, now=NOW)
    assert "canari" not in f"{group} {made} {group.memberships.first()}"


# --- Who may -------------------------------------------------------------------------------------------------------


def test_a_visitor_stands_nowhere():
    group = group_of()
    assert not permissions.is_in(AnonymousUser(), group)
    assert not permissions.can_open_group(AnonymousUser())
    assert permissions.can_open_group(MemberFactory())


def test_standing_follows_the_place():
    group = group_of()
    asked = MembershipFactory(group=group, state=MemberState.ASKED)
    invited = MembershipFactory(group=group, state=MemberState.INVITED)
    assert permissions.standing(asked.member, group).has_asked
    assert permissions.standing(invited.member, group).is_invited
    assert not permissions.is_in(invited.member, group)


def test_a_closed_account_is_in_no_group():
    row = MembershipFactory()
    row.member.is_active = False
    assert not permissions.is_in(row.member, row.group)


def test_a_hidden_group_is_seen_by_its_members_and_by_animators():
    member = MemberFactory()
    group = group_of(member, is_hidden=True)
    assert permissions.can_see_group(member, group)
    assert permissions.can_see_group(MemberFactory(role=Role.ANIMATOR), group)
    assert not permissions.can_see_group(MemberFactory(), group)


def test_an_animator_tends_the_people_of_a_group_that_nobody_facilitates_and_reads_nothing():
    animator = MemberFactory(role=Role.ANIMATOR)
    orphan, tended = MembershipFactory().group, group_of()
    assert permissions.can_tend_people(animator, orphan)
    assert not permissions.can_tend_people(animator, tended)
    assert not permissions.can_tend_people(MemberFactory(), orphan)
    assert not permissions.is_in(animator, orphan)
    assert permissions.can_close_group(animator, tended)
    assert not permissions.can_close_group(MemberFactory(), tended)


# --- Lists ---------------------------------------------------------------------------------------------------------


def test_the_list_says_where_there_is_a_seat():
    full = group_of(*(MemberFactory() for _each in range(7)), access=Access.OPEN)
    closed, free = group_of(access=Access.CLOSED), group_of(access=Access.OPEN, kind=GroupKind.THEMATIC)
    assert full.free_seats == 0
    assert list(queries.public(with_seats=True)) == [free]
    assert set(queries.public()) == {full, closed, free}
    assert list(queries.public("thematic")) == [free]
    assert queries.counts() == {"codev": 2, "thematic": 1, "cohort": 0}


def test_one_s_groups_come_with_their_next_date():
    member = MemberFactory()
    later, sooner = group_of(member), group_of(member)
    group_of()
    for group, days in ((later, 9), (sooner, 2)):
        encounters.plan(group, encounters.Fixed(NOW + timedelta(days=days)), by=None, now=NOW)
    assert [each.group for each in queries.mine(member, NOW)] == [sooner, later]
    assert queries.mine(member, NOW)[0].next_at == NOW + timedelta(days=2)


def test_active_members_are_those_whose_account_is_open():
    ada, bea, gone = MemberFactory(name="Bea"), MemberFactory(name="Ada"), MemberFactory(is_active=False)
    group = MembershipFactory(member=ada).group
    for member in (bea, gone):
        MembershipFactory(group=group, member=member)
    MembershipFactory(group=group, state=MemberState.ASKED)
    assert list(queries.active_members(group)) == [bea, ada]


# --- The demonstration ---------------------------------------------------------------------------------------------


def test_the_demonstration_has_its_groups_once_and_tells_nobody(settings):
    settings.DEMO = True
    call_command("load_personas", stdout=StringIO())
    call_command("load_demo_groups", stdout=StringIO())
    assert demonstration.load_groups(loading.demonstration(), now=NOW) == 0
    made = list(Group.objects.filter(is_demo=True))
    assert len(made) == 4
    assert all("fictif" in group.text for group in made)
    assert not Notification.objects.exists()
    assert all(each.is_demo for each in Member.objects.filter(codev_memberships__isnull=False))
    for group in made:
        assert group.member_count == group.memberships.filter(state=MemberState.ACTIVE).count()
        assert permissions.standing(group.created_by, group).facilitates


def test_a_demonstration_whose_dates_are_past_has_some_again():
    rows = loading.demonstration()
    assert demonstration.load_groups(rows, now=NOW) == 4
    count = Encounter.objects.count()
    demonstration.load_groups(rows, now=NOW + timedelta(days=200))
    assert Encounter.objects.count() > count


def test_a_group_whose_people_are_unknown_is_left_out():
    rows = loading.demonstration()
    assert demonstration.load_groups({"members": [], "groups": rows["groups"]}, now=NOW) == 0
