"""Who may do what with a file and with paths."""

import pytest
from django.contrib.auth.models import AnonymousUser

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.learning import permissions
from alliage.learning.enums import FileRole, PathState
from alliage.learning.models import Advice, Path
from alliage.learning.tests.factories import TerritoryFileFactory, enter, holder_of

NOBODY = AnonymousUser()
QUESTIONS = ("can_see_file", "can_write_file", "holds_file", "can_hand_over", "can_advise")


def what(user, file):
    return {name for name in QUESTIONS if getattr(permissions, name)(user, file)}


@pytest.mark.django_db
def test_each_role_does_its_own_and_an_animator_does_not_read():
    file, team, catalyst = TerritoryFileFactory(), MemberFactory(), MemberFactory()
    enter(file, team)
    enter(file, catalyst, FileRole.CATALYST)
    assert what(holder_of(file), file) == {"can_see_file", "can_write_file", "holds_file", "can_hand_over"}
    assert what(team, file) == {"can_see_file", "can_write_file"}
    assert what(catalyst, file) == {"can_see_file", "can_advise"}
    assert what(MemberFactory(role=Role.ANIMATOR), file) == {"can_hand_over"}
    assert what(MemberFactory(), file) == what(NOBODY, file) == set()
    assert permissions.can_open_file(team)
    assert not permissions.can_open_file(NOBODY)


@pytest.mark.django_db
def test_advice_is_its_senders_and_paths_are_the_animators():
    member, animator = MemberFactory(), MemberFactory(role=Role.ANIMATOR)
    assert permissions.sent_advice(member, Advice(sender=member))
    assert not permissions.sent_advice(animator, Advice(sender=member))
    draft, open_path = Path(state=PathState.DRAFT), Path(state=PathState.PUBLISHED)
    assert [permissions.can_see_path(each, draft) for each in (NOBODY, member, animator)] == [False, False, True]
    assert permissions.can_see_path(NOBODY, open_path)
