"""Journeys of those who write their entry: hide a phone, keep a draft, publish, withdraw, be written to."""

import re
from secrets import token_hex

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import A_PERSON_TYPES, become, go_by_tab

MINE = "/annuaire/ma-fiche/"
SECRET = "0594 00 11 22"


def test_i_edit_my_profile_and_hide_my_phone_by_keyboard(visit):
    person = visit()
    page = person.go("/")
    become(page, "Teva Marama")
    page = person.go(MINE)
    person.check_accessible()
    page.get_by_label("Votre nom").focus()
    go_by_tab(page, page.get_by_label("Votre fonction"))
    page.keyboard.press("Control+A")
    function = f"Directeur de pépinière {token_hex(3)}"
    page.keyboard.type(function)
    phone = page.get_by_label("Téléphone", exact=True)
    go_by_tab(page, phone)
    page.keyboard.press("Control+A")
    page.keyboard.type(SECRET)
    seen_by = page.get_by_label("Qui voit le téléphone")
    go_by_tab(page, seen_by)
    for _choice in range(3):
        page.keyboard.press("ArrowDown")
    expect(seen_by).to_have_value("nobody")
    expect(page.locator("[data-draft-said]")).to_contain_text("Brouillon gardé")
    person.check_accessible()
    go_by_tab(page, page.get_by_role("button", name="Enregistrer").last)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/apercu/$"))
    expect(page.locator("article.sheet")).to_contain_text(function)
    expect(page.locator("article.sheet")).not_to_contain_text(SECRET)
    person.check_accessible()
    person.picture("ma-fiche-apercu")
    page.get_by_role("link", name="vous", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("article.sheet")).to_contain_text(SECRET)
    slug = re.search(r"/catalyseurs/([-\w]+)/", page.url)[1]
    agrees = page.get_by_role("checkbox")
    agrees.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/annuaire/catalyseurs/{slug}/$"))
    visitor = visit(viewport=PHONE)
    page = visitor.go(f"/annuaire/catalyseurs/{slug}/")
    expect(page.locator("main")).to_contain_text(function)
    for path in (
        f"/annuaire/catalyseurs/{slug}/",
        "/annuaire.json?q=teva",
        "/annuaire.csv?q=teva",
        f"/annuaire/catalyseurs/{slug}.json",
    ):
        answer = page.request.get(path)
        assert answer.ok, path
        digits = re.sub(r"[\s.\u00a0\u202f-]", "", answer.text())
        assert SECRET.replace(" ", "")[1:] not in digits, path  # however it is written, +594 included


def test_what_i_typed_is_there_when_i_come_back(visit):
    person = visit(viewport=PHONE)
    page = person.go("/")
    become(page, "Lucas Ferrand")
    page = person.go(MINE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    presentation = f"Je relie les villages de la Creuse ({token_hex(3)})."
    page.get_by_label("Présentation", exact=True).fill(presentation)
    page.context.set_offline(True)
    page.get_by_label("Votre fonction").focus()
    expect(page.locator("[data-draft-said]")).to_contain_text("Pas encore gardé")
    page.context.set_offline(False)
    expect(page.locator("[data-draft-said]")).to_contain_text("Brouillon gardé")
    page = person.go(MINE)
    expect(page.get_by_label("Présentation", exact=True)).to_have_value(presentation)
    expect(page.locator("main")).to_contain_text("Voici votre brouillon")
    person.check_accessible()
    person.picture("ma-fiche")
    second = page.context.new_page()
    second.goto(MINE)
    page.get_by_label("Votre fonction").fill("Première fenêtre")
    page.get_by_label("Votre nom").focus()
    expect(page.locator("[data-draft-said]")).to_contain_text("Brouillon gardé")
    second.get_by_label("Votre fonction").fill("Deuxième fenêtre")
    second.get_by_label("Votre nom").focus()
    expect(second.locator("[data-draft-said]")).to_contain_text("autre fenêtre")
    second.get_by_role("button", name="Garder ma version").click()
    expect(second.locator("[data-draft-said]")).to_contain_text("Brouillon gardé")
    second.close()
    page = person.go(MINE)
    expect(page.get_by_label("Votre fonction")).to_have_value("Deuxième fenêtre")
    page.get_by_role("button", name="Effacer ce brouillon").click()
    expect(page.locator("main")).not_to_contain_text("Voici votre brouillon")


def test_the_same_without_javascript(visit):
    person = visit(viewport=PHONE, javascript=False)
    page = person.go("/")
    become(page, "Lucas Ferrand")
    page = person.go(MINE)
    page.get_by_label("Votre fonction").fill("Sans script")
    page.get_by_label("Territoire 3", exact=True).fill("gueret")
    page.get_by_role("button", name="Trois lignes de plus").click()
    expect(page.get_by_label("Votre fonction")).to_have_value("Sans script")
    page.get_by_role("button", name="Garder le brouillon").click()
    expect(page.get_by_label("Votre fonction")).to_have_value("Sans script")
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page).to_have_url(re.compile(r"/apercu/$"))
    expect(page.locator("article.sheet")).to_contain_text("Sans script")
    expect(page.locator("article.sheet")).to_contain_text("Guéret")


def test_a_visitor_writes_to_a_catalyst_without_an_account(visit):
    person = visit()
    page = person.go("/")
    become(page, "Lucas Ferrand")
    page = person.go(MINE)
    page.get_by_role("link", name=re.compile("Ce que chacun voit|Voir et publier")).click()
    slug = re.search(r"/catalyseurs/([-\w]+)/", page.url)[1]
    if page.get_by_role("button", name="Publier", exact=True).count():
        page.get_by_role("checkbox").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Publier", exact=True).click()
    visitor = visit(viewport=PHONE)
    page = visitor.go(f"/annuaire/catalyseurs/{slug}/ecrire/")
    visitor.check_accessible()
    page.get_by_label("Votre nom").fill("Mairie de Saül")
    page.get_by_label("Votre adresse électronique").fill("mairie@saul.exemple.fr")
    page.get_by_label("Votre message").fill("Pouvez-vous nous aider ?")
    page.wait_for_timeout(A_PERSON_TYPES)
    page.get_by_role("button", name="Envoyer le message").click()
    expect(page.get_by_text("Votre message est parti").first).to_be_visible()
    page = person.go(MINE)
    page.get_by_role("link", name="Ce que chacun voit").click()
    page.get_by_role("button", name="Retirer la fiche maintenant").click()
    expect(page.get_by_text("plus personne d’autre").first).to_be_visible()
    answer = visitor.page.request.get(f"/annuaire/catalyseurs/{slug}/")
    assert answer.status == 404
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page).to_have_url(re.compile(rf"/annuaire/catalyseurs/{slug}/$"))
