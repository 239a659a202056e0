"""A sequence as it is lived: a phone comes in by its personal link, asks, votes, reacts; it is seen in the attendance, and certified."""

import json
import os
import re
import subprocess
import sys
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, ROOT, Visit
from tests.journeys.gestures import become

HOST, NAME, QUESTION = "Mathilde Carpentier", "Ketty", "Qui paie le loyer"
# A webinar that begins in a minute, held by a member of the demonstration; two people registered, by their personal links.
MADE = """
import json
from datetime import timedelta
from django.utils import timezone
from alliage.accounts.models import Member
from alliage.events import registration_links as links
from alliage.events.enums import EventState, SeatState
from alliage.events.models import Attendee, Event, Seat, Sequence
now = timezone.now()
host = next(each for each in Member.objects.all() if each.get_full_name() == {host!r})
event = Event.objects.create(slug="direct-essaye", title="Un direct essayé", state=EventState.PUBLISHED, owner=host,
    starts_at=now - timedelta(minutes=2), ends_at=now + timedelta(minutes=58), published_at=now, phone="01 23 45 67 89, code 42#")
sequence = Sequence.objects.create(event=event, rank=1, title=event.title, starts_at=event.starts_at, ends_at=event.ends_at, capacity=10, seat_count=2)
tokens = []
for name in ("Ketty Rivière", "Omar Diallo"):
    seed = links.new_seed()
    who = Attendee.objects.create(event=event, email=f"{{name[:4].lower()}}@exemple.fr", name=name, seed=seed,
        token_digest=links.digest(links.token_of(seed)), confirmed_at=now)
    Seat.objects.create(attendee=who, sequence=sequence, state=SeatState.SEATED, seated_at=now)
    tokens.append(links.token_of(seed))
print(json.dumps([sequence.pk, *tokens]))
"""


def happening(site) -> list:
    """The number of the sequence, and the two links."""
    environment = {**os.environ, "ALLIAGE_VAR": str(site.var), "DJANGO_SETTINGS_MODULE": "alliage.config.settings"}
    command = [sys.executable, "-m", "alliage", "shell", "-v0", "-c", MADE.format(host=HOST)]
    made = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(made.stdout.strip().splitlines()[-1])


def come_in(page: Page, path: str, name: str) -> None:
    page.goto(path)
    page.get_by_label("Comment vous appeler").fill(name)
    page.get_by_role("button", name="Entrer dans la salle").click()
    expect(page.locator(".room__who")).to_contain_text(name)


class Day:
    """A sequence, who holds it, someone on a phone, someone without script; each by their own way in."""

    def __init__(self, visit, site) -> None:
        self.pk, self.link, self.other_link = happening(site)
        self.door = f"/sequences/{self.pk}/direct/"
        self.stranger: Visit = visit()
        self.host_visit: Visit = visit()
        self.phone_visit: Visit = visit(viewport=PHONE)
        self.plain_visit: Visit = visit(javascript=False)
        self.host, self.phone, self.plain = self.host_visit.page, self.phone_visit.page, self.plain_visit.page
        self.room = ""

    def nothing_for_strangers(self) -> None:
        page = self.stranger.go(self.door)
        expect(page.get_by_role("link", name="S’inscrire")).to_be_visible()
        assert "01 23 45" not in page.content()
        self.stranger.check_accessible()
        page = self.stranger.go(f"{self.door}essai/")
        expect(page.locator("[data-line=stream]")).to_contain_text("La liaison en direct passe")
        self.stranger.check_accessible()
        self.stranger.picture("direct-essai")

    def open(self) -> None:
        self.host_visit.go("/agenda/")
        become(self.host, HOST)
        come_in(self.host, self.door, HOST)
        self.room = urlsplit(self.host.url).path
        self.host.get_by_role("button", name="Ouvrir la séance").click()
        expect(self.host.locator("#etape")).to_have_text("Accueil")
        self.host.get_by_role("button", name=re.compile("^Étape suivante")).click()
        expect(self.host.locator("#etape")).to_have_text("Présentation")
        self.host.goto(f"{self.room}moderer/")

    def arrive(self) -> None:
        self.phone_visit.go(f"{self.door}?inscription={self.link}")
        assert "inscription=" not in self.phone.url
        expect(self.phone.get_by_role("button", name="Entrer dans la salle")).to_be_visible()
        self.phone_visit.check_accessible()
        self.phone_visit.picture("direct-porte")
        come_in(self.phone, self.door, NAME)
        self.plain.goto(f"{self.door}?inscription={self.other_link}")
        come_in(self.plain, self.door, "Omar")

    def ask_and_vote(self) -> None:
        """A question waits for the facilitation, which shows it from its own view; others choose it."""
        self.phone.locator("form[data-writes=question] textarea").fill(QUESTION)
        self.phone.locator("form[data-writes=question] button").click()
        asked = self.host.locator(".card", has_text=QUESTION)
        asked.get_by_role("button", name="Montrer à tous").click()
        expect(asked.get_by_role("button", name="Masquer")).to_be_visible()
        self.plain.goto(self.room)
        self.plain.locator(".card", has_text=QUESTION).get_by_role("button", name=re.compile("^Choisir")).click()
        count = self.phone.locator(".card", has_text=QUESTION).locator("[data-choice] span")
        expect(count).to_have_text("1")

    def talk_and_react(self) -> None:
        self.phone.get_by_label("Un mot à tout le monde").fill("Bonjour de Saint-Leu")
        self.phone.get_by_role("button", name="Envoyer dans la discussion").click()
        expect(self.host.locator("#mots")).to_contain_text("Bonjour de Saint-Leu")
        self.plain.get_by_role("button", name="Bravo").click()
        expect(self.phone.locator("#reactions-comptes")).to_contain_text("Bravo 1")
        self.host_visit.check_accessible()
        self.host_visit.picture("direct-moderation")
        self.phone_visit.check_accessible()
        self.phone_visit.picture("direct-salle")
        self.host.get_by_role("button", name="Fermer la discussion").click()
        closed = self.phone.get_by_text("La discussion est fermée pour le moment.")
        expect(closed).to_be_visible()
        self.host.goto(f"{self.room}parler/")
        expect(self.host.locator(".desk-room__next")).to_contain_text(QUESTION)
        self.host_visit.check_accessible()
        self.host_visit.picture("direct-parole")

    def end(self) -> None:
        """A sign each half minute is measured; then the room ends."""
        self.phone.wait_for_timeout(95_000)
        self.host.goto(self.door)
        assert self.host.locator(".facts div", has_text="Venus").locator("dd").inner_text() == "2"
        self.host_visit.check_accessible()
        self.host_visit.picture("direct-tenir")
        self.host.goto(self.room)
        self.host.locator("summary", has_text="Durées, rôles").click()
        self.host.get_by_role("button", name="Terminer la séance maintenant").click()
        expect(self.host.get_by_text("La séance est terminée").first).to_be_visible()

    def have_the_attestation(self) -> None:
        self.phone_visit.go(self.door)
        expect(self.phone.get_by_role("heading", name="Votre présence mesurée")).to_be_visible()
        self.phone_visit.check_accessible()
        self.phone_visit.picture("direct-apres")
        href = self.phone.get_by_role("link", name=re.compile("Mon attestation")).get_attribute("href")
        answer = self.phone.request.get(href)
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")

    def write_afterwards(self) -> None:
        self.plain.goto(f"/sequences/{self.pk}/contribuer/")
        self.plain.get_by_label("un besoin").check()
        self.plain.get_by_label("Votre texte").fill("Un lieu ouvert le soir")
        self.plain.wait_for_timeout(2500)
        self.plain.get_by_role("button", name="Envoyer").click()
        expect(self.plain.get_by_text("attend la modération").first).to_be_visible()
        self.plain_visit.picture("direct-contribuer")


def test_a_phone_comes_by_its_link_asks_votes_and_has_its_attestation(visit, site):
    day = Day(visit, site)
    day.nothing_for_strangers()
    day.open()
    day.arrive()
    day.ask_and_vote()
    day.talk_and_react()
    day.end()
    day.have_the_attestation()
    day.write_afterwards()
