"""Several people write at once: two browsers and a program, a cut, a process killed, a network without web sockets, no script."""

import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from alliage.writing import wire
from alliage.writing.tests.peers import COOKIE, Peer
from alliage.writing.tests.served import Served, served
from tests.journeys.conftest import PHONE, Visit

KEPT = "Object.keys({...localStorage, ...sessionStorage}).filter(key => key.startsWith('alliage.ecrit.'))"
TEXT = "# Ordre du jour\nAccueil.\n- un devis"


@pytest.fixture(scope="module")
def writing_site(tmp_path_factory) -> Iterator[Served]:
    """A site of its own: its live process is killed and started again."""
    with served(tmp_path_factory.mktemp("writing")) as site:
        yield site


@pytest.fixture
def person(browser, writing_site):
    opened: list[Visit] = []

    def person(name: str, **options) -> Visit:
        visit = Visit(browser, writing_site, **options)
        visit.context.add_cookies([{"name": COOKIE, "value": name, "url": writing_site.url}])
        opened.append(visit)
        return visit

    yield person
    for visit in opened:
        visit.close()


def area(visit: Visit):
    return visit.page.get_by_label("Texte écrit à plusieurs")


def state(visit: Visit):
    return visit.page.locator("[data-part=state]")


def wait_until_kept(visit: Visit, *, tries: int = 100) -> None:
    """What she typed is in this tab. Asked from here: to wait within the page would take a script that its policy forbids."""
    kept = "Object.keys(sessionStorage).some(key => key.startsWith('alliage.ecrit.'))"
    for _try in range(tries):
        if visit.page.evaluate(kept):
            return
        visit.page.wait_for_timeout(100)
    raise AssertionError("Nothing was kept in this tab.")


def read_by_a_program(site: Served, document: str, peer: Peer, since: str = "") -> None:
    request = urllib.request.Request(f"{site.url}/direct/ecriture/{document}/changements?depuis={since}")
    request.add_header("Cookie", f"{COOKIE}=Programme")
    with urllib.request.urlopen(request, timeout=40) as answer:
        reader = wire.Reader(answer.read())
    reader.piece()
    for change in wire.read_pieces(reader.content[reader.place :], 1000):
        peer.take(change)


def written_by_a_program(site: Served, document: str, change: bytes) -> None:
    headers = {"Cookie": f"{COOKIE}=Programme", "Content-Type": "application/octet-stream"}
    address = f"{site.url}/direct/ecriture/{document}/changements"
    with urllib.request.urlopen(urllib.request.Request(address, wire.pieces([change]), headers), timeout=40) as answer:
        assert answer.status == 200


def test_two_people_and_a_program_write_in_one_text(person, writing_site):
    document = writing_site.essay(TEXT)
    alix, bado = person("Alix"), person("Bado", viewport=PHONE, dark=True)
    for each in (alix, bado):
        each.go(f"/ecrits/{document}/")
        expect(area(each)).to_have_value(TEXT)
        expect(state(each)).to_have_text("Enregistré")
    expect(alix.page.get_by_text("Ici pour écrire : Alix et Bado.".replace(" :", "\u00a0:"))).to_be_visible()
    area(alix).press("Control+End")
    area(bado).press("Control+Home")
    alix.page.keyboard.type(", vite 😀", delay=15)
    bado.page.keyboard.type("Réunion du soir\n", delay=15)
    alix.page.keyboard.type(" !", delay=15)
    expected = f"Réunion du soir\n{TEXT}, vite 😀 !"
    expect(area(alix)).to_have_value(expected)
    expect(area(bado)).to_have_value(expected)
    # What one takes back is one's own.
    area(bado).press("Control+z")
    expect(area(alix)).to_have_value(f"{TEXT}, vite 😀 !")
    area(bado).press("Control+y")
    expect(area(alix)).to_have_value(expected)
    peer = Peer()
    for each in (alix, bado):
        expect(state(each)).to_have_text("Enregistré")
    read_by_a_program(writing_site, document, peer)
    written_by_a_program(writing_site, document, peer.type("\nFin."))
    for each in (alix, bado):
        expect(area(each)).to_have_value(f"{expected}\nFin.")
        each.check_accessible()
    assert str(peer) == f"{expected}\nFin."
    alix.picture("ecrire-a-plusieurs")


def test_nothing_typed_is_lost_when_the_live_process_is_killed(person, writing_site):
    document = writing_site.essay("Début.")
    alix, bado = person("Alix"), person("Bado")
    for each in (alix, bado):
        each.go(f"/ecrits/{document}/")
        expect(state(each)).to_have_text("Enregistré")
    area(alix).press("Control+End")
    alix.page.keyboard.type(" Juste avant")
    writing_site.kill()
    expect(state(alix)).to_contain_text("Hors connexion")
    alix.page.keyboard.type(" et pendant.")
    area(bado).press("Control+Home")
    bado.page.keyboard.type("Sans réseau. ")
    wait_until_kept(alix)
    # It is confidential: whoever opens this browser next finds nothing of it.
    assert alix.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('alliage.ecrit.'))") == []
    writing_site.start()
    for each in (alix, bado):
        expect(state(each)).to_have_text("Enregistré")
        expect(area(each)).to_have_value("Sans réseau. Début. Juste avant et pendant.")
        assert each.page.evaluate(KEPT) == []
    assert writing_site.text(document) == "Sans réseau. Début. Juste avant et pendant."


def test_a_network_without_web_sockets_writes_by_plain_requests(person, writing_site):
    document = writing_site.essay("Début.")
    alix, bado = person("Alix"), person("Bado")
    alix.page.route_web_socket("**/direct/**", lambda socket: socket.close())
    for each in (alix, bado):
        each.go(f"/ecrits/{document}/")
        expect(state(each)).to_have_text("Enregistré")
    area(alix).press("Control+End")
    alix.page.keyboard.type(" Par des requêtes.")
    expect(area(bado)).to_have_value("Début. Par des requêtes.")
    area(bado).press("Control+Home")
    bado.page.keyboard.type("Ici. ")
    expect(area(alix)).to_have_value("Ici. Début. Par des requêtes.")
    expect(state(alix)).to_have_text("Enregistré")


def test_a_text_refused_by_plain_requests_is_put_aside_once(person, writing_site):
    document = writing_site.essay("Début.")
    alix = person("Alix")
    alix.page.route_web_socket("**/direct/**", lambda socket: socket.close())
    alix.go(f"/ecrits/{document}/")
    expect(state(alix)).to_have_text("Enregistré")
    expect(area(alix)).to_have_attribute("maxlength", "300000")
    statuses: list[int] = []
    alix.page.on("response", lambda response: statuses.append(response.status))
    # As a program would: the text area itself takes no more.
    area(alix).evaluate("(area) => { area.value = 'a'.repeat(300_001); area.dispatchEvent(new Event('input')); }")
    expect(alix.page.locator("[data-part=aside]")).to_be_visible()
    expect(alix.page.locator("[data-part=why]")).to_contain_text("trop long", use_inner_text=False)
    expect(area(alix)).to_have_value("Début.")
    expect(state(alix)).to_have_text("Enregistré")
    assert [status for status in statuses if status >= 400] == [422]
    assert writing_site.text(document) == "Début."


def test_who_reads_sees_the_text_laid_out_with_or_without_a_script(person, writing_site):
    document = writing_site.essay(TEXT)
    caro, plain, alix = person("lit-Caro"), person("Alix", javascript=False), person("Alix")
    for each in (caro, plain):
        each.go(f"/ecrits/{document}/")
        expect(each.page.get_by_role("heading", name="Ordre du jour")).to_be_visible()
        expect(area(each)).to_be_hidden()
    caro.check_accessible()
    alix.go(f"/ecrits/{document}/")
    area(alix).press("Control+End")
    alix.page.keyboard.type("\n- <b>un vote</b>")
    expect(caro.page.get_by_role("listitem").filter(has_text="<b>un vote</b>")).to_be_visible()
    alix.go(f"/ecrits/{document}/versions/")
    alix.page.get_by_label("Nom de la version").fill("Avant le vote")
    alix.page.get_by_role("button", name="Garder cette version").click()
    alix.page.get_by_role("link", name="Avant le vote").click()
    expect(alix.page.get_by_role("heading", level=1)).to_have_text("Avant le vote")
    alix.check_accessible()
