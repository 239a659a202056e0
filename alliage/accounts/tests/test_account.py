import io
import json
import re
import zipfile
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from alliage.accounts import registry
from alliage.accounts.enums import ConsentKind, Role
from alliage.accounts.models import Consent, Invitation, Member
from alliage.accounts.registry import PersonalData, personal_data
from alliage.accounts.services import (
    AccountRefusal,
    RoleRefusal,
    close_account,
    export_personal_data,
    give_consent,
    invite,
    open_account,
    update_account,
)
from alliage.accounts.templatetags.accounts import as_json, browser_name, in_groups
from alliage.accounts.tests.doors import code_in
from alliage.accounts.tests.factories import MemberFactory
from alliage.accounts.time_zones import FRENCH
from alliage.files.enums import Kind as FileKind
from alliage.files.models import StoredFile
from alliage.imports.models import ImportRun
from alliage.jobs.registry import schedule
from alliage.jobs.tests.factories import JobFactory
from alliage.registry import Registry

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOME = "/compte/"


@pytest.fixture(autouse=True)
def _no_wait(settings):
    settings.HONEYPOT_SECONDS = 0


def test_my_account_is_mine_only(client):
    assert client.get(HOME)["Location"].startswith(reverse("account_login"))


def test_name_and_zone_change_and_overseas_zones_are_offered(client, member):
    client.force_login(member)
    page = client.get(HOME).content.decode()
    for name in ("Martinique", "Mayotte", "La Réunion", "Wallis-et-Futuna"):
        assert name in page
    client.post(HOME, {"name": "Léa", "time_zone": "Pacific/Tahiti"})
    member.refresh_from_db()
    assert (member.name, member.time_zone) == ("Léa", "Pacific/Tahiti")
    refused = client.post(HOME, {"name": "Autre", "time_zone": "Mars/Base"})
    assert 'value="Autre"' in refused.content.decode()


def test_every_zone_offered_exists():
    for code, _label in FRENCH:
        assert ZoneInfo(code)


def test_only_the_person_changes_copies_or_closes_their_account(member):
    other = MemberFactory()
    for act in (
        lambda: update_account(member, name="x", time_zone="Europe/Paris", by=other),
        lambda: export_personal_data(member, by=other, now=NOW),
        lambda: close_account(member, by=other, now=NOW),
        lambda: update_account(member, name="x", time_zone="Mars/Base", by=member),
    ):
        with pytest.raises(AccountRefusal):
            act()


def test_consents_are_given_and_taken_back_on_my_account(client, member):
    client.force_login(member)
    page = reverse("accounts:consent", args=["newsletter"])
    client.post(page, {"give": "1"})
    assert Consent.objects.get().where == "mon compte"
    assert "Retirer mon accord" in client.get(HOME).content.decode()
    client.post(page)
    assert Consent.objects.get().withdrawn_at
    terms = client.post(reverse("accounts:consent", args=["terms"]), follow=True)
    assert "ne peut pas exister sans cet accord" in terms.content.decode()
    assert client.post(reverse("accounts:consent", args=["autre"])).status_code == 404


def test_my_data_come_as_a_readable_file(client, animator):
    give_consent(animator, ConsentKind.NEWSLETTER, by=animator, now=NOW, where="test")
    client.force_login(animator)
    response = client.get(reverse("accounts:data"))
    assert response["Content-Disposition"] == 'attachment; filename="mes-donnees-alliage.zip"'
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert "mes-donnees.json" in archive.read("LISEZ-MOI.txt").decode()
    parts = json.loads(archive.read("mes-donnees.json"))["parts"]
    assert parts["accounts.account"]["data"]["adresse"] == animator.email
    assert parts["accounts.consents"]["data"][0]["text__kind"] == "newsletter"
    assert parts["accounts.sign_in"]["data"]["preuves"] == []


def test_other_folders_add_their_data_and_erase_them(client, member, monkeypatch):
    erased = []
    one = Registry("test.personal_data", "Test.")
    one.add(PersonalData("test", "Test", lambda person: {"object": person}, erased.append))
    Registry.known.pop("test.personal_data")
    monkeypatch.setattr("alliage.accounts.services.account.personal_data", one)
    client.force_login(member)
    archive = zipfile.ZipFile(io.BytesIO(client.get(reverse("accounts:data")).content))
    assert json.loads(archive.read("mes-donnees.json"))["parts"]["test"]["data"] == {"object": member.name}
    close_account(member, by=member, now=NOW)
    assert erased == [member]


def test_closing_an_account_erases_who_the_person_was_and_frees_the_address(client, animator, administrator):
    email = animator.email
    give_consent(animator, ConsentKind.TERMS, by=animator, now=NOW, where="test")
    Authenticator.objects.create(user=animator, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    invite(email, Role.MEMBER, by=administrator, now=NOW)
    client.force_login(animator)
    UserSession.objects.create(
        user=animator, session_key=client.session.session_key, ip="127.0.0.1", user_agent="Firefox"
    )
    assert "Rien n’a été effacé" in client.post(reverse("accounts:close"), follow=True).content.decode()
    response = client.post(reverse("accounts:close"), {"confirmation": "on"})
    assert response["Location"] == "/"
    closed = Member.objects.get(pk=animator.pk)
    assert email not in str({field.name: getattr(closed, field.name) for field in Member._meta.fields})
    assert (closed.is_active, closed.name, closed.role, closed.groups.count()) == (False, "", Role.MEMBER, 0)
    assert closed.role_changes.get().reason == "compte fermé"
    for model in (EmailAddress, Authenticator, UserSession):
        assert not model.objects.filter(user=closed).exists()
    assert not Consent.objects.exists()
    assert not Invitation.objects.exists()
    assert "_auth_user_id" not in client.session
    assert open_account(email, "Une autre", where="test", now=NOW)


def test_the_last_administrator_does_not_leave(client, administrator):
    client.force_login(administrator)
    response = client.post(reverse("accounts:close"), {"confirmation": "on"}, follow=True)
    assert "dernier compte d’administration" in response.content.decode()
    with pytest.raises(RoleRefusal):
        close_account(administrator, by=administrator, now=NOW)
    administrator.refresh_from_db()
    assert administrator.is_active


def test_a_demonstration_account_is_not_closed():
    persona = MemberFactory(is_demo=True)
    with pytest.raises(AccountRefusal):
        close_account(persona, by=persona, now=NOW)


def test_an_address_has_one_account(member):
    with pytest.raises(AccountRefusal):
        open_account(member.email.upper(), "x", where="test", now=NOW)
    Member.objects.filter(pk=member.pk).update(email="autre@exemple.fr")
    with pytest.raises(AccountRefusal):
        open_account(EmailAddress.objects.get().email, "x", where="test", now=NOW)


def test_changing_address_asks_for_a_code_at_the_new_one(client, member, mailoutbox):
    old = member.email
    client.force_login(member)
    page = reverse("account_email")
    assert old in client.get(page).content.decode()
    response = client.post(page, {"email": "nouvelle@exemple.fr", "action_add": "1"})
    assert response["Location"] == reverse("account_email_verification_sent")
    assert mailoutbox[0].to == ["nouvelle@exemple.fr"]
    assert client.get(response["Location"]).status_code == 200
    client.post(response["Location"], {"code": code_in(mailoutbox[0])})
    member.refresh_from_db()
    assert member.email == "nouvelle@exemple.fr"
    assert [mail.to for mail in mailoutbox[1:]] == [[old]] or mailoutbox[-1].subject == "Votre compte Alliage a changé"


def test_the_page_does_not_tell_that_an_address_belongs_to_another_and_does_not_take_it(client, member, mailoutbox):
    other, mine = MemberFactory(), member.email
    client.force_login(member)
    response = client.post(reverse("account_email"), {"email": other.email, "action_add": "1"})
    assert response["Location"] == reverse("account_email_verification_sent")
    assert other.email in client.get(response["Location"]).content.decode()
    assert client.post(response["Location"], {"code": code_in(mailoutbox[0])}).status_code == 200
    member.refresh_from_db()
    assert member.email == mine


def test_a_password_can_be_chosen_and_changed(client, member, mailoutbox):
    client.force_login(member)
    page = reverse("account_set_password")
    assert client.get(page).status_code == 200
    assert client.post(page, {"password1": "court", "password2": "court"}).status_code == 200
    phrase = "quatre chevaux verts dansent"
    client.post(page, {"password1": phrase, "password2": phrase})
    member.refresh_from_db()
    assert member.check_password(phrase)
    assert "mot de passe" in mailoutbox[0].body
    assert phrase not in mailoutbox[0].body
    client.force_login(member)
    assert client.get(reverse("account_change_password")).status_code == 200
    assert client.get(reverse("account_reauthenticate")).status_code == 200


def test_my_devices_are_listed_and_the_others_signed_out(client, member):
    client.force_login(member)
    agents = ("Mozilla/5.0 (Windows NT 10.0) Firefox/140", "Mozilla/5.0 (iPhone) Safari/605")
    other = client.__class__()
    for browser, agent in zip((client, other), agents, strict=True):
        browser.force_login(member)
        UserSession.objects.create(
            user=member, session_key=browser.session.session_key, ip="192.0.2.1", user_agent=agent
        )
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    client.post(reverse("usersessions_list"))
    assert other.get(HOME).status_code == 302
    assert client.get(HOME).status_code == 200


def test_no_page_shows_an_address_to_another_member(client, administrator):
    hidden = MemberFactory(name="", email="secret@exemple.fr")
    client.force_login(administrator)
    for page in (reverse("accounts:members"), reverse("accounts:member", args=[hidden.pk]), "/mon-espace/", HOME):
        assert "secret@exemple.fr" not in client.get(page).content.decode()


def test_an_administrator_changes_roles(client, administrator, member):
    client.force_login(administrator)
    found = client.get(reverse("accounts:members"), {"q": member.name, "role": "member"}).content.decode()
    assert member.name in found
    assert "Personne ne correspond" in client.get(reverse("accounts:members"), {"q": "zzz"}).content.decode()
    page = reverse("accounts:member", args=[member.pk])
    client.post(page, {"role": "animator", "reason": "relais"})
    member.refresh_from_db()
    assert member.role == Role.ANIMATOR
    assert "relais" in client.get(page).content.decode()
    alone = client.post(reverse("accounts:member", args=[administrator.pk]), {"role": "member"})
    assert "dernier compte d’administration" in alone.content.decode()
    client.force_login(MemberFactory(role=Role.ANIMATOR))
    assert client.get(page).status_code == 403
    assert client.get(reverse("accounts:members")).status_code == 403


def test_small_helpers_of_templates():
    assert in_groups("ABCDEFGH") == "ABCD EFGH"
    assert browser_name("curl/8") == "Appareil inconnu"
    assert json.loads(as_json({"at": NOW}))
    assert re.fullmatch(r"[a-z_.]+", registry.personal_data.name)


def test_my_account_and_the_lists_ask_the_same_number_of_queries_whatever_they_hold(
    client, administrator, django_assert_max_num_queries
):
    client.force_login(administrator)
    for rank in range(40):
        invite(f"personne{rank}@exemple.fr", Role.MEMBER, by=administrator, now=NOW)
        MemberFactory()
    for kind in ConsentKind:
        give_consent(administrator, kind, by=administrator, now=NOW, where="test")
    for page in (HOME, reverse("accounts:invitations"), reverse("accounts:members"), reverse("mfa_index")):
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200


def test_a_visitor_meets_the_first_page_without_a_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse("account_login"))


def test_sessions_that_are_over_are_forgotten(db):
    ends = timezone.now() - timedelta(seconds=1), timezone.now() + timedelta(days=1)
    Session.objects.bulk_create(Session(session_key=str(end), session_data="x", expire_date=end) for end in ends)
    schedule.get("accounts.forget_sessions").run(timezone.now())
    assert Session.objects.get().expire_date == ends[1]


def test_what_the_engines_keep_of_a_member_is_given_then_forgotten():
    member, other = MemberFactory(), MemberFactory()
    for person in (member, other):
        StoredFile.objects.create(
            name="liste.csv",
            kind=FileKind.TABLE,
            purpose="imports.table",
            size=3,
            sha256="a" * 64,
            owner_id=person.pk,
            created_at=timezone.now(),
        )
        ImportRun.objects.create(
            kind="x", file_name="liste.csv", sha256="a" * 64, started_by_id=person.pk, created_at=timezone.now()
        )
        JobFactory(started_by_id=person.pk)
    sent, asked = personal_data.get("files.sent"), personal_data.get("jobs.asked")
    assert [one["name"] for one in sent.export(member)] == ["liste.csv"]
    assert [len(found) for found in asked.export(member).values()] == [1, 1]
    sent.erase(member)
    asked.erase(member)
    assert sent.export(member) == []
    assert asked.export(member) == {"imports": [], "travaux": []}
    assert len(sent.export(other)) == 1
    assert len(asked.export(other)["travaux"]) == 1
