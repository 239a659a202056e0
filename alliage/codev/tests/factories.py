"""Groups for tests, as the services leave them: within their seats, the charter accepted."""

from datetime import UTC, datetime
from typing import Any

import factory
from django.db.models import F

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.enums import GroupKind, MemberRole, MemberState
from alliage.codev.models import Group, Membership

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class GroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Group

    kind = GroupKind.CODEV
    name = factory.Sequence(lambda n: f"Groupe {n}")
    text = "Des situations de terrain, toutes les cinq semaines."
    charter = "Confidentialité, bienveillance, parler-vrai, engagement dans la durée."
    created_at = NOW


class MembershipFactory(factory.django.DjangoModelFactory):
    """An active member unless `state` says otherwise; the group's count follows."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    group = factory.SubFactory(GroupFactory)
    member = factory.SubFactory(MemberFactory)
    state = MemberState.ACTIVE
    role = MemberRole.MEMBER
    created_at = NOW
    joined_at = NOW
    charter_accepted_at = NOW
    charter_version = 1
    no_hierarchy_declared_at = NOW

    @factory.post_generation
    def counted(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and self.state == MemberState.ACTIVE:
            Group.objects.filter(pk=self.group.pk).update(member_count=F("member_count") + 1)
            self.group.refresh_from_db()


def group_of(*members: Any, facilitator: Any = None, **more: Any) -> Group:
    """A group with its facilitator (one is made unless given) and these members."""
    group: Group = GroupFactory(**more)
    MembershipFactory(group=group, member=facilitator or MemberFactory(), role=MemberRole.FACILITATOR)
    for member in members:
        MembershipFactory(group=group, member=member)
    return group
