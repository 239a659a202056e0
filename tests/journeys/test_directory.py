"""The directory and what is drawn from it: filters, map and list by keyboard, alliances, coverage, what is printed."""

import re
from secrets import token_hex

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.gestures import become, reach

PLACES = "metier=lieu&territoire=departement:974"


def names(page) -> list[str]:
    return [link.inner_text() for link in page.locator("main .entry__title a").all()]


def all_of(person, query: str) -> dict[str, str]:
    """Every record that these filters find, by its path: name."""
    answer = person.page.request.get(f"{person.site.url}/annuaire.json?{query}")
    return {each["url"].split("/annuaire/")[1]: each["name"] for each in answer.json()["results"]}


def test_filters_narrow_the_list_and_the_map_by_keyboard(visit):
    person = visit()
    page = person.go("/annuaire/")
    person.check_accessible()
    place = page.get_by_label("Commune, département, région")
    everywhere = names(page)
    place.focus()
    page.keyboard.type("La Réunion")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".chips .chip", has_text="La Réunion")).to_be_visible()
    there = all_of(person, "territoire=departement:974")
    found = names(page)
    assert found == list(there.values())[: len(found)] != everywhere[: len(found)]
    assert len(found) == min(len(there), 24)
    mark = page.locator(".map a.map-mark").first
    said, leads_to = mark.get_attribute("aria-label"), mark.get_attribute("href")
    reach(page, mark)
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    alone = leads_to.removeprefix("/annuaire/")
    if alone in there:  # a mark of one record opens it
        expect(page.get_by_role("heading", level=1)).to_have_text(there[alone])
    else:  # a mark of several shows them in the list
        count = int(re.search(r"(\d+)\s+fiches", said)[1])
        expect(page.locator("main .entry__title a")).to_have_count(min(count, 24))
        assert set(names(page)) <= set(there.values())
    person.check_accessible()


def test_the_box_of_the_header_proposes_by_keyboard_and_sends_the_form_without_a_choice(visit):
    person = visit(viewport=DESKTOP)
    page = person.go("/le-reseau/")
    box = page.locator("#recherche")
    assert box.get_attribute("role") is None  # a plain field of a plain form until somebody enters it
    box.focus()
    expect(box).to_have_role("combobox")
    page.keyboard.type("saint-paul la r")
    expect(page.locator("site-search").get_by_role("option").first).to_contain_text("Saint-Paul")
    person.check_accessible()
    page.keyboard.press("Escape")
    expect(page.locator("site-search").get_by_role("option").first).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/recherche/\?q=saint-paul"))
    page.locator("#recherche").focus()
    page.keyboard.type("97411")
    expect(page.locator("site-search").get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/territoires/commune/97411/$"))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_shared_address_says_its_filters_and_a_chip_takes_one_away(visit, javascript):
    person = visit(viewport=PHONE, javascript=javascript)
    page = person.go(f"/annuaire/?{PLACES}")
    with_both = names(page)
    chip = page.locator(".chips a", has_text="Gestion d’un lieu")
    expect(chip).to_be_visible()
    chip.click()
    page.wait_for_load_state()
    assert "metier=lieu" not in page.url
    assert "territoire=departement:974" in page.url.replace("%3A", ":")
    both, without = all_of(person, PLACES), all_of(person, "territoire=departement:974")
    assert with_both == list(both.values())[: len(with_both)] != []
    assert set(both) < set(without)
    assert names(page) == list(without.values())[:24]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_nothing_found_says_which_filter_empties_the_list(visit):
    person = visit(viewport=PHONE)
    page = person.go("/annuaire/?metier=lieu&q=rien-de-tel-ici")
    expect(page.get_by_text("Aucune fiche ne répond à tous ces filtres")).to_be_visible()
    page.get_by_role("link", name=re.compile("retirer le filtre.*rien-de-tel")).click()
    expect(page.locator("main .entry__title a").first).to_be_visible()
    person.check_accessible()


def test_an_alliance_is_declared_by_one_and_confirmed_by_the_other(visit):
    one, other = visit(), visit(viewport=PHONE)
    mine = f"La Case {token_hex(3)}"
    theirs = f"Le Fare {token_hex(3)}"
    for person, who, name in ((one, "Lucas Ferrand", mine), (other, "Teva Marama", theirs)):
        page = person.go("/")
        become(page, who)
        page = person.go("/annuaire/organisations/nouvelle/")
        page.get_by_label(re.compile("^Nom")).first.fill(name)
        page.get_by_role("button", name="Commencer la fiche").click()
        page.get_by_role("link", name=re.compile("Ce que chacun voit|Voir et publier")).first.click()
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.get_by_role("button", name="Publier", exact=True).click()
        expect(page).to_have_url(re.compile(r"/annuaire/organisations/[-\w]+/$"))
    page = one.go("/annuaire/alliances/declarer/")
    one.check_accessible()
    page.get_by_label("L’autre organisation").fill(theirs)
    page.get_by_label("Ce que vous faites ensemble").fill("Un jardin partagé")
    page.get_by_label("Depuis quelle année").fill("2021")
    page.get_by_role("button", name="Déclarer cette alliance").click()
    expect(page.get_by_role("heading", level=1, name="Un jardin partagé")).to_be_visible()
    address = page.url
    stranger = visit()
    assert stranger.page.goto(address).status == 404
    page = other.go("/mon-espace/")
    page.get_by_role("link", name="Un jardin partagé").first.click()
    other.check_accessible()
    page.get_by_role("button", name="Confirmer cette alliance").click()
    expect(page.get_by_text("visible de tous")).to_be_visible()
    assert stranger.page.goto(address).status == 200
    stranger.check_accessible()


@pytest.mark.parametrize(("viewport", "dark"), [(PHONE, False), (DESKTOP, True)], ids=["phone-light", "desktop-dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/annuaire/alliances/", "/annuaire/alliances/?vue=frise", "/annuaire/alliances/?vue=graphe",
        "/annuaire/couverture/", "/annuaire/couverture/?echelle=epci&levier=alliance", "/annuaire/couverture/?echelle=epci&departement=974",
        "/annuaire/a-imprimer/",
    ],
)  # fmt: skip
def test_what_is_drawn_from_the_directory_is_accessible(visit, path, viewport, dark):
    person = visit(viewport=viewport, dark=dark)
    page = person.go(path)
    person.check_accessible()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_the_letter_of_a_commune_opens_from_its_page(visit):
    person = visit(viewport=PHONE)
    page = person.go("/territoires/commune/97356/")
    link = page.get_by_role("link", name=re.compile("La lettre du territoire"))
    answer = person.context.request.get(link.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body()[:5] == b"%PDF-"
