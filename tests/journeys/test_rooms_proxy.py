"""Behind a proxy that refuses web sockets and holds streams back, a room and its notes work all the same."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import ROOT, Site, Visit, _free_port
from tests.journeys.gestures import become
from tests.journeys.test_rooms import HOST, come_in, next_phase, write


def wait_for(port: int) -> None:
    """Until something answers there."""
    for _try in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"Nothing answers on {port}.")


@contextmanager
def seen_through(proxy_module: str, site: Site) -> Iterator[Site]:
    """The same site, seen through a proxy: a process of its own."""
    port = _free_port()
    command = [sys.executable, "-m", f"tests.journeys.{proxy_module}", str(port), str(urlsplit(site.url).port)]
    proxy = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(port)
        yield Site(f"http://localhost:{port}", site.var)
    finally:
        proxy.kill()
        proxy.wait()


@pytest.fixture
def behind(site) -> Iterator[Site]:
    with seen_through("buffering", site) as found:
        yield found


@pytest.fixture
def visit_behind(browser, behind):
    opened: list[Visit] = []

    def open_one() -> Visit:
        opened.append(Visit(browser, behind))
        return opened[-1]

    yield open_one
    for one in opened:
        one.troubles = [each for each in one.troubles if "WebSocket connection" not in each]
        one.close()


def test_a_room_and_its_notes_behind_a_proxy_that_holds_everything_back(visit_behind):
    host_visit, guest_visit = visit_behind(), visit_behind()
    host = host_visit.go("/")
    become(host, HOST)
    host = host_visit.go("/salles/preparer/")
    host.get_by_label("De quoi s’agit-il").fill("Derrière un filtre")
    host.get_by_label("Déroulé").select_option(label="Atelier du 8 juillet 2020, 45 minutes")
    host.get_by_role("button", name="Préparer", exact=True).click()
    expect(host.get_by_role("heading", level=1)).to_have_text("Derrière un filtre")
    guest = come_in(guest_visit, urlsplit(host.url).path, "Ketty")
    host.get_by_role("button", name="Ouvrir la séance").click()
    expect(guest.locator("#etape")).to_have_text("Exemple introductif")
    next_phase(host, "Débat sur les besoins")
    expect(guest.locator("#etape")).to_have_text("Débat sur les besoins")
    write(guest, "besoin", "Un lieu pour se parler.")
    heard = host.locator("#ecrits-debat-besoin .card")
    expect(heard).to_have_count(1)
    expect(heard).to_contain_text("Un lieu pour se parler.")
    notes = [page.get_by_label("Texte écrit à plusieurs") for page in (host, guest)]
    for each in notes:
        expect(each).to_be_visible()
    notes[0].press("Control+End")
    host.keyboard.type("Décidé ce matin. ")
    expect(notes[1]).to_have_value("Décidé ce matin. ")
    notes[1].press("Control+End")
    guest.keyboard.type("À relire.")
    expect(notes[0]).to_have_value("Décidé ce matin. À relire.")
    # Nothing came twice.
    expect(heard).to_have_count(1)
