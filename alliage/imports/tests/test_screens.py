"""The screens of imports, without script."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from alliage.files.tests.factories import upload
from alliage.imports import services
from alliage.imports.engine import Report
from alliage.imports.enums import State
from alliage.imports.models import ImportRun
from alliage.imports.registry import ImportKind, kinds
from alliage.imports.tests.factories import GROUPS, RICH, importer, make_apply, table
from alliage.jobs.enums import State as JobState
from alliage.jobs.tests.factories import JobFactory, registered, someone

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with registered(kinds, GROUPS):
        yield


@pytest.fixture
def by(client):
    person = importer()
    client.force_login(person)
    return person


def text(response):
    return response.content.decode().replace("\u00a0", " ")


def test_the_whole_way_without_script(client, by):
    assert "Groupes de travail" in text(client.get("/imports/"))
    page = text(client.get("/imports/nouveau/test.groups/"))
    assert "Un groupe par ligne." in page
    assert 'enctype="multipart/form-data"' in page
    response = client.post("/imports/nouveau/test.groups/", {"file": table("Eau", "refusé")})
    run = ImportRun.objects.get()
    assert response["Location"] == f"/imports/{run.pk}/colonnes/"
    page = text(client.get(response["Location"]))
    assert '<option value="Nom du groupe" selected>' in page
    assert "<td>Eau</td>" in page
    response = client.post(f"/imports/{run.pk}/colonnes/", {"name": "Nom du groupe", "note": ""})
    page = text(client.get(response["Location"]))
    assert "Enregistrer 1 ligne" in page
    assert "Importer sans les lignes refusées" in page
    assert "Ce nom n’est pas accepté." in page
    refused = b"".join(client.get(f"/imports/{run.pk}/lignes-refusees.csv").streaming_content).decode()
    assert "3;Ce nom n’est pas accepté.;refusé;x" in refused
    page = text(client.post(f"/imports/{run.pk}/enregistrer/", follow=True))
    assert "Des lignes sont refusées" in page
    page = text(client.post(f"/imports/{run.pk}/enregistrer/", {"skip_refused": "on"}, follow=True))
    assert "L’import est terminé, et enregistré." in page
    assert 'href="/annuaire/"' in page
    assert Group.objects.filter(name="Eau").exists()
    assert "groupes.csv" in text(client.get("/imports/"))


def test_a_refused_file_is_said_on_the_form(client, by):
    response = client.post("/imports/nouveau/test.groups/", {"file": upload(b"%PDF-1.4 x", "x.pdf")})
    assert response.status_code == 422
    assert "Ce PDF est incomplet" in text(response)
    assert client.post("/imports/nouveau/test.groups/").status_code == 422


def test_the_model_file_has_the_expected_columns(client, by):
    body = b"".join(client.get("/imports/nouveau/test.groups/modele.csv").streaming_content).decode()
    assert body == "\ufeffNom du groupe;Remarque\r\nEau;\r\n"
    with registered(kinds, ImportKind("test.bare", "x", (GROUPS.columns[1],), make_apply)):
        body = b"".join(client.get("/imports/nouveau/test.bare/modele.csv").streaming_content).decode()
    assert body == "\ufeffRemarque\r\n"


def test_columns_must_be_chosen_and_only_once(client, by):
    client.post("/imports/nouveau/test.groups/", {"file": table("Eau", header="x;y")})
    run = ImportRun.objects.get()
    response = client.post(f"/imports/{run.pk}/colonnes/", {"name": "", "note": ""})
    assert response.status_code == 422
    response = client.post(f"/imports/{run.pk}/colonnes/", {"name": "x", "note": "x"})
    assert "déjà choisie ailleurs" in text(response)


def test_a_service_s_refusal_is_on_the_form(client, by, monkeypatch):
    run = services.receive(table("Eau"), kind=GROUPS, by=by, now=NOW)

    def refuse(*args, **options):
        raise services.ImportRefused("Pas maintenant.")

    monkeypatch.setattr(services, "try_out", refuse)
    response = client.post(f"/imports/{run.pk}/colonnes/", {"name": "Nom du groupe"})
    assert (response.status_code, "Pas maintenant." in text(response)) == (422, True)


def placed(by, **fields):
    run = services.receive(table("Eau"), kind=GROUPS, by=by, now=NOW)
    ImportRun.objects.filter(pk=run.pk).update(**fields)
    return f"/imports/{run.pk}/"


def test_a_running_import_shows_its_progress(client, by):
    job = JobFactory(state=JobState.RUNNING, done=3, total=9, message="Essai des lignes")
    page = text(client.get(placed(by, state=State.TRYING, job=job)))
    assert 'value="3" max="9"' in page
    assert 'http-equiv="refresh"' in page
    assert "Abandonner cet import" in page
    assert "grand fichier" not in page


def test_a_large_file_is_said_to_take_minutes(client, by, monkeypatch):
    monkeypatch.setattr("alliage.imports.views.runs.LARGE", 10)
    job = JobFactory(state=JobState.RUNNING, message="Lecture du fichier")
    assert "comptez plusieurs minutes" in text(client.get(placed(by, state=State.TRYING, job=job)))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": State.TRYING}, ["s’est interrompu", "Revoir les colonnes"]),
        ({"state": State.WRITING, "skip_refused": True}, ["s’est interrompu", "Reprendre l’enregistrement"]),
        ({"state": State.FAILED, "error": "Plus de place."}, ["Plus de place.", "Revoir les colonnes"]),
        ({"state": State.CANCELLED, "finished_at": NOW}, ["a été abandonné", "Importer un autre fichier"]),
        ({"state": State.TRIED, "error": "Tout a changé."}, ["Tout a changé."]),
    ],
)
def test_every_state_says_what_to_do(client, by, fields, words):
    page = text(client.get(placed(by, **fields)))
    for word in words:
        assert word in page


def test_an_undoing_that_was_interrupted_may_be_asked_again(client, by):
    with registered(kinds, RICH):
        run = services.receive(upload(b"nom\nEau\n", "fiches.csv"), kind=RICH, by=by, now=NOW)
        ImportRun.objects.filter(pk=run.pk).update(state=State.UNDOING, is_undoable=True)
        page = text(client.get(f"/imports/{run.pk}/"))
        assert "s’est interrompue" in page
        assert "Annuler cet import" in page
        assert client.get(f"/imports/{run.pk}/annuler/").status_code == 200


def test_an_import_that_only_withdraws_names_no_row_to_record(client, by):
    page = text(client.get(placed(by, state=State.TRIED, report=Report(withdrawn=2).as_json())))
    assert ">Enregistrer</button>" in page
    assert "0 ligne" not in page


def test_an_import_that_waits_for_its_columns_leads_there(client, by):
    url = placed(by)
    assert client.get(url)["Location"] == f"{url}colonnes/"
    tried = placed(by, state=State.TRIED)
    assert client.get(f"{tried}colonnes/")["Location"] == tried
    assert client.get(f"{tried}lignes-refusees.csv").status_code == 404


def test_the_choice_for_duplicates_is_sent_with_its_token(by):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(by)
    with registered(kinds, RICH):
        Group.objects.create(name="Eau")
        run = services.receive(upload(b"nom;note\nEau;x\n", "f.csv"), kind=RICH, by=by, now=NOW)
        run = services.try_out(run, mapping=run.mapping, by=by, now=NOW)
        page = browser.get(f"/imports/{run.pk}/").content.decode()
        form = page.split(f'action="/imports/{run.pk}/doublons/"')[1].split("</form>")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
        address = f"/imports/{run.pk}/doublons/"
        assert browser.post(address, {"choice": "create"}).status_code == 403
        assert browser.post(address, {"choice": "create", "csrfmiddlewaretoken": token}).status_code == 302
    run.refresh_from_db()
    assert run.duplicates == "create"


def test_the_way_back_starts_at_one_s_own_space(client, by):
    assert '<li><a href="/mon-espace/">Mon espace</a></li><li><span aria-current="page">Imports' in text(
        client.get("/imports/")
    )
    way = '<li><a href="/mon-espace/">Mon espace</a></li><li><a href="/imports/">Imports</a></li>'
    assert way in text(client.get("/imports/nouveau/test.groups/"))


def test_going_back_and_giving_up(client, by):
    url = placed(by, state=State.TRIED)
    assert client.post(f"{url}colonnes/revoir/", follow=True).redirect_chain[-1][0] == f"{url}colonnes/"
    page = text(client.post(f"{url}abandonner/", follow=True))
    assert "L’import est abandonné" in page
    assert "rechargez la page" in text(client.post(f"{url}abandonner/", follow=True))
    assert "rechargez la page" in text(client.post(f"{url}colonnes/revoir/", follow=True))


def test_others_do_not_come_in(client):
    run = services.receive(table("Eau"), kind=GROUPS, by=importer(), now=NOW)
    for url in ("/imports/", "/imports/nouveau/test.groups/", f"/imports/{run.pk}/"):
        assert client.get(url).status_code == 302
    client.force_login(someone())
    for url in ("/imports/", "/imports/nouveau/test.groups/", f"/imports/{run.pk}/"):
        assert client.get(url).status_code == 403
    assert client.get("/imports/nouveau/test.unknown/").status_code == 404


def test_a_site_without_importer_says_so(client, by):
    kinds._items.clear()
    assert "Rien à importer ici" in text(client.get("/imports/"))


def test_the_list_asks_the_same_number_of_queries_whatever_its_length(client, by):
    def count():
        with CaptureQueriesContext(connection) as captured:
            client.get("/imports/")
        return len(captured)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    placed(by)
    first = count()
    for _run in range(3):
        placed(by)
    assert count() == first <= 12
