"""The front of the site: someone who has two minutes finds the one thing to do; every new page is accessible."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE

PAGES = (
    "/", "/vous-etes/", "/vous-etes/elu/", "/partenaires/", "/presse/", "/donnees-ouvertes/", "/aide-numerique/", "/impact/",
)  # fmt: skip
ACTIONS = {
    "Élue ou élu": "/annuaire/trouver/",
    "Agent d’une collectivité": "/territoires/",
    "Association": "/annuaire/trouver/",
    "Entreprise": "/annuaire/besoins/",
    "Fondation": "/annuaire/besoins/",
    "Chercheuse ou chercheur": "/donnees-ouvertes/",
}


@pytest.mark.parametrize("who", ACTIONS)
def test_on_a_phone_without_javascript_each_role_is_two_gestures_from_its_action(visit, who):
    page = visit(viewport=PHONE, javascript=False).go("/")
    page.locator("main").get_by_role("link", name=who, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vous êtes")
    action = page.locator("main .button--act")
    expect(action).to_have_count(1)
    expect(action).to_be_in_viewport()
    action.click()
    expect(page).to_have_url(re.compile(re.escape(ACTIONS[who]) + "$"))


def test_the_first_screen_of_a_phone_holds_the_question_and_its_button(visit):
    page = visit(viewport=PHONE).go("/")
    expect(page.get_by_label("De quoi avez-vous besoin")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Trouver un catalyseur")).to_be_in_viewport()
    assert page.locator("main .button--act").first.inner_text().strip() == "Trouver un catalyseur"


def test_the_way_in_by_role_is_walked_with_the_keyboard(visit):
    page = visit().go("/")
    page.get_by_role("button", name="Trouver un catalyseur").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Élue ou élu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes élue ou élu")


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_the_front_are_accessible_and_fit_a_phone(visit, path):
    someone = visit(viewport=PHONE)
    page = someone.go(path)
    someone.check_accessible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
