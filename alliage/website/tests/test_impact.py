"""The public impact page: counts of what is published, none of who reads it."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from alliage.directory.enums import EntryKind
from alliage.directory.models import EmbedCount, HelpRequest
from alliage.directory.queries import impact as directory
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.website import impact


@pytest.fixture(autouse=True)
def _cold():
    cache.clear()


def ask(count, *, answered_after=None):
    now = timezone.now()
    start = HelpRequest.objects.count()
    for number in range(start, start + count):
        HelpRequest.objects.create(
            seed="x", token_digest=f"{number}", need="Un besoin", name="Anne", email="anne@exemple.fr",
            created_at=now - timedelta(days=30), remind_at=now, due_at=now, expires_at=now,
            answered_at=now - timedelta(days=30 - answered_after) if answered_after is not None else None,
        )  # fmt: skip


def bars(code):
    counted = impact.impact(now=timezone.now())
    section = next(each for each in counted.sections if each.code == code)
    return {bar.label: bar.value for bar in section.bars}, section.note


def test_entries_are_counted_by_kind_and_by_how_long_ago_they_were_confirmed(db):
    today = timezone.localdate()
    CatalystFactory(confirmed_on=today)
    CatalystFactory(confirmed_on=today - timedelta(days=500))
    CatalystFactory(confirmed_on=today - timedelta(days=900))
    OrganisationFactory(confirmed_on=None)
    found, _note = bars("annuaire")
    assert found["Catalyseurs territoriaux"] == 3
    assert found["Organisations"] == 1
    assert list(found.values())[3:] == [1, 1, 1, 1]


def test_few_requests_are_not_counted_so_that_nobody_is_recognised(db):
    ask(4, answered_after=2)
    assert bars("demandes")[0] == {}
    assert "Moins de 5 demandes" in bars("demandes")[1]


def test_few_answers_are_not_counted_either(db):
    ask(4, answered_after=2)
    ask(3)
    found, note = bars("demandes")
    assert found == {"Demandes envoyées": 7}
    assert "Moins de 5 réponses" in note


def test_enough_answers_say_how_long_half_of_them_took(db):
    for days in (1, 2, 3, 8, 20):
        ask(1, answered_after=days)
    found, note = bars("demandes")
    assert found == {"Demandes envoyées": 5, "Demandes qui ont reçu une réponse": 5}
    assert "3 jours" in note


def test_the_page_and_its_data_agree_and_cost_no_query_once_counted(client, site, django_assert_max_num_queries):
    CatalystFactory()
    page = client.get("/impact/").content.decode()
    with django_assert_max_num_queries(2):
        client.get("/impact/")
    rows = json.loads(client.get("/impact.json").getvalue())
    assert rows["count"] == len(rows["results"]) > 5
    for row in rows["results"]:
        assert row["label"] in page.replace("&#x27;", "'")
    assert next(row for row in rows["results"] if row["label"] == "Catalyseurs territoriaux")["value"] == 1


def test_counts_are_kept_an_hour(client, site):
    client.get("/impact/")
    CatalystFactory()
    assert bars("annuaire")[0]["Catalyseurs territoriaux"] == 0


def test_an_empty_directory_counts_nothing_and_breaks_nothing(db):
    assert directory.counted() == directory.Counted(0, 0, 0, 0, 0)
    counted = impact.impact(now=timezone.now())
    assert counted.since is None
    assert [each.total for each in directory.freshness(timezone.localdate())] == [0] * len(EntryKind)
    assert all(bar.width == 0 for section in counted.sections for bar in section.bars)


def test_what_other_sites_show_is_counted_over_a_month(db):
    today = timezone.localdate()
    EmbedCount.objects.create(host="mairie.exemple.fr", day=today, kind="carte", count=3)
    EmbedCount.objects.create(host="mairie.exemple.fr", day=today, kind="liste", count=2)
    EmbedCount.objects.create(host="pays.exemple.fr", day=today - timedelta(days=40), kind="carte", count=9)
    assert bars("ailleurs") == ({"Affichages en un mois": 5}, "Sur 1 site.")


def test_no_other_site_is_not_zero_sites(db):
    assert bars("ailleurs") == ({"Affichages en un mois": 0}, "")
