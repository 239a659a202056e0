"""Codes and French labels of « Entraide »: what is posted, who reads it, what becomes of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionKind(models.TextChoices):
    """What one may post; each has a ready text (`ready_texts.py`). The codes are the words of `?modele=`."""

    HELP = "aide", _("demande d’aide")
    STORY = "retour", _("retour d’expérience")
    NOTICE = "annonce", _("annonce")
    MINUTES = "compte-rendu", _("compte rendu")
    SUBJECT = "sujet", _("proposition de sujet")


# Those that wait for an answer: they are sent to members, watched, shown as unanswered.
ASKING = frozenset({QuestionKind.HELP, QuestionKind.SUBJECT})


class Readers(models.TextChoices):
    """Who reads a question and everything that answers it."""

    MEMBERS = "members", _("les membres du réseau")
    PUBLIC = "public", _("tout le monde, sans compte")


class Reuse(models.TextChoices):
    """Whether a text may enter a resource that everyone reads, and under which name."""

    ASK = "ask", _("demandez-moi d’abord")
    NAMED = "named", _("d’accord, en me citant")
    UNNAMED = "unnamed", _("d’accord, sans mon nom")
    NO = "no", _("non")


# Those that let the text in.
REUSABLE = frozenset({Reuse.NAMED, Reuse.UNNAMED})


class CallState(models.TextChoices):
    """What someone to whom a question was sent said of it: `CALL_MOVES` says what may follow what."""

    SENT = "sent", _("réponse attendue")
    ANSWERED = "answered", _("a répondu")
    NOT_NOW = "not_now", _("pas cette fois")
    NOT_THIS = "not_this", _("plus pour ce sujet")


CALL_MOVES: dict[str, frozenset[str]] = {
    CallState.SENT: frozenset({CallState.ANSWERED, CallState.NOT_NOW, CallState.NOT_THIS}),
    CallState.NOT_NOW: frozenset({CallState.ANSWERED, CallState.NOT_THIS}),
    CallState.NOT_THIS: frozenset({CallState.ANSWERED}),
    CallState.ANSWERED: frozenset(),
}

# A question goes to so many members at most; a member receives so many a month at most. Both are constraints.
MOST_CALLED, MOST_A_MONTH = 5, 4
