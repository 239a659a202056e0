"""The network's letter: asked for without an account, prepared and sent by an animator, left in one click."""

import re
import uuid

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import A_PERSON_TYPES, become, press, reach
from tests.journeys.test_requests import link_in


def subscribe(visit, site, address: str) -> None:
    """By keyboard, on a phone: ask, follow the link of the mail, say yes."""
    reader = visit(viewport=PHONE)
    page = reader.go("/lettre/")
    reader.check_accessible()
    field = page.get_by_label("Votre adresse électronique")
    reach(page, field)
    page.keyboard.type(address)
    page.wait_for_timeout(A_PERSON_TYPES)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Un courriel vient de partir")
    reader.check_accessible()
    page = reader.go(link_in(site, address, r"/lettre/confirmer/[^\s)>\"]+"))
    expect(page.locator("main")).to_contain_text(address)
    reader.check_accessible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    press(page, page.get_by_role("button", name="Oui, m’abonner"))
    expect(page.locator("main")).to_contain_text("vous recevrez la prochaine lettre")
    reader.check_accessible()


def test_someone_asks_for_the_letter_an_animator_sends_it_and_one_click_ends_it(visit, site):
    mark = uuid.uuid4().hex[:6]
    address, title = f"lectrice-{mark}@exemple.fr", f"Les nouvelles de novembre {mark}"
    subscribe(visit, site, address)

    animator = visit()
    become(animator.go("/"), "animation")
    page = animator.go("/mon-espace/")
    press(page, page.get_by_role("link", name="Lettre du réseau"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Préparer une lettre")
    expect(page.locator("body")).to_contain_text("demandé la lettre")
    animator.check_accessible()
    reach(page, page.get_by_label("Titre de la lettre"))
    page.keyboard.type(title)
    press(page, page.get_by_role("button", name="Relire la lettre"))
    if page.get_by_role("heading", level=1).inner_text() == "Préparer une lettre":  # no news: a few words are asked for
        reach(page, page.get_by_label("Quelques mots, avant les actualités"))
        page.keyboard.type("Trois territoires se sont rencontrés.")
        animator.check_accessible()
        expect(page.get_by_label("Titre de la lettre")).to_have_value(title)
        press(page, page.get_by_role("button", name="Relire la lettre"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("main")).to_contain_text("Voici ce qui partira")
    animator.check_accessible()
    animator.picture("lettre-relue")
    prepared = page.url
    stranger = visit()
    assert stranger.page.request.get(prepared).status == 404
    page = animator.go("/lettre/preparer/")
    press(page, page.get_by_role("link", name=title))  # found again, another day
    press(page, page.get_by_role("button", name=re.compile("^Envoyer à")))
    expect(page.locator("main")).to_contain_text("La lettre part")
    expect(page.get_by_role("button", name=re.compile("^Envoyer à"))).to_have_count(0)
    animator.check_accessible()

    text = site.mail_sent_to(address, re.compile(re.escape(title)))
    way_out = re.search(r"/notifications/desinscription/[^\s)>\"]+", text)
    assert way_out, "each letter shows the way out"
    reader = visit(viewport=PHONE, javascript=False)
    page = reader.go("/lettre/")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("body")).not_to_contain_text(address)
    page = reader.go(way_out[0])
    page.locator("main form").get_by_role("button").first.click()
    expect(page.locator("main")).to_contain_text(re.compile("recevrez plus|désinscri", re.IGNORECASE))
