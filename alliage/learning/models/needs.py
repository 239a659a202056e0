"""« La vue des besoins »: territories that let their priorities be counted, by lots of five of one département; what everyone reads.

A lot counts as long as its five places do; when one leaves, or is erased, the whole lot goes. Its figures are those of the five
together, made once, and made again only when all five have a newer result: two readings never differ by fewer than five territories.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.learning.models.diagnostics import Diagnostic
from alliage.learning.models.files import TerritoryFile
from alliage.territories.models import Territory


class NeedsLot(models.Model):
    """Five territories of one département or overseas collectivity. `figures`: {measure: {lever: how many of the five}}; nobody reads them."""

    area = models.ForeignKey(Territory, models.PROTECT, related_name="+", verbose_name=_("département ou collectivité"))
    made_at = models.DateTimeField(_("formé le"), default=timezone.now)
    figures = models.JSONField(_("chiffres des cinq"), default=dict)

    class Meta:
        verbose_name = _("lot de la vue des besoins")
        verbose_name_plural = _("lots de la vue des besoins")
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class NeedsPlace(models.Model):
    """A territory in a lot, with the result that counts: a result is in one lot only, a territory in one lot that lives."""

    lot = models.ForeignKey(NeedsLot, models.CASCADE, related_name="places", verbose_name=_("lot"))
    file = models.ForeignKey(TerritoryFile, models.CASCADE, related_name="needs_places", verbose_name=_("dossier"))
    diagnostic = models.OneToOneField(
        Diagnostic, models.CASCADE, related_name="needs_place", verbose_name=_("diagnostic")
    )
    left_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    class Meta:
        verbose_name = _("place dans un lot de la vue des besoins")
        verbose_name_plural = _("places dans un lot de la vue des besoins")
        ordering = ["lot", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "file"], name="needs_place_once"),
            models.UniqueConstraint(fields=["file"], condition=Q(left_at=None), name="needs_file_in_one_lot"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class NeedsReading(models.Model):
    """What everyone reads, made each night; the last one alone is kept. `rows`: shape in queries/needs.py, floors already applied."""

    made_at = models.DateTimeField(_("fait le"), default=timezone.now)
    rows = models.JSONField(_("lignes"), default=list)

    class Meta:
        verbose_name = _("relevé des besoins")
        verbose_name_plural = _("relevés des besoins")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
