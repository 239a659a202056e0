import pytest
from django.contrib.auth.models import AnonymousUser

from alliage.accounts import permissions
from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory


@pytest.mark.parametrize(
    ("role", "expected"), [("member", False), ("facilitator", False), ("animator", True), ("administrator", True)]
)
def test_an_animator_is_someone_whose_role_is_at_least_animator(role, expected):
    assert permissions.is_animator(MemberFactory.build(role=Role(role))) is expected


def test_a_visitor_or_a_closed_account_has_no_role():
    assert not permissions.has_role(AnonymousUser(), Role.MEMBER)
    assert not permissions.has_role(MemberFactory.build(is_active=False), Role.MEMBER)
