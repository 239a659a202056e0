"""A session in its group, from the page of the group to the shared lesson: who facilitates by keyboard and mouse, the client on a phone."""

import re
from datetime import UTC, datetime, timedelta
from secrets import randbelow, token_hex

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Visit
from tests.journeys.gestures import become
from tests.journeys.test_rooms import next_phase, write

FACILITATOR, CLIENT = "Alix Payet", "Lucas Ferrand"
GROUP = "Mobiliser quand tout le monde"


def open_group(page: Page) -> str:
    page.goto("/codev/")
    page.get_by_role("link", name=re.compile(GROUP)).first.click()
    return page.url


def plan(page: Page) -> str:
    """An encounter of its own: the journey may be run again on the same site."""
    page.get_by_role("link", name="Fixer une rencontre").first.click()
    page.locator("#id_day").fill(f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}")
    page.get_by_label("Heure de début").fill(f"10:{randbelow(60):02}")
    page.get_by_role("button", name=re.compile("Fixer")).click()
    page.get_by_role("link", name=re.compile("La séance")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Séance de codéveloppement")
    return page.url


def bring(page: Page, session: str, mark: str) -> None:
    page.goto(session)
    page.get_by_role("link", name="Proposer un sujet").click()
    page.get_by_label("La situation").fill(f"Relancer un collectif {mark}")
    page.locator("main form button[type=submit]").first.press("Enter")
    expect(page.locator("main")).to_contain_text(mark)


def come_in(page: Page) -> None:
    page.get_by_role("link", name="Entrer dans la salle").click()
    page.locator("main").get_by_role("button", name="Entrer", exact=True).click()


def get_ready(page: Page, session: str, mark: str, facilitator: Visit) -> None:
    """The room prepared and opened; the subject is read there."""
    page.goto(session)
    facilitator.check_accessible()
    page.get_by_role("link", name="Préparer la salle").click()
    facilitator.check_accessible()
    page.get_by_role("button", name="La salle est prête").click()
    come_in(page)
    page.get_by_role("button", name="Ouvrir la séance").click()
    expect(page.locator("#etape")).to_have_text("Accueil et choix du sujet")
    expect(page.locator(".room__beside")).to_contain_text(mark)
    facilitator.check_accessible()


def choose_the_subject(page: Page, phone: Page, mark: str) -> None:
    """In the room, by keyboard: who brought it is its client at once, and what others were typing stays."""
    voice = phone.get_by_role("button", name=re.compile(f"Donner ma voix.*{mark}"))
    phone.locator("form[data-writes=meteo] textarea").fill("Pressé, mais là")
    voice.click()
    expect(phone.get_by_role("button", name=re.compile("Votre voix"))).to_be_visible()
    # Said aloud, and the press goes on from where it was.
    expect(phone.locator("[data-say]")).to_have_text("C’est noté.")
    expect(phone.get_by_role("button", name=re.compile("Votre voix"))).to_be_focused()
    expect(page.locator(".room__beside", has_text=mark)).to_contain_text("1 voix")
    page.get_by_role("button", name=re.compile(f"Retenir ce sujet.*{mark}")).press("Enter")
    expect(page.locator(".room__subject")).to_contain_text(mark)
    expect(phone.locator(".room__who")).to_contain_text("client")
    expect(phone.locator("form[data-writes=meteo] textarea")).to_have_value("Pressé, mais là")


def work(page: Page, phone: Page, mark: str) -> None:
    """The six steps."""
    for title in ("Exposé", "Clarification", "Contrat de consultation"):
        next_phase(page, title)
    expect(phone.locator("#etape")).to_have_text("Contrat de consultation")
    write(phone, "contrat", f"J’aimerais que vous m’aidiez à renouer {mark}.")
    expect(page.locator("#ecrits-contrat-contrat")).to_contain_text(mark)
    next_phase(page, "Consultation")
    expect(phone.locator(".room__speak")).to_contain_text("À vous d’écouter")
    next_phase(page, "Synthèse et plan d’action")
    expect(phone.locator("#etape")).to_have_text("Synthèse et plan d’action")
    write(phone, "action", f"Appeler le maire {mark}.")
    expect(page.locator("#ecrits-synthese-action")).to_contain_text(mark)
    next_phase(page, "Apprentissages et régulation")
    page.get_by_role("button", name="Terminer la séance").first.click()
    expect(page.locator("[data-room]")).to_contain_text("La séance est terminée")


def share(phone: Page, session: str, mark: str, client: Visit) -> None:
    """A lesson: written, its names masked, signed."""
    phone.goto(session)
    phone.get_by_role("button", name="En faire un retour d’expérience").click()
    client.check_accessible()
    phone.get_by_label("Titre").fill(f"Renouer avec une mairie {mark}")
    phone.get_by_role("button", name="Chercher les noms à masquer").click()
    client.check_accessible()
    for choice in phone.get_by_role("radio", name=re.compile("Masquer")).all():
        choice.check()
    phone.locator("main .button--act").first.click()
    client.check_accessible()
    phone.get_by_role("checkbox").first.check()
    phone.get_by_role("button", name="Signer et proposer à la bibliothèque").click()
    expect(phone.locator("main")).to_contain_text("igné")
    client.check_accessible()


def test_a_session_is_worked_from_its_group_to_the_lesson(visit):
    mark = token_hex(3)
    facilitator, client = visit(), visit(viewport=PHONE)
    page, phone = facilitator.go("/"), client.go("/")
    become(page, FACILITATOR)
    become(phone, CLIENT)
    open_group(page)
    facilitator.check_accessible()
    session = plan(page)
    bring(phone, session, mark)
    client.check_accessible()
    get_ready(page, session, mark, facilitator)

    phone.goto(session)
    come_in(phone)
    choose_the_subject(page, phone, mark)
    client.check_accessible()
    work(page, phone, mark)

    phone.goto(session)
    expect(phone.locator("main")).to_contain_text(f"Appeler le maire {mark}")
    client.check_accessible()
    phone.get_by_role("link", name=re.compile("Dater mes engagements")).click()
    client.check_accessible()
    share(phone, session, mark, client)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
