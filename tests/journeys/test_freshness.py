"""Journeys of freshness: a reminder and one click; what members know; a frame inside the page of another site."""

import http.server
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become, go_by_tab

HOST_PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Mairie</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><h1>Vie associative</h1>
{snippet}<p id="fin">Suite de la page</p></body></html>"""


@pytest.fixture
def town_hall() -> Iterator[tuple[str, dict[str, str]]]:
    """Another site, on this machine: its address, and the pages it serves."""
    pages: dict[str, str] = {}

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = pages.get(self.path)
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((found or "").encode())

        def log_message(self, *_args: object) -> None:
            """Nothing is written."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()
    server.server_close()


def noon() -> str:
    """A time zone where it is about noon: nobody receives a mail at night."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def age(site, name: str, day: str) -> None:
    """Make an entry as old as it would be: nobody waits a year in a journey."""
    with closing(sqlite3.connect(site.var / "alliage.sqlite3", timeout=30)) as base:
        base.execute("update directory_entry set confirmed_on = ?, asked_on = null where name = ?", [day, name])
        base.execute(
            "delete from directory_reminder where entry_id in (select id from directory_entry where name = ?)", [name]
        )
        base.execute(
            "update accounts_member set time_zone = ? where id in (select owner_id from directory_entry where name = ?)",
            [noon(), name],
        )
        number = base.execute("select max(number) from directory_edition").fetchone()[0] + 1
        base.execute("update directory_entry set edition = ? where name = ?", [number, name])
        base.execute("update directory_edition set number = ?", [number])
        base.commit()


def slug_of(site, name: str) -> str:
    with closing(sqlite3.connect(site.var / "alliage.sqlite3", timeout=30)) as base:
        return base.execute("select slug from directory_entry where name = ?", [name]).fetchone()[0]


def test_an_animator_asks_and_one_click_in_the_mail_makes_it_green(visit, site):
    name = "Teva Marama"
    age(site, name, "2023-01-15")
    slug = slug_of(site, name)
    animator = visit()
    page = animator.go("/")
    become(page, "Mathilde Carpentier")
    page.goto("/annuaire/a-confirmer/?nature=catalyst&etat=stale")
    animator.check_accessible()
    page.get_by_role("checkbox", name=re.compile(name)).focus()
    page.keyboard.press("Space")
    go_by_tab(page, page.get_by_role("button", name="Envoyer un rappel"))
    age(site, name, "2023-01-15")  # the worker may have reminded her meanwhile
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 rappel est parti")).to_be_visible()
    page.goto(f"/annuaire/a-confirmer/{slug}/")
    animator.check_accessible()

    with closing(sqlite3.connect(site.var / "alliage.sqlite3", timeout=30)) as base:
        address = base.execute(
            "select email from accounts_member where id = (select owner_id from directory_entry where slug = ?)", [slug]
        ).fetchone()[0]
    mail = site.mail_sent_to(address, re.compile("toujours exacte"), seconds=150)
    link = re.search(r"/annuaire/toujours-exact/[^\s)>\"]+", mail)[0]

    owner = visit(viewport=PHONE, javascript=False)
    page = owner.go(link)
    expect(page.get_by_text("il y a plus de deux ans")).to_be_visible()
    page.get_by_role("button", name="Toujours exact").click()
    expect(page.get_by_role("heading", name="C’est fait")).to_be_visible()
    expect(page.get_by_text("il y a plus de deux ans")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto(f"/annuaire/catalyseurs/{slug}/")
    expect(page.locator(".freshness--fresh").first).to_be_visible()


def test_the_page_of_a_reminder_is_clean_and_works_by_keyboard(visit, site):
    name = "Teva Marama"
    age(site, name, "2024-03-01")
    person = visit()
    page = person.go("/")
    become(page, name)
    page.goto("/mon-espace/")
    go_by_tab(page, page.get_by_role("button", name=re.compile("Toujours exact")).first)
    page.keyboard.press("Enter")
    expect(page.get_by_text("votre fiche est à jour")).to_be_visible()
    person.check_accessible()


def test_a_member_says_what_they_know_by_keyboard(visit, site):
    person = visit()
    page = person.go("/")
    become(page, "Teva Marama")
    page.goto("/annuaire/?nature=organisations")
    page.locator(".entry__title a").first.click()
    known = page.get_by_role("button", name="Je connais cet acteur")
    go_by_tab(page, known)
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("membres? conna"))).to_be_visible()
    person.check_accessible()
    page.get_by_role("link", name="Ce n’est plus exact").click()
    person.check_accessible()
    page.get_by_role("radio", name="le nom").check()
    page.get_by_label(re.compile("Ce qui a changé")).fill("Elle a changé de nom.")
    page.get_by_role("button", name="Le dire").click()
    expect(page.get_by_text("Vous avez dit")).to_be_visible()
    page.get_by_role("button", name="Reprendre ce que j’ai dit").click()
    expect(page.get_by_text("C’est repris")).to_be_visible()


def test_a_town_hall_pastes_two_lines_and_its_page_shows_the_list_at_its_height(visit, site, town_hall):
    address, pages = town_hall
    person = visit()
    page = person.go("/annuaire/?metier=lieu")
    page.get_by_role("link", name=re.compile("sur votre site")).click()
    page.get_by_label(re.compile("Que voulez-vous montrer")).select_option("liste")
    page.get_by_role("button", name="Mettre à jour").click()
    person.check_accessible()
    snippet = page.get_by_label("À coller dans votre page").input_value()
    assert "/integrer/liste/?metier=lieu" in snippet
    preview = page.frame_locator(".embed-preview")
    expect(preview.locator(".entry__title").first).to_be_visible()

    pages["/vie-associative/"] = HOST_PAGE.format(snippet=snippet)
    other = visit(viewport={"width": 320, "height": 700})
    page = other.page
    page.remove_listener("request", other._watch)
    page.goto(f"{address}/vie-associative/")
    frame = page.frame_locator("iframe")
    expect(frame.locator(".entry__title").first).to_be_visible()
    inside = next(each for each in page.frames if "/integrer/" in each.url)
    for _moment in range(75):
        # Its own height moves too, until its typeface is there.
        outer = page.evaluate("document.querySelector('iframe').offsetHeight")
        if abs(outer - inside.evaluate("document.body.offsetHeight")) <= 2:
            break
        page.wait_for_timeout(200)
    else:
        pytest.fail("The frame has not the height of its page.")
    assert inside.evaluate("document.body.offsetHeight") > 300
    assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no scrolling sideways at 320 px"
    assert page.context.cookies() == []
    assert inside.evaluate("document.cookie") == ""
    name = frame.locator(".entry__title a").first.inner_text()
    frame.locator(".entry__title a").first.click()
    page.wait_for_url(re.compile(r"/annuaire/"))
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_frames_are_clean_by_themselves(visit, site):
    slug = slug_of(site, "Teva Marama")
    person = visit(viewport={"width": 320, "height": 700})
    for path in (
        "/integrer/carte/",
        "/integrer/liste/",
        f"/integrer/fiche/{slug}/",
        "/integrer/territoire/departement:974/",
    ):
        page = person.go(path)
        person.check_accessible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert page.context.cookies() == []


def test_a_site_asks_and_an_animator_allows_it(visit, site):
    visitor = visit(javascript=False)
    page = visitor.go("/integrer/demander/")
    page.get_by_label(re.compile("adresse de votre site")).fill("www.mairie-exemple.fr")
    page.get_by_label(re.compile("Qui vous êtes")).fill("Site de la mairie")
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Demander").click()
    expect(page.get_by_text(re.compile("mairie-exemple.fr"))).to_be_visible()

    animator = visit()
    page = animator.go("/")
    become(page, "Mathilde Carpentier")
    page.goto("/integrer/sites/")
    allow = page.get_by_role("button", name=re.compile("Autoriser www.mairie-exemple.fr"))
    if allow.count():
        allow.click()
    expect(page.get_by_role("button", name=re.compile("Ne plus autoriser www.mairie-exemple.fr"))).to_be_visible()
    animator.check_accessible()
