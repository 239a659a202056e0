"""Entries for tests."""

import datetime

import factory
from django.utils import timezone

from alliage.directory import services
from alliage.directory.enums import AllianceState, EntryKind, NeedKind, NeedSide, NeedState, Role
from alliage.directory.models import Alliance, Entry, EntryArea, EntryTerm, Membership, Mention, Need
from alliage.directory.services import folded
from alliage.territories.folding import fold


def changed(pk: int) -> None:
    """As a service would: whoever keeps the directory in memory reads this entry again."""
    services.touched([pk], now=timezone.now())


class OrganisationFactory(factory.django.DjangoModelFactory):
    """`areas=[…]` and `terms=[…]` stand beside the entry."""

    class Meta:
        model = Entry
        skip_postgeneration_save = True

    @factory.post_generation
    def areas(self, create, extracted, **kwargs):
        if create and extracted:
            EntryArea.objects.bulk_create(EntryArea(entry=self, territory=area) for area in extracted)

    @factory.post_generation
    def terms(self, create, extracted, **kwargs):
        if create and extracted:
            EntryTerm.objects.bulk_create(EntryTerm(entry=self, term=term) for term in extracted)

    @factory.post_generation
    def told(self, create, extracted, **kwargs):
        if create:
            changed(self.pk)

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Organisation {n}")
    sort_name = factory.LazyAttribute(lambda o: folded(o.name)["sort_name"])
    search_text = factory.LazyAttribute(lambda o: folded(o.name)["search_text"])
    members_text = factory.LazyAttribute(lambda o: folded(o.name)["members_text"])
    source = "Programme"
    source_on = datetime.date(2020, 7, 8)
    place_precision = factory.LazyAttribute(lambda o: "name" if o.territory else "")
    territory = None


class MentionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Mention
        skip_postgeneration_save = True

    @factory.post_generation
    def told(self, create, extracted, **kwargs):
        if create:
            changed(self.organisation_id)

    organisation = factory.SubFactory(OrganisationFactory)
    document = "programme"
    sequence = 1
    title = "Les Alliances et les ODD"
    role = Role.CROSSED
    quote = "Regards croisés"
    position = factory.Sequence(lambda n: n)


class CatalystFactory(OrganisationFactory):
    kind = EntryKind.CATALYST
    slug = factory.Sequence(lambda n: f"catalyseur-{n}")
    name = factory.Sequence(lambda n: f"Catalyseur {n}")
    source = ""
    source_on = None


class TeamFactory(OrganisationFactory):
    kind = EntryKind.TEAM
    slug = factory.Sequence(lambda n: f"equipe-{n}")
    name = factory.Sequence(lambda n: f"Équipe {n}")
    source = ""
    source_on = None


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    person = factory.SubFactory(CatalystFactory)
    group = factory.SubFactory(OrganisationFactory)


class AllianceFactory(factory.django.DjangoModelFactory):
    """Confirmed, between two organisations in order."""

    class Meta:
        model = Alliance

    first = factory.SubFactory(OrganisationFactory)
    second = factory.SubFactory(OrganisationFactory)
    subject = factory.Sequence(lambda n: f"Atelier partagé {n}")
    since = 2019
    state = AllianceState.CONFIRMED
    confirmed_at = factory.LazyAttribute(lambda o: timezone.now() if o.state == AllianceState.CONFIRMED else None)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        if not kwargs.pop("as_given", False):
            kwargs["first"], kwargs["second"] = sorted((kwargs["first"], kwargs["second"]), key=lambda entry: entry.pk)
        return super()._create(model_class, *args, **kwargs)


class NeedFactory(factory.django.DjangoModelFactory):
    """A need in the list, of an organisation; `terms=[…]` stand beside it."""

    class Meta:
        model = Need
        skip_postgeneration_save = True

    @factory.post_generation
    def terms(self, create, extracted, **kwargs):
        if create and extracted:
            self.terms.set(extracted)

    @factory.post_generation
    def told(self, create, extracted, **kwargs):
        if create and self.entry_id:
            changed(self.entry_id)

    entry = factory.SubFactory(OrganisationFactory)
    side = NeedSide.NEED
    kind = NeedKind.PLACE
    title = factory.Sequence(lambda n: f"Un local pour un atelier {n}")
    text = ""
    search_text = factory.LazyAttribute(lambda o: fold(f"{o.title} {o.text}"))
    state = NeedState.OPEN
    opened_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda o: o.opened_at + datetime.timedelta(days=90) if o.opened_at else None)
    ended_at = factory.LazyAttribute(lambda o: timezone.now() if o.state in (NeedState.MET, NeedState.CLOSED) else None)
