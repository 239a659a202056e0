"""Codes of co-writing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """`open`: those who may write do; `closed`: read by the same people, written by nobody."""

    OPEN = "open", _("ouvert")
    CLOSED = "closed", _("clos")


class VersionKind(models.TextChoices):
    """`automatic`: kept by itself from time to time, the oldest go; `named`: somebody gave it a name, it stays."""

    AUTOMATIC = "automatic", _("gardée d’elle-même")
    NAMED = "named", _("nommée")
