"""An agreement between two organisations: opened, joined, signed by each, begun, looked at by each alone, then read together."""

import re
import uuid

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become, press, reach

THEIRS = "Tout Moun, Saint-Joseph"


def signs(page, path: str) -> None:
    """Reads the text and signs it, from the page of the agreement."""
    page.goto(path)
    page.locator("main").get_by_role("link", name="Relire et signer").first.click()
    expect(page.locator(".prose")).to_contain_text("Comment nous décidons")
    press(page, page.get_by_role("checkbox", name="Nous avons lu ce texte et nous le signons"), "Space")
    press(page, page.get_by_role("button", name="Signer"))


def answers(one, words: str, *, uneven: bool) -> None:
    """Gives a colour to every affirmation, with the keyboard: green, but red of the first when `uneven`."""
    page = one.page
    page.locator("main").get_by_role("link", name=re.compile("^Répondre")).click()
    groups = page.locator("main fieldset")
    groups.first.get_by_role("radio").first.focus()
    for _group in range(groups.count()):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    expect(groups.last.get_by_role("radio").first).to_be_checked()
    if uneven:
        one.check_accessible()
        groups.first.get_by_role("radio").last.check()
    page.get_by_role("textbox").last.fill(words)
    press(page, page.get_by_role("button", name="Garder ma réponse"))


def test_two_organisations_agree_sign_then_take_stock(visit):
    subject = f"Une formation d’un océan à l’autre {uuid.uuid4().hex[:6]}"
    teva, aurelie = visit(), visit(viewport=PHONE)
    become(teva.go("/"), "Teva Marama")
    become(aurelie.go("/"), "Aurélie Sainte-Rose")

    page = teva.go("/accords/nouveau/")
    teva.check_accessible()
    reach(page, page.get_by_label("L’autre organisation"))
    page.keyboard.type(THEIRS)
    reach(page, page.get_by_label("Ce que vous voulez faire ensemble"))
    page.keyboard.type(subject)
    press(page, page.get_by_role("button", name="Ouvrir l’accord et inviter"))
    expect(page.locator("main")).to_contain_text("Réponse attendue")
    path = re.sub(r"^https?://[^/]+", "", page.url)

    theirs = aurelie.go("/mon-agenda/")
    awaited = theirs.get_by_role("region", name="On vous attend")
    expect(awaited).to_contain_text("votre organisation est invitée")
    aurelie.check_accessible()
    awaited.get_by_role("link", name=subject).click()
    aurelie.check_accessible()
    theirs.get_by_role("button", name="Rejoindre l’accord").click()
    signs(theirs, path)
    expect(theirs.locator("main")).to_contain_text("Vous avez signé")

    page = teva.go("/mon-agenda/")
    awaited = page.get_by_role("region", name="On vous attend").get_by_role("listitem").filter(has_text=subject)
    expect(awaited).to_contain_text("votre signature est attendue")
    signs(page, path)
    expect(page.locator("main")).to_contain_text("La convention est signée")
    teva.check_accessible()
    press(page, page.get_by_role("button", name="Nous commençons"))
    press(page, page.get_by_role("button", name="Faire le bilan maintenant"))
    expect(page.locator("main")).to_contain_text("Les réponses se lisent quand tous ont répondu")
    answers(teva, "Nous portons presque tout.", uneven=True)
    expect(page.locator("main")).to_contain_text("Vous avez répondu")
    expect(page.locator("main")).not_to_contain_text("Nous portons presque tout.")

    theirs = aurelie.go(path)
    expect(theirs.locator("main")).not_to_contain_text("Nous portons presque tout.")
    answers(aurelie, "Cela nous va.", uneven=False)
    expect(theirs.locator("main")).to_contain_text("Cela nous va.")
    expect(theirs.locator("main")).to_contain_text("Vous ne voyez pas la même chose")
    expect(theirs.locator("main")).to_contain_text("Nous portons presque tout.")
    assert theirs.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    aurelie.check_accessible()
    aurelie.picture("bilan-d-un-accord")

    stranger = visit()
    become(stranger.go("/"), "Lucas Ferrand")
    for hidden in (path, f"{path}bilans/1/", f"{path}convention/"):
        assert stranger.page.request.get(hidden).status == 404, hidden
    expect(stranger.go("/mon-agenda/").locator("main")).not_to_contain_text(subject)
