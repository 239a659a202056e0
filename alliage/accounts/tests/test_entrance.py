import logging
import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.models import Consent, Member
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.doors import ask_for_code, code_in, give_code, hidden
from alliage.accounts.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_wait(settings):
    settings.HONEYPOT_SECONDS = 0


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_a_member_enters_with_the_code_of_the_mail_and_goes_where_they_wanted(client, member, mailoutbox):
    response = ask_for_code(client, member.email.upper(), next="/annuaire/")
    shown = client.get(response["Location"])
    assert member.email in shown.content.decode().lower()
    assert mailoutbox[0].to == [member.email.upper()] or mailoutbox[0].to == [member.email]
    response = give_code(client, code_in(mailoutbox[0]), next="/annuaire/")
    assert response["Location"] == "/annuaire/"
    assert signed_in(client) == str(member.pk)


def test_the_code_is_in_the_text_and_in_the_html_but_not_in_the_subject_or_the_log(client, member, mailoutbox, caplog):
    caplog.set_level(logging.DEBUG)
    ask_for_code(client, member.email)
    mail, code = mailoutbox[0], code_in(mailoutbox[0])
    give_code(client, "1111-1111")
    give_code(client, code)
    assert code in mail.alternatives[0].content
    assert code not in mail.subject
    said = "".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert code not in said
    assert member.email not in said


def test_known_and_unknown_addresses_get_the_same_answer(member, mailoutbox):
    pages = []
    for email in (member.email, "inconnu@exemple.fr"):
        client = MemberClient()
        response = ask_for_code(client, email)
        page = client.get(response["Location"]).content.decode().replace(email, "ADRESSE")
        pages.append((response.status_code, re.sub(r'value="[A-Za-z0-9]{64}"', "", page)))
        wrong = give_code(client, "0000-0000")
        pages[-1] += (wrong.status_code, "n’est pas le bon" in wrong.content.decode())
    assert pages[0] == pages[1]
    assert [len(mail.alternatives) for mail in mailoutbox] == [1, 1]
    assert mailoutbox[0].subject == mailoutbox[1].subject


def test_an_unknown_address_opens_an_account_after_its_code(client, mailoutbox):
    ask_for_code(client, "Nina@exemple.fr", next="/annuaire/")
    response = give_code(client, code_in(mailoutbox[0]), next="/annuaire/")
    assert response["Location"] == reverse("account_signup")
    page = client.get(response["Location"])
    assert "Règles du compte" in page.content.decode()
    data = {"email": "pirate@exemple.fr", "name": " Nina ", "moment": hidden(page)}
    assert "name" not in client.post(reverse("account_signup"), data).context["form"].errors
    assert not Member.objects.exists()
    response = client.post(reverse("account_signup"), {**data, "terms": "on"})
    assert response["Location"] == "/annuaire/"
    nina = Member.objects.get()
    assert (nina.email, nina.name, nina.role) == ("nina@exemple.fr", "Nina", Role.MEMBER)
    assert signed_in(client) == str(nina.pk)
    assert EmailAddress.objects.get(user=nina, email="nina@exemple.fr").verified
    assert Consent.objects.get(member=nina).where == "ouverture du compte"
    assert not nina.has_usable_password()


def test_nobody_opens_an_account_without_a_code(client, member):
    assert client.get(reverse("account_signup"))["Location"] == reverse("account_login")
    data = {"email": "nina@exemple.fr", "name": "Nina", "terms": "on"}
    assert client.post(reverse("account_signup"), data)["Location"] == reverse("account_login")
    session = client.session
    session["account_verified_email"] = member.email
    session.save()
    assert client.get(reverse("account_signup"))["Location"] == reverse("account_login")
    client.force_login(member)
    assert client.get(reverse("account_signup")).status_code == 302
    assert Member.objects.count() == 1


def test_a_closed_account_is_told_only_after_its_code(client, mailoutbox):
    MemberFactory(email="parti@exemple.fr", is_active=False)
    ask_for_code(client, "parti@exemple.fr")
    response = give_code(client, code_in(mailoutbox[0]))
    assert response["Location"] == reverse("account_inactive")
    assert not signed_in(client)
    assert client.get(response["Location"]).status_code == 200


def test_a_second_code_replaces_the_first(client, member, mailoutbox):
    ask_for_code(client, member.email)
    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    first, second = (code_in(mail) for mail in mailoutbox)
    assert give_code(client, first).status_code == 200
    give_code(client, second)
    assert signed_in(client)


def test_a_new_code_is_sent_to_an_unknown_address_too(client, mailoutbox):
    ask_for_code(client, "nina@exemple.fr")
    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    assert give_code(client, code_in(mailoutbox[1]))["Location"] == reverse("account_signup")


def test_a_code_that_is_too_old_is_refused(client, member, mailoutbox, settings):
    ask_for_code(client, member.email)
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    response = give_code(client, code_in(mailoutbox[0]))
    assert response["Location"] == reverse("account_login")
    assert "plus valable" in client.get(response["Location"]).content.decode()


def test_three_wrong_codes_end_the_attempt(client, member, mailoutbox):
    ask_for_code(client, member.email)
    for _attempt in range(3):
        response = give_code(client, "0000-0000")
    assert response["Location"] == reverse("account_login")
    assert give_code(client, code_in(mailoutbox[0])).status_code == 302
    assert not signed_in(client)


def test_five_wrong_codes_for_an_address_lock_it_for_a_quarter_of_an_hour_in_every_browser(member, mailoutbox):
    for _browser in range(2):
        client = MemberClient()
        ask_for_code(client, member.email)
        for _attempt in range(3):
            response = give_code(client, "0000-0000")
    assert (response.status_code, response["Retry-After"]) == (429, "600")
    response = give_code(client, code_in(mailoutbox[-1]))
    assert response.status_code == 429
    assert "Trop d’essais" in response.content.decode()
    assert not signed_in(client)


def test_more_than_three_codes_a_minute_for_an_address_are_refused_with_a_delay(member, mailoutbox):
    for _ in range(3):
        assert ask_for_code(MemberClient(), member.email).status_code == 302
    response = ask_for_code(MemberClient(), member.email)
    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert len(mailoutbox) == 3
    assert ask_for_code(MemberClient(), "autre@exemple.fr").status_code == 302


def test_a_hall_of_350_people_behind_one_network_address_gets_in(mailoutbox):
    page = MemberClient().get(reverse("account_login"))
    for rank in range(350):
        client = MemberClient()
        data = {"email": f"personne{rank}@exemple.fr", "moment": hidden(page)}
        assert client.post(reverse("account_login"), data).status_code == 302
    assert len(mailoutbox) == 350
    assert give_code(client, code_in(mailoutbox[-1]))["Location"] == reverse("account_signup")


def test_a_refused_address_comes_back_as_typed(client):
    response = ask_for_code(client, "pas une adresse")
    assert response.status_code == 200
    assert "pas une adresse" in response.content.decode()


def test_a_robot_that_fills_the_trap_gets_no_mail(client, member, mailoutbox):
    page = client.get(reverse("account_login"))
    data = {"email": member.email, "site_internet": "x", "moment": hidden(page)}
    assert client.post(reverse("account_login"), data).status_code == 200
    assert not mailoutbox


def test_the_first_page_asks_for_an_address_only(client):
    text = client.get(reverse("account_login", query={"adresse": "nina@exemple.fr"})).content.decode()
    assert "nina@exemple.fr" in text
    assert 'type="password"' not in text


def test_a_password_is_a_second_door(client, mailoutbox):
    MemberFactory(email="nina@exemple.fr").delete()
    nina = Member.objects.create_user("nina@exemple.fr", "une phrase bien longue", name="Nina")
    EmailAddress.objects.create(user=nina, email=nina.email, primary=True, verified=True)
    page = reverse("accounts:password_login")
    response = client.post(page, {"login": nina.email, "password": "mauvaise"})
    assert "n’est pas le bon" in response.content.decode()
    response = client.post(page, {"login": nina.email, "password": "une phrase bien longue"})
    assert response["Location"] == "/mon-espace/"
    assert client.get(reverse("account_reset_password"))["Location"] == reverse("account_login")


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(client):
    nina = Member.objects.create_user("nina@exemple.fr", "une phrase bien longue")
    EmailAddress.objects.create(user=nina, email=nina.email, primary=True, verified=True)
    page = reverse("accounts:password_login")
    for _ in range(5):
        client.post(page, {"login": nina.email, "password": "mauvaise"})
    response = client.post(page, {"login": nina.email, "password": "une phrase bien longue"})
    assert "Trop d’essais" in response.content.decode()
    assert not signed_in(client)


def test_signing_out_takes_one_click_and_never_a_link(client, member):
    client.force_login(member)
    assert client.get(reverse("account_logout")).status_code == 200
    assert signed_in(client)
    client.post(reverse("account_logout"))
    assert not signed_in(client)


def test_the_way_back_never_leads_to_another_site(client, member, mailoutbox):
    ask_for_code(client, member.email, next="https://pirate.exemple/")
    response = give_code(client, code_in(mailoutbox[0]), next="https://pirate.exemple/")
    assert response["Location"] == "/mon-espace/"
