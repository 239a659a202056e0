"""Codes and French labels of what is prepared before the day: consents of speakers, choices of their page."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Recording(models.TextChoices):
    """Whether a speaker agrees to be recorded. Nothing said is no consent."""

    UNSAID = "", _("pas encore dit")
    YES = "yes", _("accepte d’être enregistré")
    NO = "no", _("n’accepte pas d’être enregistré")


class Missing(models.TextChoices):
    """What a speaker has not given yet."""

    ADDRESS = "adresse", _("adresse électronique")
    ANSWER = "reponse", _("réponse à l’invitation")
    BIO = "bio", _("présentation")
    PHOTO = "photo", _("photo")
    SLIDES = "diapositives", _("diapositives")
    RECORDING = "enregistrement", _("accord d’enregistrement")
    REHEARSAL = "repetition", _("créneau de répétition")
