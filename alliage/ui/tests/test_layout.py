"""The layout of every page: landmarks, current section, weight."""

import re
import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from justhtml import JustHTML

from alliage.ui.context import layout
from alliage.ui.registry import Bar, HeadLink, MenuEntry, bars, head_links, menu

LIST = "ui/gallery/liste.html"


@pytest.fixture
def asked(rf):
    request = rf.get("/annuaire-de-test/fiche/")
    request.user = AnonymousUser()
    return request


@pytest.fixture
def filled(monkeypatch):
    """Registries with one more item each."""
    for registry in (menu, bars, head_links):
        monkeypatch.setattr(registry, "_items", dict(registry._items))
    menu.add(MenuEntry("essai", "Essai", "/annuaire-de-test/", "map", 1, "Un essai."))
    bars.add(Bar("essai", "ui/components/notice.html", 1, lambda request: "fiche" in request.path))
    head_links.add(HeadLink("essai", "alternate", "/essai.rss", "Nouveautés", "application/rss+xml"))


def page(request, **context) -> str:
    return render_to_string("ui/base.html", context, request)


def test_the_section_of_the_page_is_marked(asked, filled, rf):
    assert re.search(r'href="/annuaire-de-test/" aria-current="true"', page(asked))
    home = rf.get("/annuaire-de-test/")
    home.user = AnonymousUser()
    assert re.search(r'href="/annuaire-de-test/" aria-current="page"', page(home))


def test_an_entry_for_the_home_page_is_not_current_everywhere(asked, filled):
    menu.add(MenuEntry("accueil", "Accueil", "/", "home", 0))
    assert {item.entry.code: item.current for item in layout(asked)["menu"]}["accueil"] == ""


def test_a_bar_shows_when_it_says_so(asked, filled, rf):
    assert [bar.code for bar in layout(asked)["bars"] if bar.code == "essai"]
    assert not [bar.code for bar in layout(rf.get("/"))["bars"] if bar.code == "essai"]


def test_a_link_of_the_head_is_on_every_page(asked, filled):
    assert '<link rel="alternate" href="/essai.rss" type="application/rss+xml" title="Nouveautés">' in page(asked)


def test_the_layout_asks_nothing_of_the_database(asked, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        page(asked)


@pytest.mark.django_db
def test_a_member_finds_their_space(asked, member):
    assert "/compte/connexion/" in page(asked)
    asked.user = member
    assert 'href="/mon-espace/"' in page(asked)


def test_the_menu_opens_without_script(asked):
    text = page(asked)
    assert 'popovertarget="menu"' in text
    assert 'id="menu" popover' in text


def test_the_page_is_valid_and_small(asked):
    parsed = JustHTML(page(asked), strict=True)
    assert len(parsed.query("*")) <= 200


def test_the_address_shared_elsewhere_is_clean(rf):
    request = rf.get("/agenda/", {"page": "2"})
    request.user = AnonymousUser()
    assert re.search(r'rel="canonical" href="[^"?]+/agenda/"', page(request))


def test_the_layout_costs_little(asked):
    page(asked)
    start = time.process_time()
    for _ in range(50):
        page(asked)
    assert (time.process_time() - start) / 50 < 0.01  # ten times what it takes here: only a disaster fails


def test_nothing_is_inline(asked):
    text = page(asked)
    assert " style=" not in text
    assert not re.search(r"<script(?![^>]*src=)", text)
    assert not re.search(r"\son[a-z]+=", text)
