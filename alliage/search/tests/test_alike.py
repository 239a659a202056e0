"""What resembles an object, and why."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.search import services
from alliage.search.queries import alike
from alliage.search.tests.kinds import note, record
from alliage.taxonomy.models import Term

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()
# Enough other texts for a word to be rare.
OTHERS = (
    "Bilan d’un carnaval", "Chorale municipale", "Fanfare du fleuve", "Musée des sciences", "Piscine en hiver",
    "Théâtre de rue", "Bibliothèque sonore", "Tournoi de boules",
)  # fmt: skip


@pytest.fixture
def gardens():
    """A garden, two texts that look like it, and others that do not."""
    source = record(
        "Un jardin partagé au pied des immeubles", "Les habitants cultivent des légumes.", keywords="@odd:2"
    )
    record("Jardin partagé derrière la mairie", "Des légumes pour la cantine.", keywords="@odd:2")
    record("Des immeubles sans voiture", "Les habitants marchent.", places="departement:974")
    for title in OTHERS:
        record(title, "Tout autre chose.")
    note("Le jardin partagé des notes", "Des légumes aussi.")
    services.rebuild()
    return source


def like(source: Term, viewer=VISITOR, **asked) -> list[alike.Alike]:
    return alike.more_like("record", source.pk, viewer=viewer, **asked)


def titles(source: Term, viewer=VISITOR, **asked) -> list[str]:
    return [each.hit.plain_title for each in like(source, viewer, **asked)]


def test_what_shares_the_most_telling_words_comes_first_and_nothing_else_comes(gardens):
    assert titles(gardens) == ["Jardin partagé derrière la mairie", "Des immeubles sans voiture"]
    assert titles(gardens, limit=1) == ["Jardin partagé derrière la mairie"]


def test_each_result_says_what_it_shares(gardens):
    first, second = like(gardens)
    assert {"jardin", "partagé", "légumes"} <= set(first.words)
    assert first.facets == ["odd:2"]
    assert set(second.words) == {"immeubles", "habitants"}
    assert (second.facets, second.places) == ([], [])


def test_the_territory_and_the_facets_of_the_reader_bring_things_closer(gardens):
    first = like(gardens, places=["departement:974"])[0]
    assert (first.hit.plain_title, first.places) == ("Des immeubles sans voiture", ["departement:974"])
    assert like(gardens, facets=["odd:2"])[0].hit.plain_title == "Jardin partagé derrière la mairie"


def test_other_kinds_come_only_when_they_are_asked_for(gardens):
    assert "Le jardin partagé des notes" not in titles(gardens)
    assert titles(gardens, kinds=["note"]) == ["Le jardin partagé des notes"]


def test_nothing_resembles_what_is_not_there_nor_what_says_nothing(gardens):
    assert alike.more_like("record", 10**9, viewer=VISITOR) == []
    silent = record("…")
    services.rebuild()
    assert like(silent) == []


def test_nothing_resembles_while_the_index_is_being_made():
    assert like(record("Jardin")) == []


def test_what_a_person_may_not_see_resembles_nothing_for_them(gardens):
    record("Jardin partagé et légumes cachés", seen_by="members")
    hidden = record("Jardin partagé très caché", "Des légumes.", seen_by="members")
    services.rebuild()
    assert "Jardin partagé et légumes cachés" not in titles(gardens)
    assert like(hidden) == []
    assert "Jardin partagé et légumes cachés" in titles(gardens, MemberFactory())


def test_what_is_withdrawn_resembles_nothing_at_once(gardens, caplog):
    Term.objects.filter(label__startswith="Jardin partagé").update(is_active=False)
    assert titles(gardens) == ["Des immeubles sans voiture"]
    services.changed("record", [gardens.pk], now=timezone.now())
    assert titles(gardens) == []


def test_two_queries_are_enough(gardens, django_assert_num_queries):
    like(gardens)
    with django_assert_num_queries(2):
        like(gardens)
