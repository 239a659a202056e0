"""Reuse: a practice adapted elsewhere, its author told, its lineage read; its conditions checked in Guyane; a text translated."""

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become, press, send

AUTHOR, NEIGHBOUR, REVIEWER = "Lucas Ferrand", "Teva Marama", "Aurélie Sainte-Rose"
CAFE = "Le café du bourg"


def named(page: Page, words: str) -> dict:
    """A resource of the demonstration, as its open data say it."""
    found = page.request.get("/ressources.json").json()["results"]
    return next(each for each in found if words in each["title"])


def with_conditions(page: Page, check: str) -> dict:
    found = page.request.get("/ressources.json").json()["results"]
    return next(each for each in found if any(one["check"] == check for one in each["conditions"]))


def path(resource: dict) -> str:
    return re.sub(r"^https?://[^/]+", "", resource["url"])


def test_a_practice_is_adapted_elsewhere_its_author_told_and_its_lineage_read(visit):
    mark = token_hex(3)
    neighbour, author, reader = visit(), visit(), visit(viewport=PHONE, javascript=False)
    become(neighbour.go("/"), NEIGHBOUR)
    page = neighbour.page
    cafe = named(page, CAFE)
    page.goto(path(cafe))
    page.get_by_role("link", name="Nous l’avons adapté").press("Enter")
    neighbour.check_accessible()
    page.get_by_label("Où l’avez-vous adapté").press_sequentially("Papeete")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("Ce que cela a donné").fill("Trente familles.")
    press(
        page, page.get_by_role("button", name="Le dire")
    )  # the browser asks for what is missing: what was typed stays
    expect(page.get_by_label("Ce que vous avez changé")).to_be_focused()
    expect(page.get_by_label("Ce que cela a donné")).to_have_value("Trente familles.")
    page.get_by_label("Ce que vous avez changé").fill(f"Un café sur le quai, ouvert au rythme du bateau {mark}.")
    neighbour.picture("dire-une-adaptation")
    send(page, "Le dire")
    expect(page.locator(".messages")).to_contain_text("C’est dit")
    expect(page.locator("main")).to_contain_text(mark)
    neighbour.check_accessible()

    become(author.go("/"), AUTHOR)
    told = author.go("/notifications/")
    expect(told.locator("main")).to_contain_text("a été adaptée")
    expect(told.locator("main")).not_to_contain_text(mark)

    public = reader.go(path(cafe))
    expect(public.locator("#lignee")).to_contain_text("Papeete")
    public.get_by_role("link", name=re.compile("Toute la lignée")).click()
    expect(public.locator("main")).to_contain_text(mark)
    expect(public.locator("main")).to_contain_text("Le café qui change de village")
    neighbour.page.goto(f"/ressources/{cafe['id']}/lignee/")
    neighbour.picture("lignee-d-une-pratique")
    neighbour.check_accessible()
    send(neighbour.page, re.compile("Ne plus le dire"))
    expect(neighbour.page.locator(".messages")).to_contain_text("n’est plus dite")


def test_conditions_are_checked_in_a_commune_of_guyane(visit):
    reader, simple = visit(viewport=PHONE), visit(viewport=PHONE, javascript=False)
    page = reader.go("/ressources/")
    resource = with_conditions(page, "overseas")
    page.goto(path(resource))
    page.get_by_label("Votre territoire").press_sequentially("Maripasoula")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    send(page, "Comparer")
    fit = page.locator("#chez-vous")
    expect(fit).to_contain_text("Maripasoula se trouve outre-mer")
    expect(fit).to_contain_text("code officiel géographique")
    expect(fit).to_contain_text(re.compile(r"conditions? sur \d+ réunies? chez vous"))
    own = fit.get_by_label("C’est réuni chez nous").first
    own.check()
    expect(fit.locator("own-checks")).to_contain_text("Gardé dans ce navigateur")
    page.reload()
    expect(fit.get_by_label("C’est réuni chez nous").first).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    reader.check_accessible()
    reader.picture("transposable")

    plain = simple.go(path(resource))
    plain.get_by_label("Votre territoire").fill("Maripasoula")
    send(plain, "Comparer")
    expect(plain.locator("#chez-vous")).to_contain_text("Maripasoula se trouve outre-mer")


def test_a_reader_asks_and_the_author_answers(visit):
    mark = token_hex(3)
    reader, author = visit(viewport=PHONE), visit()
    become(reader.go("/"), NEIGHBOUR)
    page = reader.page
    cafe = named(page, CAFE)
    page.goto(path(cafe))
    send(page, re.compile("^Utile"))
    expect(page.get_by_role("button", name=re.compile("^Utile"))).to_have_attribute("aria-pressed", "true")
    send(page, re.compile("^Utile"))
    page.get_by_role("link", name="Proposer un changement aux auteurs").click()
    page.get_by_label("Ce que vous proposez").fill(f"Dire combien coûte l’assurance {mark}.")
    reader.check_accessible()
    send(page, "Transmettre aux auteurs")
    expect(page.locator("main")).to_contain_text(mark)

    become(author.go("/"), AUTHOR)
    desk = author.go("/mon-espace/")
    desk.get_by_role("link", name=re.compile(mark)).click()
    author.check_accessible()
    desk.get_by_label("Un mot").fill("C’est ajouté.")
    send(desk, "Répondre")
    expect(desk.locator(".messages")).to_contain_text("prévenue")
    page.reload()
    expect(page.locator("main")).to_contain_text("C’est ajouté.")


def test_a_resource_is_translated_beside_the_original_then_read_in_its_language(visit):
    words = f"The village cafe {token_hex(3)}"
    translator, author, reader = visit(), visit(), visit(viewport=PHONE)
    become(translator.go("/"), NEIGHBOUR)
    page = translator.page
    cafe = named(page, CAFE)
    page.goto(f"/ressources/{cafe['id']}/traduire/")
    translator.check_accessible()
    choice = page.get_by_label("Vers quelle langue")
    language = choice.locator("option").first
    code, label = language.get_attribute("value"), language.inner_text()
    choice.select_option(code)
    send(page, "Commencer")
    page.get_by_label("Titre").fill(words)
    page.locator("textarea[name^=s_]").first.fill("One hundred and twelve people own it.")
    translator.check_accessible()
    translator.picture("traduire-une-ressource")
    send(page, "Enregistrer et proposer")
    expect(page.locator(".messages")).to_contain_text("proposée")

    become(author.go("/"), AUTHOR)
    read = author.go(f"/ressources/{cafe['id']}/traduire/{code}/relire/")
    author.check_accessible()
    send(read, "Publier cette traduction")
    expect(read.get_by_role("heading", level=1)).to_have_text(words)

    public = reader.go(path(cafe))
    public.get_by_role("navigation", name="Langues").get_by_role("link", name=label).click()
    expect(public.get_by_role("heading", level=1)).to_have_text(words)
    assert public.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    reader.check_accessible()
