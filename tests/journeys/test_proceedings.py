"""Read the proceedings: an animator opens those of 2020; a visitor reads them on a phone, takes the PDF, and finds the first barometer."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become

DAY = "/rencontres/rencontre-2020/"


def test_a_visitor_reads_the_proceedings_that_an_animator_opened(visit):
    animator = visit()
    become(animator.go("/"), "animation")
    page = animator.go(f"{DAY}actes/preparer/")
    opening = page.get_by_role("button", name="Les ouvrir maintenant")
    if opening.count():  # the worker may have opened them first
        opening.click()
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    animator.check_accessible()

    reader = visit(viewport=PHONE)
    page = reader.go(f"{DAY}actes/")
    expect(page.locator("main")).to_contain_text("ne sont pas conservés ici")
    expect(page.locator("main")).to_contain_text("Pas encore de compte rendu signé")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    reader.check_accessible()
    address = page.get_by_role("link", name="Les actes en PDF").get_attribute("href")
    answer = page.request.get(page.url.split("/rencontres/")[0] + address)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body()[:5] == b"%PDF-"
    page.get_by_role("link", name=re.compile(r"Version \d+")).first.click()
    expect(page.locator("main")).to_contain_text(re.compile(r"Version \d+, arrêtée le"))

    page = reader.go("/barometres/")
    expect(page.locator("main")).to_contain_text("dont 29")
    reader.check_accessible()
    page = reader.go(f"{DAY}exposition/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("diversité des territoires")
    reader.check_accessible()
