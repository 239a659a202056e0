"""A page is reported, the animation decides, its author and the one who reported are told."""

import re
import uuid

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import A_PERSON_TYPES, become
from tests.journeys.test_socle import publish


def write_news(author, title: str) -> str:
    """The address of a news item that an administrator has just written in /gestion/."""
    page = author.go("/")
    become(page, "administration")
    page = author.go("/gestion/")
    page.get_by_role("link", name="Écrire une actualité").click()
    page.locator("[name=title]").press_sequentially(
        title
    )  # key by key: the editor makes the address of the page from it
    page.keyboard.press("Tab")
    expect(page.locator("[name=slug]")).not_to_have_value("")
    page.locator("[name=lead]").fill("Ce que le réseau a fait cette semaine.")
    publish(page)
    author.go("/actualites/")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def report(visitor, url: str, words: str, address: str) -> None:
    page = visitor.go(url)
    page.get_by_role("link", name="Signaler un problème").click()
    visitor.check_accessible()
    page.get_by_role("button", name="Envoyer le signalement").click()
    page.get_by_role("radio").first.check()
    page.get_by_label("Expliquez en quelques mots").fill(words)
    page.get_by_label("Votre adresse électronique").fill(address)
    page.wait_for_timeout(A_PERSON_TYPES)
    page.get_by_role("button", name="Envoyer le signalement").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci, votre signalement est reçu")
    visitor.check_accessible()


def test_a_visitor_reports_a_page_the_animation_hides_it_and_everyone_is_told(visit):
    mark = uuid.uuid4().hex[:8]
    title, words, address = f"Fête des jardins {mark}", f"La date n’est pas la bonne ({mark}).", f"{mark}@exemple.fr"
    author, visitor, animator = visit(), visit(viewport=PHONE), visit()
    url = write_news(author, title)
    report(visitor, url, words, address)

    page = animator.go("/")
    become(page, "animation")
    page = animator.go("/moderation/")
    page.get_by_role("link", name="Signalements").first.click()
    page.get_by_role("link", name=title).click()
    expect(page.locator("main")).to_contain_text(words)
    animator.check_accessible()
    page.get_by_role("radio", name="Masquer").check()
    page.get_by_label("Pourquoi").fill("La date est à vérifier auprès des jardiniers.")
    page.get_by_role("button", name="Enregistrer la décision").click()
    expect(page.locator("main")).to_contain_text("Votre décision est prise")
    assert visitor.page.request.get(url).status == 404

    page = author.go("/notifications/")
    page.locator("main").get_by_role("link", name=re.compile(title)).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("main")).to_contain_text("La date est à vérifier")
    author.check_accessible()
    assert words not in page.locator("body").inner_text()  # the author never learns who said what
    page.get_by_label("Pourquoi cette décision devrait changer").fill("Les jardiniers viennent de la confirmer.")
    page.get_by_role("button", name="Contester").click()
    expect(page.locator("main")).to_contain_text("Vous avez contesté cette décision")

    page = animator.go("/moderation/signalements/")
    page.get_by_role("listitem").filter(has_text=title).filter(has_text="Décision contestée").get_by_role(
        "link"
    ).click()
    page.get_by_role("radio", name="Montrer de nouveau").check()
    page.get_by_label("Pourquoi").fill("La date est confirmée.")
    page.get_by_role("button", name="Enregistrer la décision").click()
    expect(page.locator("main")).to_contain_text("Votre décision est prise")
    assert visitor.page.request.get(url).status == 200
    animator.go("/moderation/journal/")
    assert page.get_by_role("row").filter(has_text=title).count() == 2
    animator.check_accessible()
    told = visitor.site.mail_sent_to(address, re.compile(re.escape(title)))
    assert "La date est à vérifier" in told
