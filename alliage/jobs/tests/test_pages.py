"""The pages of jobs, for those who asked for them and for those who see them all."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.utils import timezone

from alliage.jobs import permissions, progress
from alliage.jobs.enums import State
from alliage.jobs.models import Job
from alliage.jobs.registry import JobKind, kinds
from alliage.jobs.tests.factories import JobFactory, registered, someone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def overseer(db):
    member = someone()
    member.user_permissions.add(Permission.objects.get(codename="view_job"))
    return member


def test_who_sees_a_job(member, overseer):
    job = JobFactory(started_by_id=member.pk)
    assert permissions.can_see(member, job)
    assert permissions.can_see(overseer, job)
    assert not permissions.can_see(someone(), job)
    assert not permissions.can_see(AnonymousUser(), job)
    assert permissions.can_see_all(overseer)
    assert not permissions.can_see_all(AnonymousUser())


def test_a_job_asked_by_nobody_is_not_a_visitor_s():
    assert not permissions.can_see(AnonymousUser(), JobFactory(started_by_id=None))


def test_who_cancels_a_job(member):
    assert permissions.can_cancel(member, JobFactory(started_by_id=member.pk))
    finished = JobFactory(started_by_id=member.pk, state=State.DONE, finished_at=timezone.now())
    assert not permissions.can_cancel(member, finished)
    assert not permissions.can_cancel(someone(), JobFactory(started_by_id=member.pk))


def test_visitors_sign_in_first(client):
    job = JobFactory()
    for url in ("/travaux/", f"/travaux/{job.pk}/"):
        assert client.get(url).status_code == 302


def test_the_list_holds_one_s_own_jobs(client, member, overseer):
    JobFactory(label="Le mien", started_by_id=member.pk)
    JobFactory(label="Un autre", started_by_id=overseer.pk)
    client.force_login(member)
    page = client.get("/travaux/").content.decode()
    assert "Le mien" in page
    assert "Un autre" not in page
    client.force_login(overseer)
    page = client.get("/travaux/").content.decode()
    assert "Le mien" in page
    assert "Un autre" in page


def test_an_empty_list_says_what_would_be_here(client, member):
    client.force_login(member)
    assert "Rien pour l’instant" in client.get("/travaux/").content.decode()


def test_the_list_asks_the_same_number_of_queries_whatever_its_length(client, member, django_assert_max_num_queries):
    JobFactory.create_batch(31, started_by_id=member.pk)
    client.force_login(member)
    with django_assert_max_num_queries(8):
        assert "Page 1 sur 2" in client.get("/travaux/").content.decode()


def test_a_running_job_shows_its_progress_without_script(client, member):
    job = JobFactory(
        started_by_id=member.pk, state=State.RUNNING, done=3, total=10, message="Lecture", error="Second essai."
    )
    client.force_login(member)
    response = client.get(f"/travaux/{job.pk}/")
    way = '<li><a href="/mon-espace/">Mon espace</a></li><li><a href="/travaux/">Travaux</a></li>'
    assert way in response.content.decode()
    page = response.content.decode()
    assert 'http-equiv="refresh"' in page
    assert 'value="3" max="10"' in page
    assert "Lecture" in page
    assert "Second essai." in page
    assert f'data-url="/direct/travaux/{job.pk}"' in page
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("state", "words"),
    [(State.DONE, "C’est terminé"), (State.FAILED, "Plus de place"), (State.CANCELLED, "a été annulé")],
)
def test_a_finished_job_says_how_it_ended(client, member, state, words):
    job = JobFactory(started_by_id=member.pk, state=state, finished_at=timezone.now(), error="Plus de place")
    client.force_login(member)
    page = client.get(f"/travaux/{job.pk}/").content.decode()
    assert words in page
    assert "refresh" not in page
    assert "Annuler" not in page


def test_a_done_job_leads_to_its_result(client, member):
    job = JobFactory(started_by_id=member.pk, state=State.DONE, finished_at=timezone.now())
    client.force_login(member)
    kind = JobKind("test.kind", "Un travail", print, result_url=lambda job: f"/resultat/{job.pk}/")
    with registered(kinds, kind):
        assert f'href="/resultat/{job.pk}/"' in client.get(f"/travaux/{job.pk}/").content.decode()


def test_someone_else_s_job_does_not_exist(client, member):
    job = JobFactory()
    client.force_login(member)
    assert client.get(f"/travaux/{job.pk}/").status_code == 404
    assert client.post(f"/travaux/{job.pk}/annuler/").status_code == 404


def test_a_waiting_job_is_cancelled_from_its_page(client, member):
    job = JobFactory(started_by_id=member.pk)
    client.force_login(member)
    assert "Annuler ce travail" in client.get(f"/travaux/{job.pk}/").content.decode()
    page = client.post(f"/travaux/{job.pk}/annuler/", follow=True).content.decode()
    assert "L’annulation est demandée" in page
    assert Job.objects.get().state == State.CANCELLED
    page = client.post(f"/travaux/{job.pk}/annuler/", follow=True).content.decode()
    assert "déjà terminé" in page


def test_the_page_says_that_a_running_job_is_stopping(client, member, monkeypatch):
    monkeypatch.setattr(progress, "is_used", lambda: True)
    job = JobFactory(started_by_id=member.pk, state=State.RUNNING)
    client.force_login(member)
    page = client.post(f"/travaux/{job.pk}/annuler/", follow=True).content.decode()
    assert "Annulation demandée" in page
