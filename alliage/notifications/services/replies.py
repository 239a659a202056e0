"""Answers sent by mail: taken once, told back when they could not be."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.formats.mail import render
from alliage.notifications import reading
from alliage.notifications.models import Notification, ReceivedReply
from alliage.notifications.permissions import can_receive_mail
from alliage.notifications.registry import replies
from alliage.notifications.services.mails import queue_mail
from alliage.notifications.services.telling import mark_read
from alliage.refusals import Refusal

KEEP = timedelta(days=90)


class Outcome(Enum):
    TAKEN = "taken"
    REFUSED = "refused"
    ALREADY = "already"
    IGNORED = "ignored"


class ReplyRefused(Refusal):
    """An answer by mail that cannot be taken as it is."""


def receive(raw: bytes, *, now: datetime) -> Outcome:
    """Take one mail. What is refused is sent back to the member with its text: nothing typed is lost.

    A mail that answers nothing of ours, or that no person wrote, has no answer at all.
    """
    received = reading.read(raw)
    row = _answered(received)
    if row is None:
        return Outcome.IGNORED
    try:
        with transaction.atomic():
            _row, is_new = ReceivedReply.objects.get_or_create(digest=received.digest, defaults={"received_at": now})
            if not is_new:
                return Outcome.ALREADY
            url = _take(row, received, now=now)
            mark_read(row, now=now)
    except Refusal as refusal:
        ReceivedReply.objects.get_or_create(digest=received.digest, defaults={"received_at": now})
        _send_back(row, received, refusal.message, now=now)
        return Outcome.REFUSED
    if received.has_files:
        _tell_files(row, received, url, now=now)
    return Outcome.TAKEN


def forget_replies(now: datetime) -> None:
    """The marks by which the same mail is known, after 90 days."""
    ReceivedReply.objects.filter(received_at__lt=now - KEEP).delete()


def _answered(received: reading.Received) -> Notification | None:
    if received.notification_pk is None or received.is_automatic:
        return None
    row = Notification.objects.select_related("person").filter(pk=received.notification_pk).first()
    return row if row is not None and can_receive_mail(row.person) and row.kind in replies else None


def _take(row: Notification, received: reading.Received, *, now: datetime) -> str:
    if received.sender != row.person.email.lower():
        raise ReplyRefused(
            _(
                "Votre réponse est partie d’une autre adresse que celle de votre compte\u00a0: elle n’a pas été publiée. Répondez depuis l’adresse de votre compte, ou sur la page."
            )
        )
    if not received.text:
        raise ReplyRefused(_("Votre réponse est vide\u00a0: écrivez au-dessus du message auquel vous répondez."))
    reply = replies.get(row.kind)
    assert reply is not None  # `_answered` asked
    return reply.answer(row.object_id, by=row.person, text=received.text, now=now, sent=received.digest)


def _send_back(row: Notification, received: reading.Received, why: str, *, now: datetime) -> None:
    # Typed from another address, it may not be the member's: it is not shown to them.
    mine = received.sender == row.person.email.lower()
    _mail(row.person, "notifications/mail/reply_refused.html", received, now=now, notification=row, why=why,
          typed=received.text.split("\n") if mine else [])  # fmt: skip


def _tell_files(row: Notification, received: reading.Received, url: str, *, now: datetime) -> None:
    _mail(row.person, "notifications/mail/reply_files.html", received, now=now, notification=row, url=url)


def _mail(person: Member, template: str, received: reading.Received, *, now: datetime, **context: Any) -> None:
    queue_mail(
        render(template, {"person": person, **context}),
        key=f"reply|{received.digest}",
        label=_("Réponse par courriel"),
        person=person,
        to=person.email,
        headers={"Auto-Submitted": "auto-replied"},
        now=now,
    )
