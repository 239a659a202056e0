"""Repères are found: as they are loaded, edited, put aside; nothing of the vocabularies that only sort things."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command

from alliage.jobs.tests.factories import registered
from alliage.search import queries, registry, services, terms
from alliage.search.models import SearchChange
from alliage.taxonomy import services as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.loading import TermData
from alliage.taxonomy.models import Term
from alliage.taxonomy.registry import TermFollower, term_followers
from alliage.taxonomy.tests.factories import TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _terms_are_found():
    follower = TermFollower("search.terms", terms.changed)
    registry.kinds._items.clear()  # those of other tests are terms too
    with registered(registry.kinds, terms.TERMS), registered(term_followers, follower):
        yield


def find(question: str) -> list[tuple[str, str]]:
    services.follow()
    found = queries.search(queries.parse({"q": question}), AnonymousUser())
    return [(hit.plain_title, hit.url) for hit in found.hits]


def test_leviers_metiers_their_parts_and_goals_are_found_where_they_are_explained():
    call_command("load_taxonomy", verbosity=0)
    services.rebuild()
    assert find("faire alliance")[0][1] == "/reperes/leviers/#leviers-alliance"
    assert find("incubation")[0][1].startswith("/reperes/metiers/#missions-")
    title, url = find("ODD 17")[0]
    assert title.startswith("ODD 17\u00a0: ")
    assert url == "/reperes/odd/#odd-17"


def test_what_is_edited_put_aside_or_deleted_is_read_again():
    levier = TermFactory(vocabulary=Vocabulary.LEVIERS, label="Un premier nom")
    question = TermFactory(vocabulary=Vocabulary.QUESTIONS, label="Une question précise", parent=levier)
    services.rebuild()
    levier.label = "Un autre titre"
    levier.save()
    assert {pk for _kind, pk in SearchChange.objects.values_list("kind", "object_id")} == {levier.pk, question.pk}
    assert find("autre titre")[0][0] == "Un autre titre"
    assert find("premier nom") == []
    levier.is_active = False
    levier.save()
    assert find("question précise") == []
    levier.is_active = True
    levier.save()
    assert find("question précise")
    question.delete()
    assert find("question précise") == []


def test_what_is_loaded_is_found():
    services.rebuild()
    row = {"label": "Un levier tout neuf"}
    taxonomy.load_terms([TermData(Vocabulary.LEVIERS, "neuf", 1, row)])
    assert find("tout neuf")[0][0] == "Un levier tout neuf"


def test_vocabularies_that_only_sort_things_are_not_found():
    TermFactory(vocabulary=Vocabulary.CATEGORIES, label="Collectivité territoriale")
    services.rebuild()
    assert Term.objects.count() == 1
    assert find("collectivité") == []
