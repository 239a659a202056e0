"""Reading: someone finds what a territory like theirs did, reads it, takes it away, with a keyboard, a phone, or without JavaScript."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE

PRODUCERS = "Vingt-deux petits producteurs livrent les cantines d’une même voix"


def scrolls_sideways(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_a_visitor_finds_a_practice_by_words_and_territory_and_cites_it_with_the_keyboard(visit):
    visitor = visit()
    page = visitor.go("/ressources/")
    visitor.check_accessible()
    visitor.picture("ressources-liste")
    page.locator("#q").focus()
    page.keyboard.type("cantine")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=cantine**")
    expect(page.locator("#ressources mark").first).to_be_visible()
    page.locator("#lieu").focus()
    page.keyboard.type("guadeloupe")
    expect(page.get_by_role("option").first).to_contain_text("Guadeloupe")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Chercher", exact=True).last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**territoire=**")
    expect(page.locator("#ressources")).to_contain_text("parce que la ressource vient")
    visitor.check_accessible()
    visitor.picture("ressources-autour")
    page.get_by_role("link", name=PRODUCERS).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(PRODUCERS)
    expect(page.get_by_role("heading", name="Citer")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Nord Grande Terre")
    visitor.check_accessible()
    visitor.picture("une-ressource")
    found = page.request.get(page.get_by_role("link", name="BibTeX").get_attribute("href"))
    assert found.ok
    assert found.text().startswith("@")
    assert page.locator('meta[name="citation_title"]').get_attribute("content") == PRODUCERS
    page.get_by_role("link", name=re.compile("^version")).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Publiée le")
    visitor.check_accessible()


def test_filters_work_on_a_phone_without_javascript_and_an_empty_list_offers_a_way_out(visit):
    visitor = visit(viewport=PHONE, javascript=False)
    page = visitor.go("/ressources/")
    page.get_by_text("Affiner").click()
    page.get_by_label(re.compile("^Alliance")).check()
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**levier=alliance**")
    expect(page.get_by_role("link", name=re.compile("Retirer le filtre.*Alliance"))).to_be_visible()
    page.goto("/ressources/?q=cantine&territoire=commune:2A004")
    expect(page.get_by_text("Aucune ressource ne répond à tous ces filtres")).to_be_visible()
    page.get_by_role("link", name=re.compile("chercher dans toute la France|élargir")).first.click()
    expect(page.locator("#ressources .list").first).to_contain_text("cantine")


def test_pages_fit_a_phone_in_the_dark(visit):
    visitor = visit(viewport=PHONE, dark=True)
    page = visitor.go("/ressources/?levier=alliance&territoire=region:01")
    assert not scrolls_sideways(page)
    visitor.check_accessible()
    page.locator("#ressources .entry__title a").first.click()
    expect(page.get_by_role("heading", name="D’où cela vient")).to_be_visible()
    assert not scrolls_sideways(page)
    visitor.check_accessible()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Citer")).to_be_visible()


def test_a_filter_ticked_narrows_the_list_at_once_and_the_address_can_be_shared(visit):
    visitor = visit()
    page = visitor.go("/ressources/")
    page.get_by_label(re.compile("^Alliance")).first.check()
    page.wait_for_url("**levier=alliance**")
    expect(page.get_by_role("link", name=re.compile("Retirer le filtre.*Alliance"))).to_be_visible()
    count = page.locator("#ressources [role=status] strong").first.inner_text()
    other = visit()
    shared = other.go(page.url)
    expect(shared.locator("#ressources [role=status] strong").first).to_have_text(count)
