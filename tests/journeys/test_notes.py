"""Two people write the notes of a room together: the page is read again under their hands, the phase changes, one observes."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, Visit
from tests.journeys.test_rooms import come_in, next_phase, prepare
from tests.journeys.test_writing import KEPT


def area(page):
    return page.get_by_label("Texte écrit à plusieurs")


def open_at_the_first_notes(host) -> None:
    host.get_by_role("button", name="Ouvrir la séance").click()
    expect(host.locator("#etape")).to_have_text("Accueil et choix du sujet")
    expect(host.locator("co-writing")).to_have_count(0)
    next_phase(host, "Exposé")


def test_two_people_write_the_notes_of_a_room(visit):
    host_visit, karim_visit = visit(), visit(viewport=PHONE, dark=True)
    host, path = prepare(host_visit)
    karim = come_in(karim_visit, path, "Karim")
    reader: Visit = visit(javascript=False)
    come_in(reader, path, "Paul")
    open_at_the_first_notes(host)
    # Neither had the script of notes when they came in.
    for page in (host, karim):
        expect(page.locator("[data-part=state]")).to_have_text("Enregistré")
    area(host).press("Control+End")
    host.keyboard.type("# Le fil\n")
    expect(area(karim)).to_have_value("# Le fil\n")
    # The whole page is read again while Karim types: he goes on, where he was.
    area(karim).press("Control+End")
    karim.keyboard.type("Le maire")
    person = host.locator("#qui option", has_text="Paul").get_attribute("value")
    host.locator("summary", has_text="Durées, rôles").click()
    host.locator("#qui").select_option(person)
    host.locator("#quoi").select_option("observer")
    host.get_by_role("button", name="Donner ce rôle").click()
    karim.keyboard.type(" se tait.", delay=60)
    expect(karim.locator(".room__people .someone", has_text="Paul")).to_contain_text("observation")
    expect(area(karim)).to_be_focused()
    for page in (host, karim):
        expect(area(page)).to_have_value("# Le fil\nLe maire se tait.")
        expect(page.locator("[data-part=state]")).to_have_text("Enregistré")
    reader.page.reload()
    expect(reader.page.locator("#notes").get_by_role("heading", name="Le fil")).to_be_visible()
    expect(area(reader.page)).to_be_hidden()
    karim_visit.check_accessible()
    karim_visit.picture("notes-d-une-salle")
    # What is typed as the phase ends is not lost for whoever typed it.
    karim_visit.context.set_offline(True)
    karim.keyboard.type(" Trop tard.")
    next_phase(host, "Clarification")
    karim_visit.context.set_offline(False)
    expect(karim.locator("#etape")).to_have_text("Clarification")
    expect(karim.locator("[data-kept] textarea")).to_have_value(re.compile("Trop tard"))
    expect(area(karim)).to_have_value("")
    expect(host.get_by_role("link", name="Exposé", exact=True)).to_be_visible()
    kept = karim.evaluate(KEPT)
    assert kept == []
