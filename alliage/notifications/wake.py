"""Wakes the sender of mails once the transaction is committed, and never breaks the page that did."""

from django.db import transaction


def wake_after_commit() -> None:
    """What is in the database leaves anyway at the next turn of the schedule: this only makes it leave now."""
    transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    from alliage.notifications.tasks import deliver_mails

    deliver_mails.enqueue()
