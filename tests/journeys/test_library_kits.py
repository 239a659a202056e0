"""Journeys of those who reuse: a kit run on a phone in a meeting, a collection kept and shared, a resource recommended and read."""

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import become, go_by_tab, send

KIT = "la première rencontre"
OWNER, MATE = "Teva Marama", "Lucas Ferrand"


def open_kit(visitor) -> Page:
    page = visitor.go("/ressources/?sorte=kit")
    page.get_by_role("link", name=re.compile(KIT)).first.click()
    expect(page.get_by_role("heading", name="Le déroulé, étape par étape")).to_be_visible()
    return page


def test_i_run_a_kit_on_a_phone_in_a_meeting(visit):
    person = visit(viewport=PHONE, dark=True)
    page = person.go("/")
    become(page, OWNER)
    page = open_kit(person)
    person.check_accessible()
    page.get_by_role("link", name="Lancer ce kit pour mon territoire").click()
    person.check_accessible()
    name = f"Réunion {token_hex(3)}"
    page.get_by_label("Nom de ce lancement").fill(name)
    go_by_tab(page, page.get_by_role("button", name="Lancer", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("main")).to_contain_text("0 sur 5")
    person.check_accessible()
    done = page.get_by_role("button", name=re.compile("C’est fait")).first
    go_by_tab(page, done)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("1 sur 5")
    page.locator("summary").filter(has_text="Noter, ou passer").first.press("Enter")
    page.locator("details[open] textarea").fill("Dix personnes sont venues.")
    page.get_by_role("button", name=re.compile("C’est fait")).first.press("Enter")
    expect(page.locator("main")).to_contain_text("2 sur 5")
    expect(page.locator("main")).to_contain_text("Dix personnes sont venues.")
    page.locator("summary").filter(has_text="Noter, ou passer").first.press("Enter")
    send(page, re.compile("^Passer cette étape"))
    expect(page.locator("[data-errors]")).to_contain_text("pourquoi")
    person.check_accessible()
    page.locator("details[open] input[name^=reason]").fill("Fait l’an dernier.")
    send(page, re.compile("^Passer cette étape"))
    expect(page.locator("main")).to_contain_text("Étape passée")
    person.picture("kit-lance")
    person.go("/ressources/kits-lances/")
    expect(page.locator("main")).to_contain_text(name)
    person.check_accessible()
    stranger = visit()
    other = stranger.go("/")
    become(other, MATE)
    stranger.go("/ressources/kits-lances/")
    expect(other.locator("main")).not_to_contain_text(name)


def test_i_run_a_kit_without_a_script(visit):
    person = visit(javascript=False)
    page = person.go("/")
    become(page, OWNER)
    page = open_kit(person)
    page.get_by_role("link", name="Lancer ce kit pour mon territoire").click()
    page.get_by_label("Nom de ce lancement").fill(f"Sans script {token_hex(3)}")
    page.get_by_role("button", name="Lancer", exact=True).click()
    page.get_by_role("button", name=re.compile("C’est fait")).first.click()
    expect(page.locator("main")).to_contain_text("1 sur 5")


def test_i_keep_a_resource_and_share_my_collection_without_my_notes(visit):
    person, secret, name = visit(), f"note {token_hex(4)}", f"Repères {token_hex(3)}"
    page = open_kit(person)
    page.get_by_role("link", name="Garder").click()
    expect(page.locator("main")).to_contain_text("Sans compte")
    person.check_accessible()
    become(page, OWNER)
    page = open_kit(person)
    title = page.get_by_role("heading", level=1).inner_text()
    keep = page.get_by_role("link", name="Gardée").or_(page.get_by_role("button", name="Garder"))
    keep.first.click()
    if "/garder/" not in page.url:
        expect(page.locator(".messages")).to_contain_text("Gardée dans")
        page.get_by_role("link", name="Gardée").click()
    person.check_accessible()
    page.get_by_label("Nom de la collection").fill(name)
    send(page, "Créer et garder")
    page.get_by_role("link", name=name).click()
    page.get_by_label("Note pour moi").fill(secret)
    send(page, "Enregistrer mes notes")
    expect(page.get_by_label("Note pour moi")).to_have_value(secret)
    person.check_accessible()
    person.picture("ma-collection")
    page.get_by_role("link", name="Partager, renommer").click()
    page.get_by_label(re.compile("lien secret")).check()
    send(page, "Enregistrer")
    link = page.get_by_label("Le lien à envoyer").input_value()
    person.check_accessible()
    reader = visit(viewport=PHONE)
    read = reader.go(re.sub(r"^https?://[^/]+", "", link))
    expect(read.locator("main")).to_contain_text(title)
    expect(read.locator("main")).not_to_contain_text(secret)
    reader.check_accessible()
    send(page, "Retirer ce lien et en faire un autre")
    assert page.get_by_label("Le lien à envoyer").input_value() != link
    assert read.request.get(read.url).status == 404
    person.go("/ressources/collections/")
    person.check_accessible()


def test_i_recommend_a_kit_and_see_that_it_was_read(visit, site):
    sender, receiver, word = visit(), visit(viewport=PHONE, dark=True), f"un mot {token_hex(4)}"
    page = sender.go("/")
    become(page, OWNER)
    page = open_kit(sender)
    page.get_by_role("link", name="Recommander").click()
    sender.check_accessible()
    send(page, "Envoyer")
    expect(page.locator("[data-errors]")).to_contain_text("Dites à qui")
    page.locator("[name=entry]").fill(MATE)
    page.locator("[name=note]").fill(word)
    page.locator("[name=note]").focus()
    send(page, "Envoyer")
    expect(page.locator("main")).to_contain_text("pas encore lue")
    expect(page.locator("main")).to_contain_text(word)
    sender.check_accessible()
    read = receiver.go("/")
    become(read, MATE)
    receiver.go("/ressources/recommandations/")
    receiver.check_accessible()
    read.locator("main .list a").first.click()
    expect(read.locator("main")).to_contain_text(word)
    receiver.check_accessible()
    receiver.picture("recommandee")
    sender.go("/ressources/recommandations/?vue=envoyees")
    expect(page.locator("main .list > li").first).to_contain_text("lue le")
    address = f"{token_hex(4)}@exemple.fr"
    sender.go("/ressources/recommander/")
    page.locator("[name=address]").fill(address)
    page.locator("[name=note]").fill(word)
    send(page, "Envoyer")
    mail = site.mail_sent_to(address, re.compile("vous recommande une lecture"))
    assert word not in mail
    link = re.search(r"/ressources/recommandations/lien/[-\w]+/", mail)[0]
    guest = visit()
    opened = guest.go(link)
    expect(opened.locator("main")).to_contain_text(word)
    guest.check_accessible()
    sender.go("/ressources/recommandations/?vue=envoyees")
    expect(page.locator("main .list > li").first).to_contain_text("lien ouvert le")
