"""Pages shown when something went wrong: each says what happened, what was kept, what to do."""

import errno
from importlib import import_module

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import path

from alliage.ui import views
from alliage.ui.views import unavailable


@pytest.fixture
def asked(rf: RequestFactory):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/quelque/part/")
    request.user = AnonymousUser()
    return request


def test_a_missing_page_offers_ways_out(asked):
    answer = views.not_found(asked, Http404())
    page = answer.content.decode()
    assert answer.status_code == 404
    assert 'action="/recherche/"' in page
    assert 'name="robots" content="noindex"' in page
    assert page.count("<h1") == 1


def test_a_view_can_say_what_is_missing_and_suggest(asked):
    from django.shortcuts import render

    context = {
        "title": "Aucun territoire ici",
        "lead": "Essayez l’un de ceux-ci.",
        "suggestions": [{"label": "Brest", "url": "/b/"}],
    }
    page = render(asked, "404.html", context).content.decode()
    assert "<title>Aucun territoire ici" in page
    assert '<a href="/b/">Brest</a>' in page


def test_a_refusal_says_why(asked):
    page = views.permission_denied(asked, PermissionDenied("Cette séance est réservée à son groupe.")).content.decode()
    assert "Cette séance est réservée à son groupe." in page
    assert "/compte/connexion/?next=%2Fquelque%2Fpart%2F" in page


def test_a_refusal_without_words_invites_to_sign_in(asked):
    assert "Connectez-vous" in views.permission_denied(asked).content.decode()


@pytest.mark.django_db
def test_a_signed_in_person_is_not_told_to_sign_in(asked, member):
    asked.user = member
    page = views.permission_denied(asked, PermissionDenied()).content.decode()
    assert "Votre compte n’y donne pas accès" in page
    assert "?next=" not in page


def test_an_unreadable_request_is_explained(asked):
    assert views.bad_request(asked, SuspiciousOperation()).status_code == 400


def test_the_page_of_excuses_needs_neither_database_nor_context(asked):
    del asked.user
    page = views.server_error(asked)
    assert page.status_code == 500
    assert "de notre côté" in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_even_broken_templates_leave_an_answer(asked, monkeypatch):
    def broken(*args):
        raise OSError

    monkeypatch.setattr(views, "get_template", broken)
    answer = views.server_error(asked)
    assert answer.status_code == 500
    assert "rechargez cette page" in answer.content.decode()


def test_a_stopped_service_says_when_to_come_back(asked):
    answer = unavailable(asked, retry_after=120)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "120"


def _post(rf: RequestFactory, **headers):
    from django.contrib.auth.models import AnonymousUser

    request = rf.post(
        "/entraide/",
        {
            "text": "Une longue question, écrite avec soin & patience.",
            "short": "non",
            "password": "un mot de passe assez long pour être gardé",
            "csrfmiddlewaretoken": "K" * 64,
        },
        **headers,
    )
    request.user = AnonymousUser()
    return request


def test_a_stale_form_gives_back_what_was_typed(rf):
    answer = views.csrf_failure(_post(rf, HTTP_REFERER="http://testserver/entraide/poser/?a=1"))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "écrite avec soin &amp; patience." in page
    assert "un mot de passe" not in page
    assert 'href="/entraide/poser/?a=1"' in page
    assert "data-unsent" in page


def test_a_stale_form_never_leads_to_another_site(rf):
    page = views.csrf_failure(_post(rf, HTTP_REFERER="https://exemple.org/piege/")).content.decode()
    assert "exemple.org" not in page
    assert "Rouvrir le formulaire" not in page


def test_a_stale_form_without_query_leads_back(rf):
    page = views.csrf_failure(_post(rf, HTTP_REFERER="http://testserver/entraide/")).content.decode()
    assert 'href="/entraide/"' in page


def _only_post(request):
    return HttpResponseNotAllowed(["POST"])


def _own_words(request):
    return HttpResponseNotAllowed(["POST"], b"non")


def _plain(request):
    return HttpResponse("ok")


urlpatterns = [
    path("envoi/", _only_post),
    path("mots/", _own_words),
    path("gestion/page/", _plain),
    path("page/", _plain),
    *import_module(settings.ROOT_URLCONF).urlpatterns,
]


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_a_refused_method_gets_a_page_when_a_browser_asks():
    answer = Client().get("/envoi/", HTTP_ACCEPT="text/html")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "Rien n’a été changé" in answer.content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_a_refused_method_stays_bare_for_programs():
    assert Client().get("/envoi/", HTTP_ACCEPT="application/json").content == b""
    assert Client().get("/mots/", HTTP_ACCEPT="text/html").content == b"non"


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_the_content_policy_is_strict_everywhere_but_in_the_cms():
    strict = Client().get("/page/")["Content-Security-Policy"]
    assert "script-src 'self'" in strict
    assert "unsafe-inline" not in strict
    assert "default-src 'none'" in strict
    loose = Client().get("/gestion/page/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in loose
    assert "object-src 'none'" in loose


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_no_page_may_ask_for_the_camera():
    assert "camera=()" in Client().get("/page/")["Permissions-Policy"]


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "403_signed_out", "404", "405", "429", "500", "503"])
def test_every_error_page_has_one_title(name):
    page = engines["django"].get_template(f"{name}.html").render()
    assert page.count("<h1") == 1


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database is locked"),
        InterfaceError("connection already closed"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_a_database_that_does_not_answer_is_a_pause_not_a_fault(rf, error):
    try:
        raise error
    except type(error):
        answer = views.server_error(rf.get("/"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "momentanément arrêté" in answer.content.decode()


def test_a_text_that_could_not_be_written_is_on_the_page_and_can_be_sent_again(rf):
    request = _post(rf, HTTP_ORIGIN="http://testserver")
    try:
        raise OperationalError("database is locked")
    except OperationalError:
        page = views.server_error(request).content.decode()
    assert "écrite avec soin &amp; patience." in page
    assert "un mot de passe" not in page
    assert 'action="/entraide/"' in page
    assert "Renvoyer" in page
    assert 'name="csrfmiddlewaretoken" value="' in page


def test_a_fault_gives_the_text_back_without_sending_it_again(rf):
    page = views.server_error(_post(rf, HTTP_ORIGIN="http://testserver")).content.decode()
    assert "écrite avec soin &amp; patience." in page
    assert "Renvoyer" not in page
