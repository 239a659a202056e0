"""The mails that must leave: written once, sent once.

A mail is claimed, sent, then marked, each step committed on its own. A worker that dies between the last two leaves a
mail of which nobody knows whether it left: it is not sent again by itself, it fails and shows in the desk's queue.
"""

import base64
import logging
import smtplib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.db.models import F
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.formats.mail import Attachment, Mail, render
from alliage.notifications import links
from alliage.notifications.enums import MailState
from alliage.notifications.lines import one_line
from alliage.notifications.models import OutgoingMail, RefusedAddress
from alliage.notifications.wake import wake_after_commit
from alliage.refusals import Refusal

logger = logging.getLogger(__name__)

# How long to wait after each failure; after the last one the mail has failed.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720)]
INTERRUPTED_AFTER = timedelta(minutes=15)
AT_ONCE = 200


class MailRefused(Refusal):
    """The mail cannot be written, or cannot be sent again."""


def queue_mail(
    mail: Mail,
    *,
    key: str,
    label: str,
    person: Member | None,
    to: str,
    headers: dict[str, str],
    now: datetime,
    attachments: Iterable[Attachment] = (),
) -> OutgoingMail:
    """Keep a mail to be sent after the caller's transaction. The same key twice is one mail, the same name twice is one file."""
    _refuse_unsafe(to, headers)
    files = {each.name: each for each in attachments}
    outgoing, _created = OutgoingMail.objects.get_or_create(
        key=key[:255],
        defaults={
            "label": label[:120],
            "person": person,
            "to": to,
            "subject": one_line(mail.subject)[:250],
            "text": mail.text,
            "html": mail.html,
            "headers": {"Auto-Submitted": "auto-generated", **headers},
            "attachments": [[each.name, each.media, _packed(each.content)] for each in files.values()],
            "created_at": now,
            "send_after": now,
        },
    )
    wake_after_commit()
    return outgoing


def _packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


def send_mail_to_address(
    address: str,
    template: str,
    context: dict[str, Any],
    *,
    key: str,
    scope: str,
    label: str,
    now: datetime,
    attachments: Iterable[Attachment] = (),
) -> OutgoingMail | None:
    """Write to someone without an account; None when that address wants no more mail of this scope.

    `template` extends `notifications/mail/base.html`. `scope` is what the foot of the mail offers to stop, `label`
    says it in French. `key` names the occasion: the same key and address twice is one mail.
    """
    digest = links.address_digest(address)
    if RefusedAddress.objects.filter(digest=digest, scope=scope).exists():
        return None
    leave = links.Unsubscription((scope,), digest=digest)
    mail = render(template, {**context, "unsubscribe_url": leave.url(), "unsubscribe_label": label})
    return queue_mail(
        mail,
        key=f"address|{scope}|{digest[:32]}|{key}",
        label=label,
        person=None,
        to=address.strip(),
        headers=leave.headers(),
        now=now,
        attachments=attachments,
    )


def send_waiting(*, clock: Callable[[], datetime]) -> int:
    """Send the mails that wait, oldest first; answers how many left. Several workers may do it together."""
    now = clock()
    OutgoingMail.objects.filter(state=MailState.SENDING, claimed_at__lt=now - INTERRUPTED_AFTER).update(
        state=MailState.FAILED, error=_("L’envoi a été interrompu : on ne sait pas si ce courriel est parti.")
    )
    waiting = OutgoingMail.objects.filter(state=MailState.QUEUED, send_after__lte=now).order_by("send_after", "pk")
    connection = get_connection()
    try:
        return sum(
            _claim_and_send(pk, connection, clock) for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE])
        )
    finally:
        connection.close()


def send_again(mail: OutgoingMail, *, now: datetime) -> None:
    """Put a failed mail back in the queue, as an animator decided."""
    changed = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.FAILED).update(
        state=MailState.QUEUED, attempts=0, error="", send_after=now, claimed_at=None
    )
    if not changed:
        raise MailRefused(_("Ce courriel n’est plus en échec : il est déjà reparti, ou abandonné."))
    wake_after_commit()


def give_up(mail: OutgoingMail) -> None:
    """Forget a failed mail."""
    deleted, _by_model = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.FAILED).delete()
    if not deleted:
        raise MailRefused(_("Ce courriel n’est plus en échec : il est déjà reparti, ou abandonné."))


def _refuse_unsafe(to: str, headers: dict[str, str]) -> None:
    """Refuse what could add a header or a recipient of its own."""
    try:
        validate_email(to)
    except ValidationError as error:
        raise MailRefused(
            _("Cette adresse électronique n’est pas valable : aucun courriel n’a été préparé.")
        ) from error
    if any("\n" in part or "\r" in part for pair in headers.items() for part in pair):
        raise MailRefused(_("Un en-tête de ce courriel contient un retour à la ligne : il n’a pas été préparé."))


def _claim_and_send(pk: int, connection: Any, clock: Callable[[], datetime]) -> int:
    claimed = OutgoingMail.objects.filter(pk=pk, state=MailState.QUEUED).update(
        state=MailState.SENDING, claimed_at=clock(), attempts=F("attempts") + 1
    )
    if not claimed:
        return 0
    mail = OutgoingMail.objects.get(pk=pk)
    try:
        _message(mail, connection).send()
    except Exception as error:  # noqa: BLE001 whatever a mail server or a library raises, the other mails must leave
        logger.warning("Mail %s was not sent: %s", pk, type(error).__name__)
        connection.close()
        _failed(mail, error, now=clock())
        return 0
    OutgoingMail.objects.filter(pk=pk).update(
        state=MailState.SENT, sent_at=clock(), error="", to="", subject="", text="", html="", headers={}, attachments=[]
    )
    return 1


def _message(mail: OutgoingMail, connection: Any) -> EmailMultiAlternatives:
    # The same Message-ID at each try: a server that had already taken it drops the second.
    domain = links.origin_host()
    headers = {"Message-ID": f"<{links.address_digest(mail.key)[:32]}@{domain}>", **mail.headers}
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers=headers, connection=connection)
    message.attach_alternative(mail.html, "text/html")
    for name, media, content in mail.attachments:
        message.attach(name, base64.b64decode(content), media)
    return message


def _failed(mail: OutgoingMail, error: Exception, *, now: datetime) -> None:
    fields: dict[str, Any] = {"error": _reason(error), "state": MailState.QUEUED}
    if _is_final(error) or mail.attempts > len(WAITS):
        fields["state"] = MailState.FAILED
    else:
        fields["send_after"] = now + WAITS[mail.attempts - 1]
    OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING).update(**fields)


def _is_final(error: Exception) -> bool:
    """True when trying again cannot help: the server refused for good, or the mail is malformed."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)


def _reason(error: Exception) -> str:
    """Why, in words for the desk: never the server's text, which repeats addresses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _("Le serveur de courriel refuse cette adresse.")
    if isinstance(error, smtplib.SMTPException):
        return _("Le serveur de courriel a refusé l’envoi (%(error)s).") % {"error": type(error).__name__}
    if isinstance(error, OSError):
        return _("Le serveur de courriel ne répond pas (%(error)s).") % {"error": type(error).__name__}
    return _("Ce courriel ne peut pas être mis en forme (%(error)s).") % {"error": type(error).__name__}
