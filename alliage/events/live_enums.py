"""Codes and French labels of what happens on the day, and just after."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DoorState(models.TextChoices):
    """Where the live page of a sequence stands. Nothing is written in the base: the clock and the room say it."""

    BEFORE = "before", _("pas encore ouverte")
    OPEN = "open", _("ouverte")
    OVER = "over", _("terminée")
    CANCELLED = "cancelled", _("annulée")


class Standing(models.TextChoices):
    """What somebody is before the door of a sequence."""

    HOLDS = "holds", _("tient la séquence")
    SPEAKS = "speaks", _("y intervient")
    SEATED = "seated", _("a une place")
    WAITING = "waiting", _("est en liste d’attente")
    FREED = "freed", _("entre sur une place libérée")
    OPEN = "open", _("entre sans inscription")
    NOBODY = "nobody", _("n’est pas inscrit")


class ContributionKind(models.TextChoices):
    """What one writes after a sequence."""

    QUESTION = "question", _("une question")
    ANSWER = "answer", _("une réponse, un exemple")
    NEED = "need", _("un besoin")


class ContributionState(models.TextChoices):
    """waiting → shown or hidden, one or the other at any time."""

    WAITING = "waiting", _("attend la modération")
    SHOWN = "shown", _("montrée")
    HIDDEN = "hidden", _("masquée")
