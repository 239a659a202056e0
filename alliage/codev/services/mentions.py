"""Whom a message calls, and who is told that there is something to read: in which thread, never what nor by whom."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev.models import Mention, Message, Thread
from alliage.codev.thread_mails import CALLED, TOLD, scope_of
from alliage.notifications.models import Notification
from alliage.notifications.services import notify_many
from alliage.refusals import Refusal


class MessageRefused(Refusal):
    """The rules of threads say no."""


def called_by(thread: Thread, text: str, asked: Iterable[int], others: Sequence[Member], *, by: Any) -> list[Member]:
    wanted = set(asked) | _named(text, others)
    called = [member for member in others if member.pk in wanted]
    hides = thread.is_pseudonymous and thread.author_id == by.pk
    # Message after message too: whoever is never called would be the one who writes.
    if hides and called and {each.pk for each in others} <= {each.pk for each in called} | _called_before(thread, by):
        raise MessageRefused(
            _("Appeler tout le monde sauf vous dirait qui vous êtes\u00a0: appelez moins de personnes.")
        )
    return called


def _called_before(thread: Thread, by: Any) -> set[int]:
    return set(
        Mention.objects.filter(message__thread=thread.pk, message__author=by).values_list("member_id", flat=True)
    )


def _named(text: str, members: Sequence[Member]) -> set[int]:
    """Those whose whole name follows an @: the longest name first, so that « @Camille Dupont » calls no « Camille »."""
    found = set()
    for member in sorted(members, key=lambda each: -len(each.name)):
        pattern = rf"@{re.escape(member.name)}(?!\w)"
        if member.name and re.search(pattern, text, re.IGNORECASE):
            found.add(member.pk)
            text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
    return found


def call(message: Message, called: Iterable[Member]) -> None:
    Mention.objects.bulk_create([Mention(message=message, member=each) for each in called], ignore_conflicts=True)


def tell(message: Message, called: Sequence[Member], others: Sequence[Member], *, now: datetime) -> None:
    """Those who are called, at once; the others as they chose for this group, once until they come and read."""
    thread = message.thread
    tell_called(message, called, now=now)
    waits = told_about(thread).filter(kind=TOLD, read_at__isnull=True)
    left_out = {each.pk for each in called} | set(waits.values_list("person_id", flat=True))
    told = [member for member in others if member.pk not in left_out]
    notify_many(told, TOLD, thread, by=None, now=now, key=f"message-{message.pk}", scope=scope_of(thread.group))


def told_about(thread: Thread) -> QuerySet[Notification]:
    return Notification.objects.filter(object_type=thread._meta.label_lower, object_id=str(thread.pk))  # noqa: SLF001


def tell_called(message: Message, called: Sequence[Member], *, now: datetime) -> None:
    # `by` is left empty: who wrote is said on the page, to whom may know.
    notify_many(called, CALLED, message.thread, by=None, now=now, key=f"mention-{message.pk}")
