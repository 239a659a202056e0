"""Territories that let their results count, without a name, in the figures of those like them: by lots of five.

A lot is made once and never filled again. It counts as long as all its places do; when one leaves, or is erased, the whole lot goes,
so that figures read before and after never differ by one territory.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.learning.models.diagnostics import Diagnostic
from alliage.territories.enums import Kind


class ComparedLot(models.Model):
    """Five territories of one class (kind, and size as the library tells them apart; empty when not known)."""

    kind = models.CharField(_("nature"), max_length=20, choices=Kind.choices)
    size = models.CharField(_("taille"), max_length=20, blank=True)
    made_at = models.DateTimeField(_("formé le"), default=timezone.now)

    class Meta:
        verbose_name = _("lot de territoires comparés")
        verbose_name_plural = _("lots de territoires comparés")
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["kind", "size"], name="compared_class")]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="compared_kind_known")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ComparedPlace(models.Model):
    """One diagnostic in its lot, for good: once left, it never enters another."""

    lot = models.ForeignKey(ComparedLot, models.CASCADE, related_name="places", verbose_name=_("lot"))
    diagnostic = models.OneToOneField(
        Diagnostic, models.CASCADE, related_name="compared_place", verbose_name=_("diagnostic")
    )
    left_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    class Meta:
        verbose_name = _("place dans un lot")
        verbose_name_plural = _("places dans un lot")
        ordering = ["lot", "pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
