"""Pages of kits: launched in one form, ticked on a phone without a script, taken away whole; other people's runs do not exist."""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.factories import TeamFactory
from alliage.files.models import StoredFile
from alliage.files.tests.factories import PDF, upload
from alliage.jobs.models import Job
from alliage.library import packs
from alliage.library.models import KitRun
from alliage.library.queries import packs as queries
from alliage.library.services import files, kits, resources
from alliage.library.services import packs as services
from alliage.library.services.kits import mark
from alliage.library.tests.factories import NOW, published
from alliage.library.tests.test_kits import items, kit, launched, next_version
from alliage.library.tests.test_review_pages import signed_in, text_of

pytestmark = pytest.mark.django_db
SECRET = "canari"


@pytest.fixture
def owner():
    return MemberFactory(name="Alix")


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


# --- The page of a kit, launching ----------------------------------------------------------------------------------


def test_the_page_of_a_kit_shows_its_steps_and_what_is_needed(client):
    resource = kit("Inviter", "Écouter")
    text = text_of(client.get(resource.get_absolute_url()))
    assert "Inviter" in text
    assert "40 min en tout" in text
    assert "il faut : hôte" in text
    assert "Lancer ce kit pour mon territoire" in text
    other = text_of(client.get(published().get_absolute_url()))
    assert "Lancer ce kit" not in other


def test_a_visitor_who_launches_is_sent_to_sign_in_and_back(client):
    address = reverse("library:kit_launch", args=[kit().pk])
    answer = client.get(address)
    assert answer.status_code == 302
    assert address in answer["Location"]


def test_a_member_launches_a_kit(owner):
    resource, client = kit(), signed_in(owner)
    address = reverse("library:kit_launch", args=[resource.pk])
    assert "Un kit" in text_of(client.get(address))
    answer = client.post(address, {"name": "Réunion", "territory": "", "sent": "a"})
    assert answer["Location"] == KitRun.objects.get().get_absolute_url()
    client.post(address, {"name": "Réunion", "territory": "", "sent": "a"})
    assert KitRun.objects.count() == 1


def test_a_refused_form_comes_back_filled(owner, monkeypatch):
    resource, client = kit(), signed_in(owner)
    address = reverse("library:kit_launch", args=[resource.pk])
    answer = client.post(address, {"name": "Réunion", "territory": "", "is_named": "on", "sent": "abc"})
    assert answer.status_code == 422
    assert 'value="Réunion"' in text_of(answer)
    assert 'value="abc"' in text_of(answer)
    monkeypatch.setattr(kits, "MOST_RUNS", 0)
    assert client.post(address, {"name": "Réunion", "territory": ""}).status_code == 422
    assert signed_in(owner).get(reverse("library:kit_launch", args=[published().pk])).status_code == 404


# --- The checklist -------------------------------------------------------------------------------------------------


def test_a_run_is_found_by_its_people_alone(client, owner):
    run = launched(by=owner, name=SECRET)
    pages = [run.get_absolute_url(), f"{run.get_absolute_url()}reglages/"]
    pages += [reverse("library:kit_run_format", args=[run.pk, "pdf"])]
    animator = signed_in(MemberFactory(role="administrator"))
    for page in pages:
        assert client.get(page).status_code == 302
        assert animator.get(page).status_code == 404
        assert signed_in(owner).get(page).status_code == 200
    assert SECRET in text_of(signed_in(owner).get(reverse("library:kit_runs")))
    assert SECRET not in text_of(animator.get(reverse("library:kit_runs")))
    assert SECRET not in text_of(client.get(run.kit.get_absolute_url()))


def test_every_button_keeps_the_notes(owner):
    run, client = launched(by=owner), signed_in(owner)
    typed = {"note_un": "Dix personnes", "was_un": mark(""), "note_deux": "", "was_deux": mark("")}
    answer = client.post(run.get_absolute_url(), typed | {"act": "done:deux"})
    assert answer["Location"].endswith("#etape-deux")
    text = text_of(client.get(run.get_absolute_url()))
    assert "Dix personnes" in text
    assert "par Alix" in text
    answer = client.post(run.get_absolute_url(), {"note_deux": "Fini", "was_deux": mark(""), "act": "notes:deux"})
    assert run.steps.get(key="deux").note == "Fini"
    client.post(run.get_absolute_url(), {"act": "todo:deux"})
    assert run.steps.get(key="deux").state == "todo"


def test_a_step_passed_without_a_reason_is_asked_again_with_what_was_typed(owner):
    run, client = launched(by=owner), signed_in(owner)
    answer = client.post(
        run.get_absolute_url(), {"act": "skipped:un", "reason_un": "", "note_un": "Vu", "was_un": mark("")}
    )
    assert answer.status_code == 422
    assert "pourquoi" in text_of(answer)
    assert run.steps.get(key="un").note == "Vu"
    client.post(run.get_absolute_url(), {"act": "skipped:un", "reason_un": "Déjà fait"})
    assert "Déjà fait" in text_of(client.get(run.get_absolute_url()))
    assert client.post(run.get_absolute_url(), {"act": "done:inconnue"}).status_code == 422


def test_notes_that_cross_are_shown_side_by_side(owner):
    run, client = launched(by=owner), signed_in(owner)
    run.steps.filter(key="un").update(note="La sienne")
    answer = client.post(run.get_absolute_url(), {"note_un": "La mienne\0", "was_un": mark(""), "act": "done:un"})
    assert answer.status_code == 409
    assert "La mienne" in text_of(answer)
    assert "La sienne" in text_of(answer)
    step = run.steps.get(key="un")
    assert (step.note, step.state) == ("La sienne", "done")
    answer = client.post(
        run.get_absolute_url(), {"note_un": "Les deux", "was_un": mark("La sienne"), "act": "notes:un"}
    )
    assert run.steps.get(key="un").note == "Les deux"


def test_the_page_says_what_a_new_version_moves(owner):
    resource = kit("Un", "Deux")
    run, client = launched(resource, by=owner), signed_in(owner)
    kits.move_step(run, "deux", "done", by=owner, now=NOW)
    next_version(resource, items("Un", "Trois"))
    text = text_of(client.get(run.get_absolute_url()))
    assert "Étape ajoutée : Trois" in text
    client.post(run.get_absolute_url(), {"act": "follow"})
    text = text_of(client.get(run.get_absolute_url()))
    assert "Étapes que le kit n’a plus" in text
    assert "nouvelle version" not in text
    for line in ("un", "trois"):
        client.post(run.get_absolute_url(), {"act": f"done:{line}"})
    assert "Toutes les étapes sont réglées" in text_of(client.get(run.get_absolute_url()))


def test_a_hidden_kit_leaves_its_people_their_notes(owner):
    resource = published(kind="kit", title="Un kit", sections={}, kit_items=items("Un", text=SECRET))
    run, client = launched(resource, by=owner), signed_in(owner)
    assert SECRET in text_of(client.get(run.get_absolute_url()))
    resources.hide(resource, by=None, now=NOW)
    for page in (run.get_absolute_url(), reverse("library:kit_runs")):
        assert SECRET not in text_of(client.get(page))
        assert "Un kit" not in text_of(client.get(page))


def test_who_launched_it_renames_shares_and_throws_away(owner):
    team = TeamFactory(owner=owner, name="Équipe de la vallée")
    run, client = launched(by=owner), signed_in(owner)
    page = reverse("library:kit_run_settings", args=[run.pk])
    answer = client.post(page, {"name": "Autre", "territory": "", "team": team.pk})
    assert answer["Location"] == run.get_absolute_url()
    assert "vu par Équipe de la vallée" in text_of(client.get(run.get_absolute_url()))
    assert client.post(page, {"name": "", "territory": ""}).status_code == 422
    KitRun.objects.filter(pk=run.pk).update(owner=MemberFactory())
    assert client.get(page).status_code == 403
    KitRun.objects.filter(pk=run.pk).update(owner=owner)
    client.post(page, {"remove": "1"})
    assert not KitRun.objects.exists()


def test_a_team_that_one_left_stays_in_the_settings_until_it_is_changed(owner):
    team = TeamFactory(owner=owner)
    run, client = launched(by=owner, team=team), signed_in(owner)
    team.owner = None
    team.save()
    answer = client.post(
        reverse("library:kit_run_settings", args=[run.pk]), {"name": "Autre", "territory": "", "team": team.pk}
    )
    assert answer.status_code == 302


@pytest.mark.parametrize("extension", ["pdf", "docx", "odt"])
def test_a_run_is_taken_on_paper(owner, extension):
    run = launched(by=owner, name="Réunion")
    kits.move_step(run, "un", "done", by=owner, now=NOW)
    kits.move_step(run, "deux", "skipped", reason="Déjà fait", by=owner, now=NOW)
    kits.write_notes(run, {"un": kits.Typed("Dix personnes", mark(""))}, by=owner, now=NOW)
    next_version(run.kit, items("Un", "Trois"))
    kits.follow(run, by=owner, now=NOW)
    answer = signed_in(owner).get(reverse("library:kit_run_format", args=[run.pk, extension]))
    assert answer.status_code == 200
    assert len(answer.content) > 1000


# --- Take away -----------------------------------------------------------------------------------------------------


def opened(answer) -> zipfile.ZipFile:
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def with_file(**more):
    member = MemberFactory()
    stored = files.send(upload(PDF, "modele.pdf"), by=member, now=NOW)
    return published(by=member, files=[{"id": str(stored.pk), "name": stored.name, "size": stored.size}], **more)


def test_a_kit_is_taken_with_its_sheets_and_the_files_that_one_may_copy(client):
    free, reserved = with_file(title="Libre"), with_file(title="Réservée", licence="tous-droits-reserves")
    withdrawn = published(title=SECRET)
    steps = [item for each in (free, reserved, withdrawn, free) for item in items(each.title, resource=each.pk)]
    resource = published(kind="kit", title="Un kit", sections={}, kit_items=steps)
    resources.withdraw(withdrawn, by=None, now=NOW)
    archive = opened(client.get(reverse("library:kit_zip", args=[resource.pk, resource.slug])))
    names = archive.namelist()
    assert [name for name in names if name.endswith(".docx")] == ["01-un-kit.docx", "02-libre.docx", "03-reservee.docx"]
    assert [name for name in names if "/" in name] == ["02-libre/1-modele.pdf"]
    read_me = archive.read(packs.README).decode()
    assert free.permanent_url in read_me
    assert "CC BY-SA" in read_me
    assert "tous droits réservés" in read_me.lower()
    assert "/fichiers/" in read_me
    assert SECRET not in read_me


def test_files_that_are_lost_or_too_many_are_named(client, monkeypatch):
    lost = with_file(title="Perdue")
    StoredFile.objects.get().file.storage.delete(StoredFile.objects.get().file.name)
    resource = published(kind="kit", title="Un kit", sections={}, kit_items=items("Un", resource=lost.pk))
    address = reverse("library:kit_zip", args=[resource.pk, resource.slug])
    assert "ne sont pas dans l’archive" in opened(client.get(address)).read(packs.README).decode()
    heavy = with_file(title="Lourde")
    monkeypatch.setattr(packs, "MOST_BYTES", 1)
    out = io.BytesIO()
    packs.write(packs.Pack("Essai", "", "", [heavy]), out, now=NOW)
    assert not [name for name in zipfile.ZipFile(out).namelist() if "/" in name]


def test_a_heavy_archive_is_made_once_in_the_background(client, monkeypatch):
    monkeypatch.setattr(packs, "LIGHT_SHEETS", 0)
    resource = kit()
    page, address = (
        reverse("library:kit_take", args=[resource.pk]),
        reverse("library:kit_zip", args=[resource.pk, resource.slug]),
    )
    assert "Préparer l’archive" in text_of(client.get(page))
    assert client.get(address)["Location"] == page
    assert not Job.objects.filter(kind=services.JOB).exists()
    assert client.post(page)["Location"] == page
    assert "Télécharger l’archive" in text_of(client.get(page))
    client.post(page)
    assert Job.objects.filter(kind=services.JOB).count() == 1
    assert packs.README in opened(client.get(address)).namelist()
    resources.ask_renewal(resource, by=None, now=timezone.now())
    assert "Préparer l’archive" in text_of(client.get(page))


@pytest.mark.parametrize(
    ("state", "said"), [("running", "Elle se prépare"), ("failed", "n’a pas abouti")], ids=["running", "failed"]
)
def test_the_page_says_how_far_the_archive_is(client, monkeypatch, state, said):
    monkeypatch.setattr(packs, "LIGHT_SHEETS", 0)
    resource = kit()
    pack = queries.of_kit(resource)
    services.ask("kit", resource.pk, pack, by=None, now=NOW)
    services.path_of(pack).unlink()
    Job.objects.update(state=state, finished_at=None if state == "running" else NOW)
    assert said in text_of(client.get(reverse("library:kit_take", args=[resource.pk])))


def test_what_was_asked_of_something_that_is_gone_is_dropped():
    assert services.run(None, {"kind": "kit", "pk": 0, "pack": "x"}, now=NOW) is None


def test_archives_are_kept_two_days():
    pack = queries.of_kit(kit())
    services.make(pack, now=NOW)
    services.tidy(timezone.now())
    assert services.is_made(pack)
    services.tidy(timezone.now() + services.KEPT)
    assert not services.is_made(pack)


def test_what_has_no_step_is_not_taken_as_a_kit(client):
    assert client.get(reverse("library:kit_take", args=[published().pk])).status_code == 404
