"""Who changed an entry, when, and which of its fields: never what they held."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import ChangeAct
from alliage.directory.models.entries import Entry


class EntryChange(models.Model):
    """One act on an entry by one person. `fields` are names of columns, `terms` and `areas`."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="changes", verbose_name=_("fiche"))
    act = models.CharField(_("acte"), max_length=12, choices=ChangeAct.choices)
    fields = models.JSONField(_("champs"), default=list, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par")
    )
    at = models.DateTimeField(_("le"))

    class Meta:
        verbose_name = _("changement d’une fiche")
        verbose_name_plural = _("changements des fiches")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(act__in=ChangeAct.values), name="entry_change_act_known")]

    def __str__(self) -> str:
        return f"{self.entry_id} – {self.act}"
