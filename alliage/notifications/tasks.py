"""Deferred work of notifications: mails leave outside of any page."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django_tasks import task


@task(queue_name="mail")
def deliver_mails() -> int:
    """Write the mails that are due and send those that wait."""
    from alliage.notifications.services import deliver

    return deliver(clock=timezone.now)


def at_each_turn(now: datetime) -> Any:  # noqa: ARG001 the schedule's own signature
    """The schedule's turn: a mail that no wake-up took leaves here."""
    return deliver_mails.func()


def read_replies(now: datetime) -> int:  # noqa: ARG001 the schedule's own signature
    """The schedule's turn: what arrived in the mailbox of answers, if there is one."""
    from alliage.notifications.mailbox import read_mailbox

    return read_mailbox(clock=timezone.now)
