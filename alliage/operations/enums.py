"""How serious a finding of the doctor is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    GOOD = "good", _("bien")
    WARNING = "warning", _("à regarder")
    ERROR = "error", _("à réparer")
