"""An outside directory is followed in the browser: its source shown, its people kept from the public, then left."""

import http.server
import json
import re
import threading
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.gestures import become, press, reach
from tests.journeys.test_exchange import shown


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, dict[str, list]]]:
    """Another network's site, on this machine: its address, and the records that each of its addresses gives."""
    given: dict[str, list] = {}

    class Directory(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = given.get(self.path)
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.end_headers()
            self.wfile.write(json.dumps(found or []).encode())

        def log_message(self, *_args: object) -> None:
            """Nothing is written."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Directory)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", given
    server.shutdown()
    server.server_close()


def record(number: str, name: str, **more: str) -> dict:
    return {
        "id": number, "name": name, "latitude": 45.476, "longitude": 4.516, "commune": "Saint-Chamond",
        "code_postal": "42400", **more,
    }  # fmt: skip


def follow(animator, code: str, name: str, url: str, *, personal: bool):
    """Say what the source is, read its trial, keep it: by keyboard. The page of the source, once it is followed."""
    page = animator.go("/imports/sources/")
    animator.check_accessible()
    press(page, page.locator(f"a[href='/imports/sources/nouvelle/{code}/']"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Suivre une source")
    animator.check_accessible()
    reach(page, page.locator("main [name=name]"))
    page.keyboard.type(name)
    reach(page, page.locator("main [name=url]"))
    page.keyboard.press("Control+A")
    page.keyboard.type(url)
    reach(page, page.locator("main [name=licence]"))
    page.keyboard.type("ODbL")
    if personal:
        press(page, page.locator("main [name=is_personal]"), "Space")
    press(page, page.get_by_role("button", name="Essayer cette source"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    source = page.url
    trial = page.locator("main .list--plain a[href^='/imports/']").first
    expect(trial).to_be_visible()
    animator.check_accessible()
    press(page, trial)
    expect(page).not_to_have_url(source)
    page.wait_for_load_state()
    if page.get_by_role("button", name="Essayer l’import").count() == 0:
        press(page, page.get_by_role("link", name=re.compile("olonnes")).first)
    animator.check_accessible()
    press(page, page.get_by_role("button", name="Essayer l’import"))
    shown(page, "Essai terminé")
    animator.check_accessible()
    press(page, page.get_by_role("button", name=re.compile("^Enregistrer")))
    shown(page, "L’import est terminé")
    animator.check_accessible()
    page.goto(source)
    return page


OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{records}</ListRecords></OAI-PMH>'
HELD = """<record><header><identifier>{key}</identifier></header><metadata><dc xmlns="http://purl.org/dc/elements/1.1/">
<title>{title}</title><identifier>https://exemple.fr/{key}</identifier></dc></metadata></record>"""
GONE = '<record><header status="deleted"><identifier>{key}</identifier></header></record>'


@pytest.fixture
def repository() -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """A bank that libraries harvest: its address, what it answers to all and to « since when », what it was asked."""
    answers: dict[str, str] = {}
    asked: list[str] = []

    class Repository(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.end_headers()
            self.wfile.write(OAI.format(records=answers["since" if "from=" in self.path else "all"]).encode())

        def log_message(self, *_args: object) -> None:
            """Nothing is written."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Repository)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/oai?verb=ListRecords&metadataPrefix=oai_dc"
    yield address, answers, asked
    server.shutdown()
    server.server_close()


def test_a_bank_is_asked_for_what_changed_and_for_everything_when_an_animator_wants_it(visit, repository):
    address, answers, asked = repository
    mark = uuid.uuid4().hex[:6]
    named = [f"{words} {mark}" for words in ("Une cuisine", "Le verger", "Des vélos")]
    first, second, third = (HELD.format(key=f"{mark}{rank}", title=title) for rank, title in enumerate(named))
    answers["all"] = first + second
    answers["since"] = third + GONE.format(key=f"{mark}0")
    animator = visit()
    become(animator.go("/"), "animation")
    page = follow(animator, "library.resource", f"Banque {mark}", address, personal=False)
    expect(page.locator("main")).to_contain_text("Lue en entier le")
    animator.check_accessible()
    animator.picture("banque-suivie")
    press(page, page.get_by_role("button", name="Relire maintenant"))
    expect(page.get_by_role("button", name="Tout relire")).to_be_visible()
    assert "from=" in asked[-1]

    def titles() -> list[str]:
        found = animator.page.request.get("/ressources.json").json()["results"]
        return sorted(each["title"] for each in found if mark in each["title"])

    assert titles() == sorted(named[1:])
    press(page, page.get_by_role("button", name="Tout relire"))
    expect(page.get_by_role("button", name="Tout relire")).to_be_visible()
    assert "from=" not in asked[-1]
    assert titles() == sorted(named[:2])
    leave(animator, page)
    assert titles() == []


def leave(animator, page) -> None:
    press(page, page.get_by_role("link", name="Ne plus suivre"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ne plus suivre cette source ?")
    animator.check_accessible()
    press(page, page.get_by_role("button", name="Ne plus suivre"))
    shown(page, "La source n’est plus suivie")
    animator.check_accessible()


def test_an_animator_follows_an_outside_directory_that_its_records_name_then_leaves_it(visit, elsewhere):
    address, given = elsewhere
    mark = uuid.uuid4().hex[:6]
    given["/lieux.json"] = [record("a", f"Recyclerie {mark}"), record("b", f"Atelier vélo {mark}")]
    animator = visit()
    become(animator.go("/"), "animation")
    page = follow(animator, "directory.organisation", f"Lieux partagés {mark}", f"{address}/lieux.json", personal=False)
    expect(page.locator("main")).to_contain_text("ODbL")
    animator.check_accessible()
    animator.picture("annuaire-suivi")

    visitor = visit(javascript=False)
    found = visitor.go(f"/annuaire/?q={mark}")
    found.get_by_role("link", name=f"Recyclerie {mark}", exact=True).click()
    expect(found.locator("main")).to_contain_text("D’après")
    expect(found.get_by_role("link", name=f"Lieux partagés {mark}")).to_have_attribute("href", f"{address}/lieux.json")
    expect(found.locator("main")).to_contain_text("elle se corrige chez lui")
    kept = found.url

    given["/lieux.json"] = [record("a", f"Recyclerie {mark}")]
    press(page, page.get_by_role("button", name="Relire maintenant"))
    expect(page.get_by_role("button", name="Relire maintenant")).to_be_visible()
    found = visitor.go(f"/annuaire/?q={mark}")
    expect(found.locator("main")).not_to_contain_text(f"Atelier vélo {mark}")
    leave(animator, page)
    assert visitor.page.request.get(kept).status == 404
    assert mark not in visitor.page.request.get(f"/annuaire.json?q={mark}").text().replace(f"?q={mark}", "")


def test_people_of_an_outside_directory_are_declared_and_never_public(visit, elsewhere):
    address, given = elsewhere
    mark = uuid.uuid4().hex[:6]
    given["/gens.json"] = [
        record("a", f"Camille {mark}", telephone="04 65 71 00 01", email=f"camille.{mark}@exemple.fr")
    ]
    animator = visit()
    become(animator.go("/"), "animation")
    page = follow(animator, "directory.catalyst", f"Gens d’ailleurs {mark}", f"{address}/gens.json", personal=True)
    expect(page.locator("main")).to_contain_text("effacées après dix jours sans lecture réussie")
    animator.check_accessible()
    visitor = visit()
    for path in (
        f"/annuaire/?q={mark}",
        f"/annuaire.json?q={mark}",
        f"/annuaire.csv?q={mark}",
        f"/recherche/?q=camille+{mark}",
    ):
        text = visitor.page.request.get(path).text()
        assert f"Camille {mark}" not in text, path
        assert "04 65 71 00 01" not in text, path
    leave(animator, page)
