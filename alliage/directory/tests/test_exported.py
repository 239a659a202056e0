"""Exports of a whole list: the same records as one by one, at a cost that does not grow with the list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliage.directory import exports
from alliage.directory.enums import Visibility
from alliage.directory.filters import Filters
from alliage.directory.models import Entry
from alliage.directory.queries import exported as module
from alliage.directory.queries import in_order
from alliage.directory.queries.snapshot import snapshot
from alliage.directory.tests.factories import (
    CatalystFactory,
    MembershipFactory,
    MentionFactory,
    OrganisationFactory,
    TeamFactory,
)
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    """People and groups with everything that may stand beside them, some of it hidden."""
    terms = [
        TermFactory(vocabulary=vocabulary, code=code)
        for vocabulary, codes in {
            Vocabulary.METIERS: ("lieu", "dialogue"), Vocabulary.MISSIONS: ("rencontre",), Vocabulary.LEVIERS: ("alliance",),
            Vocabulary.ODD: ("17", "4"),
        }.items()
        for code in codes
    ]  # fmt: skip
    category = TermFactory(code="association")
    scale = TermFactory(vocabulary=Vocabulary.SCALES, code="bassin")
    lille = TerritoryFactory(code="59350", name="Lille", latitude=50.63, longitude=3.06)
    nord = TerritoryFactory(kind="departement", code="59", name="Nord")
    group = OrganisationFactory(
        name="Eau vive", category=category, scale=scale, territory=lille, terms=list(reversed(terms)), areas=[nord, lille],
        links=[{"label": "Blog", "url": "https://exemple.fr/"}], other_names="EV; L’Eau",
    )  # fmt: skip
    team = TeamFactory(name="Pilat", areas=[nord])
    people = [
        CatalystFactory(name="Une", function="Directrice", place_visibility=Visibility.NOBODY, territory=lille),
        CatalystFactory(name="Deux", memberships_visibility=Visibility.MEMBERS),
        CatalystFactory(name="Cachée", is_hidden=True),
        CatalystFactory(name="Trois"),
    ]
    for position, person in enumerate(people):
        MembershipFactory(person=person, group=group, role=f"rôle {position}", position=9 - position)
    MembershipFactory(person=people[0], group=team)
    for position in (2, 1):
        MentionFactory(organisation=group, quote=f"Mots {position}", position=position)
    return group


def test_the_records_of_a_list_are_those_of_each_entry_alone(network):
    found = exports.of(Filters())
    alone = [exports.record(entry, found.known) for entry in in_order(found.pks)]
    assert list(exports._records(found)) == alone
    eau = next(row for row in alone if row["name"] == "Eau vive")
    assert [each["name"] for each in eau["people"]] == ["Trois", "Une"]
    assert (eau["metiers"], eau["odd"], len(eau["mentions"])) == (["lieu", "dialogue"], ["17", "4"], 2)
    assert (eau["category"], eau["scale"], set(eau["areas"])) == (
        "association",
        "bassin",
        {"departement:59", "commune:59350"},
    )


def test_it_costs_as_many_questions_whatever_the_length(network, monkeypatch):
    def asked():
        snapshot()
        with CaptureQueriesContext(connection) as context:
            list(exports._records(exports.of(Filters())))
        return len(context)

    few = asked()
    for rank in range(30):
        MembershipFactory(person=CatalystFactory(name=f"Personne {rank}"), group=network)
        MentionFactory(organisation=OrganisationFactory(name=f"Autre {rank}"))
    assert asked() == few
    monkeypatch.setattr(module, "PIECE", 10)
    assert [entry.pk for entry, _beside in module.to_write(exports.of(Filters()))] == exports.of(Filters()).pks


def test_what_is_gone_since_the_list_was_made_is_left_out(network):
    found = exports.of(Filters())
    assert "Trois" in {row["name"] for row in exports._records(found)}
    Entry.objects.filter(name="Trois").delete()
    assert "Trois" not in {row["name"] for row in exports._records(found)}
