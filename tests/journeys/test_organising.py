"""Journey of someone who never prepared a Rencontre: from last year's to ten sequences imported and the speakers invited.

Gestures are counted as they are made: a click, or a field filled. At ten seconds each, they hold in the forty-five minutes promised.
"""

import re
from secrets import token_hex
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become

ANIMATOR = "animation"
MOST_GESTURES = 60
PROGRAMME = "\n".join(
    f"{8 + rank}h00 – {8 + rank}h45 – Séquence collée n° {rank}\nTémoignage de Personne {letter}, maire"
    for rank, letter in enumerate("ABCDEFGHIJ", start=1)
)


class Hands:
    """What a person does with a page, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.gestures = page, 0

    def click(self, role: Any, name: str | re.Pattern[str]) -> None:
        self.gestures += 1
        self.page.get_by_role(role, name=name).first.click()

    def fill(self, label: str | re.Pattern[str], value: str) -> None:
        self.gestures += 1
        self.page.get_by_label(label).first.fill(value)

    def choose(self, label: str | re.Pattern[str]) -> None:
        self.gestures += 1
        self.page.get_by_label(label).first.check()


def taken_again(person, hands: Hands, title: str) -> None:
    person.go("/rencontres/")
    hands.click("link", re.compile("6e Rencontre"))
    hands.click("link", re.compile("Reprendre cette Rencontre"))
    person.check_accessible()
    hands.fill(re.compile("^Titre de la nouvelle"), title)
    hands.fill(re.compile("^Jour"), "2035-07-04")
    hands.click("button", "Créer le brouillon")
    expect(person.page.get_by_role("heading", level=1)).to_contain_text(title)
    person.check_accessible()
    person.picture("preparer")


def pasted(person, hands: Hands) -> None:
    hands.click("link", "Coller un programme")
    hands.fill(re.compile("^Votre programme"), PROGRAMME)
    hands.click("button", "Lire ce texte")
    expect(person.page.get_by_role("heading", name="10 séquences lues")).to_be_visible()
    person.check_accessible()
    hands.choose("Remplacer ce qui est là")
    hands.click("button", "Ajouter ce qui est coché")
    expect(person.page.locator(".daygrid__cell")).to_have_count(10)
    person.check_accessible()
    person.picture("grille")


def moved(person, hands: Hands) -> None:
    first = person.page.locator(".daygrid__cell").first
    first.locator("summary").click()
    hands.gestures += 1
    hands.click("button", "Plus tard")
    expect(first).to_contain_text("9 h 15")
    hands.click("button", re.compile("^Défaire"))
    expect(first).to_contain_text("9 h – 9 h 45")


def dragged(person) -> None:
    """By the handle that the script adds, to the hour of the second sequence; the way by hand is a form of the same page."""
    page = person.page
    first, hour = page.locator(".daygrid__cell").first, page.locator('.daygrid__hour[data-at$="T10:00"]')
    handle = first.locator(".daygrid__handle")
    handle.evaluate("(each) => each.scrollIntoView({ block: 'center' })")
    start, goal = handle.bounding_box(), hour.bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] - 30, goal["y"] + 4, steps=5)
    expect(page.locator(".daygrid__label")).to_contain_text("10\u00a0h ·")
    page.mouse.up()
    expect(page.locator(".daygrid__clash").first).to_contain_text("Se tient au même moment")
    page.get_by_role("button", name=re.compile("^Défaire")).click()
    expect(page.locator(".daygrid__clash")).to_have_count(0)
    expect(page.locator(".daygrid__cell").first).to_contain_text("9 h – 9 h 45")


def invited(person, hands: Hands, mark: str) -> None:
    hands.click("link", "Préparer")
    hands.click("link", "Intervenants et partenaires")
    for letter in "ABCDEFGHIJ":
        hands.click("link", f"Personne {letter}")
        hands.fill(re.compile("^Adresse électronique"), f"{letter.lower()}.{mark}@exemple.fr")
        hands.click("button", "Enregistrer")
    person.check_accessible()
    hands.click("button", re.compile("^Inviter 10 personnes"))
    expect(person.page.get_by_text("10 courriels sont partis.")).to_be_visible()
    person.picture("intervenants")


def answers(visitor, path: str) -> None:
    """On a phone, without a script."""
    phone = visitor.go(path)
    phone.get_by_label("Je viens", exact=True).check()
    phone.get_by_label(re.compile("^Votre présentation")).fill("Maire d’une commune de montagne.")
    phone.get_by_label("J’accepte", exact=True).check()
    phone.get_by_role("button", name="Enregistrer").click()
    expect(phone.get_by_text("C’est enregistré, merci.")).to_be_visible()


def test_from_last_years_to_ten_sequences_and_the_speakers_invited(visit):
    person = visit()
    page = person.go("/")
    become(page, ANIMATOR)
    hands, title, mark = Hands(page), f"Rencontre d’essai {token_hex(3)}", token_hex(3)
    taken_again(person, hands, title)
    pasted(person, hands)
    moved(person, hands)
    dragged(person)
    invited(person, hands, mark)
    assert hands.gestures <= MOST_GESTURES, hands.gestures
    mail = person.site.mail_sent_to(f"a.{mark}@exemple.fr", re.compile("participation"), seconds=90)
    found = re.search(r"/intervenants/[-\w]+/", mail)
    assert found is not None
    answers(visit(viewport=PHONE, javascript=False), found[0])
    page.reload()
    expect(page.locator("li", has_text="Personne A").first).to_contain_text("confirmé")
