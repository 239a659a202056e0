"""Codes and French labels of workshops: needs, their priority, specifications and what became of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Priority(models.TextChoices):
    """MoSCoW, in the words of a mayor; what nobody ranked yet comes last."""

    MUST = "must", _("Indispensable")
    SHOULD = "should", _("Important")
    COULD = "could", _("Utile")
    WONT = "wont", _("Pas cette fois")
    UNSORTED = "unsorted", _("À trier")


# The order of the board and of every export.
RANKS: dict[str, int] = {code: rank for rank, code in enumerate(Priority.values)}


class NeedState(models.TextChoices):
    """live → merged or split (its words are another need’s) or withdrawn. What is undone comes back."""

    LIVE = "live", _("au tableau")
    MERGED = "merged", _("fusionné")
    SPLIT = "split", _("séparé")
    WITHDRAWN = "withdrawn", _("retiré")


NEED_MOVES: dict[str, frozenset[str]] = {
    NeedState.LIVE: frozenset({NeedState.MERGED, NeedState.SPLIT, NeedState.WITHDRAWN}),
    NeedState.MERGED: frozenset({NeedState.LIVE}),
    NeedState.SPLIT: frozenset({NeedState.LIVE}),
    NeedState.WITHDRAWN: frozenset({NeedState.LIVE}),
}


class LinkKind(models.TextChoices):
    """How a need was born from another."""

    MERGED = "merged", _("fusionné dans")
    SPLIT = "split", _("séparé en")


class BoardState(models.TextChoices):
    OPEN = "open", _("ouvert")
    CLOSED = "closed", _("arrêté")


class SignatureRole(models.TextChoices):
    """Who must sign a specification: one person each."""

    RAPPORTEUR = "rapporteur", _("rapport")
    FACILITATOR = "facilitator", _("animation")


class Outcome(models.TextChoices):
    """What became of a need."""

    STUDIED = "studied", _("à l’étude")
    ONGOING = "ongoing", _("en cours")
    DONE = "done", _("fait")
    DROPPED = "dropped", _("abandonné")
