"""An alliance: declared by one side, unseen until the other confirms it, contested later; by keyboard alone."""

import re
import uuid

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become, press, reach

OURS, THEIRS = "Fare Tauturu, Teva I Uta", "Kaz Partaj, La Possession"


def declare(visit, subject: str) -> str:
    """Teva speaks for one organisation; the path of the alliance that waits."""
    teva = visit()
    become(teva.go("/"), "Teva Marama")
    page = teva.go("/annuaire/alliances/")
    press(page, page.get_by_role("link", name="Déclarer une alliance"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Déclarer une alliance")
    teva.check_accessible()
    reach(page, page.get_by_label("L’autre organisation"))
    page.keyboard.type("Kaz Partaj que personne ne connaît")
    reach(page, page.get_by_label("Ce que vous faites ensemble"))
    page.keyboard.type(subject)
    reach(page, page.get_by_label("Depuis quelle année"))
    page.keyboard.type("2024")
    reach(page, page.get_by_label("Ce qui en est sorti"))
    page.keyboard.type("Douze formateurs se sont passé leurs outils.")
    press(page, page.get_by_role("button", name="Déclarer cette alliance"))
    expect(page.locator("main")).to_contain_text("Aucune organisation de l’annuaire ne porte ce nom")
    expect(page.get_by_label("Ce que vous faites ensemble")).to_have_value(subject)  # what was typed is kept
    teva.check_accessible()
    reach(page, page.get_by_label("L’autre organisation"))
    page.keyboard.press("Control+A")
    page.keyboard.type(THEIRS)
    press(page, page.get_by_role("button", name="Déclarer cette alliance"))
    expect(page.locator("main")).to_contain_text("attend la confirmation de l’autre organisation")
    expect(page.get_by_role("button", name="Confirmer cette alliance")).to_have_count(0)
    teva.check_accessible()
    return re.sub(r"^https?://[^/]+", "", page.url)


def test_an_alliance_is_declared_confirmed_by_the_other_side_then_contested(visit):
    subject = f"Un catalogue de formations à distance {uuid.uuid4().hex[:6]}"
    path = declare(visit, subject)
    visitor = visit(viewport=PHONE)
    assert visitor.page.request.get(path).status == 404
    assert subject not in visitor.page.request.get("/annuaire/alliances.json").text()

    alix = visit()
    become(alix.go("/"), "Alix Payet")
    page = alix.go("/mon-espace/")
    alix.check_accessible()
    press(page, page.locator("main").get_by_role("link", name=subject).first)
    expect(page.get_by_role("button", name="Confirmer cette alliance")).to_be_visible()
    alix.check_accessible()
    alix.picture("alliance-a-confirmer")
    press(page, page.get_by_role("button", name="Confirmer cette alliance"))
    expect(page.locator("main")).to_contain_text("elle est maintenant visible de tous")
    alix.check_accessible()

    page = visitor.go(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)
    expect(page.locator("main")).to_contain_text(THEIRS)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    visitor.check_accessible()
    assert subject in page.request.get("/annuaire/alliances.json").text()

    page = alix.go(path)
    drawer = page.locator("summary", has_text="Ne plus la reconnaître")
    press(page, drawer)
    press(page, page.get_by_role("button", name="Oui, ne plus la montrer"))
    expect(page.locator("main")).to_contain_text("ne reconnaît pas cette alliance")
    alix.check_accessible()
    assert visitor.page.request.get(path).status == 404
    for gone in ("/annuaire/alliances.json", "/annuaire/alliances.rss", f"/annuaire/alliances/?q={subject[-6:]}"):
        assert subject not in visitor.page.request.get(gone).text(), gone
