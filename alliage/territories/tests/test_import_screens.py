"""The imports of territories as an animator runs them, at /imports/, without script."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Permission

from alliage.files.tests.factories import upload
from alliage.imports.engine import FileRefused
from alliage.imports.enums import State
from alliage.imports.mapping import proposal
from alliage.imports.models import ImportRun
from alliage.imports.registry import Importing
from alliage.jobs.context import JobContext
from alliage.jobs.tests.factories import someone
from alliage.territories import suggestions
from alliage.territories.enums import Kind, Metric
from alliage.territories.importers import screens
from alliage.territories.models import DataSource, Indicator, Territory, TerritoryChange, Zoning
from alliage.territories.tests.factories import TerritoryFactory
from alliage.territories.tests.places import small_france

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def france():
    return small_france()


@pytest.fixture
def by(client):
    person = someone()
    names = ["run_import", "add_territory", "add_zoning", "add_indicator"]
    person.user_permissions.add(*Permission.objects.filter(codename__in=names))
    client.force_login(person)
    return person


def text(response):
    return response.content.decode().replace("\u00a0", " ")


def tried(client, code, content, **typed):
    """Send a file, accept the columns proposed, and come to the end of the trial."""
    response = client.post(f"/imports/nouveau/{code}/", {"file": upload(content.encode(), "fichier.csv")})
    run = ImportRun.objects.latest("created_at")
    response = client.post(f"/imports/{run.pk}/colonnes/", {**run.mapping, **typed}, follow=True)
    run.refresh_from_db()
    return run, text(response)


def test_custom_territories_are_tried_then_written(client, by, france):
    suggestions.find("pays")
    content = "Territoire;insee_com\nPays du Gier;42218\nPays du Gier;42207\nRade;97411\n"
    run, page = tried(client, "territories.custom", content, source="Le réseau, 2026")
    assert run.mapping == {
        "nom": "Territoire", "communes": "insee_com", "source": {"value": "Le réseau, 2026"},
    }  # fmt: skip
    assert "Enregistrer 3 lignes" in page
    assert not Territory.objects.filter(kind=Kind.CUSTOM).exists()
    assert not DataSource.objects.exists()
    page = text(client.post(f"/imports/{run.pk}/enregistrer/", follow=True))
    assert "L’import est terminé, et enregistré." in page
    assert 'href="/territoires/?type=perso"' in page
    gier = Territory.objects.get(kind=Kind.CUSTOM, code="pays-du-gier")
    assert set(gier.communes.all()) == {france.etienne, france.chamond}
    assert (gier.source, gier.changes.get().change) == ("Le réseau, 2026", "created")
    assert DataSource.objects.get(name="territoires-de-projet").imported_at is not None
    # What pages keep in memory follows.
    assert "Pays du Gier" in text(client.get("/territoires/?type=perso"))
    assert [one.code for one in suggestions.find("pays du gier")] == ["pays-du-gier"]
    detail = text(client.get("/territoires/perso/pays-du-gier/"))
    for said in ("Saint-Étienne", "Saint-Chamond", "Le réseau, 2026", "<svg", "208 136 habitants"):
        assert said.replace("208 136", "208\u202f136") in detail


def test_refused_rows_say_why_and_nothing_is_half_written(client, by, france):
    content = "nom;communes\nPays du Gier;42218\n;42207\nNulle part;99999\nVide;\nPays du Gier;42207;trop\n"
    run, page = tried(client, "territories.custom", content, source="Nous")
    assert (run.state, run.report["refused_count"]) == (State.TRIED, 4)
    for reason in (
        "La colonne « nom » est vide.",
        "Code de commune inconnu : 99999.",
        "La colonne « communes » est vide.",
        "Cette ligne a plus de cellules que l’en-tête",
    ):
        assert reason in page
    refused = b"".join(client.get(f"/imports/{run.pk}/lignes-refusees.csv").streaming_content).decode()
    assert "4;Code de commune inconnu" in refused
    assert "Nulle part;99999" in refused
    page = text(client.post(f"/imports/{run.pk}/enregistrer/", follow=True))
    assert "Des lignes sont refusées" in page
    assert not Territory.objects.filter(kind=Kind.CUSTOM).exists()
    client.post(f"/imports/{run.pk}/enregistrer/", {"skip_refused": "on"})
    assert Territory.objects.get(kind=Kind.CUSTOM).communes.get() == france.etienne


def test_the_source_is_asked(client, by, france):
    client.post("/imports/nouveau/territories.custom/", {"file": upload(b"nom;communes\nGier;42218\n", "f.csv")})
    run = ImportRun.objects.get()
    response = client.post(f"/imports/{run.pk}/colonnes/", {**run.mapping, "source": " "})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in text(response)


def test_a_file_that_breaks_in_its_middle_is_told_with_its_row(client, by, france):
    content = 'nom;communes\nGier;42218\n"Ondaine;42207\n'
    run, page = tried(client, "territories.custom", content, source="Nous")
    assert "des guillemets s’ouvrent sans se fermer" in page
    assert run.report["created"] == 1
    client.post(f"/imports/{run.pk}/enregistrer/", {"skip_refused": "on"})
    assert not Territory.objects.filter(kind=Kind.CUSTOM).exists()


def test_zonings_are_imported_with_their_date(client, by, france):
    content = "Programme,Libellé,codgeo\nPVD,Petites villes de demain,42207\nPVD,Petites villes de demain,42001\n"
    run, _page = tried(client, "territories.zonings", content, source="ANCT", date="31/01/2026")
    client.post(f"/imports/{run.pk}/enregistrer/", follow=True)
    zoning = Zoning.objects.get()
    assert (zoning.code, zoning.label, zoning.dated_on) == ("pvd", "Petites villes de demain", date(2026, 1, 31))
    assert zoning.communes.count() == 2
    assert "Petites villes de demain" in text(client.get("/territoires/commune/42207/"))
    run, page = tried(client, "territories.zonings", content, source="ANCT", date="31/01/2026")
    assert run.report["unchanged"] == 2
    run, page = tried(client, "territories.zonings", content, source="ANCT", date="hier")
    assert "« hier » n’est pas une date" in page
    assert run.state == State.UPLOADED


FIGURES = (
    "CODGEO;Population_2021;population_2015;superficie_km2;menages_2021;naissances_2022;deces_2022;"
    "pop_15_64_totale_2021;pop_15_64_active_2021;pop_15_64_chomage_2021\n"
    "42218;172000;171000;80;85000;1990;1814;107000;73000;14000\n"
    "42207;35000;35100;55;16000;400;390;21000;15000;2200\n"
)


def test_figures_change_the_page_and_the_lookalikes(client, by, france):
    client.get("/territoires/commune/42218/")
    run, _page = tried(client, "territories.indicators", FIGURES, source="Insee, 2024", year="2021")
    assert run.mapping["population_before"] == "population_2015"
    assert run.report["created"] == 2
    assert not Indicator.objects.exists()
    client.post(f"/imports/{run.pk}/enregistrer/", follow=True)
    found = Indicator.objects.get(territory=france.etienne, code=Metric.POPULATION, year=2021)
    assert (found.value, found.source) == (172_000, "Insee, 2024")
    assert Indicator.objects.filter(territory=france.etienne, code=Metric.TREND).exists()
    page = text(client.get("/territoires/commune/42218/"))
    assert "Insee, 2024" in page
    assert "Densité" in page


@pytest.mark.parametrize(
    ("content", "typed", "said"),
    [
        ("codgeo;population\n42218;5\n", {}, "De quelle année est la colonne « population »"),
        ("codgeo;population\n42218;5\n", {"year": "hier"}, "« hier » n’est pas une année."),
        ("codgeo;couleur\n42218;5\n", {}, "Choisissez une colonne de chiffres"),
    ],
)
def test_figures_need_a_year_and_a_column(client, by, france, content, typed, said):
    run, page = tried(client, "territories.indicators", content, source="Insee", **typed)
    assert said in page
    assert run.state == State.UPLOADED
    assert not Indicator.objects.exists()


def test_the_year_may_be_typed_and_two_populations_differ(client, by, france):
    run, _page = tried(client, "territories.indicators", "codgeo;pop\n42218;5\n", source="Insee", year="2019")
    client.post(f"/imports/{run.pk}/enregistrer/")
    assert Indicator.objects.get(territory=france.etienne).year == 2019
    twice = Importing(None, NOW, {"population": "pop", "population_before": "p"}, {"year": "2019"})
    with pytest.raises(FileRefused, match="même année"):
        screens.measures(twice)


def test_insee_names_are_recognised():
    names = ["CODGEO", "LIBGEO", "P21_POP", "population_2015", "population_2021", "menages_2021", "deces_2022"]
    found = proposal(screens.INDICATORS.columns, names)
    assert (found["insee_com"], found["menages"], found["deces"]) == ("CODGEO", "menages_2021", "deces_2022")
    assert {found["population"], found["population_before"]} == {"population_2015", "population_2021"}
    for name in ("insee_com", "codgeo", "code_commune", "Code commune"):
        assert proposal(screens.CUSTOM_TERRITORIES.columns, [name, "nom"])["communes"] == name


def test_those_without_the_right_import_nothing(client, france):
    person = someone()
    person.user_permissions.add(Permission.objects.get(codename="run_import"))
    client.force_login(person)
    assert client.get("/imports/nouveau/territories.custom/").status_code == 403
    assert "Territoires de projet" not in text(client.get("/imports/"))


def test_days_are_written_both_ways():
    assert screens.day("2026-01-31") == screens.day("31/1/2026") == date(2026, 1, 31)
    assert screens.day("") is None


def test_what_an_import_leaves_behind_can_be_followed(client, by, france, caplog):
    TerritoryFactory(kind=Kind.CUSTOM, code="gier", name="Gier")
    run, _page = tried(client, "territories.custom", "nom;communes\nGier;42218\n", source="Nous")
    with caplog.at_level("INFO"):
        client.post(f"/imports/{run.pk}/enregistrer/")
    assert TerritoryChange.objects.get().change == "redrawn"
    assert ImportRun.objects.get().started_by_id == by.pk
    assert f"by member {by.pk}" in caplog.text


def test_a_file_with_too_many_rows_is_refused_whole(client, by, france, monkeypatch):
    monkeypatch.setattr("alliage.imports.services.background.MOST_TOGETHER", 1)
    content = "Territoire;insee_com\nPays du Gier;42218\nPays du Gier;42207\n"
    _run, page = tried(client, "territories.custom", content, source="Le réseau, 2026")
    assert "Ce fichier a trop de lignes" in page
    assert not Territory.objects.filter(kind=Kind.CUSTOM).exists()


def test_reading_a_long_file_tells_how_far_it_is(client, by, france, monkeypatch):
    told = []
    monkeypatch.setattr("alliage.imports.services.background.COUNT_EVERY", 1)
    monkeypatch.setattr(JobContext, "progress", lambda self, done, total, message="": told.append(message))
    content = "Territoire;insee_com\nPays du Gier;42218\nPays du Gier;42207\n"
    tried(client, "territories.custom", content, source="Le réseau, 2026")
    assert "Lecture du fichier" in told


def test_a_row_without_figures_creates_nothing_however_often_it_is_imported(client, by, france):
    run, _page = tried(client, "territories.indicators", "codgeo;population_2021\n69123;\n", source="Nous", year="2021")
    assert (run.report["created"], run.report["unchanged"]) == (0, 1)
