"""Every address × every role: status, one h1, landmarks, valid HTML, nothing inline, a bounded number of queries."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from justhtml import JustHTML

from alliage.accounts.tests.clients import MemberClient
from tests import weights
from tests.pages import PAGES, Page
from tests.world import ROLES, VISITOR, World, build, lasting

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
# It shows every component at once.
GALLERY = {"ui:charter", "ui:components"}
ANONYMOUS_QUERIES, SIGNED_IN_QUERIES = 6, 12


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One world for the whole table, in a transaction that is undone at the end."""
    with django_db_blocker.unblock(), lasting():
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


# Pages already read strictly, without what changes from one person, or one moment, to the next.
_read: set[int] = set()
_OF_SOMEONE = re.compile(r"name=\"csrfmiddlewaretoken\" value=\"\w+\"|Personne \w+|\d\d:\d\d(:\d\d)?")


def is_new(html: str) -> bool:
    """The same page drawn for another role is read once: reading strictly is half of the time."""
    mark = hash(_OF_SOMEONE.sub("~", html))  # that there is a token is part of the page, which one is not
    new = mark not in _read
    _read.add(mark)
    return new


def check_html(html: str, path: str) -> None:
    document = JustHTML(html, collect_errors=True, sanitize=False)
    assert document.errors == [], f"{path}: {document.errors[:3]}"
    assert len(document.query("h1")) == 1, f"{path} has {len(document.query('h1'))} h1"
    for landmark in ("header", "main", "footer", "nav"):
        assert document.query(landmark), f"{path} has no <{landmark}>"
    title = document.query("title")[0].to_text().strip()
    assert len(title) > len(" – Alliage"), f"{path} has no title of its own"
    assert document.query("html")[0].attrs.get("lang") == "fr"
    assert inline_code(html) == [], path
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", html, re.DOTALL | re.IGNORECASE):
        assert "csrfmiddlewaretoken" in form, f"{path} has a form without its token: {form[:120]}"
    assert "{{" not in html
    assert "{%" not in html
    identifiers = re.findall(r"\sid=\"([^\"]+)\"", html)
    assert len(identifiers) == len(set(identifiers)), f"{path} repeats an id"


def is_drawn(page: Page, response: Any) -> bool:
    """A page, or a step that answers with one."""
    return page.kind == "page" or (page.kind == "step" and response.status_code == 200 and b"<html" in response.content)


def check_headers(response: Any, role: str) -> None:
    """It cannot be framed or guessed, and what is drawn for one person stays in no shared cache."""
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in response.headers
    if role != VISITOR and response.status_code == 200 and "html" in response.headers.get("Content-Type", ""):
        kept = response.headers.get("Cache-Control", "")
        assert "private" in kept or "no-store" in kept, kept
        assert "Cookie" in response.headers["Vary"]


def check_drawing(html: str, page: Page, role: str) -> None:
    """Strictly, once; and light, for a visitor."""
    if is_new(html):
        check_html(html, page.path)
    if role == VISITOR and page.route not in GALLERY:
        assert weights.of(html).excesses() == [], page.path


def refused(response, role: str) -> bool:
    """Sent to sign in, to prove who they are, or refused."""
    if response.status_code == 302:
        return response["Location"].startswith("/compte/connexion/")
    return response.status_code in ((403, 404, 405) if role == VISITOR else (403, 404))


def signed_in_elsewhere(page: Page, role: str) -> bool:
    """Sign-in pages send those who are signed in to their own space."""
    return VISITOR in page.who and role not in page.who and page.route.startswith("account_")


ON_SQLITE = connection.vendor == "sqlite"
# Who may see what is the same on both databases: on the other one, each address is asked by one who sees the most of it.
ROWS = [(page, role) for page in PAGES for role in ROLES if ON_SQLITE or role == (page.who or ROLES)[-1]]


@pytest.mark.parametrize(("page", "role"), ROWS, ids=lambda part: part if isinstance(part, str) else part.path)
def test_an_address_answers_each_role_as_declared(world: World, page: Page, role: str, db):
    client, path = world.client(role), page.path.format(**world.ids)
    if page.kind == "act":
        done = client.post(path)
        assert done.status_code in page.status if role in page.who else refused(done, role), done.status_code
    elif role in page.who:
        check_answer(client, path, page, role)
    elif signed_in_elsewhere(page, role):
        assert client.get(path).status_code == 302
    else:
        response = client.get(path)
        assert refused(response, role), f"{response.status_code} {response.headers.get('Location')}"


def check_answer(client: Client, path: str, page: Page, role: str) -> None:
    """What was declared, drawn as a page must be, with few questions asked of the database."""
    if page.kind == "page":
        client.get(path)  # what a process keeps is kept by now: only the questions that remain are counted
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code in page.status, f"{response.status_code} {response.headers.get('Location')}"
    check_headers(response, role)
    if is_drawn(page, response) and ON_SQLITE:
        check_drawing(response.content.decode(), page, role)
    if page.kind == "page":
        limit = ANONYMOUS_QUERIES if role == VISITOR else SIGNED_IN_QUERIES
        assert len(captured) <= limit, "\n".join(query["sql"][:160] for query in captured)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.path.endswith(".csv") and page.status == (200,)], ids=lambda page: page.path
)
def test_every_table_is_also_offered_as_french_excel_opens_it(world: World, page: Page, db):
    answer = world.client(page.who[-1]).get(page.path.format(**world.ids), {"excel": 1})
    head = answer.getvalue().decode().splitlines()[0]
    assert head.startswith("\ufeff")
    assert ";" in head


# Public forms without the trap for robots, and why.
WITHOUT_TRAP = {
    "account_login": "its password form: wrong passwords are counted by account and by network address",
    "website:letter_confirm": "a link of a mail",
    "events:registration": "a link of a mail",
    "directory:request_tracking": "a link of a mail",
    "codev:question_new": "what is typed waits for an account before it is posted",
    "library:propose": "what is typed waits for an account before it is proposed",
    "learning:step": "a quiz corrected at once: what a visitor answers is kept nowhere",
    "ui:model_page": "an example that goes nowhere",
}


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.kind == "page" and VISITOR in page.who], ids=lambda page: page.path
)
def test_every_form_that_anyone_may_send_has_the_trap_for_robots(world: World, page: Page, db):
    response = world.client(VISITOR).get(page.path.format(**world.ids))
    assert response.status_code in (*page.status, 302)
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", response.content.decode(), re.DOTALL | re.IGNORECASE)
    typed_in = re.compile(r"<textarea|<input\b(?![^>]*type=\"(?:hidden|submit)\")")
    bare = [form[:300] for form in forms if "data-honeypot" not in form and typed_in.search(form)]
    assert not bare or page.route in WITHOUT_TRAP, bare


@pytest.mark.parametrize("page", [page for page in PAGES if page.kind == "act"], ids=lambda page: page.path)
def test_an_act_without_its_token_is_refused(world: World, page: Page, db):
    client = MemberClient(enforce_csrf_checks=True)
    client.force_login(world.people["administrator"])
    assert client.post(page.path.format(**world.ids)).status_code in (403, 404)
