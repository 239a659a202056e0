"""A room at 2G: 250 kbit/s, 400 ms there and back, one packet in a hundred lost; usable in five seconds, an act acknowledged in two.

Chromium’s own throttling loses nothing and lets streams through at once: the line is a proxy, `losing`.
"""

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Site, Visit
from tests.journeys.gestures import become
from tests.journeys.test_rooms import HOST
from tests.journeys.test_rooms_proxy import seen_through

USABLE, ACKNOWLEDGED = 5.0, 2.0


@pytest.fixture
def behind(site) -> Iterator[Site]:
    with seen_through("losing", site) as found:
        yield found


def open_room(host_visit: Visit) -> str:
    host = host_visit.go("/")
    become(host, HOST)
    host = host_visit.go("/salles/preparer/")
    host.get_by_label("De quoi s’agit-il").fill("Loin de tout")
    host.get_by_label("Déroulé").select_option(label="Séance de codéveloppement")
    host.get_by_role("button", name="Préparer", exact=True).click()
    host.get_by_role("button", name="Ouvrir la séance").click()
    expect(host.locator("#etape")).to_have_text("Accueil et choix du sujet")
    return urlsplit(host.url).path


def until(page: Page, begun: float) -> float:
    """Seconds until the page can be used: the step is read, and one may write."""
    expect(page.locator("#etape")).to_be_visible()
    expect(page.locator("form[data-writes=sujet] textarea")).to_be_editable()
    return time.monotonic() - begun


def write_one(page: Page, text: str) -> float:
    """Seconds until the server’s own answer to what was written is there, and shown."""
    page.locator("form[data-writes=sujet] textarea").fill(text)
    begun = time.monotonic()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/agir/")) as told:
        page.locator("form[data-writes=sujet] button").click(no_wait_after=True)
    assert told.value.status in (200, 302)
    expect(page.locator("#ecrits-accueil-sujet")).to_contain_text(text)
    return time.monotonic() - begun


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_room_is_used_at_2g(visit, browser, behind, javascript, capsys):
    host_visit = visit()
    path = open_room(host_visit)
    guest = Visit(browser, behind, viewport=PHONE, javascript=javascript)
    try:
        # In by the door; then everything is asked for again by a browser that kept nothing.
        page = guest.go(path)
        page.get_by_label("Comment vous appeler").fill("Ketty")
        page.get_by_role("button", name="Entrer").click()
        expect(page.locator(".room__who")).to_contain_text("Ketty")
        fresh = Visit(browser, behind, viewport=PHONE, javascript=javascript)
        fresh.context.add_cookies(guest.context.cookies())
        guest.page.close()
        begun = time.monotonic()
        fresh.page.goto(path, wait_until="commit")
        usable = until(fresh.page, begun)
        said = [write_one(fresh.page, f"De loin, numéro {rank}.") for rank in range(3)]
        with capsys.disabled():
            how = "with script" if javascript else "without script"
            print(f"\n2G, {how}: usable {usable:.1f} s, acts {', '.join(f'{each:.1f}' for each in said)} s")
        assert usable <= USABLE
        assert max(said) <= ACKNOWLEDGED
        expect(host_visit.page.locator("#ecrits-accueil-sujet .card")).to_have_count(3)
        fresh.close()
    finally:
        guest.context.close()
