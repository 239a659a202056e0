"""Pages of « la vue des besoins »: what everyone reads and takes away, what a territory decides."""

import pytest
from django.core.management import call_command

from alliage.accounts.tests.factories import MemberFactory
from alliage.learning.enums import FileRole
from alliage.learning.models import NeedsReading, TerritoryFile
from alliage.learning.services import needs
from alliage.learning.tests.factories import LEVERS, NOW, TerritoryFileFactory, enter, holder_of
from alliage.learning.tests.needed import a_departement, a_region, counted

pytestmark = pytest.mark.django_db


def text(client, url, *, status=200, **data):
    answer = client.post(url, data) if data else client.get(url)
    assert answer.status_code == status, answer.content[:300]
    return answer.content.decode()


def everywhere():
    """A reading as full as it may be: every département, every lever, every measure."""
    cells = {lever: {"wanted": 10, "planned": 5, "stuck": 5} for lever in LEVERS}
    line = {"territories": 15, "cells": cells}
    rows = []
    for number in range(18):
        region = f"{number:02d}"
        rows.append({"kind": "region", "code": region, "name": f"Provence-Alpes {number}", "region": region, **line})
        rows += [{"kind": "departement", "code": f"{number}{part}", "name": f"Alpes-de-Haute-Provence {part}", "region": region, **line} for part in range(6)]  # fmt: skip
    return NeedsReading.objects.create(made_at=NOW, rows=rows)


def test_before_five_territories_the_page_says_what_is_missing(client):
    page = text(client, "/diagnostic/besoins/")
    assert "Rien à montrer pour l’instant" in page
    assert text_of(client.get("/diagnostic/besoins.csv")).count("\n") == 1


def text_of(answer):
    return b"".join(answer.streaming_content).decode()


def test_everyone_reads_counts_by_fives_and_no_name(client):
    call_command("load_taxonomy", verbosity=0)
    loire = a_departement(region=a_region())
    files = [counted(loire, "alliance") for _ in range(5)]
    needs.recount(NOW)
    page = text(client, "/diagnostic/besoins/")
    assert "Région Région d’essai, en tout" in page
    assert "Département 42" in page
    assert "moins de cinq" in page
    assert "au moins une action bloquée" in text(client, "/diagnostic/besoins/?mesure=stuck")
    assert "au moins une action de ce levier" in text(client, "/diagnostic/besoins/?mesure=planned")
    assert text(client, "/diagnostic/besoins/?mesure=autre").count("aria-current") == page.count("aria-current")
    data = text_of(client.get("/diagnostic/besoins.csv"))
    assert next(one for one in data.splitlines() if "alliance" in one and "departement" in one).endswith("5,5,,")
    assert "\n" in text_of(client.get("/diagnostic/besoins.csv?excel=1"))
    for file in files:
        assert file.territory.name not in page + data
        assert file.territory.code not in data


def test_the_page_asks_one_question_and_stays_light(client, django_assert_max_num_queries):
    call_command("load_taxonomy", verbosity=0)
    everywhere()
    text(client, "/diagnostic/besoins/")
    with django_assert_max_num_queries(2):
        page = text(client, "/diagnostic/besoins/")
    assert len(page.encode()) < 100_000


def test_whoever_holds_the_file_says_yes_and_the_team_says_no(client):
    file = TerritoryFileFactory(territory__departement=a_departement())
    mate, catalyst = enter(file, MemberFactory()).member, enter(file, MemberFactory(), FileRole.CATALYST).member
    url = f"/diagnostic/dossiers/{file.pk}/besoins/"
    client.force_login(catalyst)
    text(client, url, status=404)
    client.force_login(MemberFactory())
    text(client, url, status=404, act="agree")
    client.force_login(mate)
    assert "La personne qui tient le dossier peut dire oui." in text(client, url)
    text(client, url, status=302, act="agree")
    assert not TerritoryFile.objects.get(pk=file.pk).counts_needs
    client.force_login(holder_of(file))
    assert "Vos priorités ne sont pas comptées" in text(client, url)
    text(client, url, status=302, act="agree")
    shown = text(client, url)
    assert "Il manque un diagnostic" in shown
    assert "au plus tard la nuit suivante" in shown
    assert "Nos priorités comptent" in text(client, file.get_absolute_url())
    assert "vue des besoins" in text(client, f"/diagnostic/dossiers/{file.pk}/histoire/")
    client.force_login(mate)
    text(client, url, status=302, act="withdraw")
    assert not TerritoryFile.objects.get(pk=file.pk).counts_needs


@pytest.mark.parametrize(("standing", "words"), [("waiting", "Vous attendez"), ("counted", "quatre autres"), ("used", "Le prochain pourra")])  # fmt: skip
def test_the_file_says_where_it_stands(client, standing, words):
    loire = a_departement()
    files = [counted(loire) for _ in range(4 if standing == "waiting" else 5)]
    needs.recount(NOW)
    if standing == "used":
        needs.withdraw(files[1], by=None, now=NOW)
        needs.recount(NOW)
    client.force_login(holder_of(files[0]))
    assert words in text(client, f"/diagnostic/dossiers/{files[0].pk}/besoins/")


def test_a_region_is_told_that_it_has_no_line(client):
    file = TerritoryFileFactory(territory=a_region())
    client.force_login(holder_of(file))
    answer = client.post(f"/diagnostic/dossiers/{file.pk}/besoins/", {"act": "agree"}, follow=True)
    assert "aucun département" in answer.content.decode()
