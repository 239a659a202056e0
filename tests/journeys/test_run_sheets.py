"""Journeys of those who prepare: a run sheet read, taken, changed on a phone; a rehearsal with fictitious people, erased at once."""

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become

OWNER = "Teva Marama"


def open_platform_sheet(visitor, name: str) -> Page:
    page = visitor.go("/salles/deroules/")
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page


def test_i_make_a_run_sheet_mine_on_a_phone_without_a_script(visit):
    person = visit(viewport=PHONE, javascript=False)
    page = person.go("/")
    become(page, OWNER)
    page = open_platform_sheet(person, "Trio, 25 minutes")
    page.get_by_label("Si la séance commence à").fill("14:00")
    page.get_by_role("button", name="Voir les heures").click()
    expect(page.locator(".plan")).to_contain_text("14 h 05")
    page.get_by_role("button", name="Reprendre").click()
    title = f"Trio du mardi {token_hex(3)}"
    page.get_by_label(re.compile("^Titre")).fill(title)
    page.get_by_role("button", name="Descendre Exposé").click()
    expect(page.get_by_label(re.compile("^Titre"))).to_have_value(title)
    page.get_by_role("button", name=re.compile("^Étape après Exposé")).click()
    page.get_by_label(re.compile("^Titre de l’étape")).fill("Respirer")
    page.get_by_label(re.compile("^Durée")).fill("3")
    page.get_by_role("button", name="Enregistrer l’étape").click()
    expect(page.locator(".rows")).to_contain_text("Respirer")
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()
    expect(page.locator(".plan")).to_contain_text("Respirer")
    expect(page.locator(".sheet-head__whole")).to_contain_text("28 minutes")


def test_run_sheets_are_read_by_everyone_in_both_lights(visit):
    for options in ({"viewport": PHONE, "dark": True}, {}):
        visitor = visit(**options)
        page = open_platform_sheet(visitor, "Séance de codéveloppement")
        page.locator("summary").filter(has_text="Quoi dire").first.press("Enter")
        visitor.check_accessible()
        visitor.picture("deroule")


def test_i_rehearse_with_fictitious_people_and_erase_it(visit):
    person = visit()
    page = person.go("/")
    become(page, OWNER)
    page = open_platform_sheet(person, "Trio, 25 minutes")
    page.get_by_role("button", name="Reprendre").click()
    person.check_accessible()
    expect(page.locator(".sheet-total")).to_have_text("25 minutes")
    page.get_by_label(re.compile("^Exposé, minutes")).fill("45")
    expect(page.locator(".sheet-total")).to_have_text("1 h 05")
    page.get_by_role("link", name="Exposé", exact=True).click()
    person.check_accessible()
    page = open_platform_sheet(person, "Trio, 25 minutes")
    page.get_by_role("link", name=re.compile("Préparer une salle")).click()
    page.get_by_label(re.compile("De quoi s’agit-il")).fill("Essai")
    page.get_by_label(re.compile("répétition")).check()
    page.get_by_role("button", name="Préparer", exact=True).click()
    page.get_by_role("button", name="Faire venir des personnes fictives").click()
    expect(page.locator(".room__people")).to_contain_text("Personne fictive 2")
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.get_by_role("button", name="Les faire participer").click()
    expect(page.locator(".cards").first).to_contain_text("Phrase d’essai")
    person.check_accessible()
    page.get_by_role("button", name="Tout effacer maintenant").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Salles")
    expect(page.locator("main")).not_to_contain_text("Essai")
