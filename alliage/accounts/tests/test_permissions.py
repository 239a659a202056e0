import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.test import RequestFactory

from alliage.accounts import permissions
from alliage.accounts.backends import MemberBackend
from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory

RECORDS = "account_authentication_methods"


def request_of(user, **session):
    request = RequestFactory().get("/")
    request.user, request.session = user, session
    return request


@pytest.mark.parametrize(
    ("role", "expected"), [("member", False), ("facilitator", False), ("animator", True), ("administrator", True)]
)
def test_an_animator_is_someone_whose_role_is_at_least_animator(role, expected):
    assert permissions.is_animator(Member(role=role)) is expected


@pytest.mark.parametrize("question", ["is_facilitator", "is_animator", "is_administrator", "can_change_roles"])
def test_without_the_second_factor_a_role_gives_nothing(question):
    administrator = Member(role=Role.ADMINISTRATOR)
    assert getattr(permissions, question)(administrator)
    administrator.lacks_second_factor = True
    assert not getattr(permissions, question)(administrator)
    assert permissions.has_role(administrator, Role.MEMBER)


def test_a_visitor_or_a_closed_account_has_no_role_and_needs_no_second_factor():
    for user in (AnonymousUser(), Member(is_active=False, role=Role.ADMINISTRATOR)):
        assert not permissions.has_role(user, Role.MEMBER)
        assert not permissions.needs_second_factor(user)


def test_those_who_can_act_on_what_belongs_to_others_need_a_second_factor():
    needing = {role for role in Role if permissions.needs_second_factor(Member(role=role))}
    assert needing == {Role.ANIMATOR, Role.ADMINISTRATOR}
    assert permissions.needs_second_factor(Member(role=Role.MEMBER, is_superuser=True))


def test_identity_is_proved_by_a_second_factor_used_by_the_same_person(db):
    animator, other = MemberFactory(role=Role.ANIMATOR), MemberFactory(role=Role.ANIMATOR)
    used = {RECORDS: [{"method": "code"}, {"method": "mfa", "type": "webauthn"}]}
    session = dict(used)
    from allauth.account.internal.flows import login

    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(animator.pk)
    assert permissions.has_proved_identity(request_of(animator, **session))
    assert not permissions.has_proved_identity(request_of(other, **session))
    session[RECORDS] = [{"method": "code"}]
    assert not permissions.has_proved_identity(request_of(animator, **session))


def test_a_persona_of_the_demonstration_is_exempt_only_when_the_bar_signed_it_in(settings):
    persona = Member(pk=7, role=Role.ANIMATOR, is_demo=True)
    assert permissions.has_proved_identity(request_of(persona, demo_persona=7))
    assert not permissions.has_proved_identity(request_of(persona))
    assert not permissions.has_proved_identity(request_of(persona, demo_persona=8))
    assert not permissions.has_proved_identity(request_of(Member(pk=7, role=Role.ANIMATOR), demo_persona=7))
    settings.DEMO = False
    assert not permissions.has_proved_identity(request_of(persona, demo_persona=7))


def test_an_animator_invites_up_to_their_own_role():
    animator = Member(role=Role.ANIMATOR)
    allowed = {role for role in Role if permissions.can_invite(animator, role)}
    assert allowed == {Role.MEMBER, Role.FACILITATOR, Role.ANIMATOR}
    assert not permissions.can_invite(Member(role=Role.FACILITATOR), Role.MEMBER)


def test_rights_below_follow_the_role_without_a_query(db, django_assert_num_queries):
    animator, administrator, member = (
        MemberFactory(role=role) for role in (Role.ANIMATOR, Role.ADMINISTRATOR, Role.MEMBER)
    )
    with django_assert_num_queries(0):
        assert animator.has_perm("jobs.view_job")
        assert administrator.has_perm("jobs.view_job")
        assert animator.has_module_perms("jobs")
    assert not member.has_perm("jobs.view_job")
    assert not member.has_module_perms("jobs")
    assert not animator.has_perm("taxonomy.change_term")
    assert not animator.has_perm("jobs.view_job", obj=member)
    animator.lacks_second_factor = True
    assert not animator.has_perm("jobs.view_job")
    assert not animator.has_module_perms("jobs")
    administrator.is_active = False
    assert not administrator.has_perm("jobs.view_job")
    assert not administrator.has_module_perms("jobs")


@pytest.mark.django_db
def test_rights_given_one_by_one_and_by_groups_are_read_in_one_question(django_assert_num_queries):
    member = MemberFactory(role=Role.FACILITATOR)
    alone, shared = Permission.objects.filter(content_type__app_label="jobs")[:2]
    group = Group.objects.create(name="Essai")
    group.permissions.add(shared)
    member.user_permissions.add(alone)
    member.groups.add(group)
    backend, fresh = MemberBackend(), type(member).objects.get(pk=member.pk)
    with django_assert_num_queries(1):
        assert {backend.has_perm(fresh, f"jobs.{each.codename}") for each in (alone, shared)} == {True}
        assert not backend.has_perm(fresh, "jobs.inconnu")
    assert backend.get_all_permissions(fresh, fresh) == set()
