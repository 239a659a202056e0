"""« Entraide »: a visitor's text waits while they sign in, the question is answered, the answer becomes a resource."""

import re
from secrets import token_hex

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become, send

ASKER, HELPER = "Lucas Ferrand", "Teva Marama"


def test_a_question_is_asked_answered_and_becomes_a_resource(visit):
    mark = token_hex(3)
    asker, helper = visit(), visit(viewport=PHONE)
    page = asker.go("/entraide/")
    asker.check_accessible()
    page.get_by_role("link", name="Poser une question").first.press("Enter")
    box = page.get_by_role("textbox", name="Votre question")
    box.press_sequentially(f"Comment financer un tiers-lieu à Saint-Étienne {mark} ?")
    expect(page.get_by_role("checkbox").first).to_be_checked()  # what it is about, proposed while one types
    expect(page.get_by_role("radio", name=re.compile("Saint-Étienne"))).to_be_checked()
    asker.check_accessible()
    asker.picture("poser-une-question")
    send(page, "Continuer\u00a0: me connecter")
    become(page, ASKER)
    page.goto("/entraide/poser/")
    expect(box).to_have_value(re.compile(mark))
    send(page, "Poser ma question")
    expect(page.get_by_role("heading", level=1)).to_contain_text(mark)
    asker.check_accessible()
    question = page.url

    become(helper.go("/"), HELPER)
    phone = helper.page
    phone.goto(question)
    helper.check_accessible()
    phone.get_by_role("textbox", name="Votre réponse").fill(f"Par une coopérative d’habitants {mark}.")
    send(phone, "Publier ma réponse")
    expect(phone.locator("main")).to_contain_text("Votre réponse est publiée")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page.reload()
    send(page, "Cette réponse a servi")
    expect(page.locator(".answer--kept")).to_contain_text(mark)
    asker.check_accessible()
    asker.picture("une-reponse-a-servi")
    page.get_by_role("link", name="En faire une ressource").press("Enter")
    expect(page.locator("main")).to_contain_text(HELPER)
    send(page, "Commencer le brouillon")
    expect(page.locator("main")).not_to_contain_text("coopérative d’habitants")  # nobody agreed yet

    phone.goto(question)
    send(phone, "Oui, en me citant")
    expect(phone.locator(".messages")).to_contain_text("a rejoint la ressource")
    page.reload()
    expect(page.locator("textarea[name=s_deroulement]")).to_have_value(re.compile("coopérative d’habitants"))


def look_until(page, words: str) -> None:
    """Look at what exists, again while the index is still reading it."""
    for _try in range(20):
        send(page, re.compile("^Voir ce qui existe"))
        if words in page.locator("#a-cote").inner_text():
            return
        page.wait_for_timeout(1_500)
    raise AssertionError(f"« {words} » was not found beside.")


def test_without_script_what_exists_is_seen_first_and_nothing_is_lost(visit):
    mark = token_hex(3)
    plain = visit(viewport=PHONE, javascript=False)
    become(plain.go("/"), ASKER)
    page = plain.go("/entraide/")
    page.get_by_label("Votre question").fill(f"Qui a déjà ouvert un café associatif {mark} ?")
    look_until(page, "Cela existe peut-être déjà")
    expect(page.get_by_role("textbox", name="Votre question")).to_have_value(re.compile(mark))
    send(page, "Compte rendu")
    expect(page.get_by_role("textbox", name="Votre question")).to_have_value(
        re.compile(f"{mark}.*Ce qui est décidé", re.DOTALL)
    )
    page.get_by_role("radio", name=re.compile("^Tout le monde")).check()
    send(page, "Poser ma question")
    expect(page.locator("main")).to_contain_text("lisible par tous")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
