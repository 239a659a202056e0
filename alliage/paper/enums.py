"""How far something filled in on paper is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaperState(models.TextChoices):
    """Of a photograph, then of what it shows. Nothing counts before « confirmed »."""

    WAITING = "waiting", _("pas encore lue")
    UNREAD = "unread", _("illisible")
    READ = "read", _("à confirmer")
    CONFIRMED = "confirmed", _("confirmée")
    ERASED = "erased", _("effacée sans être confirmée")


# What still waits for someone.
PENDING = (PaperState.READ, PaperState.UNREAD, PaperState.WAITING)
