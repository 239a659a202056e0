"""RSS and QR codes."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.http import Http404
from django.test import RequestFactory

from alliage.formats import qr, rss

WHEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def test_a_feed_has_whole_links_and_stable_identifiers(settings):
    settings.ORIGIN = "https://reseau.exemple.fr"
    entries = [
        rss.Entry("L’été & co", "/actualites/ete/", "Un résumé", WHEN, categories=("eau",)),
        rss.Entry("Autre", "https://ailleurs.fr/", "", WHEN, identifier="actualite-2"),
    ]
    response = rss.response("Actualités", "/actualites/", "Du réseau", entries, feed_url="/actualites.rss")
    assert response["Content-Type"].startswith("application/rss+xml")
    channel = ElementTree.fromstring(response.content).find("channel")
    assert channel.findtext("language") == "fr"
    assert channel.findtext("link") == "https://reseau.exemple.fr/actualites/"
    assert [item.findtext("link") for item in channel.findall("item")] == [
        "https://reseau.exemple.fr/actualites/ete/",
        "https://ailleurs.fr/",
    ]
    assert [item.find("guid").get("isPermaLink") for item in channel.findall("item")] == ["true", "false"]
    assert channel.find("item").findtext("title") == "L’été & co"


def _page(address, count):
    asked = rss.page(RequestFactory().get(address))
    entries = [rss.Entry(f"N° {rank}", f"/{rank}/", "", WHEN) for rank in range(count)]
    channel = ElementTree.fromstring(rss.text("Tout", "/", "", entries[asked.rows], feed_url=address, page=asked)).find(
        "channel"
    )
    links = channel.findall("{http://www.w3.org/2005/Atom}link")
    return len(channel.findall("item")), {link.get("rel"): link.get("href") for link in links}


def test_each_page_of_a_feed_leads_to_the_others(settings):
    settings.ORIGIN = "https://reseau.exemple.fr"
    here = "https://reseau.exemple.fr/tout.rss?levier=alliance"
    assert _page("/tout.rss?levier=alliance", 101) == (50, {"self": here, "first": here, "next": f"{here}&page=2"})
    assert _page("/tout.rss?page=2&levier=alliance", 101) == (
        50,
        {"self": f"{here}&page=2", "first": here, "previous": here, "next": f"{here}&page=3"},
    )
    last = {"self": f"{here}&page=3", "first": here, "previous": f"{here}&page=2"}
    assert _page("/tout.rss?levier=alliance&page=3", 101) == (1, last)
    assert _page("/tout.rss?levier=alliance", 50)[1].keys() == {"self", "first"}
    assert _page("/tout.rss", 0)[0] == 0, "a feed may well be empty"


def test_what_is_no_longer_shown_keeps_its_place_in_the_pages(settings, monkeypatch):
    settings.ORIGIN = "https://reseau.exemple.fr"
    monkeypatch.setattr(rss, "WINDOW", 2)
    entry = rss.Entry("Eau", "/eau/", "", WHEN)

    def read(*entries, page=1):
        written = rss.text("Tout", "/", "", entries, feed_url="/tout.rss", page=rss.Page(page))
        return written.count("<item>"), 'rel="next"' in written

    assert read(entry, None, entry) == (1, True)
    assert read(entry, entry, None) == (2, True)
    assert read(None, None, page=3) == (0, False)


def test_a_page_of_a_feed_that_is_not_there_is_not_found():
    with pytest.raises(Http404):
        _page("/tout.rss?page=4", 101)


@pytest.mark.parametrize("asked", ["", "0", "-1", "deux", "²", "1" * 7])
def test_what_is_no_number_of_page_is_the_first(asked):
    assert rss.page(RequestFactory().get("/tout.rss", {"page": asked})).number == 1


def test_a_code_is_drawn_without_style_or_script():
    drawn = qr.svg("https://exemple.fr/?a=1&b=2", title="Ouvrir « l’atelier » & <b>")
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Ouvrir « l’atelier » & <b>"
    assert "style" not in drawn
    assert "script" not in drawn


def test_a_code_is_the_same_dots_as_the_library_s():
    import segno

    content = "https://exemple.fr/rencontre"
    drawn = qr.svg(content, title="Ouvrir")
    matrix = segno.make(content, error="m", micro=False).matrix
    dots = set()
    for column, row, length in re.findall(r"M(\d+) (\d+)h(\d+)", drawn):
        dots |= {(int(row), int(column) + step) for step in range(int(length))}
    assert dots == {(row, column) for row, line in enumerate(matrix) for column, dark in enumerate(line) if dark}
