"""Needs and offers: a company answers a need 20 km away; a foundation finds the needs of a département."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import A_PERSON_TYPES
from tests.journeys.test_requests import link_in


def test_a_company_answers_a_need_twenty_kilometres_away_with_the_keyboard(visit):
    company = visit()
    page = company.go("/annuaire/besoins/")
    company.check_accessible()
    page.locator("#lieu").focus()
    page.keyboard.type("cagnes sur mer")
    expect(page.get_by_role("option").first).to_contain_text("Cagnes-sur-Mer")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("Distance, autour d’une commune").focus()
    page.keyboard.type("20")
    expect(page.get_by_label("Distance, autour d’une commune")).to_have_value("20")
    page.locator("main").get_by_role("button", name="Chercher").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("Retirer le filtre"))).to_have_count(2)
    need = page.get_by_role("link", name="Un local de 60 m² pour un atelier de réparation", exact=True)
    expect(page.locator("#liste + .list")).to_contain_text(re.compile(r"à 1\d km"))
    company.check_accessible()
    company.picture("besoins-autour-de-cagnes")
    need.focus()
    page.keyboard.press("Enter")  # first gesture: the need
    expect(page.get_by_role("heading", level=1)).to_contain_text("Un local de 60 m²")
    expect(page.locator("main")).to_contain_text("même chose cherchée et donnée")
    company.check_accessible()
    company.picture("un-besoin")
    assert page.locator("main form[action='#repondre'] .field:not(:has([data-honeypot]))").count() <= 4
    page.get_by_label("Votre nom").focus()
    page.keyboard.type("Paul Forgeron")
    page.get_by_label("Votre adresse électronique").focus()
    page.keyboard.type("paul.forgeron@exemple.fr")
    page.get_by_label("Votre message").focus()
    page.keyboard.type("Notre atelier est libre le lundi et le mardi.")
    page.wait_for_timeout(A_PERSON_TYPES)
    page.get_by_role("button", name="Envoyer ma réponse").focus()
    page.keyboard.press("Enter")  # the last gesture
    expect(
        page.locator("main, .messages, [role=status]").filter(has_text="Votre message est parti").first
    ).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("1")


def test_a_foundation_finds_the_needs_of_a_departement_on_a_phone_and_takes_them_away(visit):
    foundation = visit(viewport=PHONE)
    page = foundation.go("/annuaire/besoins/?nature=besoin&territoire=departement:973")
    expect(page.locator("[role=status] strong").first).to_have_text(re.compile(r"\d+ annonces?"))
    expect(page.locator("#liste + .list")).to_contain_text("Quinze ordinateurs pour un point d’accueil")
    expect(page.locator("#liste + .list")).not_to_contain_text("Quelqu’un pour écrire un plan d’affaires")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    foundation.check_accessible()
    foundation.picture("besoins-de-guyane")
    titles = page.locator("#liste + .list .entry__title > a").all_text_contents()
    rows = page.request.get(page.url.replace("/annuaire/besoins/", "/annuaire/besoins.json")).json()["results"]
    assert [row["title"] for row in rows] == titles
    page.get_by_text("Plus de filtres").click()
    page.get_by_label("Ce qui est cherché ou donné").select_option("Argent")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("#liste + .list")).to_contain_text("cuisine partagée")
    page.get_by_role("link", name="De quoi équiper une cuisine partagée", exact=True).click()
    expect(page.locator("main")).to_contain_text("Ce qui pourrait y répondre")
    expect(page.locator("main")).to_contain_text("partout en France")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    foundation.check_accessible()
    page = foundation.go("/annuaire/organisations/demo-la-boussole-paris/soutiens/")
    expect(page.locator("main")).to_contain_text("Onze emplois créés")
    foundation.check_accessible()
    foundation.picture("ce-que-soutient-une-fondation")


def test_a_mayor_posts_a_need_without_an_account_and_without_javascript(visit, site):
    mayor = visit(viewport=PHONE, javascript=False)
    page = mayor.go("/annuaire/besoins/proposer/")
    page.get_by_label("De quoi s’agit-il").select_option("Matériel")
    page.get_by_label("En une ligne").fill("Un broyeur pour les branches")
    page.get_by_label("Pour quel territoire").fill("Saint-Denis")
    page.get_by_label("Votre nom, ou celui de votre organisation").fill("Mairie de Maripasoula")
    page.get_by_label("Votre adresse électronique").fill("mairie.broyeur@exemple.fr")
    page.wait_for_timeout(A_PERSON_TYPES)
    page.get_by_role("button", name="Envoyer et confirmer").click()
    expect(page.locator("main")).to_contain_text("Lequel est-ce")
    assert page.get_by_label("En une ligne").input_value() == "Un broyeur pour les branches"
    page.get_by_label("Pour quel territoire").fill("Maripasoula")
    page.get_by_role("button", name="Envoyer et confirmer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Il reste un geste : confirmer")
    assert "broyeur" not in page.request.get(f"{site.url}/annuaire/besoins.json").text()
    page.goto(site.url + link_in(site, "mairie.broyeur@exemple.fr", r"/annuaire/besoins/suivre/[\w-]+/"))
    page.get_by_role("button", name="Confirmer et montrer à tous").click()
    expect(page.locator("main")).to_contain_text("Elle est montrée à tous")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert "broyeur" in page.request.get(f"{site.url}/annuaire/besoins.json?territoire=commune:97353").text()
    page.get_by_text("C’est terminé").click()
    page.get_by_label("Ce qui en est sorti").fill("Un broyeur prêté par la commune voisine")
    page.get_by_role("button", name="Clore cette annonce").click()
    expect(page.locator("main")).to_contain_text("Un broyeur prêté")


def test_someone_is_told_what_is_new_and_stops_it(visit, site):
    reader = visit(viewport=PHONE)
    page = reader.go("/annuaire/besoins/?territoire=departement:973")
    page.get_by_role("link", name="Prévenez-moi").click()
    expect(page.locator("main")).to_contain_text("Guyane")
    reader.check_accessible()
    page.get_by_label("Votre adresse électronique").fill("alerte@exemple.fr")
    page.wait_for_timeout(A_PERSON_TYPES)
    page.get_by_role("button", name="Prévenez-moi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Il reste un geste : confirmer")
    page.goto(site.url + link_in(site, "alerte@exemple.fr", r"/annuaire/alertes/[\w-]+/"))
    page.get_by_role("button", name="Confirmer").click()
    expect(page.locator("main")).to_contain_text("Un courriel par jour au plus")
    reader.check_accessible()
    page.get_by_role("button", name="Arrêter cette alerte").click()
    expect(page.locator("body")).to_contain_text("C’est arrêté")
