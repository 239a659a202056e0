"""First journeys: sign in by code, find one's commune with a typo, edit the home page."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become


def test_a_person_signs_in_with_the_code_received_by_mail(visit):
    person = visit(viewport=PHONE)
    page = person.go("/mon-espace/")
    person.check_accessible()
    page.get_by_label("Adresse électronique").fill("alix.payet@demonstration.exemple.fr")
    person.picture("connexion")
    page.get_by_role("button", name="Recevoir un code").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("code")
    person.check_accessible()
    page.get_by_label("Code").fill(person.site.code_sent_to("alix.payet@demonstration.exemple.fr"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/mon-espace/$"))
    person.check_accessible()
    person.picture("mon-espace")


def test_the_sign_in_code_is_readable_among_the_kept_mails(visit):
    person = visit()
    page = person.go("/compte/connexion/")
    page.get_by_label("Adresse électronique").fill("alix.payet@demonstration.exemple.fr")
    page.get_by_role("button", name="Recevoir un code").click()
    code = person.site.code_sent_to("alix.payet@demonstration.exemple.fr")
    page = person.go("/demo/courriers/")
    person.check_accessible()
    page.locator("main a").filter(has_text="code").first.click()
    expect(page.locator("main")).to_contain_text(code)
    person.check_accessible()


def test_someone_finds_their_commune_with_a_typo_on_a_phone(visit):
    mayor = visit(viewport=PHONE)
    page = mayor.go("/")
    mayor.check_accessible()
    box = page.get_by_label("La page d’un territoire")
    box.fill("sant etiene")
    expect(page.get_by_role("option").first).to_contain_text("Saint-Étienne")
    mayor.check_accessible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/territoires/commune/42218/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Saint-Étienne")
    mayor.check_accessible()
    mayor.picture("commune")


def test_the_same_without_javascript(visit):
    mayor = visit(viewport=PHONE, javascript=False)
    page = mayor.go("/")
    page.locator("main form[role=search] input[name=q], main form input[name=q]").first.fill("sant etiene")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("Saint-Étienne")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Saint-Étienne")


def test_an_animator_edits_the_home_page(visit):
    animator = visit()
    page = animator.go("/")
    animator.picture("accueil")
    become(page, "animat")
    page = animator.go("/gestion/")
    expect(page.get_by_role("link", name="Tableau de bord")).to_be_visible()
    animator.go("/mon-espace/")
    animator.check_accessible()
    animator.picture("mon-espace-animatrice")
    page = animator.go("/gestion/")
    page.get_by_role("link", name="Modifier la page d’accueil").click()
    title = "Faire alliance, territoire par territoire"
    page.locator("[name=headline]").fill(title)
    publish(page)
    page = animator.go("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_a_visitor_sees_nothing_of_the_desk(visit):
    visitor = visit()
    for path in ("/gestion/", "/moderation/", "/imports/", "/mon-espace/", "/compte/invitations/"):
        page = visitor.go(path)
        expect(page).to_have_url(re.compile("/compte/connexion/"))


def publish(page) -> None:
    """Publish the page being edited in the CMS."""
    page.get_by_role("button", name=re.compile("^Publier")).first.click()
    expect(page.get_by_text(re.compile("publiée")).first).to_be_visible()


def test_places_of_the_real_map_are_suggested_however_they_are_written(visit):
    person = visit()
    page = person.go("/territoires/")

    def suggested(text):
        found = page.request.get(f"{person.site.url}/territoires/suggestions.json", params={"q": text}).json()[
            "results"
        ]
        return [(each["kind"], each["name"]) for each in found]

    for text in ("saint-etienne", "st etienne", "SAINT ETIENNE", "42000", "42218"):
        assert suggested(text)[0] == ("commune", "Saint-Étienne"), text
    assert suggested("paris est marne")[0][0] == "ept"
    for text in ("reunion", "974"):
        assert "La Réunion" in [name for _kind, name in suggested(text)], text
    assert {name for _kind, name in suggested("l'isle jourdain")} >= {"L’Isle-Jourdain"}
    assert len([name for _kind, name in suggested("l'isle jourdain") if name == "L’Isle-Jourdain"]) == 2
    assert suggested("xqzwvkj") == []
