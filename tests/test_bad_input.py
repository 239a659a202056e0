"""Hostile and unlucky input on every address: never a broken page, never a text given back as code.

The test client lets exceptions through: an unexpected one fails the test with its own trace. Every text to every field of
every address is tens of thousands of requests: `make heavy` makes them all; each run deals the texts out, the first one to
all and the others in turn, so that every address and every text is met.
"""

import gzip
import json
import re
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from justhtml import JustHTML

from tests.pages import PAGES, Page
from tests.world import VISITOR, World, build, lasting

SCRIPT = "<script>alert(1)</script>"
BREAK_OUT = "\"'><img src=x onerror=alert(1)>"
TEXTS = [
    "\x00", "a\x00b", "\x01\x0b\x1b[31m", "\x7f", "\r\nSet-Cookie: piege=1", "\u2028\u2029", "\ufeff", "\ufffe\uffff",
    "", " ", "%", "_", "%_\\", "%00", "%zz", "+", "&", "#", "'", "' OR 1=1 --", "\"; DROP TABLE accounts_member; --",
    SCRIPT, BREAK_OUT, "javascript:alert(1)", "{{7*7}}{% debug %}", "${7*7}", "../../../../etc/passwd", "..\\..\\boot.ini",
    "//evil.example", "https://evil.example/", "/\\evil.example", "https:evil.example",
    "-1", "0", "00", "1.5", "1e9", "NaN", "Infinity", "٣", "²", "½", "2147483648", "9223372036854775808", "9" * 5000,
    "commune:", ":", "commune:\x00", "custom:%", "commune:" + "9" * 60, "[]", "null", "true",
    "🔥👩‍👩‍👧", "\u202eطفل", "e" + "\u0301" * 500, "ﷺ" * 200, "x" * 10_000, "a " * 3000,
]  # fmt: skip
# Given to one parameter at a time, the others absent.
ALONE = ["\x00", SCRIPT, BREAK_OUT, "-1", "²", "9" * 5000, "commune:\x00", "🔥", "x" * 10_000]
POSTED = ["\x00", SCRIPT, BREAK_OUT, "9" * 30, "x" * 10_000, "\r\nBcc: piege@exemple.fr", "🔥\u202e@exemple.fr"]
# Written as they are in the address: what no honest browser sends.
RAW_QUERIES = [
    "{name}=%ED%A0%80", "{name}=%FF%FE", "{name}=%", "{name}=%zz%u0041", "{name}[]=1&{name}[]=2", "{name}[a][b]=1",
    "{name}=1&{name}=2&{name}=%00", "{name}", "={name}", "&&&", ";{name}=1;", "{name}=1?{name}=2", "%00=%00",
    "{name}=" + "&{name}=".join("ab" * 100),
]  # fmt: skip
# What each address reads of its query.
FILTERS = ("q", "categorie", "territoire", "lieu", "sequence")
PARAMETERS = {
    "/annuaire/": (*FILTERS, "page"),
    "/annuaire.csv": (*FILTERS, "excel"),
    "/annuaire.json": FILTERS,
    "/annuaire.geojson": FILTERS,
    "/annuaire.rss": FILTERS,
    "/territoires/": ("q", "type", "region", "departement", "page"),
    "/territoires.csv": ("q", "type", "region", "departement", "excel"),
    "/territoires.json": ("q", "type", "region", "departement"),
    "/territoires.geojson": ("q", "type", "region", "departement"),
    "/territoires/suggestions.json": ("q", "type"),
    "/reperes/leviers.csv": ("excel",),
    "/reperes/listes/{list}/versions/99/": ("depuis",),
    "/actualites/": ("page",),
    "/compte/connexion/": ("next", "adresse"),
    "/compte/connexion/mot-de-passe/": ("next",),
    "/compte/deuxieme-preuve/demandee/": ("next",),
    "/moderation/signaler/": ("objet",),
    "/moderation/signalements/": ("etat", "motif", "sorte", "page"),
    "/moderation/journal/": ("page",),
    "/moderation/journal.csv": ("excel",),
    "/notifications/": ("filtre", "page"),
    "/notifications/envois/": ("page",),
    "/demo/courriers/": ("page",),
    "/mon-espace/territoire/": ("q",),
    "/compte/invitations/": ("page",),
    "/compte/membres/": ("q", "role", "page"),
    "/travaux/": ("page",),
    "/imports/": ("page",),
    "/charte-graphique/pages/liste/": ("q", "page"),
}
# Parts of the examples of the table that stand for a variable part.
VARIABLE = {
    "commune",
    "epci",
    "metiers",
    "leviers",
    "leviers.csv",
    "newsletter",
    "liste",
    "le-reseau",
    "masquer",
    "monter",
}
SEGMENTS = [
    "\x00", "a\x00b", "\x7f", "%", SCRIPT, BREAK_OUT, "' OR 1=1 --", "..", "../../etc/passwd", "{{7*7}}", "-1", "0",
    "9" * 30, "9" * 400, "٣", "é", "🔥", "\u202e", "\r\nX: 1", "x" * 3000, "00000000-0000-0000-0000-000000000000",
]  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One world for the whole file, in a transaction that is undone at the end."""
    with django_db_blocker.unblock(), lasting():
        yield build()


SHARES = 6
Given = TypeVar("Given")


@pytest.fixture(params=["part", pytest.param("whole", marks=pytest.mark.heavy)])
def whole(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "whole")


def dealt(given: Sequence[Given], to: str, whole: bool) -> Sequence[Given]:
    """What this address (or field) is given of a list: all of it, or the first and its share of the others."""
    return given if whole else [*given[:1], *given[1 + zlib.crc32(to.encode()) % SHARES :: SHARES]]


def body(response: HttpResponseBase) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return (gzip.decompress(content) if response.headers.get("Content-Encoding") == "gzip" else content).decode()


def is_whole(response: Any) -> bool:
    """501 is what oEmbed prescribes for a format that is not spoken; a file being made says when to come back."""
    being_made = response.status_code == 503 and "Retry-After" in response.headers
    return response.status_code < 500 or response.status_code == 501 or being_made


def check(response: Any, said: str) -> None:
    """No broken page; what was asked is text on it, and nothing else; a format stays readable by its programs."""
    assert is_whole(response), f"{response.status_code} {said[:200]!r}"
    assert not any("piege" in name.lower() for name in response.headers)
    assert "piege" not in response.cookies
    location = response.headers.get("Location", "")
    assert not urlsplit(location).netloc.startswith("evil"), f"{said!r} leads to {location}"
    assert not location.startswith(("//", "/\\", "javascript:")), f"{said!r} leads to {location}"
    kind = response.headers.get("Content-Type", "")
    if response.status_code == 304 or "html" not in kind + "html" * (not kind):
        check_format(response, kind)
        return
    html = body(response)
    assert SCRIPT not in html, said[:200]
    assert "<img src=x" not in html, said[:200]
    assert not re.search(r"(href|action|formaction|src)=[\"']?\s*(javascript:|//evil|https?:/*evil)", html), said[:200]


def check_format(response: Any, kind: str) -> None:
    if "json" in kind:
        json.loads(body(response))
    elif "xml" in kind and "openxmlformats" not in kind:
        ET.fromstring(body(response))


def role_for(path: str) -> str:
    """Someone who may see the address: the first role of the table."""
    bare = path.partition("?")[0]
    found = next((page for page in PAGES if page.path.partition("?")[0] == bare), None)
    return found.who[-1] if found and found.who and VISITOR not in found.who else VISITOR


@pytest.mark.parametrize("path", PARAMETERS)
def test_any_text_in_a_parameter_is_only_text(world: World, path: str, whole: bool, db):
    client, names = world.client(role_for(path)), PARAMETERS[path]
    address = path.format(**world.ids)
    for text in dealt(TEXTS, path, whole):
        check(client.get(address, dict.fromkeys(names, text)), f"{address} {text!r}")
    for name in names if len(names) > 1 else ():
        for text in dealt(ALONE, path + name, whole):
            check(client.get(address, {name: text}), f"{address} {name}={text!r}")


@pytest.mark.parametrize("path", PARAMETERS)
def test_a_malformed_query_is_survived(world: World, path: str, whole: bool, db):
    client, address = world.client(role_for(path)), path.format(**world.ids)
    for name in PARAMETERS[path]:
        for raw in dealt(RAW_QUERIES, path + name, whole):
            check(client.get(address, QUERY_STRING=raw.replace("{name}", name)), f"{address}?{raw}")


@pytest.mark.parametrize("page", [page for page in PAGES if VISITOR in page.who], ids=lambda page: page.path)
def test_a_public_address_ignores_what_it_does_not_read(world: World, page: Page, whole: bool, db):
    """Every public address, whatever is added to it."""
    client, address = world.client(VISITOR), page.path.format(**world.ids)
    method = client.post if page.kind == "act" else client.get
    for text in dealt(("\x00", SCRIPT, BREAK_OUT, "//evil.example"), page.path, whole):
        added = "&".join(f"{name}={quote(text)}" for name in ("q", "next", "retour", "page", "persona", "format", "x"))
        address_and_query = address + ("&" if "?" in address else "?") + added
        check(method(address_and_query), address_and_query)


def segments(page: Page) -> Iterator[str]:
    """The address with each of its variable parts replaced by a mark."""
    parts = page.path.partition("?")[0].split("/")
    for rank, part in enumerate(parts):
        if part in VARIABLE or "{" in part or re.search(r"\d|inconnu|rien", part):
            yield "/".join([*parts[:rank], "\0MARK", *parts[rank + 1 :]])


WITH_SEGMENTS = list({next(segments(page)): page for page in PAGES if next(segments(page), None)}.values())


@pytest.mark.parametrize("page", WITH_SEGMENTS, ids=lambda page: page.path)
def test_any_text_in_the_path_is_an_unknown_address(world: World, page: Page, whole: bool, db):
    client = world.client(role_for(page.path))
    for template in segments(page):
        for text in dealt(SEGMENTS, page.path, whole):
            path = template.format(**world.ids).replace("\0MARK", quote(text, safe=""))
            check(client.post(path) if page.kind == "act" else client.get(path), path)


def forms_of(client: Any, path: str) -> list[tuple[str, list[str]]]:
    """Action and field names of every form posted by a page."""
    response = client.get(path)
    if response.status_code != 200 or "html" not in response.headers.get("Content-Type", ""):
        return []
    found = []
    for form in JustHTML(body(response), sanitize=False).query("form"):
        if form.attrs.get("method", "get").lower() != "post":
            continue
        fields = [element.attrs["name"] for tag in ("input", "textarea", "select", "button") for element in form.query(tag) if element.attrs.get("name")]  # fmt: skip
        found.append((form.attrs.get("action") or path, list(dict.fromkeys(fields))))
    return found


@pytest.mark.parametrize("page", [page for page in PAGES if page.kind in ("page", "step")], ids=lambda page: page.path)
def test_any_text_in_a_form_is_refused_or_kept_as_text(world: World, page: Page, whole: bool, db):
    """Each form of each page, found by reading the page, with the same text in all its fields and in each alone."""
    role, path = role_for(page.path), page.path.format(**world.ids)
    seen = set()
    for action, names in forms_of(world.client(role), path):
        own = [name for name in names if name != "csrfmiddlewaretoken"]
        if not own or (action, *own) in seen or action.startswith(("/demo/devenir/", "/compte/deconnexion/")):
            continue
        seen.add((action, *own))
        # Dealt: all fields together get their share, and a share of the fields, alone, gets one text each.
        alone = own if whole or len(own) <= SHARES else dealt(own, action, whole)
        for chosen in (own, *([name] for name in alone if len(own) > 1)):
            for text in (
                dealt(POSTED, action, whole) if whole or chosen == own else dealt(POSTED, chosen[0], whole)[-1:]
            ):
                with transaction.atomic():
                    client = world.client(role)
                    check(client.post(action, dict.fromkeys(chosen, text)), f"{action} {chosen} {text[:50]!r}")
                    transaction.set_rollback(True)


# --- Headers and bodies --------------------------------------------------------------------------------------------

HEADERS = [
    {"Accept-Language": "x" * 5000 + ";q=é"}, {"Accept": "*/*;q=abc, text/<script>"}, {"Accept-Encoding": "gzip;q=x, \u00ff"},
    {"If-Modified-Since": "hier"}, {"If-None-Match": '"' * 50}, {"Range": "bytes=9-1,-,x"}, {"Referer": BREAK_OUT},
    {"User-Agent": SCRIPT + "x" * 5000}, {"X-Forwarded-For": "' OR 1=1, <script>, 999.1.1.1"}, {"X-Forwarded-Proto": "javascript"},
    {"X-HTTP-Method-Override": "DELETE"}, {"X-Original-URL": "/gestion/"}, {"X-Rewrite-URL": "/gestion/"},
    {"HX-Request": "true", "HX-Current-URL": SCRIPT, "HX-Prompt": "é", "HX-Trigger": BREAK_OUT}, {"Last-Event-ID": "-1"},
    {"Cookie": "sessionid; csrftoken=; =; ;;; messages=x; a=\"; b"}, {"Cookie": "sessionid=" + "x" * 4000},
    {"Cookie": 'sessionid="\\000\\377aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"'}, {"Cookie": "formulaire=a:b:c; messages=W10:x:y"},
    {"Authorization": "Basic ////"}, {"Content-Length": "abc"}, {"Content-Type": "multipart/form-data"},
]  # fmt: skip
ADDRESSES = (
    "/",
    "/annuaire/",
    "/territoires/suggestions.json",
    "/compte/connexion/",
    "/mon-espace/",
    "/gestion/",
    "/media/x.png",
)


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: next(iter(headers)))
def test_odd_headers_change_nothing(world: World, headers: dict[str, str], settings, db):
    settings.BEHIND_PROXY = True
    for address in ADDRESSES:
        check(world.client(VISITOR).get(address, headers=headers), f"{address} {headers}")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost@evil.example", "localhost:port", "<script>", "", "é", ".", "[::1"]
)
def test_another_name_is_refused_in_words(world: World, host: str, settings, db):
    settings.ALLOWED_HOSTS = ["localhost"]
    response = world.client(VISITOR).get("/compte/connexion/", headers={"Host": host})
    check(response, host)
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


def test_a_forwarded_name_is_not_believed(world: World, db):
    response = world.client(VISITOR).get("/compte/connexion/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in response.content.decode()


BODIES = [
    ("application/json", b"{"), ("application/json", b'{"email": null}'), ("text/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"),
    ("multipart/form-data", b"x"), ("multipart/form-data; boundary=", b"--"), ("multipart/form-data; boundary=a", b"--a\r\n\r\n"),
    ("multipart/form-data; boundary=a", b'--a\r\nContent-Disposition: form-data; name="file"; filename="../../x\x00.csv"\r\n\r\n\xff\xfe\r\n--a--\r\n'),
    ("multipart/form-data; boundary=a", b'--a\r\nContent-Disposition: form-data; name="email"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--a--\r\n'),
    ("application/x-www-form-urlencoded; charset=utf-7", b"email=+AGE-"), ("application/x-www-form-urlencoded; charset=inconnu", b"email=a"),
    ("application/x-www-form-urlencoded", b"email=%ED%A0%80&text=%FF&%00=%00"), ("application/x-www-form-urlencoded", b"a=1&" * 3000),
    ("application/x-www-form-urlencoded", b"email[]=a&email=b&email=c"), ("", b"\x00\xff"), ("é/é", b"a"),
]  # fmt: skip
POSTS = ("/compte/connexion/", "/compte/", "/notifications/preferences/", "/notifications/desinscription/jeton/", "/demo/devenir/",
         "/reperes/listes/{list}/commenter/", "/compte/accords/newsletter/", "/gestion/", "/annuaire/")  # fmt: skip


@pytest.mark.parametrize(("kind", "sent"), BODIES, ids=range(len(BODIES)))
def test_odd_bodies_are_refused_in_words(world: World, kind: str, sent: bytes, db):
    for path in POSTS:
        with transaction.atomic():
            client = world.client("member")
            check(client.generic("POST", path.format(**world.ids), sent, content_type=kind), f"{path} {kind}")
            transaction.set_rollback(True)


def test_a_body_too_large_is_refused(world: World, settings, db):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = world.client("member").post("/compte/", {"name": "x" * 2000})
    assert response.status_code == 400


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PROPFIND", "get"])
@pytest.mark.parametrize("role", [VISITOR, "administrator"])
def test_every_method_is_answered(world: World, method: str, role: str, whole: bool, db):
    client = world.client(role)
    for page in PAGES if whole else PAGES[zlib.crc32((method + role).encode()) % SHARES :: SHARES]:
        if page.kind != "act":
            assert is_whole(client.generic(method, page.path.format(**world.ids))), f"{method} {page.path}"
