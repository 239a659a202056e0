"""Twice the same form, at the same moment: a double click, two windows, a browser that sends again. One effect."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.models import Consent, Invitation, Member, RoleChange
from alliage.accounts.services import invite
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.doors import ask_for_code, code_in, give_code
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import secret_links
from alliage.directory.models import HelpRequest
from alliage.directory.services import requests
from alliage.directory.tests.factories import CatalystFactory
from alliage.files.tests.factories import upload
from alliage.imports.enums import State
from alliage.imports.models import ImportRun
from alliage.imports.registry import kinds
from alliage.imports.tests.factories import GROUPS
from alliage.jobs.models import Job
from alliage.jobs.tests.factories import registered
from alliage.moderation import references
from alliage.moderation.models import Report
from alliage.moderation.registry import reportable
from alliage.moderation.tests.factories import Notebook
from alliage.notifications.models import Notification, OutgoingMail
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
WINDOWS = 4


@pytest.fixture(autouse=True)
def _database(transactional_db, tmp_path, settings):
    settings.HONEYPOT_SECONDS = 0
    settings.VAR_DIR = tmp_path


@pytest.fixture
def consents(_database):
    from django.core.management import call_command

    call_command("set_up_roles", verbosity=0)


def another_window(client):
    """A second window of the same browser: the same cookies."""
    other = type(client)()
    other.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    return other


def form_of(page):
    form = page.partition("<main")[2].partition('<form method="post"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


# --- A report ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def report_address(_database):
    notebook = Notebook()
    kind = notebook.reportable()
    with registered(reportable, kind):
        group = Group.objects.create(name="Ressourcerie du Haut-Pays")
        yield reverse("moderation:report") + f"?objet={references.sign(kind, group)}"


def test_a_visitor_s_report_is_taken_once(report_address):
    animator = MemberFactory(role=Role.ANIMATOR)
    browser = Client()
    answers = {
        **form_of(browser.get(report_address).content.decode()),
        "reason": "wrong",
        "text": "Cette ressourcerie a fermé en mars.",
        "email": "moi@exemple.fr",
        "site_internet": "",
    }
    windows = [another_window(browser) for _window in range(WINDOWS)]
    sent = at_once(*(lambda window=window: window.post(report_address, answers) for window in windows))
    assert {(response.status_code, response["Location"]) for response in sent} == {(302, reverse("moderation:thanks"))}
    assert Report.objects.count() == 1
    assert Notification.objects.filter(person=animator).count() == 1


def test_a_member_s_report_is_taken_once_and_both_windows_say_thanks(report_address):
    browser = MemberClient()
    browser.force_login(MemberFactory())
    answers = {
        **form_of(browser.get(report_address).content.decode()),
        "reason": "wrong",
        "text": "",
        "site_internet": "",
    }
    windows = [another_window(browser) for _window in range(WINDOWS)]
    sent = at_once(*(lambda window=window: window.post(report_address, answers) for window in windows))
    assert [response.status_code for response in sent] == [302] * WINDOWS
    assert Report.objects.count() == 1


def test_the_same_words_of_two_people_are_two_reports(report_address):
    answers = {"reason": "wrong", "text": "C’est faux.", "email": "", "site_internet": ""}
    for _person in range(2):
        browser = Client()
        form = form_of(browser.get(report_address).content.decode())
        assert browser.post(report_address, {**form, **answers}).status_code == 302
    assert Report.objects.count() == 2


# --- A request for help -----------------------------------------------------------------------------------------------

MAILS = f"address|{requests.TO_REQUESTER}|"  # an address is forgotten as soon as its mail left


def test_a_request_for_help_is_taken_once_and_every_window_opens_its_page():
    catalyst = CatalystFactory(owner=MemberFactory())
    address = f"{reverse('directory:ask')}?a={catalyst.slug}"
    browser = Client()
    answers = {
        **form_of(browser.get(address).content.decode()),
        "need": "Ouvrir un tiers-lieu.",
        "name": "Jeanne Apatou",
        "contact": "jeanne@exemple.fr",
        "site_internet": "",
    }
    windows = [another_window(browser) for _window in range(WINDOWS)]
    sent = at_once(*(lambda window=window: window.post(address, answers) for window in windows))
    row = HelpRequest.objects.get()
    assert {(response.status_code, response["Location"]) for response in sent} == {
        (302, secret_links.requester_path(row))
    }
    assert OutgoingMail.objects.filter(key__startswith=MAILS).count() == 1
    assert Notification.objects.filter(person=catalyst.owner).count() == 1


def test_an_answer_to_a_request_is_written_once():
    catalyst = CatalystFactory(owner=MemberFactory())
    asking = requests.Asking("Un tiers-lieu.", None, "Jeanne", email="jeanne@exemple.fr")
    row = requests.send(asking, [catalyst], by=None, now=timezone.now())
    address = secret_links.recipient_path(row.recipients.get())
    browser = Client()
    answers = {
        **form_of(browser.get(address).content.decode()),
        "acte": "repondre",
        "text": "Je viens mardi.",
    }
    windows = [another_window(browser) for _window in range(WINDOWS)]
    sent = at_once(*(lambda window=window: window.post(address, answers) for window in windows))
    assert [response.status_code for response in sent] == [302] * WINDOWS
    assert row.messages.count() == 1
    assert OutgoingMail.objects.filter(key__startswith=MAILS).count() == 2


# --- An import --------------------------------------------------------------------------------------------------------


def test_an_import_is_confirmed_once():
    person = MemberFactory()
    person.user_permissions.add(Permission.objects.get(codename="run_import"))
    browser = MemberClient()
    browser.force_login(person)
    with registered(kinds, GROUPS):
        browser.post("/imports/nouveau/test.groups/", {"file": upload(b"Nom du groupe\nEau\nAir\n", "groupes.csv")})
        run = ImportRun.objects.get()
        browser.post(f"/imports/{run.pk}/colonnes/", run.mapping)
        run.refresh_from_db()
        assert run.state == State.TRIED
        windows = [another_window(browser) for _window in range(WINDOWS)]
        sent = at_once(*(lambda window=window: window.post(f"/imports/{run.pk}/enregistrer/") for window in windows))
    assert {(response.status_code, response["Location"]) for response in sent} == {(302, f"/imports/{run.pk}/")}
    run.refresh_from_db()
    assert run.state == State.DONE
    assert run.report["created"] == 2
    assert Group.objects.filter(name__in=["Eau", "Air"]).count() == 2
    assert Job.objects.filter(kind="imports.run").count() == 2  # the trial and one writing


def test_an_import_given_up_in_one_window_and_confirmed_in_the_other_does_one_of_both():
    person = MemberFactory()
    person.user_permissions.add(Permission.objects.get(codename="run_import"))
    browser = MemberClient()
    browser.force_login(person)
    with registered(kinds, GROUPS):
        browser.post("/imports/nouveau/test.groups/", {"file": upload(b"Nom du groupe\nEau\n", "groupes.csv")})
        run = ImportRun.objects.get()
        browser.post(f"/imports/{run.pk}/colonnes/", run.mapping)
        first, second = another_window(browser), another_window(browser)
        at_once(
            lambda: first.post(f"/imports/{run.pk}/enregistrer/"),
            lambda: second.post(f"/imports/{run.pk}/abandonner/"),
        )
    run.refresh_from_db()
    written = Group.objects.filter(name="Eau").exists()
    assert (run.state, written) in {(State.DONE, True), (State.CANCELLED, False)}


# --- Signing in -------------------------------------------------------------------------------------------------------


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_a_code_given_twice_signs_one_person_in(mailoutbox):
    member = MemberFactory()
    browser = MemberClient()
    ask_for_code(browser, member.email)
    code = code_in(mailoutbox[0])
    windows = [another_window(browser) for _window in range(2)]
    sent = at_once(*(lambda window=window: give_code(window, code) for window in windows))
    assert all(response.status_code == 302 for response in sent)
    assert str(member.pk) in {signed_in(window) for window in windows}
    # Neither window is told that the code is not valid, nor made to forget what the other received.
    assert {response["Location"] for response in sent} == {"/mon-espace/"}
    # Given again later, from a window left open, the code opens nothing.
    late = another_window(browser)
    assert give_code(late, code).status_code in {302, 409}
    assert signed_in(late) is None


def test_a_second_click_on_the_code_leads_where_the_first_went_and_signs_nobody_out(mailoutbox):
    member = MemberFactory()
    browser = MemberClient()
    ask_for_code(browser, member.email)
    code = code_in(mailoutbox[0])
    second = another_window(browser)
    first_answer, second_answer = give_code(browser, code), give_code(second, code)
    assert first_answer["Location"] == second_answer["Location"] == "/mon-espace/"
    assert signed_in(browser) == str(member.pk)
    assert "sessionid" not in second_answer.cookies  # not even to forget it
    # Other words, or the same from elsewhere, lead nowhere.
    assert give_code(another_window(second), "AAAA-AAAA")["Location"].startswith("/compte/connexion/")
    assert give_code(MemberClient(), code)["Location"].startswith("/compte/connexion/")


@pytest.mark.usefixtures("consents")
def test_a_second_click_on_a_new_account_or_on_an_invitation_leads_where_the_first_went(mailoutbox):
    browser = MemberClient()
    ask_for_code(browser, "nina@exemple.fr")
    code, late = code_in(mailoutbox[0]), another_window(browser)
    opening = give_code(browser, code)["Location"]
    assert give_code(late, code)["Location"] == opening == reverse("account_signup")
    answers = {"name": "Nina", "terms": "on", **form_of(browser.get(opening).content.decode())}
    second = another_window(browser)
    sent = [window.post(opening, answers) for window in (browser, second)]
    assert [(answer.status_code, answer["Location"]) for answer in sent] == [(302, "/mon-espace/")] * 2
    assert "sessionid" not in sent[1].cookies

    animator = MemberFactory(role=Role.ANIMATOR)
    _invitation, token = invite("lou@exemple.fr", Role.FACILITATOR, by=animator, now=timezone.now())
    address = reverse("accounts:invitation", args=[token])
    browser = MemberClient()
    answers = {"name": "Lou", "terms": "on", **form_of(browser.get(address).content.decode())}
    sent = [window.post(address, answers) for window in (browser, another_window(browser))]
    assert [(answer.status_code, answer["Location"]) for answer in sent] == [(302, "/mon-espace/")] * 2
    # The link itself, opened again, still says that it was used; so does the form a while later.
    assert MemberClient().get(address).status_code == 410
    Invitation.objects.update(accepted_at=timezone.now() - timedelta(minutes=1))
    assert MemberClient().post(address, answers).status_code == 410


@pytest.mark.usefixtures("consents")
def test_an_account_opened_twice_is_one_account(mailoutbox):
    browser = MemberClient()
    ask_for_code(browser, "nina@exemple.fr")
    page = browser.get(give_code(browser, code_in(mailoutbox[0]))["Location"])
    answers = {"name": "Nina", "terms": "on", **form_of(page.content.decode())}
    windows = [another_window(browser) for _window in range(2)]
    address = reverse("account_signup")
    sent = at_once(*(lambda window=window: window.post(address, answers) for window in windows))
    assert all(response.status_code < 500 for response in sent)
    member = Member.objects.get(email="nina@exemple.fr")
    assert Consent.objects.filter(member=member, text__kind="terms").count() == 1
    assert str(member.pk) in {signed_in(window) for window in windows}


# --- An invitation ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("consents")
def test_an_invitation_accepted_twice_opens_one_account():
    animator = MemberFactory(role=Role.ANIMATOR)
    _invitation, token = invite("nina@exemple.fr", Role.FACILITATOR, by=animator, now=NOW)
    address = reverse("accounts:invitation", args=[token])
    browser = MemberClient()
    page = browser.get(address).content.decode()
    answers = {"name": "Nina", "terms": "on", **form_of(page)}
    windows = [another_window(browser) for _window in range(WINDOWS)]
    sent = at_once(*(lambda window=window: window.post(address, answers) for window in windows))
    assert all(response.status_code < 500 for response in sent)
    member = Member.objects.get(email="nina@exemple.fr")
    assert member.role == Role.FACILITATOR
    assert Consent.objects.filter(member=member, text__kind="terms").count() == 1
    assert RoleChange.objects.filter(member=member).count() == 1
    assert Invitation.objects.get().accepted_by == member
    assert str(member.pk) in {signed_in(window) for window in windows}


def test_an_invitation_accepted_twice_by_a_member_raises_the_role_once():
    animator = MemberFactory(role=Role.ANIMATOR)
    member = MemberFactory()
    _invitation, token = invite(member.email, Role.FACILITATOR, by=animator, now=NOW)
    browser = MemberClient()
    browser.force_login(member)
    address = reverse("accounts:invitation", args=[token])
    windows = [another_window(browser) for _window in range(WINDOWS)]
    sent = at_once(*(lambda window=window: window.post(address) for window in windows))
    assert all(response.status_code < 500 for response in sent)
    member.refresh_from_db()
    assert member.role == Role.FACILITATOR
    assert RoleChange.objects.filter(member=member).count() == 1
