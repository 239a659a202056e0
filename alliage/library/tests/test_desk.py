"""« Mon espace »: kits under way, collections, what was recommended; in one query, for oneself alone."""

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.library.models import Receipt, Translation
from alliage.library.queries.desk import Desk, Line, desk_of
from alliage.library.services import kits, recommendations, resources
from alliage.library.services.recommendations import To
from alliage.library.tests.factories import NOW, published
from alliage.library.tests.test_collections import made
from alliage.library.tests.test_kits import launched
from alliage.library.tests.test_review_pages import signed_in, text_of

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


def test_nothing_of_others_and_nothing_withdrawn(member, rf):
    launched()
    made(MemberFactory(), "Une")
    assert desk(member, rf) == Desk([], [], [], [])
    withdrawn = published(title="Un titre discret")
    recommendations.recommend([withdrawn], to=To(address=member.email), note="", sent="a", by=MemberFactory(), now=NOW)
    resources.withdraw(withdrawn, by=None, now=NOW)
    assert desk(member, rf).received[0].said == ""
    assert "titre discret" not in text_of(signed_in(member).get("/mon-espace/"))
