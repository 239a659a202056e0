"""Threads of a group: asked on a phone without a name, found again after a cut, answered by keyboard, kept as the answer."""

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become

ASKER, FACILITATOR, PEER = "Aurélie Sainte-Rose", "Teva Marama", "Alix Payet"
GROUP = "Coopérer dans les îles"


def enter(visit, person: str, **options):
    """Someone's browser, on the page of the group's threads."""
    visitor = visit(**options)
    become(visitor.go("/"), person)
    page = visitor.go("/codev/")
    page.locator("main").get_by_role("link", name=GROUP).first.click()
    page.get_by_role("link", name="Tous les échanges").or_(
        page.get_by_role("link", name="Écrire au groupe")
    ).first.click()
    return visitor, page


def ask_without_a_name(visit, question: str) -> str:
    """On a phone: the draft is there again after the page was left; answers the address of the thread."""
    asker, page = enter(visit, ASKER, viewport=PHONE)
    if page.get_by_role("link", name="Écrire au groupe").count():
        page.get_by_role("link", name="Écrire au groupe").first.click()
    page.get_by_role("button", name="Demande d’aide").click()
    box = page.get_by_label("Votre message")
    expect(box).to_have_value(re.compile("Ce que j’aimerais de vous"))
    with page.expect_response(re.compile("brouillon")):
        box.fill(f"{question}\nQue feriez-vous ?")
    expect(page.locator("[data-draft-said]")).to_contain_text("Vous seul le voyez")
    page.goto(page.url)
    expect(page.get_by_label("Votre message")).to_have_value(re.compile(question))
    page.get_by_label("Poser ma question sans dire mon nom").check()
    asker.check_accessible()
    asker.picture("ecrire-au-groupe")
    page.get_by_role("button", name="Envoyer au groupe").last.click()
    expect(page.locator("h1")).to_have_text(question)
    expect(page.locator(".said").first).to_contain_text("Une personne du groupe (vous)")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    return page.url


def call_by_keyboard(page: Page) -> None:
    """« @tev », then Enter: the name is written, the box is ticked."""
    box = page.get_by_label("Votre message")
    box.focus()
    page.keyboard.type("Demandons à @tev")
    expect(page.get_by_role("option", name=FACILITATOR)).to_be_visible()
    page.keyboard.press("Enter")
    expect(box).to_have_value(f"Demandons à @{FACILITATOR} ")
    expect(page.get_by_label(FACILITATOR)).to_be_checked()
    page.keyboard.type("qui a vécu cela.")


def answer(visit, address: str) -> None:
    """A peer does not know who asked; the facilitation may."""
    peer, page = enter(visit, PEER)
    page.goto(address)
    expect(page.locator(".talk")).not_to_contain_text(ASKER)
    call_by_keyboard(page)
    peer.check_accessible()
    page.get_by_role("button", name="Envoyer au groupe").last.press("Enter")
    expect(page.locator(".said").last).to_contain_text(f"Appelle {FACILITATOR}")


def test_a_question_without_a_name_is_answered_and_the_facilitation_alone_may_learn_who_asked(visit):
    question = f"Mon projet piétine {token_hex(3)}"
    address = ask_without_a_name(visit, question)
    answer(visit, address)
    facilitator, page = enter(visit, FACILITATOR, javascript=False)
    page.goto(address)
    page.locator("summary").filter(has_text="Voir qui a écrit").first.click()
    expect(page.locator(".said").first).to_contain_text(ASKER)
    page.locator(".said").last.locator("summary").filter(has_text="Plus").click()
    page.get_by_role("button", name="Retenir comme réponse").last.click()
    expect(page.locator(".said--answer")).to_contain_text("Demandons à")
    facilitator.picture("un-echange-de-groupe")
