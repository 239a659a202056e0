"""Codes and French labels of the exhibition."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PanelState(models.TextChoices):
    """proposed → shown or refused; an organiser may change their mind."""

    PROPOSED = "proposed", _("proposé, attend l’organisation")
    SHOWN = "shown", _("exposé")
    REFUSED = "refused", _("non retenu")
