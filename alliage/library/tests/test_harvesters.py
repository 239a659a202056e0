"""Programs of other people read what we publish: an OAI-PMH client, and a feed reader."""

from datetime import timedelta

import feedparser
import pytest
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch

from alliage.formats import rss
from alliage.library import oai
from alliage.library.models import Resource
from alliage.library.queries import oai as queries
from alliage.library.services import resources
from alliage.library.tests.factories import NOW, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def harvester(live_server):
    return Sickle(f"{live_server.url}/oai", encoding="utf-8")


@pytest.mark.django_db(transaction=True)
def test_an_oai_pmh_client_reads_everything_then_what_changed(harvester, monkeypatch, settings):
    monkeypatch.setattr(queries, "PER_PAGE", 3)
    made = [published(title=f"Ressource {rank}", now=NOW + timedelta(minutes=rank)) for rank in range(8)]
    everything = list(harvester.ListRecords(metadataPrefix="oai_dc"))
    assert [each.metadata["title"][0] for each in everything] == [each.title for each in made]
    assert {each.header.identifier for each in everything} == {oai.identifier(each.pk) for each in made}
    assert harvester.Identify().granularity == oai.GRANULARITY
    assert {each.setSpec for each in harvester.ListSets()} >= {"sorte:pratique"}
    assert [each.metadataPrefix for each in harvester.ListMetadataFormats()] == ["oai_dc"]

    later = NOW + timedelta(days=1)
    resources.withdraw(made[2], by=None, now=later)
    since = {"metadataPrefix": "oai_dc", "from": oai.stamp(later)}
    (gone,) = harvester.ListRecords(**since)
    assert (gone.header.identifier, gone.deleted) == (oai.identifier(made[2].pk), True)
    assert [each.deleted for each in harvester.ListIdentifiers(**since)] == [True]
    assert harvester.GetRecord(identifier=oai.identifier(made[0].pk), metadataPrefix="oai_dc").metadata["language"] == [
        "fr"
    ]
    with pytest.raises(NoRecordsMatch):
        harvester.ListRecords(metadataPrefix="oai_dc", set="sorte:kit")


@pytest.mark.django_db(transaction=True)
def test_a_client_goes_on_from_page_to_page_of_the_real_size(harvester):
    first = published(now=NOW)
    others = [Resource.objects.get(pk=first.pk) for _rank in range(2 * queries.PER_PAGE + 4)]
    for rank, each in enumerate(others, 1):
        each.pk, each.title, each.changed_at = None, f"Ressource {rank}", NOW + timedelta(seconds=rank // 3)
    Resource.objects.bulk_create(others)
    gone = Resource.objects.get(title="Ressource 150")
    resources.withdraw(gone, by=None, now=NOW + timedelta(days=1))
    records = list(harvester.ListRecords(metadataPrefix="oai_dc"))
    identifiers = [each.header.identifier for each in records]
    assert len(identifiers) == len(set(identifiers)) == 2 * queries.PER_PAGE + 5
    assert set(identifiers) == {oai.identifier(pk) for pk in Resource.objects.values_list("pk", flat=True)}
    assert [each.header.identifier for each in records if each.deleted] == [oai.identifier(gone.pk)]
    headers = [each.identifier for each in harvester.ListIdentifiers(metadataPrefix="oai_dc")]
    assert headers == identifiers


def test_a_feed_reader_goes_from_page_to_page_until_it_has_everything(client, monkeypatch):
    monkeypatch.setattr(rss, "WINDOW", 3)
    made = [published(title=f"Ressource {rank}", now=NOW + timedelta(minutes=rank)) for rank in range(8)]
    address, read, pages = "/ressources.rss", [], 0
    while address:
        feed = feedparser.parse(client.get(address).content)
        read += [entry.title for entry in feed.entries]
        address = next((link.href for link in feed.feed.links if link.rel == "next"), "")
        pages += 1
    assert (read, pages) == ([each.title for each in reversed(made)], 3)
    assert client.get("/ressources.rss?page=4").status_code == 404


def test_a_feed_reader_reads_what_is_published(client):
    first, second = published(), published(title="La dernière", now=NOW + timedelta(days=1))
    feed = feedparser.parse(client.get("/ressources.rss").content)
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == [second.title, first.title]
    assert feed.entries[0].link.endswith(second.get_absolute_url())
    assert feed.feed.language == "fr"
    resources.withdraw(second, by=None, now=NOW)
    assert [entry.title for entry in feedparser.parse(client.get("/ressources.rss").content).entries] == [first.title]
