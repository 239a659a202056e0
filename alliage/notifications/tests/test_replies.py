"""Answers sent by mail: to whom, read how, taken once, sent back with their text."""

import socket
import sys
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO, StringIO, TextIOWrapper
from threading import Thread

import pytest
from django.core import mail
from django.core.management import call_command

from alliage.accounts.tests.factories import MemberFactory
from alliage.notifications import reading, services
from alliage.notifications.mailbox import read_mailbox
from alliage.notifications.models import OutgoingMail, ReceivedReply
from alliage.notifications.registry import Reply, replies
from alliage.notifications.services.replies import Outcome, ReplyRefused, forget_replies, receive
from alliage.notifications.tests.factories import NOW, NotificationFactory, add_kind

pytestmark = pytest.mark.django_db
TAKEN: list[tuple[str, str]] = []


def take(object_id, *, by, text, now, sent):
    if "non" in text:
        raise ReplyRefused("Cette conversation est close.")
    TAKEN.append((object_id, text))
    return f"/annuaire/{object_id}/"


@pytest.fixture(autouse=True)
def answered(settings):
    settings.REPLY_ADDRESS = "reponses@exemple.fr"
    TAKEN.clear()
    add_kind("test.answered")
    if "test.answered" not in replies:
        replies.add(Reply("test.answered", take))


def told(person=None):
    return NotificationFactory(
        person=person or MemberFactory(), kind="test.answered", object_id="7", url="/annuaire/7/"
    )


def sent_by(row, text="Oui, volontiers.", *, sender="", to="", name="<un@exemple.fr>", **headers):
    message = EmailMessage()
    message["From"] = f"Quelqu’un <{sender or row.person.email}>"
    message["To"] = to or reading.reply_address(row.pk)
    if name:
        message["Message-ID"] = name
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_a_mail_that_may_be_answered_says_so_and_where(member, animator, settings):
    services.notify(member, "test.answered", animator, by=animator, now=NOW)
    services.deliver(clock=lambda: NOW)
    (sent,) = mail.outbox
    row = member.notifications.get()
    assert sent.extra_headers["Reply-To"] == reading.reply_address(row.pk)
    assert reading.mark() in sent.body
    assert len(reading.reply_address(row.pk).partition("@")[0]) <= 64


def test_without_an_address_of_answers_or_for_another_kind_nothing_is_said(member, animator, settings):
    services.notify(member, "test.now", animator, by=animator, now=NOW)
    services.deliver(clock=lambda: NOW)
    settings.REPLY_ADDRESS = ""
    services.notify(member, "test.answered", animator, by=animator, now=NOW)
    services.deliver(clock=lambda: NOW)
    assert len(mail.outbox) == 2
    assert all("Reply-To" not in sent.extra_headers and reading.mark() not in sent.body for sent in mail.outbox)


def test_an_answer_is_taken_once_and_its_notification_is_read():
    row = told()
    raw = sent_by(row).as_bytes()
    assert receive(raw, now=NOW) is Outcome.TAKEN
    assert receive(raw, now=NOW) is Outcome.ALREADY
    assert TAKEN == [("7", "Oui, volontiers.")]
    row.refresh_from_db()
    assert row.read_at == NOW
    assert not OutgoingMail.objects.exists()


def test_the_address_is_known_whatever_its_case_and_wherever_it_is_written():
    row = told()
    address = reading.reply_address(row.pk)
    raw = sent_by(row, to="quelquun@exemple.fr", Cc=f"<{address.upper()}>").as_bytes()
    assert receive(raw, now=NOW) is Outcome.TAKEN


def test_a_mail_that_proves_nothing_or_that_no_person_wrote_has_no_answer():
    row = told()
    forged = reading.reply_address(row.pk).replace("-", "-a")[:60]
    ignored = [
        sent_by(row, to="reponses@exemple.fr"),
        sent_by(row, to=f"{forged}@exemple.fr"),
        sent_by(row, to=reading.reply_address(row.pk + 1)),
        sent_by(row, Auto_Submitted="auto-replied"),
        sent_by(row, Precedence="bulk"),
        sent_by(row, List_Id="<liste.exemple.fr>"),
        sent_by(row, Return_Path="<>"),
    ]
    assert [receive(message.as_bytes(), now=NOW) for message in ignored] == [Outcome.IGNORED] * len(ignored)
    row.person.is_active = False
    row.person.save()
    assert receive(sent_by(row).as_bytes(), now=NOW) is Outcome.IGNORED
    assert receive(b"\xff\xfe nothing of a mail", now=NOW) is Outcome.IGNORED
    assert receive(b"Content-Type: text/plain; charset=inconnu\n\n\xff", now=NOW) is Outcome.IGNORED
    assert not TAKEN
    assert not OutgoingMail.objects.exists()


def test_what_is_refused_comes_back_with_its_text():
    row = told()
    assert receive(sent_by(row, "Je dis non.\n\nMerci.").as_bytes(), now=NOW) is Outcome.REFUSED
    back = OutgoingMail.objects.get()
    assert back.to == row.person.email
    assert "Cette conversation est close." in back.text
    assert "Je dis non." in back.text
    assert "Merci." in back.text
    assert receive(sent_by(row, "Je dis non.").as_bytes(), now=NOW) is Outcome.ALREADY


def test_an_answer_from_another_address_is_told_to_the_member_without_its_text():
    row = told()
    assert receive(sent_by(row, "Un texte", sender="autre@exemple.fr").as_bytes(), now=NOW) is Outcome.REFUSED
    back = OutgoingMail.objects.get()
    assert back.to == row.person.email
    assert "autre adresse" in back.text
    assert "Un texte" not in back.text


def test_an_empty_answer_is_told():
    row = told()
    assert receive(sent_by(row, f"\n\n{reading.mark()}\n> Bonjour").as_bytes(), now=NOW) is Outcome.REFUSED
    assert "vide" in OutgoingMail.objects.get().text


def test_files_are_left_out_and_it_is_said():
    row = told()
    message = sent_by(row)
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="note.pdf")
    assert receive(message.as_bytes(), now=NOW) is Outcome.TAKEN
    assert "pièces jointes" in OutgoingMail.objects.get().subject


@pytest.mark.parametrize(
    "quoted",
    [
        f"> {reading.mark()}\n> Bonjour",
        "Le jeu. 26 nov. 2026 à 10:00, Alliage <ne-pas-repondre@exemple.fr> a écrit :\n> Bonjour",
        "Le jeu. 26 nov. 2026 à 10:00, Alliage\n<ne-pas-repondre@exemple.fr> a écrit :\n\n> Bonjour",
        "On Thu, 26 Nov 2026, Alliage wrote:\n> Bonjour",
        "-----Message d'origine-----\nDe : Alliage",
        "________________________________\nDe : Alliage",
        "-- \nJeanne Apatou\nCommunauté de communes",
        "> Bonjour\n>\n",
    ],
)
def test_what_it_answers_to_is_left_out(quoted):
    assert reading.above(f"Oui.\r\n\r\nLe lundi surtout.\r\n\r\n{quoted}") == "Oui.\n\nLe lundi surtout."


def test_a_mail_in_html_alone_is_read_as_text():
    row = told()
    message = sent_by(row)
    message.set_content(
        f"<html><head><style>p {{}}</style></head><p>Oui,<br>volontiers.</p><p>Jeanne</p><blockquote>{reading.mark()}"
        "<p>Bonjour</p></blockquote></html>",
        subtype="html",
    )
    assert receive(message.as_bytes(), now=NOW) is Outcome.TAKEN
    assert TAKEN == [("7", "Oui,\nvolontiers.\n\nJeanne")]


def test_a_mail_without_a_body_is_empty():
    row = told()
    message = EmailMessage()
    message["From"] = row.person.email
    message["To"] = reading.reply_address(row.pk)
    message.set_content(b"", maintype="image", subtype="png")
    assert receive(message.as_bytes(), now=NOW) is Outcome.REFUSED


def test_the_marks_of_mails_are_forgotten_after_90_days():
    for days in (89, 91):
        ReceivedReply.objects.create(digest=str(days), received_at=NOW - timedelta(days=days))
    forget_replies(NOW)
    assert ReceivedReply.objects.get().digest == "89"


def test_a_mail_server_hands_a_message_to_the_command(monkeypatch):
    row = told()
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(sent_by(row).as_bytes())))
    out = StringIO()
    call_command("receive_reply", stdout=out)
    assert out.getvalue().strip() == "taken"


def test_without_a_mailbox_nothing_is_read(settings):
    settings.REPLY_MAILBOX = ""
    assert read_mailbox(clock=lambda: NOW) == 0


class Mailbox(Thread):
    """What an IMAP server says, for one visit: two mails unread."""

    def __init__(self, messages):
        super().__init__(daemon=True)
        self.messages, self.seen, self.said = messages, [], []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.server.settimeout(20)

    def run(self):
        visitor, _address = self.server.accept()
        with visitor, visitor.makefile("rwb") as line:
            line.write(b"* OK ready\r\n")
            line.flush()
            while words := line.readline().split():
                tag, verb = words[0], words[1].upper()
                self.said.append(b" ".join(words[1:]).decode())
                for told_back in self.answer(verb, words):
                    line.write(told_back)
                line.write(tag + b" OK done\r\n")
                line.flush()
                if verb == b"LOGOUT":
                    return

    def answer(self, verb, words):
        if verb == b"CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1\r\n"
        elif verb == b"SELECT":
            yield b"* %d EXISTS\r\n" % len(self.messages)
        elif verb == b"SEARCH":
            yield b"* SEARCH " + b" ".join(b"%d" % (rank + 1) for rank in range(len(self.messages))) + b"\r\n"
        elif verb == b"FETCH":
            raw = self.messages[int(words[2]) - 1]
            yield b"* %s FETCH (BODY[] {%d}\r\n" % (words[2], len(raw)) + raw + b")\r\n"
        elif verb == b"STORE":
            self.seen.append(int(words[2]))
        elif verb == b"LOGOUT":
            yield b"* BYE\r\n"


def test_the_mailbox_is_read_and_each_mail_marked(settings):
    row = told()
    box = Mailbox(
        [sent_by(row).as_bytes(), sent_by(row, to="reponses@exemple.fr", name="<deux@exemple.fr>").as_bytes()]
    )
    box.start()
    settings.REPLY_MAILBOX = f"imap://reponses%40exemple.fr:mot%20de%20passe@127.0.0.1:{box.port}/Réponses"
    settings.REPLY_MAILBOX = settings.REPLY_MAILBOX.replace("Réponses", "INBOX")
    assert read_mailbox(clock=lambda: NOW) == 2
    box.join(20)
    assert TAKEN == [("7", "Oui, volontiers.")]
    assert box.seen == [1, 2]
    assert any(said.startswith("LOGIN reponses@exemple.fr") for said in box.said)
