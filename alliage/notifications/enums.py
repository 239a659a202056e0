"""Words of notifications: how often, by which way, in which state."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    """When a person wants the mail of a kind of notification."""

    NOW = "now", _("tout de suite")
    DAILY = "daily", _("chaque jour")
    WEEKLY = "weekly", _("chaque semaine")
    NEVER = "never", _("jamais")


# Those that wait and leave grouped in one mail.
GROUPED = frozenset({Frequency.DAILY, Frequency.WEEKLY})


class MailState(models.TextChoices):
    QUEUED = "queued", _("à envoyer")
    SENDING = "sending", _("envoi en cours")
    SENT = "sent", _("envoyé")
    FAILED = "failed", _("échoué")


# From a state, the states that may follow. A mail whose sending was interrupted is never sent again by itself: nobody
# knows whether it left. It fails, and an animator decides.
TRANSITIONS: dict[str, frozenset[str]] = {
    MailState.QUEUED: frozenset({MailState.SENDING}),
    MailState.SENDING: frozenset({MailState.SENT, MailState.QUEUED, MailState.FAILED}),
    MailState.SENT: frozenset(),
    MailState.FAILED: frozenset({MailState.QUEUED}),
}
