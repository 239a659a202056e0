"""Members for tests."""

import factory

from alliage.accounts.models import Member


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"membre{n}@exemple.fr")
    name = factory.Sequence(lambda n: f"Camille {n}")
