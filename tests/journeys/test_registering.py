"""Registering from a phone without an account; the one seat taken, one waits; the seat freed, one is seated and told."""

import json
import os
import re
import subprocess
import sys

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, ROOT, Site, Visit

# An evening of one seat, tomorrow in a week.
MADE = """
import json
from datetime import timedelta
from django.utils import timezone
from alliage.events.enums import EventState
from alliage.events.models import Event, Sequence
now = timezone.now()
event = Event.objects.create(slug="une-seule-place", title="Une seule place", state=EventState.PUBLISHED, published_at=now,
    starts_at=now + timedelta(days=8), ends_at=now + timedelta(days=8, hours=1))
Sequence.objects.create(event=event, rank=1, title=event.title, starts_at=event.starts_at, ends_at=event.ends_at, capacity=1)
print(json.dumps(event.slug))
"""
LINK = re.compile(r"/inscriptions/[-\w]+/")


def evening(site: Site) -> str:
    environment = {**os.environ, "ALLIAGE_VAR": str(site.var), "DJANGO_SETTINGS_MODULE": "alliage.config.settings"}
    command = [sys.executable, "-m", "alliage", "shell", "-v0", "-c", MADE]
    made = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(made.stdout.strip().splitlines()[-1])


def registers(one: Visit, slug: str, name: str, address: str) -> str:
    """From the page of the event to the confirmed registration; answers its personal address."""
    page = one.go(f"/agenda/{slug}/")
    page.get_by_role("link", name=re.compile("inscrire")).first.click()
    page.get_by_label("Votre nom").fill(name)
    page.get_by_label("Votre adresse électronique").fill(address)
    page.get_by_role("button", name="M’inscrire").click()
    expect(page.locator("main")).to_contain_text("courriel")
    mail = one.site.mail_sent_to(address, re.compile("inscription"))
    mine = LINK.search(mail).group()
    one.go(mine)
    if page.get_by_role("button", name=re.compile("onfirme")).count():
        page.get_by_role("button", name=re.compile("onfirme")).click()
    expect(page.locator("h1")).to_contain_text("Mon inscription")
    return mine


def test_a_phone_without_an_account_registers_waits_and_is_seated_when_a_seat_is_given_back(visit, site):
    slug = evening(site)
    # The second one has no script: the first alone is looked at by axe, which is one.
    ketty, omar = visit(viewport=PHONE), visit(viewport=PHONE, javascript=False)
    ketty.go(f"/agenda/{slug}/inscription/")
    ketty.check_accessible()
    registers(ketty, slug, "Ketty Rivière", "ketty@exemple.fr")
    expect(ketty.page.locator("main")).to_contain_text("place réservée")
    ketty.check_accessible()
    ketty.picture("inscription-telephone")
    his = registers(omar, slug, "Omar Diallo", "omar@exemple.fr")
    expect(omar.page.locator("main")).to_contain_text("liste d’attente, rang 1")
    ketty.page.get_by_text("Mes données, tout effacer").click()
    ketty.page.get_by_role("button", name="Tout effacer et rendre mes places").click()
    expect(ketty.page).not_to_have_url(LINK)
    omar.go(his)
    expect(omar.page.locator("main")).to_contain_text("place réservée")
    told = site.mail_sent_to("omar@exemple.fr", re.compile("Une place s’est libérée"))
    assert "place réservée" in told
    assert "Ketty" not in told
