"""« Mes preuves »: someone shows what they did on their entry, by kind, takes one line back, then everything."""

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become, press

ENTRY = "/annuaire/catalyseurs/demo-lucas-ferrand/"
LED, WRITTEN = "Tenir un café de village à douze bénévoles", "Le café du bourg appartient à cent douze"


def test_what_someone_did_is_shown_on_their_entry_when_they_ask_then_hidden(visit):
    visitor, lucas = visit(viewport=PHONE), visit()
    shown = visitor.go(ENTRY).get_by_role("region", name="Preuves des métiers")
    expect(shown).to_have_count(0)
    become(lucas.go("/"), "Lucas Ferrand")
    page = lucas.go("/mes-preuves/")
    lucas.check_accessible()
    press(page, page.get_by_role("button", name="Montrer : Interventions et animations"))
    expect(page.get_by_role("region", name="Gestion d’un lieu")).to_contain_text("montrée")
    press(page, page.get_by_role("button", name="Montrer : Ressources publiées"))
    expect(page.get_by_role("button", name="Tout retirer de ma fiche")).to_be_visible()
    lucas.check_accessible()
    lucas.picture("mes-preuves")

    visitor.go(ENTRY)
    expect(shown.get_by_role("link", name=LED)).to_be_visible()
    expect(shown.get_by_role("link", name=WRITTEN)).to_be_visible()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    visitor.check_accessible()
    visitor.picture("preuves-sur-une-fiche")

    press(page, page.get_by_role("button", name=f"Retirer : {LED}"))
    expect(page.get_by_role("button", name=f"Montrer : {LED}")).to_be_visible()
    visitor.go(ENTRY)
    expect(shown.get_by_role("link", name=LED)).to_have_count(0)
    expect(shown.get_by_role("link", name=WRITTEN)).to_be_visible()

    press(page, page.get_by_role("button", name="Tout retirer de ma fiche"))
    expect(page.get_by_role("button", name="Tout retirer de ma fiche")).to_have_count(0)
    visitor.go(ENTRY)
    expect(shown).to_have_count(0)
