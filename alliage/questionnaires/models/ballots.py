"""Ballots: an opening answered on paper."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliage.paper.models import Slip, constraints
from alliage.questionnaires.models.asking import Opening


class Ballot(Slip):
    """A ballot on a photograph, until it is counted. It never points to the answer that it became: of an anonymous opening nobody, not
    even the site, tells which ballot said what."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="ballots", verbose_name=_("consultation"))

    class Meta(Slip.Meta):
        verbose_name = _("bulletin de papier")
        verbose_name_plural = _("bulletins de papier")
        constraints = constraints("opening", "ballot")
