"""An animator follows another bank by its RSS feed; a visitor reads where it comes from; the animator takes a resource over."""

import re
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.journeys.gestures import become, press
from tests.journeys.test_harvest import follow, leave

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Carnets</title><language>fr</language>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://www.exemple.fr/{key}</link><guid>https://www.exemple.fr/{key}</guid>
<description>&lt;p&gt;{text}&lt;/p&gt;</description><pubDate>Thu, 05 Mar 2026 08:00:00 +0100</pubDate></item>"""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Another bank's feed, on this machine: its address, and what it gives (key, title, text)."""
    given: list[tuple[str, str, str]] = []

    class Bank(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            items = "".join(ITEM.format(key=key, title=title, text=text) for key, title, text in given)
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.end_headers()
            self.wfile.write(FEED.format(items=items).encode())

        def log_message(self, *_args: object) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bank)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/flux.rss", given
    server.shutdown()
    server.server_close()


def test_an_animator_follows_a_bank_and_takes_over_what_it_gave(visit, elsewhere):
    address, given = elsewhere
    mark = uuid.uuid4().hex[:6]
    given += [
        (f"{mark}-a", f"Lessiverie {mark}", "Douze logements."),
        (f"{mark}-b", f"Verger {mark}", "Vingt pommiers."),
    ]
    animator = visit()
    become(animator.go("/"), "animation")
    page = follow(animator, "library.resource", f"Carnets {mark}", address, personal=False)
    source = page.url

    visitor = visit(javascript=False)
    found = visitor.go("/ressources/?tri=recentes")
    found.get_by_role("link", name=f"Lessiverie {mark}", exact=True).first.click()
    expect(found.locator("main")).to_contain_text("elle se corrige là-bas")
    expect(found.locator("main")).to_contain_text("Douze logements.")
    origin = found.get_by_role("link", name="Voir la page d’origine")
    expect(origin).to_have_attribute("href", f"https://www.exemple.fr/{mark}-a")
    resource = found.url

    page = animator.go(resource)
    expect(page.get_by_role("link", name="Écrire la version suivante")).to_have_count(0)
    press(page, page.get_by_role("link", name="Prendre la suite"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Prendre la suite"))
    animator.check_accessible()
    press(page, page.get_by_role("button", name="Prendre la suite"))
    expect(page.get_by_role("link", name="Écrire la version suivante")).to_be_visible()

    given[:] = [
        (f"{mark}-a", f"Lessiverie {mark}", "Cent logements."),
        (f"{mark}-b", f"Verger {mark}", "Trente pommiers."),
    ]
    page = animator.go(source)
    press(page, page.get_by_role("button", name="Relire maintenant"))
    expect(page.get_by_role("button", name="Relire maintenant")).to_be_visible()
    page = visitor.go(resource)
    expect(page.locator("main")).to_contain_text("Douze logements.")

    page = animator.go(source)
    leave(animator, page)
    assert visitor.page.request.get(resource).status == 200, "it is ours now"


def test_the_codebook_is_read_by_anyone(visit):
    visitor = visit()
    page = visitor.go("/ressources/donnees/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Les ressources en données ouvertes")
    expect(page.locator("#licence")).to_contain_text("cc-by-4.0")
    visitor.check_accessible()
    assert visitor.page.request.get("/ressources/donnees.zip").status in (200, 503)
    assert re.search(r"section_contexte", page.content())
