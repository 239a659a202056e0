import datetime
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.directory import loading, permissions, queries, services
from alliage.directory.enums import Role, Visibility
from alliage.directory.models import Entry, Mention
from alliage.directory.tests.factories import MentionFactory, OrganisationFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def load() -> str:
    out = StringIO()
    call_command("load_organisations", stdout=out)
    return out.getvalue()


def places():
    TerritoryFactory(kind="ept", code="200057941", name="Paris Est Marne et Bois")
    for code, name in (("45234", "Orléans"), ("59350", "Lille"), ("78440", "Les Mureaux")):
        TerritoryFactory(code=code, name=name)


def test_every_organisation_of_the_programme_is_loaded_with_its_words():
    call_command("load_taxonomy", verbosity=0)
    places()
    assert "46 ajoutées" in load()
    assert Entry.objects.filter(source_on=datetime.date(2020, 7, 8)).count() == 46
    lille = Entry.objects.get(slug="fondation-de-lille")
    assert (lille.category.code, lille.territory.name, lille.place_precision) == ("fondation", "Lille", "name")
    mention = lille.mentions.get()
    assert (mention.sequence, mention.role, mention.is_confirmed) == (6, Role.CROSSED, True)
    assert "la Fondation de Lille" in mention.quote
    assert (mention.starts_at, mention.ends_at) == (datetime.time(14), datetime.time(14, 30))


def test_only_a_name_that_tells_a_place_gives_one():
    call_command("load_taxonomy", verbosity=0)
    places()
    load()
    placed = Entry.objects.filter(territory__isnull=False).values_list("territory__name", flat=True)
    assert sorted(placed) == ["Les Mureaux", "Lille", "Orléans", "Paris Est Marne et Bois"]


def test_both_spellings_of_a_name_make_one_organisation():
    load()
    grdf = Entry.objects.get(slug="fondation-grdf")
    assert grdf.other_names == "Fondation GDRF"
    assert "gdrf" in grdf.search_text
    assert [mention.role for mention in grdf.mentions.all()] == ["partner", "crossed"]


def test_what_the_programme_marks_as_unconfirmed_stays_so():
    load()
    unconfirmed = Mention.objects.filter(is_confirmed=False).values_list("organisation__slug", flat=True)
    assert sorted(unconfirmed) == ["banque-des-territoires", "convergences", "ministere-cohesion-des-territoires"]


def test_every_quotation_of_the_file_is_known_of_the_model():
    for row in loading.read().organisations:
        assert row["mentions"], row["slug"]
        assert {mention["role"] for mention in row["mentions"]} <= set(Role.values)


def test_without_territories_or_taxonomy_the_command_says_what_waits_and_fills_it_later():
    first = load()
    assert "4 lieux attendent les territoires" in first
    assert "catégories attendent les repères" in first
    call_command("load_taxonomy", verbosity=0)
    places()
    second = load()
    assert "attendent" not in second
    assert Entry.objects.get(slug="fondation-de-lille").territory.name == "Lille"
    assert "0 ajoutées, 0 mises à jour, 46 inchangées" in load()
    assert Mention.objects.filter(organisation__slug="fondation-grdf").count() == 2


def test_a_confirmed_record_is_never_overwritten_and_a_hidden_one_stays_hidden():
    load()
    Entry.objects.filter(slug="rnma").update(name="Nom confirmé", confirmed_on=datetime.date(2026, 1, 1))
    hidden = Entry.objects.get(slug="cjd")
    services.hide(hidden, by=None, now=timezone.now())
    Entry.objects.filter(slug="cjd").update(name="Autre")
    assert "1 mises à jour, 44 inchangées, 1 confirmées" in load()
    assert Entry.objects.get(slug="rnma").name == "Nom confirmé"
    hidden.refresh_from_db()
    assert (hidden.name, hidden.is_hidden) == ("CJD", True)


def test_a_hidden_organisation_is_shown_again_to_whom_it_was_shown_before(animator):
    organisation, now = OrganisationFactory(visibility=Visibility.MEMBERS), timezone.now()
    services.hide(organisation, by=animator, now=now)
    assert not queries.visible(to_members=True).exists()
    services.restore(organisation, by=animator, now=now)
    organisation.refresh_from_db()
    assert (organisation.visibility, organisation.updated_at) == (Visibility.MEMBERS, now)
    assert queries.visible(to_members=True).get() == organisation


@pytest.mark.parametrize("visibility", Visibility.values)
@pytest.mark.parametrize("is_hidden", [True, False])
def test_who_may_see_one_organisation_is_who_sees_it_in_the_list(visibility, is_hidden, member):
    organisation = OrganisationFactory(visibility=visibility, is_hidden=is_hidden)
    for user in (AnonymousUser(), member):
        listed = queries.visible(to_members=user.is_authenticated).exists()
        assert permissions.can_see(user, organisation) is listed


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Le RAMEAU", "rameau"), ("La Fonda", "fonda"), ("La", "la"), ("Réseau Alliances", "reseau alliances")],
)
def test_names_are_sorted_without_their_article(name, expected):
    assert services.folded(name)["sort_name"] == expected


def refused(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_the_database_refuses_what_the_rules_refuse():
    organisation = OrganisationFactory()
    known = Entry.objects.filter(pk=organisation.pk)
    refused(lambda: known.update(visibility="secret"))
    refused(lambda: known.update(place_precision="flair"))
    refused(lambda: known.update(latitude=12))
    refused(lambda: known.update(latitude=99, longitude=1))
    refused(lambda: known.update(territory=TerritoryFactory()))
    refused(lambda: OrganisationFactory(slug=organisation.slug))
    mention = MentionFactory(organisation=organisation, position=1)
    refused(lambda: MentionFactory(organisation=organisation, position=1))
    refused(lambda: Mention.objects.filter(pk=mention.pk).update(role="roi"))
    refused(lambda: Mention.objects.filter(pk=mention.pk).update(quote=""))
