"""The fictitious network: plausible, marked, whole, loaded once."""

from collections import Counter

import pytest
from django.core.management import call_command
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import loading, services
from alliage.directory.enums import EntryKind
from alliage.directory.models import Alliance, DeedChoice, Entry, EntryArea, EntryTerm, Membership
from alliage.directory.registry import deeds
from alliage.directory.tests.factories import OrganisationFactory
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

OVERSEAS = ("971", "972", "973", "974", "976", "987", "988")


def test_about_350_people_live_on_the_mainland_and_overseas():
    rows = loading.demonstration()
    people = [row for row in rows if row["kind"] == EntryKind.CATALYST]
    overseas = [row for row in people if row["office"].split(":")[1].startswith(OVERSEAS)]
    assert 330 <= len(people) <= 370
    assert 0.08 <= len(overseas) / len(people) <= 0.2
    assert {row["office"].split(":")[1][:3] for row in overseas} == set(OVERSEAS)
    assert all(row["slug"].startswith("demo-") for row in rows)
    assert max(Counter(row["name"] for row in rows).values()) == 1


@pytest.mark.django_db
def test_the_network_is_loaded_once_and_marked():
    office, area = TerritoryFactory(kind="commune", code="97411"), TerritoryFactory(kind="departement", code="974")
    owner = MemberFactory(email="anne@demonstration.exemple.fr")
    levier = TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliance")
    base = {
        "presentation": "Bonjour.", "metiers": ["inconnu"], "missions": [], "leviers": ["alliance"], "odd": [],
        "category": "association", "scale": "local", "office": "commune:97411", "confirmed_days_ago": 10,
    }  # fmt: skip
    rows = [
        {**base, "kind": "organisation", "slug": "demo-case", "name": "La Case", "areas": ["departement:974"] * 2},
        {
            **base, "kind": "catalyst", "slug": "demo-anne", "name": "Anne", "areas": ["epci:inconnu"],
            "owner": owner.email, "hides": ["function"], "members_only": ["memberships"], "function": "Animatrice",
            "groups": [{"slug": "demo-case", "role": "Animatrice", "is_editor": True}],
        },
        {
            **base, "kind": "team", "slug": "demo-equipe", "name": "Équipe", "areas": [], "office": "epci:inconnu",
            "means": "part_time", "people": [{"slug": "demo-anne", "role": "Lien", "is_editor": False}],
        },
    ]  # fmt: skip
    assert services.load_demonstration(rows, now=timezone.now()) == 3
    assert services.load_demonstration(rows, now=timezone.now()) == 0
    anne = Entry.objects.get(slug="demo-anne")
    assert (anne.is_demo, anne.owner, anne.territory) == (True, owner, office)
    assert anne.search_text == " anne bonjour "
    assert anne.members_text == " anne bonjour la case "
    assert EntryTerm.objects.filter(term=levier).count() == 3
    assert EntryArea.objects.get().territory == area
    assert set(Membership.objects.values_list("person__slug", "group__slug")) == {
        ("demo-anne", "demo-case"), ("demo-anne", "demo-equipe"),
    }  # fmt: skip
    assert Entry.objects.get(slug="demo-equipe").territory is None


@pytest.mark.django_db
def test_the_command_brings_in_the_whole_file(capsys):
    call_command("load_demo_network")
    assert f"{len(loading.demonstration())} fiches fictives" in capsys.readouterr().out
    assert not Entry.objects.filter(is_demo=False).exists()


@pytest.mark.django_db
def test_fictitious_alliances_join_entries_that_are_there_once():
    one, two = OrganisationFactory(slug="demo-un"), OrganisationFactory(slug="demo-deux")
    goal = TermFactory(vocabulary=Vocabulary.ODD, code="17")
    row = {
        "first": two.slug, "second": one.slug, "subject": "Un jardin", "partnership": "inconnu", "odd": ["17", "99"],
        "territory": "commune:00000", "since": 2019, "outcome": "",
    }  # fmt: skip
    rows = [row, row | {"second": "absente"}, row | {"first": "absente"}]
    editions = set(Entry.objects.values_list("edition", flat=True))
    assert services.load_demonstration_alliances(rows, now=timezone.now()) == 1
    read_again = set(Entry.objects.values_list("edition", flat=True))
    assert min(read_again) > max(editions)  # lists and maps of the two are read again
    assert services.load_demonstration_alliances(rows, now=timezone.now()) == 0
    assert set(Entry.objects.values_list("edition", flat=True)) == read_again
    alliance = Alliance.objects.get()
    assert (alliance.first, alliance.is_demo, list(alliance.goals.all())) == (one, True, [goal])


def test_the_alliances_of_the_file_join_its_entries():
    slugs = {row["slug"] for row in loading.demonstration()}
    assert all({row["first"], row["second"]} <= slugs for row in loading.demonstration("alliances"))


@pytest.mark.django_db
def test_what_the_fictitious_people_show_of_what_they_did_is_added_once_and_only_for_them():
    rows = loading.demonstration("deeds", loading.DEMONSTRATION_DEEDS)
    assert {source for row in rows for source in row["shows"]} <= set(deeds.keys())
    first, second, *_others = rows
    there = MemberFactory(email=first["member"], is_demo=True)
    MemberFactory(email=second["member"], is_demo=False)
    assert services.load_demonstration_deeds(rows, now=timezone.now()) == len(first["shows"])
    assert services.load_demonstration_deeds(rows, now=timezone.now()) == 0
    chosen = DeedChoice.objects.filter(shown=True, key="")
    assert {(row.member, row.source) for row in chosen} == {(there, source) for source in first["shows"]}
