"""What the search shows of needs depends on the moment, although its SQL is written once."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.searchable_needs import CODE
from alliage.directory.tests.factories import NeedFactory
from alliage.search.queries import rights

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_member", [False, True])
def test_a_need_past_its_date_is_shown_no_more(monkeypatch, is_member):
    viewer = MemberFactory() if is_member else AnonymousUser()
    now = timezone.now()
    days = {5: NeedFactory(expires_at=now + timedelta(days=5)), 9: NeedFactory(expires_at=now + timedelta(days=9))}
    found = [SimpleNamespace(kind=CODE, id=need.pk) for need in days.values()]
    for passed, left in ((0, {5, 9}), (6, {9}), (10, set()), (0, {5, 9})):
        clock = SimpleNamespace(now=lambda moment=now + timedelta(days=passed): moment)
        monkeypatch.setattr(rights, "timezone", clock)
        seen, _refused = rights.allowed(found, viewer)
        assert {one.id for one in seen} == {days[day].pk for day in left}
