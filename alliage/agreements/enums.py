"""States of an agreement and of its partners; the three lights of a review."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """scoping → agreed → active ⇄ reviewed → closed. Any state may close."""

    SCOPING = "scoping", _("en préparation")
    AGREED = "agreed", _("signé")
    ACTIVE = "active", _("en cours")
    REVIEWED = "reviewed", _("bilan fait")
    CLOSED = "closed", _("clos")


STEPS: dict[State, frozenset[State]] = {
    State.SCOPING: frozenset({State.AGREED, State.CLOSED}),
    State.AGREED: frozenset({State.ACTIVE, State.CLOSED}),
    State.ACTIVE: frozenset({State.REVIEWED, State.CLOSED}),
    State.REVIEWED: frozenset({State.ACTIVE, State.CLOSED}),
    State.CLOSED: frozenset(),
}


class PartnerState(models.TextChoices):
    """An organisation is asked, comes in or not, may leave. Cited: nobody holds its entry, the others name it and it signs nothing."""

    INVITED = "invited", _("invité")
    IN = "in", _("partenaire")
    DECLINED = "declined", _("n’a pas donné suite")
    LEFT = "left", _("parti")
    CITED = "cited", _("partenaire cité, non signataire")


# Whose people read the agreement: those who are asked read what they are asked to join.
READERS = frozenset({PartnerState.INVITED, PartnerState.IN})


class Light(models.TextChoices):
    """What a partner says of one affirmation. Words come with the colour: nobody has to see it."""

    GREEN = "green", _("vert\u00a0: cela va")
    AMBER = "amber", _("orange\u00a0: à surveiller")
    RED = "red", _("rouge\u00a0: à reprendre ensemble")
