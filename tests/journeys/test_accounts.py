"""Coming, staying, leaving: invitation, passkey, second factor, consents, closing an account."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import A_PERSON_TYPES, become


def new_address() -> str:
    return f"{uuid.uuid4().hex[:12]}@exemple.fr"


def with_authenticator(person) -> None:
    """A device with its own lock, as a phone has: it keeps passkeys and recognises its owner."""
    session = person.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def invite(animator, address: str, role: str) -> None:
    page = animator.go("/")
    become(page, "administration")
    page = animator.go("/compte/invitations/")
    page.get_by_label("Adresse électronique").fill(address)
    page.locator("main form.form").get_by_label("Rôle").select_option(label=role)
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text(f"Invitation envoyée à {address}")).to_be_visible()


def link_sent_to(site, address: str) -> str:
    mail = next(mail for mail in reversed(site.mails()) if address in str(mail["To"]))
    return re.search(r"/compte/invitation/[^\s<>\"]+", mail.get_body(("plain",)).get_content())[0]


def leave(page) -> None:
    page.goto("/compte/deconnexion/")
    page.locator("main").get_by_role("button", name="Me déconnecter").click()
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()


def test_someone_invited_to_animate_adds_a_passkey_and_enters_the_desk_with_it(visit):
    address = new_address()
    invite(visit(), address, "animation")
    person = visit()
    with_authenticator(person)
    page = person.go(link_sent_to(person.site, address))
    person.check_accessible()
    page.get_by_label("Votre nom affiché").fill("Camille Aubert")
    page.get_by_label("J’accepte les règles du compte").check()
    page.wait_for_timeout(A_PERSON_TYPES)
    page.get_by_role("button", name="Rejoindre le réseau").click()
    expect(page).to_have_url(re.compile(r"/(mon-espace|compte)/"))

    page = person.go("/gestion/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Une deuxième preuve est demandée")
    person.check_accessible()
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    person.check_accessible()
    page.get_by_label("Nom de cette clé").fill("Téléphone")
    adding = page.url
    page.get_by_role("button", name="Ajouter cette clé").click()
    expect(page).not_to_have_url(adding)
    expect(page.locator("main")).to_contain_text(re.compile("Téléphone|codes de secours"))
    page.wait_for_load_state()
    expect(person.go("/gestion/").get_by_role("link", name="Tableau de bord")).to_be_visible()

    leave(page)
    page = person.go("/compte/connexion/?next=/gestion/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page).to_have_url(re.compile(r"/gestion/$"))
    expect(page.get_by_role("link", name="Tableau de bord")).to_be_visible()


def test_a_device_that_refuses_says_what_to_do_instead(visit):
    person = visit()
    page = person.go("/compte/connexion/")
    session = person.context.new_cdp_session(page)
    session.send("WebAuthn.enable")  # no device is there: the ceremony is refused
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": False}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("choisissez une autre façon")
    person.check_accessible()


def test_an_invitation_serves_once_and_can_be_cancelled(visit):
    address, animator = new_address(), visit()
    invite(animator, address, "membre")
    link = link_sent_to(animator.site, address)
    page = animator.page
    page.get_by_role("button", name=f"Annuler l’invitation de {address}").click()
    expect(page.get_by_text(f"L’invitation de {address} est annulée.")).to_be_visible()
    guest = visit(viewport=PHONE)
    page = guest.go(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette invitation n’est plus valable")
    guest.check_accessible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_someone_opens_an_account_agrees_changes_their_mind_and_leaves(visit, javascript):
    address, person = new_address(), visit(viewport=PHONE, javascript=javascript)
    page = open_account(person, address)
    page = person.go("/compte/")
    line = page.locator("#accords li").filter(has_text="Lettre du réseau")
    line.get_by_role("button", name=re.compile("^Donner mon accord")).click()
    expect(line).to_contain_text("Accord donné le")
    line.get_by_role("button", name=re.compile("^Retirer mon accord")).click()
    expect(line).to_contain_text("Pas d’accord donné")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger mes données").click()
    assert download.value.suggested_filename == "mes-donnees-alliage.zip"

    page.get_by_role("button", name="Fermer mon compte").click()
    if javascript:  # the browser itself asks for the box
        assert page.get_by_label("Je veux fermer mon compte").evaluate("box => box.validity.valueMissing")
    page.get_by_label("Je veux fermer mon compte").check()
    page.get_by_role("button", name="Fermer mon compte").click()
    expect(page.get_by_text("Votre compte est fermé")).to_be_visible()
    expect(person.go("/mon-espace/")).to_have_url(re.compile("/compte/connexion/"))
    open_account(person, address)  # the address is free again


def open_account(person, address: str):
    page = person.go("/compte/connexion/")
    page.get_by_label("Votre adresse électronique").fill(address)
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_label("Code reçu par courriel").fill(person.site.code_sent_to(address))
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bienvenue")
    page.get_by_label("Votre nom affiché").fill("Nour Diallo")
    page.get_by_label("J’accepte les règles du compte").check()
    page.wait_for_timeout(A_PERSON_TYPES)
    page.get_by_role("button", name="Ouvrir mon compte").click()
    expect(page).to_have_url(re.compile(r"/mon-espace/"))
    return page
