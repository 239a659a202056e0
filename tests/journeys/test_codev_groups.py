"""Journey of a group: opened on a phone, joined without JavaScript, its date chosen together, each at her own clock."""

import re
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become, go_by_tab, press, send

KEEPER, PEER = "Teva Marama", "Lucas Ferrand"
# What the clock shows in Paris, winter or summer.
AT_NINE_IN_TAHITI = re.compile(r"de 2[01]\sh à 2[12]\sh\s30")


def test_we_open_a_group_and_find_a_date_together(visit):
    name = f"Pairs {token_hex(3)}"
    keeper, peer = visit(viewport=PHONE, dark=True), visit(javascript=False)

    page = keeper.go("/")
    become(page, KEEPER)
    keeper.go("/codev/groupes/nouveau/")
    keeper.check_accessible()
    page.get_by_label("Nom du groupe").fill(name)
    page.get_by_label("ouvert", exact=False).first.check()
    go_by_tab(page, page.get_by_role("button", name="Ouvrir le groupe"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Les personnes du groupe")
    keeper.check_accessible()
    page.get_by_role("link", name="Revenir au groupe").click()
    group = page.url

    other = peer.go("/")
    become(other, PEER)
    other.goto(group)
    other.get_by_role("link", name="Rejoindre ce groupe").click()
    expect(other.locator("main")).to_contain_text("Confidentialité")
    press(other, other.get_by_role("button", name="Entrer dans le groupe"))  # the browser asks for the two declarations
    expect(other.locator("input:invalid").first).to_be_focused()
    for declaration in other.get_by_role("checkbox").all()[:2]:
        declaration.check()
    send(other, "Entrer dans le groupe")
    expect(other.locator("body")).to_contain_text("Vous faites partie du groupe")

    keeper.go(group)
    page.get_by_role("link", name="Proposer des dates").first.click()
    keeper.check_accessible()
    for rank, days in ((1, 20), (2, 21)):
        moment = page.get_by_role("group", name=f"Date {rank}")
        moment.get_by_label("Jour").fill(f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}")
        moment.get_by_label("Heure").fill("09:00")
    send(page, "Proposer ces dates")
    expect(page.get_by_role("heading", level=1)).to_have_text("Choisir une date")
    keeper.check_accessible()

    other.goto(group)
    other.get_by_role("link", name="Choisir une date").first.click()
    expect(other.locator("main")).to_contain_text(AT_NINE_IN_TAHITI)
    answers = other.locator("main fieldset")
    answers.nth(0).get_by_label("non", exact=True).check()
    answers.nth(1).get_by_label("oui", exact=True).check()
    send(other, "Enregistrer mes réponses")

    page.reload()
    expect(page.locator(".codev-answers__best")).to_contain_text("convient le mieux")
    page.locator(".codev-answers__best").get_by_role("button", name=re.compile("Choisir cette date")).press("Enter")
    expect(page.locator("main")).to_contain_text(re.compile(r"de 9\sh à 10\sh\s30 \(à Paris"))
    keeper.check_accessible()
    keeper.picture("codev-rencontre")

    other.goto(group)
    expect(other.get_by_role("heading", name="Prochaine rencontre")).to_be_visible()
    expect(other.locator("main")).to_contain_text("Vous venez.")
    peer.picture("codev-groupe")
