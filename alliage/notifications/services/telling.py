"""Tell people what concerns them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from alliage.accounts.models import Member
from alliage.notifications import queries, timing
from alliage.notifications.lines import one_line
from alliage.notifications.models import Notification
from alliage.notifications.permissions import can_be_told, can_receive_mail
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.notifications.wake import wake_after_commit


def notify(person: Member, kind: str, obj: Any, *, by: Any, now: datetime, key: str = "") -> Notification | None:
    """Tell one person; answers the notification, or None when the account is closed.

    Telling the same thing twice (same person, kind, object and `key`) tells it once.
    """
    told = _tell([person], kind, obj, by=by, now=now, key=key)
    return Notification.objects.get(person=person, key=told) if can_be_told(person) else None


def notify_many(
    people: Iterable[Member], kind: str, obj: Any, *, by: Any, now: datetime, key: str = "", scope: str = ""
) -> None:
    """Tell many people in two queries. Who did it knows already: `by` is left out.

    `scope` names what the kind may be chosen for (`choose_for`): a group, a place.
    """
    _tell([person for person in people if person != by], kind, obj, by=by, now=now, key=key, scope=scope)


def mark_read(notification: Notification, *, now: datetime) -> None:
    """Read in the page: no mail is needed any more if it was to leave grouped."""
    _mark_read(Notification.objects.filter(pk=notification.pk), now=now)


def mark_read_about(person: Member, obj: Any, *, now: datetime) -> int:
    """Everything that this person was told about an object is read: they are on its page."""
    about = {"object_type": obj._meta.label_lower, "object_id": str(obj.pk)}  # noqa: SLF001 Django's public-by-use name
    return _mark_read(Notification.objects.filter(person=person, **about), now=now)


def mark_all_read(person: Member, *, now: datetime) -> int:
    return _mark_read(Notification.objects.filter(person=person), now=now)


def _mark_read(rows: Any, *, now: datetime) -> int:
    changed: int = rows.filter(read_at__isnull=True).update(read_at=now)
    return changed


def _kind(code: str) -> NotificationKind:
    kind = kinds.get(code)
    if kind is None:
        raise LookupError(f"No kind of notification is named {code}: add it to alliage.notifications.registry.kinds.")
    return kind


def _message(kind: NotificationKind, obj: Any, by: Any) -> Message:
    message = kind.describe(obj, by)
    if not message.url.startswith("/") or message.url.startswith("//"):
        raise ValueError(f"{kind.code}: « {message.url} » is no path of this site.")
    if kind.confidential:
        return Message(str(kind.label), message.url)
    return Message(one_line(str(message.title))[:200], message.url, str(message.text))


@transaction.atomic
def _tell(people: list[Member], code: str, obj: Any, *, by: Any, now: datetime, key: str, scope: str = "") -> str:
    """Write what each person is told; answers the key it is known by."""
    kind = _kind(code)
    message = _message(kind, obj, by)
    frequencies = queries.frequencies_of(kind, people, scope)
    end = queries.scoped("|", scope) if scope else ""
    whole_key = f"{kind.code}|{obj._meta.label_lower}|{obj.pk}|{key}"[: 255 - len(end)] + end  # noqa: SLF001 Django's public-by-use name
    rows = [
        Notification(
            person=person,
            kind=kind.code,
            object_type=obj._meta.label_lower,  # noqa: SLF001
            object_id=str(obj.pk),
            key=whole_key,
            title=message.title,
            text=message.text,
            url=message.url,
            by_id=getattr(by, "pk", None),
            created_at=now,
            frequency=frequencies[person.pk],
            due_at=_due_at(person, kind, frequencies[person.pk], now),
        )
        for person in people
        if can_be_told(person)
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.due_at and row.due_at <= now for row in rows):
        wake_after_commit()
    return whole_key


def _due_at(person: Member, kind: NotificationKind, frequency: str, now: datetime) -> datetime | None:
    if not can_receive_mail(person):
        return None
    return timing.due_at(frequency, urgent=kind.urgent, zone=person.time_zone, now=now)
