from datetime import date
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from django.conf import settings
from wagtail.models import Page

from alliage.directory.enums import AllianceState, Visibility
from alliage.directory.tests.factories import AllianceFactory, CatalystFactory, OrganisationFactory
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory
from alliage.website import sitemap
from alliage.website.tests.factories import make_news, make_standard

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(response):
    text = response.getvalue() if response.streaming else response.content
    return [element.text for element in ElementTree.fromstring(text).iter(f"{SITEMAP}loc")]


def test_the_site_map_leads_to_every_public_page(client, site):
    draft = make_standard(site, "Brouillon", "brouillon")
    draft.unpublish()
    TerritoryFactory(code="42218")
    TerritoryFactory(kind=Kind.EPCI, code="244200770")
    found = []
    for section in locations(client.get("/sitemap.xml")):
        assert section.startswith(f"{settings.ORIGIN}/sitemap-")
        found += locations(client.get(section.removeprefix(settings.ORIGIN)))
    paths = [address.removeprefix(settings.ORIGIN) for address in found]
    assert len(paths) == len(set(paths))
    for path in ("/", "/le-reseau/", "/actualites/la-plateforme-ouvre/", "/annuaire/", "/agenda/", "/territoires/"):
        assert path in paths, path
    assert "/territoires/commune/42218/" in paths
    assert "/territoires/epci/244200770/" in paths
    assert "/brouillon/" not in paths


def test_a_page_outside_the_site_is_not_in_its_map(client, site):
    Page.objects.get(depth=1).add_child(instance=Page(title="Ailleurs", slug="ailleurs"))
    assert all(sitemap.SECTIONS["pages"]())
    assert client.get("/ailleurs/").status_code == 404


def test_every_address_of_the_site_map_answers(client, site):
    for path in sitemap.SECTIONS["pages"]():
        assert client.get(path).status_code == 200, path


def test_a_large_site_map_is_written_by_pieces():
    pieces = list(sitemap.document("urlset", (f"<url>{n}</url>" for n in range(2500))))
    assert len(pieces) == 4
    assert "".join(pieces).count("<url>") == 2500


def test_an_unknown_section_is_not_found(client, db):
    assert client.get("/sitemap-rien.xml").status_code == 404


def test_robots_are_told_where_not_to_go(client, db):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /gestion/" in text
    assert "Disallow: /mon-espace/" in text
    assert f"Sitemap: {settings.ORIGIN}/sitemap.xml" in text


def test_the_feed_of_news_is_valid_and_complete(client, site):
    make_news(1, title="Une & deux", published_on=date(2026, 3, 1))
    response = client.get("/actualites.rss")
    assert response["Content-Type"].startswith("application/rss+xml")
    channel = ElementTree.fromstring(response.content).find("channel")
    assert channel.findtext("language") == "fr"
    items = channel.findall("item")
    assert [item.findtext("title") for item in items][-1] == "Une & deux"
    for item in items:
        assert item.findtext("link").startswith(settings.ORIGIN)
        assert item.findtext("guid")
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo


def test_every_page_tells_readers_where_the_feed_is(client, site):
    assert '<link rel="alternate" href="/actualites.rss" type="application/rss+xml"' in client.get("/").content.decode()


def test_who_finds_a_weakness_knows_where_to_say_it(client, db):
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: " in text
    assert "Expires: " in text


@pytest.mark.parametrize(
    ("path", "start"), [("/.well-known/change-password", "/compte/"), ("/favicon.ico", "/static/ui/")]
)
def test_what_browsers_ask_for_by_habit_is_found(client, db, path, start):
    assert client.get(path)["Location"].startswith(start)


def test_the_site_map_leads_to_entries_and_alliances_that_anyone_may_read(client, site, monkeypatch):
    monkeypatch.setattr(sitemap, "PIECE", 2)
    shown = [CatalystFactory(), OrganisationFactory(), OrganisationFactory()]
    hidden = [CatalystFactory(visibility=Visibility.MEMBERS), OrganisationFactory(is_hidden=True)]
    alliance = AllianceFactory(first=shown[1], second=shown[2], state=AllianceState.CONFIRMED)
    index = locations(client.get("/sitemap.xml"))
    assert [section for section in index if "annuaire" in section] == [
        f"{settings.ORIGIN}/sitemap-annuaire-1.xml",
        f"{settings.ORIGIN}/sitemap-annuaire-2.xml",
    ]
    found = [address for section in index for address in locations(client.get(section.removeprefix(settings.ORIGIN)))]
    paths = [address.removeprefix(settings.ORIGIN) for address in found]
    assert len(paths) == len(set(paths))
    for entry in shown:
        assert entry.get_absolute_url() in paths
    for entry in hidden:
        assert entry.get_absolute_url() not in paths
    assert alliance.get_absolute_url() in paths
    assert "/vous-etes/elu/" in paths
    assert "/impact/" in paths
