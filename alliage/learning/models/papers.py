"""Pages of diagnostics filled in on paper: photographed or typed, until a person confirms them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.files.models import StoredFile
from alliage.learning.models.diagnostics import Diagnostic, Respondent
from alliage.paper.enums import PaperState


class PaperPage(models.Model):
    """One side of a sheet. No name is on it; `series` and `copy` tell sheets of one printing apart, so that two sides join again.

    `boxes`: what was read, by line: {"value", "state", "why"}; emptied with the picture, once confirmed or after some days.
    Typed sheets have a series of their own, and copy and page 0: sent twice, they count once.
    """

    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, related_name="paper_pages", verbose_name=_("diagnostic"))
    series = models.CharField(_("tirage"), max_length=8, blank=True)
    copy = models.PositiveIntegerField(_("exemplaire"), default=0)
    page = models.PositiveIntegerField(_("page"), default=0)
    state = models.CharField(_("état"), max_length=9, choices=PaperState.choices, default=PaperState.WAITING)
    why = models.CharField(_("pourquoi elle n’est pas lue"), max_length=10, blank=True)
    file = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("photographie")
    )
    boxes = models.JSONField(_("cases lues"), default=dict, blank=True)
    respondent = models.ForeignKey(
        Respondent, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("réponse")
    )
    sent_at = models.DateTimeField(_("envoyée le"), default=timezone.now)

    class Meta:
        verbose_name = _("page remplie sur papier")
        verbose_name_plural = _("pages remplies sur papier")
        ordering = ["series", "copy", "page", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["diagnostic", "series", "copy", "page"], condition=~Q(series=""), name="paper_page_once"
            ),
            models.CheckConstraint(condition=Q(state__in=PaperState.values), name="paper_page_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "erased"]) | Q(file=None, boxes={}), name="paper_page_nothing_left"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
