"""Every write of notifications: tell, choose, unsubscribe; compose, send, forget."""

from alliage.notifications.services.delivery import compose_due, deliver, forget_old
from alliage.notifications.services.mails import (
    MailRefused,
    give_up,
    queue_mail,
    send_again,
    send_mail_to_address,
    send_waiting,
)
from alliage.notifications.services.preferences import choose, choose_for, restore, unsubscribe
from alliage.notifications.services.telling import mark_all_read, mark_read, mark_read_about, notify, notify_many

__all__ = [
    "MailRefused",
    "choose",
    "choose_for",
    "compose_due",
    "deliver",
    "forget_old",
    "give_up",
    "mark_all_read",
    "mark_read",
    "mark_read_about",
    "notify",
    "notify_many",
    "queue_mail",
    "restore",
    "send_again",
    "send_mail_to_address",
    "send_waiting",
    "unsubscribe",
]
