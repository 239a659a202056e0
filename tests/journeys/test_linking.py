"""The library used from elsewhere: a resource linked in a group and on a page, a kit worked through in a room, the data read by others."""

import re
from secrets import token_hex

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become, go_by_tab, send

KIT = "la première rencontre"
ISLANDS, FINANCE = "Coopérer dans les îles", "Financer dans la durée"


def test_a_kit_becomes_a_run_sheet_then_a_room(visit):
    person = visit(viewport=PHONE, dark=True)
    become(person.go("/"), "Teva Marama")
    page = person.go("/ressources/?sorte=kit")
    page.get_by_role("link", name=re.compile(KIT)).first.click()
    page.get_by_role("link", name="Dérouler ce kit en séance").click()
    person.check_accessible()
    title = f"Première réunion {token_hex(3)}"
    page.get_by_label("Titre de la séance").fill(title)
    page.get_by_label(re.compile("^Préparer")).fill("")
    page.get_by_label(re.compile("^Accueillir")).fill("10")
    go_by_tab(page, page.get_by_role("button", name="Faire le déroulé"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".plan > li")).to_have_count(4)
    expect(page.locator(".plan > li").first).to_contain_text("10 minutes")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    person.check_accessible()
    page.get_by_role("link", name="Préparer une salle").click()
    expect(page.get_by_label("Déroulé")).to_contain_text(title)


def test_a_message_links_a_resource_by_keyboard(visit):
    person = visit()
    become(person.go("/"), "Teva Marama")
    page = person.go("/codev/")
    page.locator("main").get_by_role("link", name=ISLANDS).first.click()
    page.get_by_role("link", name="Écrire au groupe").first.click()
    words = f"Pour la réunion {token_hex(3)}"
    page.get_by_label("Votre message").fill(words)
    page.locator("summary").filter(has_text="Lier une ressource").press("Enter")
    field = page.get_by_label("Ressource de la bibliothèque")
    field.press_sequentially("premiere renc")
    expect(page.get_by_role("option", name=re.compile(KIT))).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile(KIT))
    person.check_accessible()
    send(page, "Envoyer au groupe")
    expect(page.locator(".said").first).to_contain_text(words)
    expect(page.locator(".said").first.get_by_role("link", name=re.compile(KIT))).to_be_visible()
    person.check_accessible()


def test_a_session_links_a_resource_by_its_address_without_a_script(visit):
    person = visit(javascript=False)
    become(person.go("/"), "Aurélie Sainte-Rose")
    page = person.go("/ressources/?sorte=kit")
    page.get_by_role("link", name=re.compile(KIT)).first.click()
    address = page.url
    page = person.go("/codev/")
    page.locator("main").get_by_role("link", name=FINANCE).first.click()
    page.locator('main a[href*="/rencontres/"]').first.click()
    page.locator('main a[href$="/seance/"]').first.click()
    page.get_by_label("Lier une ressource de la bibliothèque").fill("xylophone")
    send(page, "Lier à la séance")
    expect(page.locator("main")).to_contain_text("Essayez un autre mot du titre")
    page.get_by_label("Lier une ressource de la bibliothèque").fill(address)
    send(page, "Lier à la séance")
    section = page.locator("section", has=page.get_by_role("heading", name="Ressources utiles"))
    expect(section.get_by_role("link", name=re.compile(KIT))).to_be_visible()
    person.picture("seance-ressources")
    send(page, re.compile("^Retirer"))
    expect(section.get_by_role("link", name=re.compile(KIT))).to_have_count(0)


def test_the_public_data_are_explained_and_described(visit):
    person = visit(viewport=PHONE, dark=True)
    page = person.go("/donnees/")
    person.check_accessible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator("main").get_by_role("link", name="Les ressources", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Les ressources")
    page.locator("summary").filter(has_text="17 valeurs").first.press("Enter")
    person.check_accessible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    described = page.request.get(page.locator('link[rel="service-desc"]').get_attribute("href") or "").json()
    assert "/ressources.csv" in described["paths"]
