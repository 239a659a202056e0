"""Cards of needs written on paper, until someone put them on the board."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliage.events.models.programme import Sequence
from alliage.paper.models import Slip, constraints


class NeedCard(Slip):
    """A card on a photograph, with what somebody wrote by hand, until it is typed and put on the board; then its number alone is kept.

    `edition`: how many sub-groups it has boxes for. `session`: the workshop or the mirror where it was written.
    """

    session = models.ForeignKey(Sequence, models.CASCADE, related_name="need_cards", verbose_name=_("séance"))

    class Meta(Slip.Meta):
        verbose_name = _("carte de besoin sur papier")
        verbose_name_plural = _("cartes de besoin sur papier")
        constraints = constraints("session", "need_card")
