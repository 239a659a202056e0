"""The whole loop as one journey: three people who disagree → gaps → a practice, a catalyst, a seat → plan → PDF → six months later."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.learning import respondent_links
from alliage.learning.models import Diagnostic
from alliage.learning.services import diagnostics, respondents, statements
from alliage.learning.tests.factories import LEVERS, TerritoryFileFactory, answered
from alliage.learning.tests.test_results import furnished
from alliage.territories.tests.factories import TerritoryFactory
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db


def answer_by_link(client, respondent, levels, wish):
    """All screens of a phone, two affirmations at a time, by one's own link."""
    address = reverse("learning:answer", args=[respondent_links.token_of(respondent.seed)])
    asked = respondent.diagnostic.opening.version.read()
    client.post(address, {"go": "start", "role": respondent.role})
    screen = 1
    while screen:
        page = client.get(f"{address}?ecran={screen}").content.decode()
        codes = [each.code for each in asked if f'name="q.{each.code}"' in page]
        said = {
            f"q.{code}": wish if code.startswith("envie-") else levels[code.rpartition("-")[0]]
            for code in codes
            if not code.startswith("preuve-")
        }
        sent = client.post(address, {"screen": screen, "go": "next"} | said)
        found = re.search(r"ecran=(\d+)", sent.get("Location", ""))
        screen = int(found[1]) if found and int(found[1]) > screen else 0
    client.post(address, {"go": "send"})


def test_a_commune_goes_round_the_whole_loop(client):
    call_command("load_taxonomy", verbosity=0)
    TerritoryFactory(code="35001", name="Bourg-Loin", population=430)
    place = small_france()
    statements.load(now=timezone.now())
    there = furnished(place)
    holder = MemberFactory()
    file = TerritoryFileFactory(territory=place.small, holder=holder)
    client.force_login(holder)
    opened = client.post(reverse("learning:diagnostic_new", args=[file.pk]), {"lever": ""})
    assert opened.status_code == 302
    first = file.diagnostics.get()

    # Three people answer alone (one of them screen after screen, by link), and do not see « numérique » alike.
    client.logout()
    who = respondents.create(first, now=timezone.now())
    answer_by_link(client, who, dict.fromkeys(LEVERS, "2") | {"numerique": "1"}, "4")
    for level in (1, 4):
        answered(first, wishes={"numerique": 3}, **(dict.fromkeys(LEVERS, 2) | {"numerique": level}))
    client.force_login(holder)
    url = client.post(reverse("learning:diagnostic_close", args=[file.pk, first.number]))["Location"]
    first.refresh_from_db()
    assert first.result["respondents"] == 3
    page = client.get(url).content.decode()

    # Gaps, what the network proposes, and each in the plan with its reason.
    assert "Là où vous différez le plus" in page
    assert "pour «\u00a0Accélérer grâce au numérique\u00a0»" in page
    for title in ("Un atelier numérique", "1 condition sur 1 réunie chez vous", "Awa Diallo", "Pairs du numérique"):
        assert title in page
    add = reverse("learning:action_new", args=[file.pk])
    forms = re.findall(rf'<form method="post" action="{add}">(.*?)</form>', page, re.DOTALL)
    assert len(forms) >= 4
    for form in forms:
        sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        assert client.post(add, sent).status_code == 302
    actions = list(file.actions.all())
    assert {each.resource for each in actions} >= {there.practice}
    assert there.person in {each.entry for each in actions}
    assert any("Pairs du numérique" in each.title for each in actions)
    assert {each.diagnostic for each in actions} == {first}
    assert all(each.reason for each in actions)
    assert client.get(url[:-1] + ".pdf").content[:5] == b"%PDF-"

    # Six months later: what moved.
    later = timezone.now() + timedelta(days=182)
    second = diagnostics.open_diagnostic(file, by=holder, now=later)
    for _person in range(3):
        answered(Diagnostic.objects.get(pk=second.pk), **(dict.fromkeys(LEVERS, 2) | {"numerique": 4}))
    diagnostics.close(second, by=holder, now=later)
    page = client.get(reverse("learning:result", args=[file.pk, second.number])).content.decode()
    assert "Depuis la fois précédente" in page
    assert "en progrès" in page
