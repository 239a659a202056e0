"""Words of composing: where a call stands, what one wishes, how a month of duos went for someone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CompositionState(models.TextChoices):
    """`COMPOSITION_MOVES` says what may follow what. People answer until the groups are made."""

    OPEN = "open", _("réponses attendues")
    PROPOSED = "proposed", _("proposition à relire")
    ACCEPTED = "accepted", _("groupes ouverts")
    DROPPED = "dropped", _("abandonnée")


COMPOSITION_MOVES: dict[str, frozenset[str]] = {
    CompositionState.OPEN: frozenset({CompositionState.PROPOSED, CompositionState.DROPPED}),
    CompositionState.PROPOSED: frozenset(
        {CompositionState.PROPOSED, CompositionState.ACCEPTED, CompositionState.DROPPED}
    ),
    CompositionState.ACCEPTED: frozenset(),
    CompositionState.DROPPED: frozenset(),
}


class WishKind(models.TextChoices):
    TOGETHER = "together", _("être avec")
    APART = "apart", _("ne pas être avec")


class TurnOutcome(models.TextChoices):
    """What a month gave to someone who takes part in duos."""

    PAIRED = "paired", _("en duo")
    LEFT_OUT = "left_out", _("sans duo, prioritaire le mois suivant")
    SKIPPED = "skipped", _("a passé son tour")
