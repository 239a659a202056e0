"""Words of questionnaires: kinds of questions, where an opening stands, when its results are shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionKind(models.TextChoices):
    ONE = "one", _("un choix")
    SEVERAL = "several", _("plusieurs choix")
    SCALE = "scale", _("échelle")
    MATRIX = "matrix", _("grille")
    TEXT = "text", _("texte libre")
    NUMBER = "number", _("nombre")
    WORDS = "words", _("quelques mots")
    ORDER = "order", _("ordre de priorité")


# What each kind asks to choose among.
CHOSEN = frozenset(
    {QuestionKind.ONE, QuestionKind.SEVERAL, QuestionKind.SCALE, QuestionKind.MATRIX, QuestionKind.ORDER}
)
# Where « je ne sais pas » is an answer.
DOUBTFUL = frozenset({QuestionKind.ONE, QuestionKind.SCALE, QuestionKind.MATRIX, QuestionKind.NUMBER})


class OpeningState(models.TextChoices):
    """Where an opening stands. Closed is the end: figures that were read do not change any more."""

    PREPARED = "prepared", _("préparée")
    OPEN = "open", _("ouverte")
    CLOSED = "closed", _("close")


OPENING_MOVES: dict[str, frozenset[str]] = {
    OpeningState.PREPARED: frozenset({OpeningState.OPEN}),
    OpeningState.OPEN: frozenset({OpeningState.CLOSED}),
    OpeningState.CLOSED: frozenset(),
}


class Shows(models.TextChoices):
    """To whom, and when, the results of an opening are shown."""

    AT_ONCE = "at_once", _("dès que l’on a répondu")
    AT_END = "at_end", _("à la clôture")
    HOLDERS = "holders", _("à qui tient la consultation")
