"""Every address × every role: status, one h1, landmarks, valid HTML, nothing inline, a bounded number of queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from justhtml import JustHTML

from tests.pages import PAGES, Page
from tests.world import ROLES, VISITOR, World, build

# Addresses of libraries: their own tests hold them. Ours are all in the table.
LIBRARIES = (
    "wagtail",
    "wagtailadmin",
    "wagtailsnippets",
    "wagtailimages",
    "wagtaildocs",
    "wagtailusers",
    "wagtailsites",
    "wagtailredirects",
)
ANONYMOUS_QUERIES, SIGNED_IN_QUERIES = 6, 12


@pytest.fixture(scope="session")
def world(django_db_setup, django_db_blocker) -> World:
    """One world for the whole table, kept out of other tests' transactions."""
    with django_db_blocker.unblock():
        yield build()


def routes(resolver: URLResolver, namespace: str = "", prefix: str = "") -> dict[str, str]:
    """Name → pattern of every address, library namespaces left out."""
    found: dict[str, str] = {}
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace and entry.namespace.startswith(LIBRARIES):
                continue
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found |= routes(entry, inner, pattern)
        elif isinstance(entry, URLPattern) and not pattern.startswith("gestion/"):
            found[f"{namespace}{entry.name}" if entry.name else pattern] = pattern
    return found


def test_every_address_is_in_the_table():
    declared = {page.route for page in PAGES}
    known = {name for name in routes(get_resolver()) if not name.startswith(LIBRARIES)}
    assert known - declared == set(), "declare these in tests/pages.py"
    assert declared - known == set(), "these no longer exist"


def inline_code(html: str) -> list[str]:
    """What a strict content policy would refuse."""
    found = re.findall(r"\son[a-z]+=\"", html) + re.findall(r"\sstyle=\"", html) + re.findall(r"<style", html)
    for tag in re.findall(r"<script[^>]*>", html):
        if "src=" not in tag and "application/" not in tag:
            found.append(tag)
    return found


def check_html(html: str, path: str) -> None:
    document = JustHTML(html, collect_errors=True)
    assert document.errors == [], f"{path}: {document.errors[:3]}"
    assert len(document.query("h1")) == 1, f"{path} has {len(document.query('h1'))} h1"
    for landmark in ("header", "main", "footer", "nav"):
        assert document.query(landmark), f"{path} has no <{landmark}>"
    title = document.query("title")[0].to_text().strip()
    assert len(title) > len(" – Alliage"), f"{path} has no title of its own"
    assert document.query("html")[0].attrs.get("lang") == "fr"
    assert inline_code(html) == [], path
    assert "{{" not in html
    assert "{%" not in html
    identifiers = re.findall(r"\sid=\"([^\"]+)\"", html)
    assert len(identifiers) == len(set(identifiers)), f"{path} repeats an id"


@pytest.mark.xdist_group("pages")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_answers_each_role_as_declared(world: World, page: Page, role: str, db):
    client = world.client(role)
    client.get(page.path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(page.path)
    if role not in page.who:
        assert response.status_code in ((302, 403) if role == VISITOR else (403, 404)), response.status_code
        if response.status_code == 302:
            assert response["Location"].startswith("/compte/connexion/")
        return
    expected = {"redirect": (301, 302), "act": (405,)}.get(page.kind, (page.status,))
    assert response.status_code in expected
    assert response.headers["Content-Security-Policy"]
    if page.kind == "page":
        check_html(response.content.decode(), page.path)
        limit = ANONYMOUS_QUERIES if role == VISITOR else SIGNED_IN_QUERIES
        assert len(captured) <= limit, "\n".join(query["sql"][:200] for query in captured)
