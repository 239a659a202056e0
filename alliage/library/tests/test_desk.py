"""« Mon espace »: kits under way, collections, what was recommended, what waits; in one query, for oneself alone."""

import pytest
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.library.models import Receipt, Resource, Translation
from alliage.library.queries.desk import Desk, Line, desk_of
from alliage.library.services import kits, recommendations, renewal, resources, reuse, reviews
from alliage.library.services.recommendations import To
from alliage.library.tests.factories import NOW, published
from alliage.library.tests.test_collections import made
from alliage.library.tests.test_kits import launched
from alliage.library.tests.test_review_pages import signed_in, text_of
from alliage.library.tests.test_reviews import reader, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MemberFactory(name="Teva")


def desk(member, rf) -> Desk:
    request = rf.get("/mon-espace/")
    request.user = member
    return desk_of(request)


def test_everything_is_read_once(member, rf, django_assert_num_queries):
    for rank in range(5):
        launched(by=member, sent=str(rank), name=f"Essai {rank}")
    run = launched(by=member, sent="last")
    kits.move_step(run, "un", "done", by=member, now=run.moved_at)
    found = made(member, "Une", "Deux")
    sender = MemberFactory(name="Alix")
    recommendations.recommend(
        [published(title="Une lecture")], to=To(address=member.email), note="", sent="a", by=sender, now=NOW
    )
    request = rf.get("/")
    request.user = member
    with django_assert_num_queries(1):
        said = desk_of(request)
        assert desk_of(request) == said
    assert len(said.runs) == 3
    assert (said.runs[0].number, said.runs[0].first, said.runs[0].second) == (run.pk, 1, 2)
    assert said.collections == [Line(found.pk, "Nos repères", "", "", 2, 0, NOW)]
    assert said.received == [Line(Receipt.objects.get().pk, "Une lecture", "Alix", "", 1, 1, NOW)]
    text = text_of(signed_in(member).get("/mon-espace/"))
    for words in ("Essai", "étapes réglées : 1 sur 2", "Nos repères", "2 ressources", "Une lecture", "à lire"):
        assert words in text


def test_a_translation_on_its_way_leads_to_where_it_is_written(member, rf):
    original = published(title="Une pratique")
    Translation.objects.create(resource=original, language="en", translator=member, written_version=1, moved_at=NOW)
    assert desk(member, rf).translations == [Line(original.pk, "Une pratique", "en", "writing", 0, 0, NOW)]
    assert f"/{original.pk}" in text_of(signed_in(member).get("/mon-espace/"))


def test_what_waits_for_who_holds_and_for_who_reviews_is_read_with_it(rf, django_assert_num_queries):
    reviewer = reader()
    due = published(by=reviewer, title="Une carte datée")
    Resource.objects.filter(pk=due.pk).update(renew_on=timezone.localdate())
    doubted = published(by=reviewer, title="Un chiffre ancien")
    renewal.say_doubt(doubted, text="Ce chiffre a changé.", by=None, now=NOW)
    reuse.suggest(doubted, "Une précision", by=MemberFactory(), now=NOW)
    reviews.take(submitted(title="Le mien"), by=reviewer, now=NOW)
    submitted(title="Le suivant")
    request = rf.get("/")
    request.user = reviewer
    with django_assert_num_queries(1):
        said = desk_of(request)
    assert {(line.said, line.first) for line in said.to_tend} == {("Une carte datée", 0), ("Un chiffre ancien", 1)}
    assert [(line.said, line.who) for line in said.asked] == [("Une précision", "Un chiffre ancien")]
    assert sorted((line.first, line.said) for line in said.reviews) == [(0, ""), (1, "Le mien")]
    text = text_of(signed_in(reviewer).get("/mon-espace/"))
    for words in ("Une carte datée", "Un lecteur dit que", "Une précision", "Le mien", "1 texte attend"):
        assert words in text
    assert "Le suivant" not in text


def test_nothing_of_others_and_nothing_withdrawn(member, rf):
    launched()
    made(MemberFactory(), "Une")
    assert desk(member, rf) == Desk([], [], [], [], [], [], [])
    withdrawn = published(title="Un titre discret")
    recommendations.recommend([withdrawn], to=To(address=member.email), note="", sent="a", by=MemberFactory(), now=NOW)
    resources.withdraw(withdrawn, by=None, now=NOW)
    assert desk(member, rf).received[0].said == ""
    assert "titre discret" not in text_of(signed_in(member).get("/mon-espace/"))
