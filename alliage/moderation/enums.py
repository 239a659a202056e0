"""Words of moderation: why something is reported, where the report stands, what was decided."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    WRONG = "wrong", _("C’est faux, ou ce n’est plus à jour")
    PRIVATE = "private", _("Cela montre des informations personnelles ou confidentielles")
    HURTFUL = "hurtful", _("Cela blesse, insulte ou discrimine")
    RIGHTS = "rights", _("Cela reprend le travail d’autrui sans autorisation")
    SPAM = "spam", _("C’est de la publicité, ou sans rapport avec le réseau")
    ILLEGAL = "illegal", _("C’est contraire à la loi")
    OTHER = "other", _("Autre chose")


class ReportState(models.TextChoices):
    OPEN = "open", _("à traiter")
    UPHELD = "upheld", _("suivi")
    DISMISSED = "dismissed", _("non suivi")


class Act(models.TextChoices):
    """What an animator decides about the object itself."""

    HIDE = "hide", _("Masquer")
    RESTORE = "restore", _("Montrer de nouveau")
    CORRECT = "correct", _("Corrigé")
    DISMISS = "dismiss", _("Laisser tel quel")


# From a state, the states that may follow.
TRANSITIONS: dict[str, frozenset[str]] = {
    ReportState.OPEN: frozenset({ReportState.UPHELD, ReportState.DISMISSED}),
    ReportState.UPHELD: frozenset(),
    ReportState.DISMISSED: frozenset(),
}

# What an act makes of reports, and of contestations of an earlier decision.
OUTCOMES: dict[str, tuple[ReportState, ReportState]] = {
    Act.HIDE: (ReportState.UPHELD, ReportState.DISMISSED),
    Act.RESTORE: (ReportState.DISMISSED, ReportState.UPHELD),
    Act.CORRECT: (ReportState.UPHELD, ReportState.UPHELD),
    Act.DISMISS: (ReportState.DISMISSED, ReportState.DISMISSED),
}

# What may be decided of an object that cannot be hidden.
ALWAYS_POSSIBLE = (Act.CORRECT, Act.DISMISS)
