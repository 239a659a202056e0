"""Journeys of those who contribute: by a link, by a file, by hand; the session ends, the network is cut: nothing is lost."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_hex

import pytest
from playwright.sync_api import expect

from alliage.files.tests.factories import docx
from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become, go_by_tab, send

START = "/ressources/proposer/"
PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Guide des tiers-lieux nourriciers</title>
<meta name="description" content="Trois territoires racontent comment ils ont ouvert le leur."></head><body></body></html>"""


class Outside(BaseHTTPRequestHandler):
    """A page of somebody else's site."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        content = PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def outside() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Outside)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}/guide-{token_hex(4)}"
    server.shutdown()


def begin_by_hand(page, kind: str, title: str) -> str:
    """Open the whole form of a new resource; answers its address."""
    page.goto(START)
    page.get_by_label("Sorte de ressource").select_option(kind)
    page.get_by_label("Titre").fill(title)
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Écrire la ressource")
    return page.url


def test_i_propose_a_link_in_three_screens_by_keyboard(visit, outside):
    person = visit()
    page = person.go(START)
    expect(page.locator("main")).to_contain_text("Il faut un compte")
    person.check_accessible()
    become(page, "Teva Marama")
    page = person.go(START)
    person.check_accessible()
    person.picture("ressources-proposer")
    address = page.get_by_label("Adresse de la page")
    go_by_tab(page, address)
    page.keyboard.type(outside)
    page.keyboard.press("Enter")
    title = page.get_by_label("Titre")
    expect(title).to_have_value("Guide des tiers-lieux nourriciers")
    expect(page.get_by_label("Résumé")).to_have_value(re.compile("Trois territoires racontent"))
    expect(page.get_by_label("Sorte")).to_have_value("guide")
    person.check_accessible()
    person.picture("ressources-fiche")
    mark = token_hex(3)
    title.focus()
    page.keyboard.press("End")
    page.keyboard.type(f" {mark}")
    go_by_tab(page, page.get_by_role("button", name="Proposer", exact=True).last)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/mes-ressources/#ressource-\d+$"))
    line = page.locator("li", has_text=mark)
    expect(line).to_contain_text("attend quelqu’un pour la relire")
    person.check_accessible()
    line.get_by_role("link", name="Voir où elle en est").click()
    person.check_accessible()
    page.get_by_role("button", name="Reprendre").click()
    expect(page.get_by_label("Titre")).to_have_value(re.compile(mark))
    page.get_by_role("link", name="Abandonner").click()
    person.check_accessible()
    page.get_by_role("button", name="Abandonner et effacer").click()
    expect(page.locator("main")).not_to_contain_text(mark)


def test_i_propose_a_file_on_a_phone_and_what_is_too_heavy_is_refused_in_words(visit, tmp_path: Path):
    heavy = tmp_path / "gros.pdf"
    heavy.write_bytes(b"%PDF-1.4\n" + b"0" * (50 * 1024 * 1024) + b"\n%%EOF")
    light = tmp_path / "guide_des_marches.docx"
    light.write_bytes(docx())
    person = visit(viewport=PHONE, dark=True)
    page = person.go("/")
    become(page, "Teva Marama")
    page = person.go(START)
    page.get_by_label("Fichier").set_input_files(heavy)
    page.get_by_role("button", name="Envoyer ce fichier").click()
    expect(page.locator("[data-errors]")).to_contain_text("25 Mo au plus")
    person.check_accessible()
    page.get_by_label("Fichier").set_input_files(light)
    page.get_by_role("button", name="Envoyer ce fichier").click()
    expect(page.get_by_label("Titre")).to_have_value("Faire alliance")
    page.get_by_label("Résumé").fill("Un résumé tapé au téléphone.")
    page.get_by_role("button", name="Compléter plus tard").click()
    expect(page).to_have_url(re.compile("/mes-ressources/"))
    page.locator("li", has_text="Faire alliance").get_by_role("link", name="Continuer").first.click()
    expect(page.get_by_label("Résumé")).to_have_value("Un résumé tapé au téléphone.")
    expect(page.locator("#documents")).to_contain_text("guide_des_marches.docx")
    person.check_accessible()
    page.get_by_label("Ajouter des fichiers").set_input_files(heavy)
    page.get_by_label("Résumé").fill("Tapé avant un fichier trop lourd.")
    page.get_by_role("button", name="Envoyer ces fichiers").click()
    expect(page.locator("[data-errors]")).to_contain_text("25 Mo au plus")
    expect(page.get_by_label("Résumé")).to_have_value("Tapé avant un fichier trop lourd.")


def test_i_write_a_kit_by_hand_without_script_and_show_it_to_a_partner(visit):
    person = visit(javascript=False)
    page = person.go("/")
    become(page, "Teva Marama")
    title = f"Un kit sans script {token_hex(3)}"
    begin_by_hand(page, "kit", title)
    page.get_by_role("textbox", name="Objectif").fill("Réparer ensemble.")
    page.get_by_label("Condition", exact=True).first.fill("Un local libre")
    steps = page.locator("#etapes")
    steps.get_by_label("Étape", exact=True).nth(0).fill("Ouvrir")
    steps.get_by_label("Étape", exact=True).nth(1).fill("Réunir")
    steps.get_by_role("button", name="Descendre l’étape 1").click()
    expect(page.locator("#etapes").get_by_label("Étape", exact=True).nth(0)).to_have_value("Réunir")
    expect(page.get_by_role("textbox", name="Objectif")).to_have_value("Réparer ensemble.")
    page.get_by_role("button", name="Garder le brouillon").click()
    expect(page.locator("main")).to_contain_text("Voici votre brouillon")
    page.get_by_label("CC BY 4.0").check()
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.locator("body")).to_contain_text("C’est enregistré")
    expect(page.locator("#etapes").get_by_label("Étape", exact=True).nth(0)).to_have_value("Réunir")
    page.locator("#id_kind").select_option("retour")
    page.get_by_role("button", name="Changer de sorte").click()
    expect(page.get_by_role("textbox", name="Contexte")).to_have_value(re.compile("Réparer ensemble."))
    page.locator("#id_kind").select_option("kit")
    page.get_by_role("button", name="Changer de sorte").click()
    page.get_by_role("link", name="Montrer à un partenaire").click()
    page.get_by_label("Pour qui est ce lien").fill("La mairie")
    page.get_by_role("button", name="Faire un lien").click()
    link = page.get_by_label("La mairie").input_value()
    partner = visit(viewport=PHONE)
    theirs = partner.go(link)
    expect(theirs.locator("h1")).to_have_text(title)
    expect(theirs.locator("main")).to_contain_text("Réparer ensemble.")
    steps = theirs.locator(".run-step__title")
    expect(steps.nth(0)).to_have_text("Réunir")
    expect(steps.nth(1)).to_have_text("Ouvrir")
    expect(theirs.locator("main")).to_contain_text("Un local libre")
    expect(theirs.locator("#origine + dl")).to_contain_text("Teva Marama")
    partner.check_accessible()
    send(page, "Retirer ce lien")
    expect(partner.go(link).locator("h1")).to_have_text("Ce lien n’ouvre plus rien")


def test_the_network_is_cut_in_the_middle_of_the_form_and_nothing_is_lost(visit):
    person = visit()
    page = person.go("/")
    become(page, "Teva Marama")
    address = begin_by_hand(page, "pratique", f"Une pratique {token_hex(3)}")
    said = page.locator("[data-draft-said]")
    page.get_by_role("textbox", name="Contexte").fill("Gardé avant la coupure.")
    expect(said).to_contain_text("Brouillon gardé")
    person.check_accessible()
    person.context.set_offline(True)
    page.get_by_role("textbox", name="Méthode").fill("Tapé pendant la coupure.")
    page.get_by_label("Résumé").focus()
    expect(said).to_contain_text("la connexion est coupée")
    page.close()  # the tab is closed before the network comes back
    person.context.set_offline(False)
    page = person.context.new_page()
    page.goto(address)
    expect(page.get_by_role("textbox", name="Contexte")).to_have_value("Gardé avant la coupure.")
    expect(page.get_by_role("textbox", name="Méthode")).to_have_value("Tapé pendant la coupure.")
    expect(page.locator("[data-draft-said]")).to_contain_text("Brouillon gardé")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('alliage.unsent'))") == []


def test_the_session_ends_in_the_middle_of_the_form_and_nothing_is_lost(visit):
    person = visit()
    page = person.go("/")
    become(page, "Teva Marama")
    address = begin_by_hand(page, "pratique", f"Une pratique {token_hex(3)}")
    page.get_by_role("textbox", name="Méthode").fill("Tapé avant la fin de la session.")
    expect(page.locator("[data-draft-said]")).to_contain_text("Brouillon gardé")
    cookies = [each for each in person.context.cookies() if "session" in each["name"]]
    person.context.clear_cookies(name=re.compile("session"))
    page.get_by_role("textbox", name="Méthode").fill("Tapé après la fin de la session.")
    page.get_by_label("CC BY 4.0").check()
    expect(page.locator("[data-draft-said]")).to_contain_text("vous n’êtes plus connecté")
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.locator("body")).to_contain_text("Tapé après la fin de la session.")
    person.context.add_cookies(cookies)  # signed in again in another tab
    page.get_by_role("button", name="Renvoyer").click()
    expect(page).to_have_url(address)
    expect(page.get_by_role("textbox", name="Méthode")).to_have_value("Tapé après la fin de la session.")
