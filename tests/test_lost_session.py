"""The session ended, or its token changed, between the form and its sending: nothing typed is lost, and one can go on."""

import html
import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.doors import ask_for_code, code_in, give_code
from alliage.directory.tests.factories import OrganisationFactory
from alliage.moderation.models import Decision, Report
from alliage.moderation.references import report_url
from alliage.moderation.tests.factories import ReportFactory

pytestmark = pytest.mark.django_db
TEXT = "La page montre l’adresse d’une personne,\nsans son accord & sans raison."
ORIGIN = {"Origin": "http://testserver"}


@pytest.fixture(autouse=True)
def _no_wait(settings):
    settings.HONEYPOT_SECONDS = 0


class Browser(MemberClient):
    """A browser that must send the form's own token, and says where a form comes from."""

    def __init__(self, **options):
        super().__init__(enforce_csrf_checks=True, headers=ORIGIN, **options)


def form_of(page):
    form = page.partition("<main")[2].partition('<form method="post"')[2].partition("</form>")[0]
    return {
        name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    }


def body(response):
    return response.content.decode()


def in_the_page(text):
    return html.escape(text, quote=False)


def test_a_text_sent_after_the_session_ended_is_given_back_and_sent_again(animator):
    browser = Browser()
    browser.force_login(animator)
    address = ReportFactory().get_absolute_url()
    answers = {**form_of(body(browser.get(address))), "act": "dismiss", "reason": TEXT}
    Session.objects.all().delete()
    response = browser.post(address, answers)
    page = body(response)
    assert response.status_code == 403
    assert "Vous n’êtes plus connecté" in page
    assert in_the_page(TEXT) in page
    assert f"{reverse('account_login')}?next=" in page
    assert "data-unsent" in page  # the draft kept in the browser stays too
    assert not Decision.objects.exists()
    # Signed in again in another tab, which changed the token: the button of this page still leads to the end.
    browser.force_login(animator)
    browser.get(reverse("accounts:home"))
    response = browser.post(address, form_of(page))
    if response.status_code == 403:
        response = browser.post(address, form_of(body(response)))
    assert response.status_code == 302
    assert Decision.objects.get().reason == TEXT.replace("\n", "\r\n") or Decision.objects.get().reason == TEXT


def test_a_form_opened_before_signing_in_in_another_tab_is_sent_again_by_one_button(member, mailoutbox):
    browser = Browser(raise_request_exception=True)
    address = report_url(OrganisationFactory())
    answers = {**form_of(body(browser.get(address))), "reason": "wrong", "text": TEXT, "site_internet": ""}
    browser.cookies["csrftoken"] = "K" * 32  # what signing in does to the token
    response = browser.post(address, answers)
    page = body(response)
    assert response.status_code == 403
    assert "Votre formulaire n’a pas été envoyé" in page
    assert in_the_page(TEXT) in page
    assert not Report.objects.exists()
    assert browser.post(address, form_of(page)).status_code == 302
    assert Report.objects.get().text.split() == TEXT.split()


def test_a_form_that_another_site_sent_has_no_button_to_send_it_again(member):
    for headers in (
        {"Origin": "https://piege.example"},
        {"Origin": "null"},
        {},
        {"Referer": "http://testserver.piege.example/"},
    ):
        browser = Client(enforce_csrf_checks=True, headers=headers)
        browser.get(reverse("account_login"))
        response = browser.post(report_url(OrganisationFactory()), {"reason": "wrong", "text": TEXT})
        assert response.status_code == 403
        page = body(response).partition("<main")[2]
        assert "Renvoyer" not in page
        assert in_the_page(TEXT) in page


def test_the_session_that_ended_while_a_code_was_awaited_says_to_ask_for_another(member, mailoutbox):
    browser = MemberClient()
    ask_for_code(browser, member.email)
    code = code_in(mailoutbox[0])
    Session.objects.all().delete()
    response = browser.get(give_code(browser, code)["Location"])
    assert response.status_code == 200
    assert 'name="email"' in body(response)


def test_a_button_without_text_leads_to_the_sign_in_page(member):
    response = Client().post(reverse("notifications:mark_all_read"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_secrets_and_files_are_not_written_back(rf):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from alliage.ui.kept import typed

    sent = {
        "text": TEXT,
        "password1": "une phrase assez longue",
        "code": "1234 5678",
        "next": "/ici ou là/",
        "reason": "wrong",
    }
    kept = typed(rf.post("/", sent))
    assert kept.texts == (TEXT,)
    assert {name for name, _value in kept.fields} == {"text", "next", "reason"}
    assert typed(rf.post("/", {**sent, "file": SimpleUploadedFile("a.csv", b"a")})).fields == ()
