"""The mail server is down: people are told so, in French, and nothing is lost."""

import logging
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse

from alliage.accounts.models import Invitation
from alliage.accounts.tests.doors import ask_for_code, code_in, give_code, hidden

pytestmark = pytest.mark.django_db
SAID = "Le courrier n’est pas parti"


class DownBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise SMTPRecipientsRefused({message.to[0]: (450, b"later") for message in email_messages})


class FullBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise OSError(28, "No space left on device")


@pytest.fixture(params=["DownBackend", "FullBackend"])
def down(request, settings):
    def take_down():
        settings.EMAIL_BACKEND = f"{__name__}.{request.param}"

    return take_down


def test_signing_in_says_that_the_mail_did_not_leave(client, down, member, caplog):
    down()
    for email in (member.email, "inconnu@exemple.fr"):
        response = ask_for_code(client, email)
        assert response.status_code == 503
        assert SAID in response.content.decode()
        assert f'value="{email}"' in response.content.decode()
    assert member.email not in caplog.text
    assert "could not be sent" in caplog.text


def test_asking_for_another_code_leaves_the_first_one_valid(client, down, member, mailoutbox):
    ask_for_code(client, member.email)
    down()
    address = reverse("account_confirm_login_code")
    response = client.post(address, {"action": "resend"})
    assert response["Location"] == address
    assert SAID in client.get(address).content.decode()


def test_changing_one_s_address_says_it(client, down, member):
    client.force_login(member)
    down()
    response = client.post("/compte/adresse/", {"email": "nouvelle@exemple.fr", "action_add": ""}, follow=True)
    assert SAID in response.content.decode()


def test_what_is_done_stays_done_when_its_notification_does_not_leave(client, down, member, settings, mailoutbox):
    ask_for_code(client, member.email)
    code = code_in(mailoutbox[-1])
    down()
    assert give_code(client, code).status_code == 302
    assert client.get("/compte/").status_code == 200
    chosen = "une phrase assez longue"
    response = client.post("/compte/mot-de-passe/choisir/", {"password1": chosen, "password2": chosen})
    assert response.status_code == 302
    member.refresh_from_db()
    assert member.has_usable_password()


def test_an_invitation_that_did_not_leave_takes_no_other_back(client, down, animator):
    client.force_login(animator)
    sent = {"email": "quelquun@exemple.fr", "role": "member"}
    client.post("/compte/invitations/", sent)
    down()
    page = client.post("/compte/invitations/", sent).content.decode()
    assert SAID in page
    assert 'value="quelquun@exemple.fr"' in page
    assert Invitation.objects.filter(revoked_at=None).count() == 1
    assert Invitation.objects.count() == 1


def test_a_page_that_sends_by_itself_says_to_come_back(rf):
    from alliage.accounts.mails import MailNotSent
    from alliage.accounts.middleware import SecondFactorMiddleware

    middleware = SecondFactorMiddleware(lambda _request: pytest.fail("not asked"))
    response = middleware.process_exception(rf.get("/compte/adresse/code/"), MailNotSent("non"))
    assert response is not None
    assert response.status_code == 503
    assert middleware.process_exception(rf.get("/"), ValueError()) is None


def test_the_moment_of_the_form_is_given_again(client, down):
    down()
    response = ask_for_code(client, "inconnu@exemple.fr")
    assert hidden(response)
    assert logging.getLogger("alliage.accounts.mails").isEnabledFor(logging.ERROR)
