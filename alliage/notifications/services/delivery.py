"""Turn what was told into mails: alone or grouped, never empty, never at night."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.accounts.models import Member
from alliage.formats.mail import Attachment, render
from alliage.notifications import links, queries, reading
from alliage.notifications.enums import Frequency, MailState
from alliage.notifications.models import Notification, OutgoingMail
from alliage.notifications.permissions import can_receive_mail
from alliage.notifications.registry import NotificationKind, kinds, replies
from alliage.notifications.services.mails import queue_mail, send_waiting

KEEP_MAILS = timedelta(days=90)
KEEP_NOTIFICATIONS = timedelta(days=365)


def deliver(*, clock: Callable[[], datetime]) -> int:
    """Write the mails that are due, then send those that wait; answers how many left."""
    compose_due(now=clock())
    return send_waiting(clock=clock)


def compose_due(*, now: datetime) -> None:
    """Write the mails that are due, person by person."""
    due = Notification.objects.filter(due_at__lte=now).order_by().values_list("person_id", flat=True)
    for person in Member.objects.filter(pk__in=due.distinct()):
        _compose_for(person, now=now)


def forget_old(now: datetime) -> None:
    """Forget sent and failed mails after 90 days, notifications after a year."""
    old = OutgoingMail.objects.filter(state__in=[MailState.SENT, MailState.FAILED])
    old.filter(created_at__lt=now - KEEP_MAILS).delete()
    Notification.objects.filter(created_at__lt=now - KEEP_NOTIFICATIONS).delete()


@transaction.atomic
def _compose_for(person: Member, *, now: datetime) -> None:
    """Take what is due under lock, so that two workers never write the same mail."""
    due = Notification.objects.select_for_update().filter(person=person, due_at__lte=now)
    rows = list(due.order_by("-created_at", "-pk"))
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=None, mailed_at=now)
    if not can_receive_mail(person):
        return
    alone, grouped = _sorted_out(rows)
    for row, kind in alone:
        _write_one(person, row, kind, now=now)
    if grouped:
        _write_digest(person, grouped, now=now)


def _sorted_out(
    rows: list[Notification],
) -> tuple[list[tuple[Notification, NotificationKind]], list[tuple[Notification, NotificationKind]]]:
    """Which leave alone (urgent, or the only one wanted at once) and which together (the others, still unread)."""
    known = [(row, kind) for row in rows if (kind := kinds.get(row.kind)) is not None]
    alone = [(row, kind) for row, kind in known if kind.urgent and row.frequency == Frequency.NOW]
    others = [(row, kind) for row, kind in known if (row, kind) not in alone and row.read_at is None]
    if len(others) == 1 and others[0][0].frequency == Frequency.NOW:
        return [*alone, *others], []
    return alone, others


def _write_one(person: Member, row: Notification, kind: NotificationKind, *, now: datetime) -> None:
    leave = links.Unsubscription((kind.code,), person_id=person.pk)
    answered = bool(settings.REPLY_ADDRESS) and kind.code in replies and not kind.confidential
    context = {"person": person, "notification": row, "kind": kind, **_foot(leave, [kind])}
    if answered:
        context["reply_mark"] = reading.mark()
    queue_mail(
        render(kind.template, context),
        key=f"notification|{row.pk}",
        label=str(kind.label),
        person=person,
        to=person.email,
        headers={**leave.headers(), **({"Reply-To": reading.reply_address(row.pk)} if answered else {})},
        now=now,
        attachments=_files(person, row, kind),
    )


def _write_digest(person: Member, rows: list[tuple[Notification, NotificationKind]], *, now: datetime) -> None:
    their_kinds = list({kind.code: kind for _row, kind in rows}.values())
    leave = links.Unsubscription(tuple(kind.code for kind in their_kinds), person_id=person.pk)
    groups = queries.group_by_object([row for row, _kind in rows])
    subject = ngettext("Une nouvelle vous attend", "%(count)d nouvelles vous attendent", len(rows)) % {
        "count": len(rows)
    }
    context = {
        "person": person,
        "subject": subject,
        "groups": groups[: queries.DIGEST_GROUPS],
        "more": len(groups[queries.DIGEST_GROUPS :]),
        **_foot(leave, their_kinds),
    }
    queue_mail(
        render("notifications/mail/digest.html", context),
        key=f"digest|{person.pk}|{min(row.pk for row, _kind in rows)}",
        label=_("Résumé de notifications"),
        person=person,
        to=person.email,
        headers=leave.headers(),
        now=now,
        attachments=[each for row, kind in rows for each in _files(person, row, kind)],
    )


def _files(person: Member, row: Notification, kind: NotificationKind) -> Iterable[Attachment]:
    return () if kind.confidential else kind.attach(row.object_id, person)


def _foot(leave: links.Unsubscription, their_kinds: Iterable[NotificationKind]) -> dict[str, str]:
    return {
        "unsubscribe_url": leave.url(),
        "unsubscribe_label": ", ".join(f"«\u00a0{kind.label}\u00a0»" for kind in their_kinds),
    }
