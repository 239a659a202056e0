"""Roles of members, each holding the rights of those before it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    MEMBER = "member", _("membre")
    FACILITATOR = "facilitator", _("facilitateur")
    ANIMATOR = "animator", _("animateur")
    ADMINISTRATOR = "administrator", _("administrateur")
