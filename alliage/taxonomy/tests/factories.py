"""Terms and lists for tests."""

import factory
from django.utils import timezone

from alliage.taxonomy.enums import VersionState, Vocabulary
from alliage.taxonomy.models import ListItem, ListVersion, NetworkList, Term


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term

    vocabulary = Vocabulary.CATEGORIES
    code = factory.Sequence(lambda n: f"repere-{n}")
    label = factory.Sequence(lambda n: f"Repère {n}")
    position = factory.Sequence(lambda n: n)


class NetworkListFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = NetworkList

    code = factory.Sequence(lambda n: f"liste-{n}")
    title = factory.Sequence(lambda n: f"Liste {n}")
    short_title = factory.Sequence(lambda n: f"Liste {n}")
    expected_count = 7


class PublishedVersionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ListVersion
        skip_postgeneration_save = True

    list = factory.SubFactory(NetworkListFactory)
    number = factory.Sequence(lambda n: n + 1)
    state = VersionState.PUBLISHED
    note = "texte adopté"
    author_name = "Camille"
    published_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def items(self, create, extracted, **kwargs):
        for position, label in enumerate(extracted or (), 1):
            ListItem.objects.create(version=self, position=position, code=label.lower(), label=label)
