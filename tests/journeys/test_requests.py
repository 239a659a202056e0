"""« Trouver un catalyseur »: near a commune of Guyane; a request sent and answered; on a phone, at 2G, without JavaScript."""

import re
import time

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.gestures import A_PERSON_TYPES, press, reach

NEED = "Ouvrir un tiers-lieu dans l’ancienne école"
# GSM with GPRS, as browsers' developer tools have it: 50 kbit/s, half a second away.
SECOND_GENERATION = {"offline": False, "latency": 500, "downloadThroughput": 50_000 / 8, "uploadThroughput": 20_000 / 8}
BUDGET = 150_000  # bytes, from the home page to the request sent


class Meter:
    """Bytes that came through the network, headers included, and seconds."""

    def __init__(self, visit) -> None:
        self.bytes, self.pages = 0, []
        session = visit.context.new_cdp_session(visit.page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SECOND_GENERATION)
        session.on("Network.loadingFinished", lambda event: self._add(event["encodedDataLength"]))
        self.started = time.monotonic()

    def _add(self, length: float) -> None:
        self.bytes += int(length)

    def mark(self, what: str) -> None:
        self.pages.append(f"{what} {self.bytes / 1000:.1f} kB, {time.monotonic() - self.started:.1f} s")


def link_in(site, address: str, pattern: str, *, count: int = 1, seconds: float = 60) -> str:
    """The path of a link in the last of at least `count` mails kept for this address, waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = []
        for mail in site.mails():
            if address in str(mail["To"]):
                found += re.findall(pattern, mail.get_body(("plain",)).get_content())
        if len(found) >= count:
            return found[-1]
        time.sleep(0.3)
    raise AssertionError(f"No mail for {address} holds {pattern}.")


def test_from_the_home_page_to_a_request_sent_in_three_gestures_at_2g_without_javascript(visit):
    mayor = visit(viewport=PHONE, javascript=False)
    meter = Meter(mayor)
    page = mayor.go("/")
    meter.mark("home")
    page.get_by_label("De quoi avez-vous besoin").fill(NEED)
    page.locator("main").get_by_label("Votre commune").last.fill("Maripasoula")
    page.get_by_role("button", name="Trouver un catalyseur").click()  # first gesture
    expect(page.get_by_role("heading", name="Qui peut vous aider")).to_be_visible()
    meter.mark("results")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name=re.compile("Lui envoyer ma demande")).first.click()  # second gesture
    expect(page.get_by_role("heading", level=1)).to_have_text("Envoyer ma demande")
    meter.mark("form")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    questions = page.locator("main form .field:not(:has([data-honeypot]))")
    assert questions.count() <= 4
    assert page.get_by_label("Votre besoin").input_value() == NEED
    page.get_by_label("Votre nom").fill("Jeanne Apatou")
    page.get_by_label("Votre adresse électronique").fill("deux-g@exemple.fr")
    page.wait_for_timeout(A_PERSON_TYPES)
    page.get_by_role("button", name="Envoyer ma demande").click()  # third gesture
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est partie")
    meter.mark("sent")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    print(f"\nFrom the home page to a request sent at 2G: {meter.bytes / 1000:.1f} kB ({'; '.join(meter.pages)})")
    assert 10_000 < meter.bytes <= BUDGET


def test_someone_finds_a_catalyst_near_a_commune_of_guyane_with_the_keyboard(visit):
    mayor = visit()
    page = mayor.go("/annuaire/trouver/")
    mayor.check_accessible()
    page.get_by_label("De quoi avez-vous besoin").focus()
    page.keyboard.type("un tiers-lieu et la pirogue scolaire")
    page.keyboard.press("Tab")
    page.keyboard.type("maripasola")
    expect(page.get_by_role("option").first).to_contain_text("Maripasoula")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Qui peut vous aider")).to_be_visible()
    mayor.check_accessible()
    mayor.picture("trouver-un-catalyseur")
    first = page.locator(".match").first
    expect(first).to_contain_text(re.compile("exerce le métier|agit|ODD", re.IGNORECASE))
    expect(page.locator("main")).to_contain_text("Gestion d’un lieu")
    expect(page.locator("main")).to_contain_text("dans votre intercommunalité")
    removal = page.get_by_role("link", name=re.compile("Retirer"))
    before = removal.count()
    removal.first.focus()
    page.keyboard.press("Enter")
    expect(removal).to_have_count(before - 1)


def test_a_request_is_sent_answered_and_closed_by_links_and_keyboard_alone(visit):
    mayor = visit(viewport=PHONE)
    page = mayor.go("/annuaire/trouver/?besoin=ouvrir+un+tiers-lieu&lieu=commune:97353")
    mayor.check_accessible()
    press(page, page.get_by_role("link", name=re.compile("Lui envoyer ma demande")).first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Envoyer ma demande")
    mayor.check_accessible()
    for label, typed in (
        ("Votre nom", "Jeanne Apatou"),
        ("Votre adresse électronique", "jeanne.journey@exemple.fr 0694 00 00 00"),
    ):
        reach(page, page.get_by_label(label))
        page.keyboard.type(typed)
    press(page, page.locator("summary", has_text="Rappelez-moi"))
    slot = page.locator("[name=slots]").first
    press(page, slot, "Space")
    expect(slot).to_be_checked()
    mayor.check_accessible()
    mayor.picture("envoyer-ma-demande")
    page.wait_for_timeout(A_PERSON_TYPES)
    press(page, page.get_by_role("button", name="Envoyer ma demande"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est partie")
    expect(page.locator("main")).to_contain_text("à Paris")
    mayor.check_accessible()

    mine = link_in(mayor.site, "jeanne.journey@exemple.fr", r"(/annuaire/demandes/[\w-]{43}/)")
    theirs = link_in(mayor.site, "@demonstration.exemple.fr", r"(/annuaire/demandes/recues/\S+/)")
    catalyst = visit(viewport=PHONE)
    page = catalyst.go(theirs)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Maripasoula")
    expect(page.locator("main")).to_contain_text("Jeanne Apatou")
    expect(page.locator("main")).not_to_contain_text("jeanne.journey@")
    catalyst.check_accessible()
    catalyst.picture("demande-recue")
    reach(page, page.get_by_label("Votre réponse"))
    page.keyboard.type("Bonjour, je peux venir mardi. Avez-vous les plans de l’école ?")
    press(page, page.get_by_role("button", name="Envoyer ma réponse"))
    expect(page.get_by_text("Votre réponse est partie")).to_be_visible()

    assert link_in(mayor.site, "jeanne.journey@exemple.fr", r"(/annuaire/demandes/[\w-]{43}/)", count=2) == mine
    page = mayor.go(mine)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous avez une réponse")
    expect(page.locator("main")).to_contain_text("je peux venir mardi")
    mayor.check_accessible()
    helped = page.get_by_label("Oui, j’ai été aidé")
    press(page, helped, "Space")
    expect(helped).to_be_checked()
    press(page, page.get_by_role("button", name="Clore ma demande"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande est close")
    mayor.check_accessible()


def test_an_ambiguous_name_is_settled_on_the_page_without_javascript(visit):
    mayor = visit(viewport=PHONE, javascript=False)
    page = mayor.go("/annuaire/trouver/")
    page.get_by_label("De quoi avez-vous besoin").fill("réunir les associations")
    page.get_by_label("Votre commune").fill("Saint-Denis")
    page.get_by_role("button", name="Trouver un catalyseur").click()
    page.get_by_label(re.compile("La Réunion")).first.check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", name="Qui peut vous aider")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Saint-Denis")


def test_nobody_reads_a_request_without_its_link(visit):
    stranger = visit()
    for path in ("/annuaire/demandes/a-orienter/", "/annuaire/demandes/recues/"):
        page = stranger.go(path)
        expect(page).to_have_url(re.compile("/compte/connexion/"))
    page = stranger.go("/annuaire/demandes/inconnue/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce lien n’ouvre plus rien")
    stranger.check_accessible()
