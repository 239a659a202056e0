"""Mails: alone or grouped, never empty, sent once, with a way out."""

import re
import smtplib
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.formats.mail import Attachment, Mail
from alliage.notifications import links, queries, services, tasks
from alliage.notifications.enums import TRANSITIONS, MailState
from alliage.notifications.models import Notification, OutgoingMail, Preference, RefusedAddress
from alliage.notifications.permissions import can_watch_mails
from alliage.notifications.registry import kinds
from alliage.notifications.tests.factories import NOW, NotificationFactory, OutgoingMailFactory, add_kind

pytestmark = pytest.mark.django_db
MORNING = NOW.replace(hour=7) + timedelta(days=1)  # 8 o'clock in Paris, the day after


def deliver(now=NOW):
    services.deliver(clock=lambda: now)
    return mail.outbox


def test_one_mail_says_it_all_and_shows_nobodys_address(member, animator):
    services.notify(member, "test.now", animator, by=animator, now=NOW)
    (sent,) = deliver()
    html = sent.alternatives[0][0]
    assert sent.to == [member.email]
    assert sent.cc == sent.bcc == []
    assert sent.subject == f"Du nouveau sur {animator.name}"
    for part in (sent.body, html):
        assert f"http://localhost:8000/annuaire/{animator.pk}/" in part or "/annuaire/" in part
        assert animator.email not in part
        assert "ne plus recevoir ce courriel" in part
    assert animator.email not in str(sent.message())
    deliver()
    assert len(mail.outbox) == 1


def test_each_mail_can_be_stopped_in_one_click(member, animator):
    services.notify(member, "test.now", animator, by=None, now=NOW)
    parsed = message_from_bytes(deliver()[0].message().as_bytes(), policy=policy.default)
    address = re.fullmatch(r"<(http\S+)>", "".join(parsed["List-Unsubscribe"].split()))[1]
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert links.read_token(address.rstrip("/").rpartition("/")[2]) == links.Unsubscription(
        ("test.now",), person_id=member.pk
    )


def test_what_was_typed_is_escaped_in_the_html(animator):
    person = MemberFactory(name="<b>Moi</b>")
    NotificationFactory(person=person, title="<script>alert(1)</script> & co", text="<img src=x>\n\n« ok »", due_at=NOW)
    (sent,) = deliver()
    html = sent.alternatives[0][0]
    assert "<script>" not in html
    assert "<img" not in html
    assert "<b>Moi" not in html
    assert sent.subject == "<script>alert(1)</script> & co"
    assert "<img src=x>" in sent.body


def test_what_waits_for_the_morning_leaves_in_one_mail_grouped_by_object(member):
    services_told = [
        NotificationFactory(
            person=member,
            kind="test.daily",
            frequency="daily",
            object_id="7",
            title=f"Réponse {rank}",
            due_at=MORNING,
            created_at=NOW + timedelta(minutes=rank),
        )
        for rank in range(3)
    ]
    NotificationFactory(person=member, kind="test.weekly", frequency="weekly", title="Autre chose", due_at=MORNING)
    deliver(MORNING - timedelta(seconds=1))
    assert mail.outbox == []
    (sent,) = deliver(MORNING)
    assert sent.subject == "4 nouvelles vous attendent"
    assert sent.body.index("Réponse 2") < sent.body.index("Réponse 1") < sent.body.index("Réponse 0")
    assert sent.body.index("Réponse 0") < sent.body.index("Autre chose")
    assert sent.body.count("Réponse 2") == 1
    assert Notification.objects.filter(mailed_at=MORNING, due_at=None).count() == 4
    assert services_told


def files_in(sent):
    """(name, type, content) of the files of a mail, as a program that reads mails takes them out."""
    parsed = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
    return [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in parsed.iter_attachments()
    ]


def attach_one(object_id, person):
    """What the test kinds attach: one file by object, a text and what is no text."""
    name = f"{person.pk}-{object_id}"
    return [
        Attachment(f"{name}.txt", "text/plain", "Été".encode()),
        Attachment(f"{name}.bin", "image/png", b"\xff\x00"),
    ]


def test_a_kind_attaches_files_to_its_mail_for_who_is_told(member, animator):
    add_kind("test.attached", attach=attach_one)
    services.notify(member, "test.attached", animator, by=None, now=NOW)
    name = f"{member.pk}-{animator.pk}"
    assert files_in(deliver()[0]) == [
        (f"{name}.txt", "text/plain", "Été".encode()), (f"{name}.bin", "image/png", b"\xff\x00")
    ]  # fmt: skip


def test_a_confidential_kind_attaches_nothing(member, animator):
    add_kind("test.attached_secret", attach=attach_one, confidential=True)
    services.notify(member, "test.attached_secret", animator, by=None, now=NOW)
    assert files_in(deliver()[0]) == []


def test_a_digest_has_each_file_once(member, animator):
    add_kind("test.attached", attach=attach_one)
    for key in ("a", "b"):
        services.notify(member, "test.attached", animator, by=None, now=NOW, key=key)
    (sent,) = deliver()
    assert "2 nouvelles" in sent.subject
    assert len(files_in(sent)) == 2


def test_a_digest_never_leaves_empty(member):
    told = NotificationFactory(person=member, kind="test.daily", frequency="daily", due_at=MORNING)
    services.mark_read(told, now=NOW)
    NotificationFactory(person=member, kind="test.gone", frequency="daily", due_at=MORNING)
    assert deliver(MORNING) == []
    assert not OutgoingMail.objects.exists()
    assert not Notification.objects.filter(due_at__isnull=False).exists()


def test_one_thing_alone_in_a_digest_is_said_in_the_singular(member):
    NotificationFactory(person=member, kind="test.daily", frequency="daily", due_at=MORNING)
    assert deliver(MORNING)[0].subject == "Une nouvelle vous attend"


def test_what_came_during_the_night_leaves_together_but_what_is_urgent_leaves_alone(member):
    NotificationFactory.create_batch(2, person=member, due_at=NOW)
    NotificationFactory(person=member, kind="test.urgent", title="La séance commence", due_at=NOW)
    NotificationFactory(person=member, kind="test.urgent", frequency="daily", due_at=NOW)
    assert sorted(message.subject for message in deliver()) == ["3 nouvelles vous attendent", "La séance commence"]


def test_a_long_digest_is_cut_and_says_so(member):
    NotificationFactory.create_batch(queries.DIGEST_GROUPS + 2, person=member, kind="test.daily", due_at=NOW)
    (sent,) = deliver()
    assert "Et 2 autres, sur la plateforme." in sent.body


def test_someone_who_left_meanwhile_gets_nothing(member):
    NotificationFactory(person=member, due_at=NOW)
    member.is_active = False
    member.save()
    assert deliver() == []
    assert not Notification.objects.filter(due_at__isnull=False).exists()


# --- Unsubscribe ----------------------------------------------------------------------------------------------------


def test_unsubscribing_twice_is_once_and_can_be_undone(member):
    leave = links.Unsubscription(("test.now", "test.daily", "unknown"), person_id=member.pk)
    services.unsubscribe(leave, now=NOW)
    services.unsubscribe(leave, now=NOW)
    assert dict(Preference.objects.values_list("kind", "frequency")) == {"test.now": "never", "test.daily": "never"}
    services.restore(leave)
    assert not Preference.objects.exists()


def test_undoing_gives_back_what_had_been_chosen_and_leaves_what_was_chosen_since(member):
    services.choose(member, {"test.now": "weekly", "test.daily": "weekly"}, now=NOW)
    leave = links.Unsubscription(("test.now", "test.daily"), person_id=member.pk)
    services.unsubscribe(leave, now=NOW)
    services.unsubscribe(leave, now=NOW)
    assert set(Preference.objects.values_list("frequency", "before")) == {("never", "weekly")}
    services.choose(member, {"test.daily": "daily"}, now=NOW)
    services.restore(leave)
    assert dict(Preference.objects.values_list("kind", "frequency")) == {"test.now": "weekly", "test.daily": "daily"}
    assert set(Preference.objects.values_list("before", flat=True)) == {""}


def test_the_database_refuses_a_former_choice_that_does_not_exist(member):
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(person=member, kind="test.now", frequency="never", before="hourly")


def test_unsubscribing_someone_who_left_does_nothing(db):
    services.unsubscribe(links.Unsubscription(("test.now",), person_id=999), now=NOW)
    assert not Preference.objects.exists()


def test_a_link_that_we_did_not_sign_means_nothing():
    assert links.read_token("forged") is None
    assert links.read_token(links.signing.dumps([1], salt=links._SALT)) is None
    good = links.Unsubscription(("a",), digest="d")
    assert links.read_token(good.token()) == good


def send_to(address="quelqu.un@exemple.fr", **options):
    options = {"key": "1", "scope": "events", "label": "Rencontres", "now": NOW, **options}
    context = {"notification": NotificationFactory.build(title="Inscription"), "kind": None}
    return services.send_mail_to_address(address, "notifications/mail/one.html", context, **options)


def test_someone_without_an_account_is_written_to_once_and_may_stop_it():
    first = send_to(" Quelqu.un@exemple.fr ")
    assert send_to().pk == first.pk
    (sent,) = deliver()
    assert sent.to == ["Quelqu.un@exemple.fr"]
    address = "".join(str(sent.extra_headers["List-Unsubscribe"]).split()).strip("<>")
    token = address.rstrip("/").rpartition("/")[2]
    assert "quelqu" not in address.lower()
    services.unsubscribe(links.read_token(token), now=NOW)
    services.unsubscribe(links.read_token(token), now=NOW)
    assert send_to("QUELQU.UN@exemple.fr", key="2") is None
    assert send_to(key="2", scope="codev") is not None
    assert "quelqu" not in str(list(RefusedAddress.objects.values_list()))
    with pytest.raises(IntegrityError), transaction.atomic():
        RefusedAddress.objects.create(digest=RefusedAddress.objects.get().digest, scope="events", refused_at=NOW)
    services.restore(links.read_token(token))
    assert send_to(key="3") is not None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "personne",
        "a@exemple.fr\nBcc: b@exemple.fr",
        "a@exemple.fr,b@exemple.fr",
        "a@exemple.fr\r\nX: y",
        "Moi <a@exemple.fr>",
    ],
)
def test_an_address_that_would_add_a_header_or_a_recipient_is_refused(address):
    with pytest.raises(services.MailRefused, match="adresse"):
        send_to(address)
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("headers", [{"X": "a\nBcc: b@exemple.fr"}, {"X\r": "a"}])
def test_a_header_with_a_line_end_is_refused(headers):
    with pytest.raises(services.MailRefused, match="en-tête"):
        services.queue_mail(
            Mail("s", "t", "h"), key="k", label="l", person=None, to="a@exemple.fr", headers=headers, now=NOW
        )


def test_a_subject_with_line_ends_is_put_on_one_line():
    outgoing = services.queue_mail(
        Mail("Un\nBcc: b@exemple.fr", "t", "h"), key="k", label="l", person=None, to="a@exemple.fr", headers={}, now=NOW
    )
    assert outgoing.subject == "Un Bcc: b@exemple.fr"
    assert deliver()[0].recipients() == ["a@exemple.fr"]


# --- Sending --------------------------------------------------------------------------------------------------------


def breaking(monkeypatch, error):
    """The mail server answers with this error."""

    def send_messages(self, messages):
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)


def test_a_mail_that_left_is_forgotten_but_for_its_key():
    kept = OutgoingMailFactory(attachments=[["note.txt", "text/plain", "w6k="]])
    deliver()
    kept.refresh_from_db()
    assert (kept.state, kept.sent_at, kept.attempts) == (MailState.SENT, NOW, 1)
    assert (kept.to, kept.subject, kept.text, kept.html, kept.headers, kept.attachments) == ("", "", "", "", {}, [])
    assert mail.outbox[0].extra_headers["Message-ID"].endswith("@localhost>")


def test_a_server_that_does_not_answer_is_tried_again_later_then_given_up(monkeypatch):
    kept = OutgoingMailFactory()
    breaking(monkeypatch, ConnectionRefusedError("10.0.0.1 said no to quelqu.un@exemple.fr"))
    now, waits = NOW, []
    for _ in range(7):
        deliver(now)
        kept.refresh_from_db()
        waits.append(kept.send_after - now)
        now = kept.send_after
    assert [wait.total_seconds() / 60 for wait in waits[:6]] == [1, 5, 30, 120, 360, 720]
    assert (kept.state, kept.attempts) == (MailState.FAILED, 7)
    assert "quelqu" not in kept.error
    assert "ConnectionRefusedError" in kept.error


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.fr": (550, b"no such user")}), MailState.FAILED, "refuse cette adresse"),
        (smtplib.SMTPRecipientsRefused({"a@b.fr": (450, b"later")}), MailState.QUEUED, "refuse cette adresse"),
        (smtplib.SMTPDataError(554, b"spam"), MailState.FAILED, "a refusé l’envoi"),
        (smtplib.SMTPDataError(451, b"later"), MailState.QUEUED, "a refusé l’envoi"),
        (smtplib.SMTPServerDisconnected("gone"), MailState.QUEUED, "a refusé l’envoi"),
        (ValueError("bad header"), MailState.FAILED, "ne peut pas être mis en forme"),
        (RuntimeError("unknown"), MailState.QUEUED, "ne peut pas être mis en forme"),
    ],
)
def test_a_refusal_for_good_is_not_tried_again(monkeypatch, error, state, words):
    kept = OutgoingMailFactory()
    breaking(monkeypatch, error)
    deliver()
    kept.refresh_from_db()
    assert kept.state == state
    assert words in kept.error


def test_one_mail_that_fails_does_not_stop_the_others(monkeypatch):
    OutgoingMailFactory(subject="Un\nmauvais objet")
    good = OutgoingMailFactory()
    deliver()
    good.refresh_from_db()
    assert good.state == MailState.SENT
    assert len(mail.outbox) == 1


def test_a_worker_that_died_mid_way_leaves_a_mail_that_is_not_sent_twice():
    kept = OutgoingMailFactory(state=MailState.SENDING, claimed_at=NOW - timedelta(minutes=14), attempts=1)
    assert deliver() == []
    kept.refresh_from_db()
    assert kept.state == MailState.SENDING
    assert deliver(NOW + timedelta(minutes=2)) == []
    kept.refresh_from_db()
    assert kept.state == MailState.FAILED
    assert "on ne sait pas" in kept.error


def test_a_mail_already_taken_by_another_worker_is_left_to_it(monkeypatch):
    kept = OutgoingMailFactory()
    from alliage.notifications.services import mails

    real = mails._claim_and_send

    def taken_meanwhile(pk, connection, clock):
        OutgoingMail.objects.filter(pk=pk).update(state=MailState.SENDING, claimed_at=NOW)
        return real(pk, connection, clock)

    monkeypatch.setattr(mails, "_claim_and_send", taken_meanwhile)
    assert deliver() == []
    kept.refresh_from_db()
    assert kept.attempts == 0


def test_an_animator_sends_again_or_gives_up_what_failed():
    kept = OutgoingMailFactory(state=MailState.FAILED, attempts=7, error="non")
    services.send_again(kept, now=NOW)
    with pytest.raises(services.MailRefused):
        services.send_again(kept, now=NOW)
    with pytest.raises(services.MailRefused):
        services.give_up(kept)
    assert len(deliver()) == 1
    failed = OutgoingMailFactory(state=MailState.FAILED)
    assert queries.failed_mail_count() == 1
    services.give_up(failed)
    assert not OutgoingMail.objects.filter(pk=failed.pk).exists()


@pytest.mark.parametrize("fields", [{"state": "lost"}, {"state": "sent"}, {"sent_at": NOW}])
def test_the_database_refuses_a_mail_in_an_impossible_state(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMailFactory(**fields)


def test_the_database_refuses_two_mails_of_the_same_key():
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMailFactory(key="k"), OutgoingMailFactory(key="k")


def test_every_state_has_its_transitions():
    assert set(TRANSITIONS) == set(MailState.values)


def test_what_is_old_is_forgotten():
    old, older = NOW - timedelta(days=91), NOW - timedelta(days=366)
    OutgoingMailFactory(state=MailState.SENT, sent_at=old, created_at=old)
    OutgoingMailFactory(state=MailState.QUEUED, created_at=old)
    NotificationFactory(created_at=older)
    NotificationFactory()
    services.forget_old(NOW)
    assert OutgoingMail.objects.get().state == MailState.QUEUED
    assert Notification.objects.count() == 1


def test_the_schedule_delivers_what_no_wake_up_took(member):
    NotificationFactory(person=member, due_at=NOW)
    tasks.at_each_turn(NOW)
    assert len(mail.outbox) == 1


def test_only_animators_watch_mails_that_failed(member, animator):
    assert can_watch_mails(animator)
    assert not can_watch_mails(member)


def test_every_kind_of_the_platform_is_said_in_full():
    for kind in kinds:
        assert kind.label
        assert kind.help
