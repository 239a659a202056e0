"""Barometers are found by the search and followed by a feed, each figure with what makes it checkable; one without a figure is not."""

from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import AnonymousUser

from alliage.questionnaires.barometers import services
from alliage.questionnaires.barometers.services import Described
from alliage.questionnaires.tests.factories import NOW, barometer, read_elsewhere
from alliage.search import queries
from alliage.search import services as search

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    search.rebuild()


def found(question: str) -> list[str]:
    search.follow()
    asked = queries.parse({"q": question, "sorte": "barometres"})
    return [hit.plain_title for hit in queries.search(asked, AnonymousUser()).hits]


def feed(client, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer["Content-Type"].startswith("application/rss+xml")
    items = ElementTree.fromstring(answer.content).iter("item")
    return [{each.tag: each.text or "" for each in item} for item in items]


# --- The search ----------------------------------------------------------------------------------------------------


def test_a_barometer_is_found_from_its_first_figure_to_its_last():
    made = barometer("Les élus et la co-construction")
    assert found("élus co-construction") == []
    figure = services.publish(made, read_elsewhere(statement="jugent le frelon utile"), by=None, now=NOW)
    assert found("élus co-construction") == found("frelon") == [made.title]
    services.describe(made, Described("Les maires interrogés", text="Depuis les marronniers."), by=None, now=NOW)
    assert found("marronniers") == ["Les maires interrogés"]
    assert found("élus co-construction") == []
    services.correct(figure, read_elsewhere(statement="jugent le bourdon utile"), by=None, now=NOW)
    assert found("bourdon") == ["Les maires interrogés"]
    assert found("frelon") == []
    services.take_away(figure, by=None, now=NOW)
    assert found("bourdon") == found("marronniers") == []


def test_a_barometer_says_how_many_figures_it_publishes_and_of_when_is_the_last():
    made = barometer()
    services.publish(made, read_elsewhere(population="1 003 Français"), by=None, now=NOW)
    services.publish(
        made,
        read_elsewhere(statement="le pensent", date="octobre 2021", dated_on=date(2021, 10, 1)),
        by=None,
        now=NOW,
    )
    search.follow()
    (hit,) = queries.search(queries.parse({"q": "alliances vues du terrain"}), AnonymousUser()).hits
    assert (hit.plain_title, hit.url) == (made.title, made.get_absolute_url())
    assert list(hit.facts) == ["Baromètre", "2 chiffres publiés", "octobre 2021"]


def test_the_barometers_that_are_shipped_are_found_with_their_source():
    services.load(now=NOW)
    (title,) = found("opinionway incontournable")
    assert "Jouer collectif" in title


# --- The feed ------------------------------------------------------------------------------------------------------


def test_a_feed_announces_each_figure_with_what_makes_it_checkable(client):
    made, later = barometer(), NOW + timedelta(hours=1)
    whole = services.publish(made, read_elsewhere(population="des Français"), by=None, now=NOW)
    part = services.publish(
        made,
        read_elsewhere(
            value=Decimal("29.5"), statement="souvent", part_of=whole.pk, n=None, caveat="n n’est pas donné."
        ),
        by=None,
        now=later,
    )
    last, first = feed(client, "/barometres.rss")
    assert last["title"] == "81\u00a0% des personnes interrogées le disent, dont 29,5\u00a0% souvent"
    assert (
        last["description"]
        == "Source\u00a0: Un sondage. Nombre de réponses\u00a0: non donné par la source. Date\u00a0: mai 2020. n n’est pas donné."
    )
    assert last["link"].endswith(part.get_absolute_url())
    assert first["title"] == "81\u00a0% des personnes interrogées le disent"
    assert "Interrogés\u00a0: des Français. Nombre de réponses\u00a0: 1\u202f003." in first["description"]
    assert len({each["guid"] for each in (first, last)}) == 2


def test_a_barometer_has_its_own_feed_and_one_being_prepared_announces_nothing(client):
    made, other = barometer(), barometer("Brouillon canari")
    services.publish(made, read_elsewhere(value=Decimal(302), unit=""), by=None, now=NOW)
    assert [each["title"][:4] for each in feed(client, f"/barometres/{made.slug}.rss")] == ["302 "]
    assert feed(client, f"/barometres/{other.slug}.rss") == []
    assert "canari" not in client.get("/barometres.rss").content.decode()
    assert client.get("/barometres/inconnu.rss").status_code == 404
    for path in ("/barometres", f"/barometres/{made.slug}"):
        page = client.get(f"{path}/").content.decode()
        assert page.count(f'href="{path}.rss"') == 2


def test_a_figure_taken_away_leaves_the_feed(client):
    made = barometer()
    figure = services.publish(made, read_elsewhere(), by=None, now=NOW)
    assert len(feed(client, "/barometres.rss")) == 1
    services.take_away(figure, by=None, now=NOW)
    assert feed(client, "/barometres.rss") == []
