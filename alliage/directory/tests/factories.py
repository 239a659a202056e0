"""Organisations for tests."""

import datetime

import factory

from alliage.directory.enums import Role
from alliage.directory.models import Mention, Organisation
from alliage.directory.services import folded


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Organisation {n}")
    sort_name = factory.LazyAttribute(lambda o: folded(o.name)["sort_name"])
    search_text = factory.LazyAttribute(lambda o: folded(o.name)["search_text"])
    source = "Programme"
    source_on = datetime.date(2020, 7, 8)
    place_precision = factory.LazyAttribute(lambda o: "name" if o.territory else "")
    territory = None


class MentionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Mention

    organisation = factory.SubFactory(OrganisationFactory)
    document = "programme"
    sequence = 1
    title = "Les Alliances et les ODD"
    role = Role.CROSSED
    quote = "Regards croisés"
    position = factory.Sequence(lambda n: n)
