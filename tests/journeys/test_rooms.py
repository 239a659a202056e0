"""A whole session in eight browsers: one on a phone, one without script, one cut off for a phase, the server killed in the middle."""

import os
import re
import signal
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import APIResponse, Page, Route, expect

from tests.journeys.conftest import PHONE, Visit
from tests.journeys.gestures import become

HOST, CLIENT, CUT, PLAIN = "Mathilde Carpentier", "Clara", "Ketty", "Paul"
OTHERS = ("Karim", "Moana", "Inès", "Omar")
NOTE = "À garder pour moi."


def kill_the_server(site) -> None:
    """End at once, as a lack of memory would, the process that answers pages and live addresses."""
    port = str(urlsplit(site.url).port).encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"granian" in words and port in words:
            os.kill(int(folder.name), signal.SIGKILL)


def is_back(site) -> bool:
    try:
        with urllib.request.urlopen(f"{site.url}/direct/sante", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def wait_for_the_server(site, page: Page) -> None:
    for _try in range(120):
        if is_back(site):
            return
        page.wait_for_timeout(500)
    raise AssertionError("The server did not come back.")


def come_in(visitor: Visit, path: str, name: str) -> Page:
    page = visitor.go(path)
    page.get_by_label("Comment vous appeler").fill(name)
    page.get_by_role("button", name="Entrer").click()
    expect(page.locator(".room__who")).to_contain_text(name)
    return page


def write(page: Page, kind: str, text: str) -> None:
    page.locator(f"form[data-writes={kind}] textarea").fill(text)
    page.locator(f"form[data-writes={kind}] button").click()


def next_phase(host: Page, title: str) -> None:
    host.get_by_role("button", name=re.compile("^Étape suivante")).click()
    expect(host.locator("#etape")).to_have_text(title)


def everything_written(page: Page) -> list[str]:
    """What this browser shows of what was written, once the page is read again."""
    page.reload()
    return sorted(page.locator("[id^=ecrits-] .card__text").all_inner_texts())


SHOWN = """() => [
    document.querySelector("live-room").number,
    [...document.querySelectorAll("[id^=ecrits-] > .card:not([data-state=private])")]
        .map((card) => [card.parentElement.id, card.querySelector(".card__text").innerText.trim(), card.dataset.votes].join(" | ")).sort(),
]"""


def agree(pages: list[Page]) -> list[str]:
    """Wait until these pages, none of them read again, show the same of what was written up to the same number; answer it."""
    seen: list = []
    for _try in range(240):
        seen = [page.evaluate(SHOWN) for page in pages]
        if all(each == seen[0] for each in seen):
            return seen[0][1]
        pages[0].wait_for_timeout(250)
    raise AssertionError("These pages do not show the same:\n" + "\n".join(map(str, seen)))


NUMBER = """() => document.querySelector("live-room").number"""


def until(page: Page, is_so: Callable[[], object]) -> None:
    """Let this browser go on until it is so."""
    for _try in range(600):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("What was waited for did not come.")


def prepare(host: Visit) -> tuple[Page, str]:
    page = host.go("/")
    become(page, HOST)
    page = host.go("/salles/preparer/")
    page.get_by_label("De quoi s’agit-il").fill("Une séance à huit")
    page.get_by_label("Déroulé").select_option(label="Séance de codéveloppement")
    page.get_by_role("button", name="Préparer", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Une séance à huit")
    host.check_accessible()
    return page, urlsplit(page.url).path


STREAMS = re.compile("/direct/(salles/[^?]+[?]depuis=|essai$)")


def hold_streams(visit: Visit) -> None:
    """Keep every stream of this browser back, as some proxies do: asked for, it never comes."""
    visit.context.route(STREAMS, lambda route: None)


class Hall:
    """Eight people in one room: who facilitates, the client on a phone, one without script, one whose line is cut, four others."""

    def __init__(self, opened) -> None:
        self.visits: list[Visit] = []

        def visit(**options) -> Visit:
            self.visits.append(opened(**options))
            return self.visits[-1]

        self.host_visit, self.client_visit = visit(), visit(viewport=PHONE)
        self.cut_visit = visit()
        self.host, path = prepare(self.host_visit)
        self.act = f"{path}agir/"
        self.client = come_in(self.client_visit, path, CLIENT)
        self.client_visit.check_accessible()
        self.plain = come_in(visit(javascript=False), path, PLAIN)
        self.cut = come_in(self.cut_visit, path, CUT)
        self.others = [come_in(visit(), path, name) for name in OTHERS]
        self.live = [self.host, self.client, self.cut, *self.others]

    def welcome(self) -> None:
        # The clock goes faster: the welcome has one minute, which it will reach.
        self.host.locator("summary", has_text="Durées, rôles").click()
        self.host.locator("input[name=length_accueil]").fill("1")
        self.host.get_by_role("button", name="Changer les durées").click()
        expect(self.host.locator(".facilitation")).to_contain_text("1 h 07")
        self.host.get_by_role("button", name="Ouvrir la séance").click()
        for page in self.live:
            expect(page.locator("#etape")).to_have_text("Accueil et choix du sujet")
        person = self.host.locator("#qui option", has_text=CLIENT).get_attribute("value")
        self.host.locator("#qui").select_option(person)
        self.host.locator("#quoi").select_option("client")
        self.host.get_by_role("button", name="Donner ce rôle").click()
        expect(self.client.locator(".room__who")).to_contain_text("Clara, client")
        write(self.client, "sujet", "Le maire ne répond plus.")
        for page in self.live:
            expect(page.locator("#ecrits-accueil-sujet")).to_contain_text("Le maire ne répond plus.")
        self.plain.reload()
        expect(self.plain.locator("#ecrits-accueil-sujet")).to_contain_text("Le maire ne répond plus.")
        write(self.plain, "meteo", "Sans script, mais bien là.")
        expect(self.host.locator("#ecrits-accueil-meteo")).to_contain_text("Sans script")
        self.others[0].get_by_role("button", name=re.compile("^Choisir")).first.click()
        expect(self.host.locator("#ecrits-accueil-sujet .card")).to_have_attribute("data-votes", "1")
        assert len(agree(self.live)) == 2
        self.host_visit.check_accessible()

    def a_phase_without_the_network(self) -> None:
        """What is written waits, what was said is caught up."""
        next_phase(self.host, "Exposé")
        expect(self.client.locator(".room__speak")).to_contain_text("À vous de parler")
        for page in (self.cut, *self.others):
            expect(page.locator(".room__speak")).to_contain_text("À vous d’écouter")
        self.cut_visit.context.set_offline(True)
        next_phase(self.host, "Clarification")
        write(self.others[0], "question", "Depuis quand ?")
        next_phase(self.host, "Contrat de consultation")
        write(self.client, "contrat", "J’aimerais que vous m’aidiez à renouer.")
        self.cut_visit.context.set_offline(False)
        expect(self.cut.locator("#etape")).to_have_text("Contrat de consultation")
        write(self.cut, "reformulation", "Renouer sans forcer.")
        heard = self.host.locator("#ecrits-contrat-reformulation")
        expect(heard).to_contain_text("Renouer sans forcer.")
        agree(self.live)

    def a_phase_reaches_its_end(self) -> None:
        """Calmly, on every page and for who listens to it; nothing moves by itself."""
        for page in self.live:
            expect(page.locator("#horloge .clock--over")).to_contain_text("Le temps prévu est passé")
            expect(page.locator("[data-say]")).to_have_text("Le temps prévu est passé")
        # Pages round to the second.
        self.plain.wait_for_timeout(1000)
        self.plain.reload()
        expect(self.plain.locator("#horloge")).to_contain_text("Le temps prévu est passé")
        expect(self.host.locator("#etape")).to_have_text("Accueil et choix du sujet")
        self.host.get_by_role("button", name="Une minute de plus").click()
        for page in self.live:
            expect(page.locator("#horloge .clock--over")).to_have_count(0)

    def the_client_is_held_to_silence(self) -> None:
        """By the server, whatever is sent to it."""
        next_phase(self.host, "Consultation")
        expect(self.client.locator(".room__speak")).to_contain_text("À vous d’écouter")
        expect(self.client.locator("form[data-writes=idee]")).to_have_count(0)
        refused = self.client.evaluate(
            """async (act) => {
                const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
                const body = new URLSearchParams({ do: "write", kind: "idee", text: "Je réponds quand même" });
                return (await fetch(act, { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" } })).status;
            }""",
            self.act,
        )
        assert refused == 422

    def the_server_dies_while_three_people_send(self, site) -> None:
        """Each idea is there, once."""
        kill_the_server(site)
        for page, idea in zip(
            self.others, ("Aller le voir.", "Écrire d’abord.", "Passer par l’adjointe."), strict=False
        ):
            write(page, "idee", idea)
        wait_for_the_server(site, self.host)
        expect(self.host.locator("#ecrits-consultation-idee .card")).to_have_count(3)
        agree(self.live)
        write(self.client, "note_client", NOTE)
        expect(self.client.locator("#ecrits-consultation-note_client")).to_contain_text(NOTE)

    def the_end(self, site) -> None:
        next_phase(self.host, "Synthèse et plan d’action")
        write(self.client, "action", "Appeler le maire avant vendredi.")
        kill_the_server(site)
        wait_for_the_server(site, self.host)
        # Sent again when the server is back: in the next phase it would come too late.
        expect(self.host.locator("[id^=ecrits-][id$=-action]")).to_contain_text("Appeler le maire")
        agree(self.live)
        next_phase(self.host, "Apprentissages et régulation")
        write(self.others[1], "appris", "Écouter sans conseiller.")
        heard = self.host.locator("#ecrits-apprentissages-appris")
        expect(heard).to_contain_text("Écouter sans conseiller.")
        agree(self.live)
        self.host.get_by_role("button", name="Terminer la séance").first.click()
        for page in self.live:
            expect(page.locator("[data-room]")).to_contain_text("La séance est terminée")

    def forgive_the_killed_server(self) -> None:
        """A browser says in its console that the notes' line fell; nothing else is forgiven."""
        for one in self.visits:
            one.troubles = [each for each in one.troubles if "WebSocket connection" not in each]


def test_eight_browsers_run_a_whole_session(visit, site):
    hall = Hall(visit)
    hall.welcome()
    hall.a_phase_reaches_its_end()
    hall.a_phase_without_the_network()
    hall.the_client_is_held_to_silence()
    hall.the_server_dies_while_three_people_send(site)
    hall.the_end(site)
    hall.forgive_the_killed_server()
    # Before any page is read again: a live message that was lost would be missing here.
    shown_live = agree(hall.live)
    final = everything_written(hall.host)
    assert sorted(line.split(" | ")[1] for line in shown_live) == final
    assert NOTE not in final
    assert len(final) == len(set(final)) == 10, final
    for page in (hall.cut, hall.plain, *hall.others):
        assert everything_written(page) == final
    assert everything_written(hall.client) == sorted([*final, NOTE])


def test_a_line_that_keeps_streams_back_is_heard_by_polling(visit, site):
    """A proxy that holds server-sent events until their end: the page polls instead, and hears all the same."""
    host_visit, held_visit = visit(), visit()
    host, path = prepare(host_visit)
    hold_streams(held_visit)
    held = come_in(held_visit, path, "Loin")
    host.get_by_role("button", name="Ouvrir la séance").click()
    expect(held.locator("#etape")).to_have_text("Accueil et choix du sujet")
    write(host, "sujet", "Entendu malgré tout")
    expect(held.locator("#ecrits-accueil-sujet")).to_contain_text("Entendu malgré tout")
    # An answer that comes after a later page does not bring back what was taken away since.
    late: list[tuple[Route, APIResponse]] = []
    held_visit.context.route(re.compile("attendre=1"), lambda route: late.append((route, route.fetch())), times=1)
    write(host, "sujet", "Entendu encore")
    expect(held.locator("#ecrits-accueil-sujet .card")).to_have_count(2)
    write(host, "sujet", "Retiré aussitôt")
    until(held, lambda: late)
    mine = host.locator("#ecrits-accueil-sujet .card", has_text="Retiré aussitôt")
    mine.get_by_role("button", name="Retirer").click()
    expect(mine).to_have_count(0)
    held.evaluate("() => document.querySelector('live-room').refresh()")
    route, answer = late[0]
    with held.expect_request(re.compile("attendre=1")):
        route.fulfill(response=answer)
    expect(held.locator("#ecrits-accueil-sujet .card")).to_have_count(2)
    held_visit.context.unroute_all(behavior="ignoreErrors")


def test_a_page_that_comes_late_takes_nothing_back(visit, site):
    """The inside of a room asked for at each phase, held on a slow line while others write: what was heard meanwhile stays on the screen."""
    host_visit, slow_visit, other_visit = visit(), visit(), visit()
    host, path = prepare(host_visit)
    slow = come_in(slow_visit, path, "Lente")
    other = come_in(other_visit, path, "Karim")
    host.get_by_role("button", name="Ouvrir la séance").click()
    expect(slow.locator("#etape")).to_have_text("Accueil et choix du sujet")
    write(other, "sujet", "Le marché du samedi")
    choice = slow.locator("#ecrits-accueil-sujet [data-choice]")
    held: list[tuple[Route, APIResponse]] = []
    slow_visit.context.route("**/*partie=1", lambda route: held.append((route, route.fetch())), times=1)
    slow.evaluate("() => void document.querySelector('live-room').refresh()")
    until(slow, lambda: held)
    choice.click()
    expect(choice).to_have_attribute("aria-pressed", "true")
    route, answer = held.pop()
    route.fulfill(response=answer)
    until(slow, lambda: slow.evaluate("() => document.querySelector('live-room').reading === null"))
    expect(choice).to_have_attribute("aria-pressed", "true")
    next_phase(host, "Exposé")
    expect(slow.locator("#etape")).to_have_text("Exposé")
    slow_visit.context.route("**/*partie=1", lambda route: held.append((route, route.fetch())), times=1)
    next_phase(host, "Clarification")
    until(slow, lambda: held)
    write(other, "question", "Depuis quand ?")
    expect(host.locator("#ecrits-clarification-question .card")).to_have_count(1)
    number = host.evaluate(NUMBER)
    until(slow, lambda: slow.evaluate(NUMBER) >= number)
    expect(slow.locator("#etape")).to_have_text("Exposé")
    route, answer = held.pop()
    route.fulfill(response=answer)
    expect(slow.locator("#etape")).to_have_text("Clarification")
    expect(slow.locator("#ecrits-clarification-question")).to_contain_text("Depuis quand ?")


def test_a_correction_not_sent_yet_is_found_again_and_a_dead_line_is_noticed(visit, site):
    """Corrected while the line is cut, the window closed: another one sends it; too late, it stays to be copied."""
    host_visit, other_visit = visit(), visit()
    host, path = prepare(host_visit)
    other = come_in(other_visit, path, "Karim")
    host.get_by_role("button", name="Ouvrir la séance").click()
    expect(other.locator("#etape")).to_have_text("Accueil et choix du sujet")
    write(other, "sujet", "Le marché du samedi")
    mine = other.locator("#ecrits-accueil-sujet .card")
    expect(mine).to_have_count(1)
    # A line too slow for a stream is polled, which has its own limit.
    host.evaluate("() => { document.querySelector('live-room').heardAt = 1; }")
    until(
        host,
        lambda: host.evaluate(
            "(({ heardAt, polling }) => heardAt > 1 || polling)(document.querySelector('live-room'))"
        ),
    )
    other_visit.context.set_offline(True)
    mine.locator("summary", has_text="Modifier").click()
    mine.locator("textarea").fill("Le marché du dimanche")
    mine.get_by_role("button", name="Enregistrer").click()
    next_phase(host, "Exposé")
    other.close()
    other_visit.context.set_offline(False)
    again = other_visit.context.new_page()
    again.goto(f"{site.url}{path}")
    expect(again.locator("[data-kept] textarea")).to_have_value("Le marché du dimanche")
