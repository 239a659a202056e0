"""What every printed slip keeps, once photographed. Each function has a table of its own, which says what the slip is for."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.files.models import StoredFile
from alliage.paper.enums import PaperState


class Slip(models.Model):
    """A slip on a photograph; or, before it is read, the photograph. `series` and `copy` are its printed number: it counts once.

    `edition`: what its layout depends on, as its code says. `boxes`: what was read, by row: {"value", "state", "why"}; emptied with the
    picture, once confirmed or after some days. What was confirmed keeps its number alone: neither what it said, nor what became of it.
    """

    series = models.CharField(_("tirage"), max_length=8, blank=True)
    copy = models.PositiveIntegerField(_("exemplaire"), default=0)
    edition = models.PositiveBigIntegerField(_("édition"), default=0)
    state = models.CharField(_("état"), max_length=9, choices=PaperState.choices, default=PaperState.WAITING)
    why = models.CharField(_("pourquoi il n’est pas lu"), max_length=10, blank=True)
    file = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("photographie")
    )
    boxes = models.JSONField(_("cases lues"), default=dict, blank=True)
    sent_at = models.DateTimeField(_("envoyé le"), default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["series", "copy", "pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_read(self) -> bool:
        return self.state == PaperState.READ

    @property
    def doubts(self) -> int:
        """How many rows wait for a person."""
        return sum(each["state"] == "doubt" for each in self.boxes.values())


def constraints(holder: str, name: str) -> list[Any]:
    """Those of a table of slips: a number once for each object (`holder`), nothing left of what is done. `name` begins their names."""
    return [
        models.UniqueConstraint(fields=[holder, "series", "copy"], condition=~Q(series=""), name=f"{name}_once"),
        models.CheckConstraint(condition=Q(state__in=PaperState.values), name=f"{name}_state_known"),
        models.CheckConstraint(
            condition=~Q(state__in=[PaperState.CONFIRMED, PaperState.ERASED]) | Q(file=None, boxes={}),
            name=f"{name}_nothing_left",
        ),
        models.CheckConstraint(
            condition=~Q(state__in=[PaperState.READ, PaperState.CONFIRMED]) | ~Q(series=""), name=f"{name}_numbered"
        ),
    ]
