"""Plans and advice for tests."""

from datetime import UTC, date, datetime

import factory

from alliage.accounts.tests.factories import MemberFactory
from alliage.learning.enums import AdviceKind, FileRole
from alliage.learning.models import Action, Advice
from alliage.learning.tests.factories import NOW, TerritoryFileFactory, enter
from alliage.library.tests.factories import published

TODAY = date(2026, 11, 27)
# A clock that pages may have: what is due then is to come.
FAR = date(2035, 7, 3)


class ActionFactory(factory.django.DjangoModelFactory):
    """To do, carried by nobody."""

    class Meta:
        model = Action

    file = factory.SubFactory(TerritoryFileFactory)
    title = factory.Sequence(lambda n: f"Action {n}")
    created_at = NOW
    changed_at = NOW


class AdviceFactory(factory.django.DjangoModelFactory):
    """A resource that a catalyst of the file proposed to it."""

    class Meta:
        model = Advice

    file = factory.SubFactory(TerritoryFileFactory)
    kind = AdviceKind.RESOURCE
    resource = factory.LazyFunction(published)
    sender = factory.LazyAttribute(lambda one: enter(one.file, MemberFactory(), FileRole.CATALYST).member)
    sent_at = NOW


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
