"""Members for tests, as the site makes them: an address that is verified, the groups of their role."""

from typing import Any

import factory
from allauth.account.models import EmailAddress

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.accounts.services import place_in_groups


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"membre{n}@exemple.fr")
    name = factory.Sequence(lambda n: f"Camille {n}")

    @factory.post_generation
    def standing(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if not create:
            return
        EmailAddress.objects.create(user=self, email=self.email, primary=True, verified=True)
        if self.role != Role.MEMBER:
            place_in_groups(self)
