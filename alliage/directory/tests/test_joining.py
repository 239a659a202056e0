"""Belong to a group, hold its entry: ask, invite, answer, leave."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import permissions
from alliage.directory.enums import JoinKind, JoinState, Visibility
from alliage.directory.models import Entry, JoinRequest, Membership
from alliage.directory.queries import profiles as queries
from alliage.directory.services import joining as services
from alliage.directory.services.profiles import ProfileRefused
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, OrganisationFactory
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def person(**values):
    return CatalystFactory(owner=MemberFactory(), **values)


def told():
    return {(row.person_id, row.title, row.url) for row in Notification.objects.filter(kind="directory.join")}


def ask(group, who, role="bénévole"):
    return services.ask_to_join(group, role=role, text="Bonjour", by=who.owner, now=NOW)


def test_who_asks_to_join_is_answered_by_an_editor():
    group, holder, who = OrganisationFactory(name="Relais"), MemberFactory(), person(name="Anne")
    Entry.objects.filter(pk=group.pk).update(owner=holder)
    group.refresh_from_db()
    request = ask(group, who)
    assert {each[0] for each in told()} == {holder.pk}
    assert next(iter(told()))[2] == queries.people_url(group)
    assert permissions.can_answer(holder, request)
    assert not permissions.can_answer(who.owner, request)
    with pytest.raises(ProfileRefused, match="attente"):
        ask(group, who)
    services.answer(request, accept=True, by=holder, now=NOW)
    membership = Membership.objects.get(person=who, group=group)
    assert (membership.role, membership.is_editor) == ("bénévole", False)
    assert (who.owner_id, "Votre demande pour «\u00a0Relais\u00a0» est acceptée", queries.edit_url(group)) in told()
    who.refresh_from_db()
    assert "relais" in who.search_text
    with pytest.raises(ProfileRefused, match="déjà partie"):
        ask(group, who)
    with pytest.raises(ProfileRefused, match="déjà reçu"):
        services.answer(request, accept=False, by=holder, now=NOW)


def test_a_refusal_is_told_and_places_nobody():
    group, who = OrganisationFactory(owner=MemberFactory()), person()
    services.answer(ask(group, who), accept=False, by=group.owner, now=NOW)
    assert not Membership.objects.exists()
    assert any("n’est pas acceptée" in title and url == group.get_absolute_url() for _pk, title, url in told())
    assert ask(group, who).state == JoinState.OPEN


def test_without_an_entry_nobody_joins():
    with pytest.raises(ProfileRefused, match="votre fiche"):
        services.ask_to_join(OrganisationFactory(), role="", text="", by=MemberFactory(), now=NOW)


def test_a_group_without_editors_is_answered_by_animators():
    animator, who = MemberFactory(role=Role.ANIMATOR), person()
    closed = MemberFactory(role=Role.ANIMATOR, is_active=False)
    request = ask(OrganisationFactory(), who)
    assert {each[0] for each in told()} == {animator.pk}
    assert permissions.can_answer(animator, request)
    assert closed.pk not in {each[0] for each in told()}
    assert services.editors_of(OrganisationFactory(owner=closed)) == []


def test_the_holder_joins_at_once():
    who = person()
    group = OrganisationFactory(owner=who.owner)
    assert ask(group, who) is None
    assert Membership.objects.get().is_editor


def test_a_free_group_is_claimed_and_given_by_animators():
    animator, who, group = MemberFactory(role=Role.ANIMATOR), person(name="Anne"), OrganisationFactory(name="Relais")
    request = services.claim(group, text=" Je suis la directrice ", by=who.owner, now=NOW)
    assert (request.text, queries.open_claim_count(), list(queries.open_claims())) == (
        "Je suis la directrice",
        1,
        [request],
    )
    assert any(each[0] == animator.pk and each[2] == "/annuaire/rattachements/" for each in told())
    assert permissions.can_answer(animator, request)
    assert not permissions.can_answer(who.owner, request)
    assert permissions.can_answer_claims(animator)
    services.answer(request, accept=True, by=animator, now=NOW)
    group.refresh_from_db()
    assert group.owner == who.owner
    assert Membership.objects.get(person=who, group=group).is_editor
    with pytest.raises(ProfileRefused, match="déjà tenue"):
        services.claim(group, text="", by=MemberFactory(), now=NOW)
    with pytest.raises(ProfileRefused):
        services.claim(CatalystFactory(), text="", by=MemberFactory(), now=NOW)


def test_of_two_claims_one_is_granted():
    animator, group = MemberFactory(role=Role.ANIMATOR), OrganisationFactory()
    first = services.claim(group, text="moi", by=MemberFactory(), now=NOW)
    second = services.claim(group, text="moi aussi", by=MemberFactory(), now=NOW)
    services.answer(first, accept=True, by=animator, now=NOW)
    with pytest.raises(ProfileRefused, match="entre-temps"):
        services.answer(second, accept=True, by=animator, now=NOW)
    second.refresh_from_db()
    assert second.state == JoinState.OPEN


def test_an_invitation_is_answered_by_the_person_invited():
    holder, who = MemberFactory(), person(name="Anne")
    group = OrganisationFactory(owner=holder, name="Relais")
    request = services.invite(group, who, role="experte", by=holder, now=NOW)
    assert told() == {(who.owner_id, "«\u00a0Relais\u00a0» vous invite à la rejoindre", "/annuaire/ma-fiche/")}
    assert list(queries.invitations_of(who.owner)) == [request]
    assert permissions.can_answer(who.owner, request)
    assert not permissions.can_answer(holder, request)
    assert permissions.can_take_back(holder, request)
    assert not permissions.can_take_back(who.owner, request)
    services.answer(request, accept=True, by=who.owner, now=NOW)
    assert Membership.objects.get(person=who).role == "experte"
    assert (holder.pk, f"{who.owner} rejoint «\u00a0Relais\u00a0»", queries.people_url(group)) in told()
    with pytest.raises(ProfileRefused, match="déjà partie"):
        services.invite(group, who, role="", by=holder, now=NOW)
    with pytest.raises(ProfileRefused, match="compte"):
        services.invite(group, CatalystFactory(), role="", by=holder, now=NOW)
    declined = services.invite(group, person(), role="", by=holder, now=NOW)
    services.answer(declined, accept=False, by=declined.member, now=NOW)
    assert any("ne rejoint pas" in title for _pk, title, _url in told())


def test_who_asked_may_take_it_back():
    group, who = OrganisationFactory(owner=MemberFactory()), person()
    request = ask(group, who)
    assert permissions.can_take_back(who.owner, request)
    assert not permissions.can_take_back(group.owner, request)
    assert list(queries.asked_by(who.owner)) == [request]
    services.take_back(request, by=who.owner, now=NOW)
    assert queries.open_requests(group) == []
    with pytest.raises(ProfileRefused):
        services.take_back(request, by=who.owner, now=NOW)


def test_a_role_and_the_right_to_edit_are_given_and_taken():
    group = OrganisationFactory(owner=MemberFactory())
    membership = MembershipFactory(group=group, person=person())
    services.set_role(membership, role="présidente", is_editor=True, by=group.owner, now=NOW)
    assert membership.person.owner in services.editors_of(group)
    assert queries.held_by(membership.person.owner) == [group]
    services.set_role(membership, role="", is_editor=False, by=group.owner, now=NOW)
    assert services.editors_of(group) == [group.owner]


def test_leaving_tells_who_was_taken_off_and_the_holder_hands_over_first():
    group = OrganisationFactory(owner=MemberFactory(), name="Relais")
    membership = MembershipFactory(group=group, person=person())
    services.leave(membership, by=group.owner, now=NOW)
    assert Notification.objects.filter(kind="directory.entry_changed", title__contains="Relais").count() == 1
    again = MembershipFactory(group=group, person=membership.person)
    services.leave(again, by=membership.person.owner, now=NOW)
    alone = MembershipFactory(group=group, person=CatalystFactory())
    services.leave(alone, by=group.owner, now=NOW)
    assert not group.people.exists()
    held = MembershipFactory(group=group, person=CatalystFactory(owner=group.owner))
    with pytest.raises(ProfileRefused, match="confie"):
        services.leave(held, by=group.owner, now=NOW)


def test_people_are_invited_by_their_published_name():
    anne = person(name="Anne Martin")
    person(name="Anne Martinet")
    person(name="Anne Secrète", visibility=Visibility.NOBODY)
    CatalystFactory(name="Anne Sans compte")
    assert [each.name for each in queries.people_named("anne")] == ["Anne Martin", "Anne Martinet"]
    assert queries.people_named("Martin Anne")[0] == anne
    assert queries.people_named("...") == []


def test_the_database_refuses_requests_that_make_no_sense():
    group, member = OrganisationFactory(), MemberFactory()
    JoinRequest.objects.create(entry=group, member=member, kind=JoinKind.JOIN)
    for values in (
        {"member": member},
        {"member": MemberFactory(), "kind": "danse"},
        {"member": MemberFactory(), "state": "perdue", "decided_at": NOW},
        {"member": MemberFactory(), "state": JoinState.ACCEPTED},
        {"member": MemberFactory(), "decided_at": NOW},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            JoinRequest.objects.create(**{"entry": group, "kind": JoinKind.JOIN, **values})
    assert str(JoinRequest.objects.get()) == f"{group.pk} – {member.pk}"
