"""Captions typed in relay and the question of the moment, seen at once by who listens, on the projector, and by who comes late."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become
from tests.journeys.test_rooms import HOST, come_in, next_phase, write


def test_what_is_said_is_typed_in_turn_and_questions_are_answered_before_all(visit):
    host_visit, phone = visit(), visit(viewport=PHONE)
    host = host_visit.go("/")
    become(host, HOST)
    host = host_visit.go("/salles/preparer/")
    host.get_by_label("De quoi s’agit-il").fill("Webinaire")
    host.get_by_label("Déroulé").select_option(label="Webinaire, une heure")
    host.get_by_role("button", name="Préparer", exact=True).click()
    path = urlsplit(host.url).path
    karim = come_in(phone, path, "Karim")
    host.get_by_role("button", name="Ouvrir la séance").click()
    next_phase(host, "Présentation")
    expect(karim.locator("#etape")).to_have_text("Présentation")
    projector = host_visit.context.new_page()
    projector.goto(f"{path}projeter/")
    # Karim types what is said, then hands over.
    host.locator("summary", has_text="Durées, rôles").click()
    host.locator("#qui-ecrit").select_option(label="Karim")
    host.get_by_role("button", name="Confier", exact=True).click()
    karim.locator("#sous-titre").fill("Bonjour à toutes et à tous.")
    karim.keyboard.press("Enter")
    for page in (host, projector):
        expect(page.locator("#dits")).to_have_text("Bonjour à toutes et à tous.")
        expect(page.locator("#relais")).to_contain_text("Karim écrit ce qui est dit")
    expect(karim.locator("#sous-titre")).to_be_focused()
    host.get_by_role("button", name="Prendre le relais").click()
    expect(karim.locator("#relais")).to_contain_text(HOST)
    expect(karim.get_by_role("button", name="Passer le relais")).to_be_hidden()
    # A question is shown, taken, answered in writing while somebody chooses it.
    write(karim, "question", "Qui paie ?")
    expect(host.get_by_role("button", name="Montrer à tous")).to_be_visible()
    expect(projector.locator("#ecrits-presentation-question .card")).to_have_count(0)
    host.get_by_role("button", name="Montrer à tous").click()
    host.get_by_role("button", name="Y répondre maintenant").click()
    expect(projector.locator("#question")).to_contain_text("Qui paie ?")
    host.locator(".card__write summary").click()
    host.get_by_label("Réponse écrite").fill("La commune et l’État.")
    karim.get_by_role("button", name=re.compile("^Choisir")).click()
    expect(host.locator(".card")).to_have_attribute("data-votes", "1")
    expect(host.get_by_label("Réponse écrite")).to_have_value("La commune et l’État.")
    host.get_by_role("button", name="Publier la réponse").click()
    expect(karim.locator(".card__answer")).to_have_text("La commune et l’État.")
    expect(projector.locator("#question")).to_be_empty()
    karim.get_by_label("Sans réponse").check()
    expect(karim.locator(".card")).to_be_hidden()
    for each in (host_visit, phone):
        each.check_accessible()
    # Without script too, the transcript is read and taken away.
    plain = visit(javascript=False)
    page = come_in(plain, path, "Paul")
    page.get_by_role("link", name="Transcription").click()
    expect(page.locator(".transcript__text")).to_have_text("Bonjour à toutes et à tous.")
