"""Write to an entry without anybody's address."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import Visibility
from alliage.directory.models import Contact
from alliage.directory.queries import profiles as queries
from alliage.directory.services import contacts as services
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, OrganisationFactory
from alliage.notifications.models import OutgoingMail

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
TYPED = {"name": "Maire de Saül", "email": "maire@saul.exemple.fr", "text": "Pouvez-vous nous aider ?"}


@pytest.fixture(autouse=True)
def _a_person_takes_no_time(settings):
    settings.HONEYPOT_SECONDS = 0


def write(entry, sent="a", now=NOW, **typed):
    return services.write_to(entry, **{**TYPED, **typed}, sent=sent, now=now)


def to(address):
    return OutgoingMail.objects.get(to=address)


def test_the_owner_receives_it_and_answers_the_sender_who_learns_no_address():
    owner = MemberFactory(email="secrete@exemple.fr")
    entry = CatalystFactory(owner=owner, name="Anne Martin", email="fiche@exemple.fr")
    contact = write(entry)
    assert contact.recipients == 1
    mail = to(owner.email)
    assert (
        mail.headers["Reply-To"] == '"Maire de Saül" <maire@saul.exemple.fr>'
        or "maire@saul.exemple.fr" in mail.headers["Reply-To"]
    )
    assert "Pouvez-vous nous aider" in mail.text
    copy = to(TYPED["email"])
    assert "est parti" in copy.text
    assert "Reply-To" not in copy.headers
    for secret in (owner.email, "fiche@exemple.fr"):
        assert secret not in f"{copy.text}{copy.html}{copy.subject}{copy.headers}"


def test_only_a_member_at_her_own_address_receives_what_was_written():
    """The form would else send any words, from us, to an address that anyone typed."""
    entry, member = CatalystFactory(owner=MemberFactory()), MemberFactory(email="Maire@saul.exemple.fr")
    write(entry, sent="a", name="Gagnez www.exemple.org")
    write(entry, sent="b", by=member, email="victime@exemple.fr")
    for mail in OutgoingMail.objects.filter(to__in=[TYPED["email"], "victime@exemple.fr"]):
        assert "Pouvez-vous" not in f"{mail.subject}{mail.text}{mail.html}"
        assert "exemple.org" not in f"{mail.subject}{mail.text}{mail.html}"
    assert OutgoingMail.objects.filter(to="victime@exemple.fr").count() == 1
    OutgoingMail.objects.all().delete()
    write(entry, sent="c", by=member)
    assert "Pouvez-vous nous aider" in to(TYPED["email"]).text


def test_the_same_sending_at_the_same_moment_is_one_message(monkeypatch):
    owner = MemberFactory()
    entry, refuse = CatalystFactory(owner=owner), services._refuse_flood
    others = []

    def meanwhile(*asked, **more):
        """Between what is looked for and what is written, the other one is written."""
        monkeypatch.setattr(services, "_refuse_flood", refuse)
        others.append(write(entry))

    monkeypatch.setattr(services, "_refuse_flood", meanwhile)
    assert write(entry) == others[0] == Contact.objects.get()
    assert OutgoingMail.objects.filter(to=owner.email).count() == 1


def test_a_hall_may_write_to_one_entry_and_a_robot_stops_there(monkeypatch):
    monkeypatch.setattr(services, "MOST_A_DAY", 3)
    entry = CatalystFactory(owner=MemberFactory())
    first = [write(entry, sent=str(rank)) for rank in range(3)]
    with pytest.raises(services.ContactRefused, match="demain"):
        write(entry, sent="4")
    assert write(entry, sent="2") == first[2]
    assert write(CatalystFactory(owner=MemberFactory()), sent="5")
    assert write(entry, sent="6", now=NOW + timedelta(days=1))


def test_the_same_sending_twice_is_one_message():
    entry = CatalystFactory(owner=MemberFactory())
    assert write(entry) == write(entry)
    assert OutgoingMail.objects.count() == 2
    assert write(entry, sent="b") != write(entry)
    assert write(entry, text="Autre chose") != write(entry)


def test_the_editors_of_a_group_receive_it_or_else_animators():
    animator = MemberFactory(role=Role.ANIMATOR)
    holder, editor, plain = MemberFactory(), MemberFactory(), MemberFactory()
    group = OrganisationFactory(owner=holder)
    MembershipFactory(group=group, person=CatalystFactory(owner=editor), is_editor=True)
    MembershipFactory(group=group, person=CatalystFactory(owner=plain))
    assert services.recipients_of(group) == [holder, editor]
    assert services.recipients_of(OrganisationFactory()) == [animator]
    assert services.recipients_of(CatalystFactory()) == [animator]
    assert services.recipients_of(CatalystFactory(owner=MemberFactory(is_active=False))) == [animator]


def test_nothing_is_kept_of_what_was_written_and_the_rest_is_forgotten():
    entry = CatalystFactory(owner=MemberFactory())
    contact = write(entry)
    row = str(Contact.objects.values().get())
    assert not [word for word in TYPED.values() if word in row]
    services.forget_old(NOW + timedelta(days=29))
    contact.refresh_from_db()
    assert contact.sent_key
    services.forget_old(NOW + timedelta(days=31))
    contact.refresh_from_db()
    assert contact.sent_key is None
    assert str(contact) == f"{entry.pk} – 2026-11-26"
    services.forget_old(NOW + timedelta(days=366))
    assert not Contact.objects.exists()


def form_of(client, url):
    html = client.get(url).content.decode().partition("<main")[2]
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html))
    return {**hidden, "site_internet": ""}


def test_a_visitor_writes_once_with_three_fields():
    owner = MemberFactory()
    entry = CatalystFactory(owner=owner)
    client = Client(enforce_csrf_checks=True)
    url = queries.url(entry, "write")
    page = client.get(url).content.decode().partition("<main")[2]
    asked = re.findall(r"<(?:input|textarea)[^>]*name=\"(\w+)\"[^>]*required", page)
    assert asked == ["name", "email", "text"]
    sent = {**form_of(client, url), **TYPED}
    for _twice in range(2):
        response = client.post(url, sent)
        assert (response.status_code, response["Location"]) == (302, entry.get_absolute_url())
    assert Contact.objects.count() == 1
    assert owner.email not in page


def test_a_robot_is_refused_and_what_was_typed_comes_back():
    entry = CatalystFactory(owner=MemberFactory())
    url = queries.url(entry, "write")
    client = Client()
    response = client.post(url, {**form_of(client, url), **TYPED, "site_internet": "http://x"})
    assert response.status_code == 422
    assert TYPED["text"] in response.content.decode()
    assert not Contact.objects.exists()


def test_an_address_that_cannot_be_one_is_refused_with_the_text_kept():
    entry = CatalystFactory(owner=MemberFactory())
    url = queries.url(entry, "write")
    client = Client()
    for email in ("pas une adresse", "a@b.fr\r\nBcc: x@y.fr"):
        response = client.post(url, {**form_of(client, url), **TYPED, "email": email})
        assert response.status_code == 422
        assert TYPED["text"] in response.content.decode()
    client.post(url, {**form_of(client, url), **TYPED, "name": "Maire\r\nBcc: x@y.fr"})
    assert not [mail for mail in OutgoingMail.objects.all() if "\n" in str(mail.headers.get("Reply-To", ""))]


def test_too_many_messages_wait_with_their_text():
    entry = CatalystFactory(owner=MemberFactory())
    url = queries.url(entry, "write")
    client = Client()
    answers = [client.post(url, {**form_of(client, url), **TYPED, "text": f"Message {n}"}) for n in range(7)]
    assert [answer.status_code for answer in answers] == [302] * 6 + [429]
    assert "Message 6" in answers[-1].content.decode()
    assert Contact.objects.count() == 6


def test_a_member_need_not_type_who_she_is(client, member):
    client.force_login(member)
    entry = CatalystFactory(owner=MemberFactory(), contact_visibility=Visibility.MEMBERS)
    assert member.email in client.get(queries.url(entry, "write")).content.decode()
    assert Client().get(queries.url(entry, "write")).status_code == 404
    closed = CatalystFactory(owner=MemberFactory(), contact_visibility=Visibility.NOBODY)
    assert client.get(queries.url(closed, "write")).status_code == 404
    assert client.post(queries.url(closed, "write"), TYPED).status_code == 404


def test_a_mail_that_cannot_be_prepared_is_said_on_the_form(monkeypatch):
    from alliage.notifications.services import MailRefused

    def refuse(*args, **kwargs):
        raise MailRefused("Cette adresse électronique n’est pas valable.")

    monkeypatch.setattr(services, "queue_mail", refuse)
    entry = CatalystFactory(owner=MemberFactory())
    client = Client()
    url = queries.url(entry, "write")
    response = client.post(url, {**form_of(client, url), **TYPED})
    assert response.status_code == 422
    assert "n’est pas valable" in response.content.decode()
    assert not Contact.objects.exists()
