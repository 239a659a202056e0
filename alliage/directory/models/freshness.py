"""Who was asked whether an entry is still right, and who said so."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import FreshnessDeed, FreshnessWay
from alliage.directory.models.entries import Entry


class Reminder(models.Model):
    """« Est-ce toujours exact ? », asked one day. Those sent before the last confirmation no longer count."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="reminders", verbose_name=_("fiche"))
    sent_on = models.DateField(_("envoyé le"))
    to_owner = models.BooleanField(_("à qui tient la fiche"), default=True)

    class Meta:
        verbose_name = _("rappel de confirmation")
        verbose_name_plural = _("rappels de confirmation")
        ordering = ["sent_on", "pk"]
        constraints = [models.UniqueConstraint("entry", "sent_on", name="reminder_once_a_day")]

    def __str__(self) -> str:
        return f"{self.entry_id} – {self.sent_on}"


class FreshnessAct(models.Model):
    """An entry was confirmed, or left the map: when, how, and why when it was somebody else's decision."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="freshness_acts", verbose_name=_("fiche"))
    deed = models.CharField(_("acte"), max_length=12, choices=FreshnessDeed.choices)
    way = models.CharField(_("comment"), max_length=12, choices=FreshnessWay.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par")
    )
    reason = models.CharField(_("raison"), max_length=300, blank=True)
    at = models.DateTimeField(_("le"))

    class Meta:
        verbose_name = _("acte de confirmation")
        verbose_name_plural = _("actes de confirmation")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(deed__in=FreshnessDeed.values), name="freshness_deed_known"),
            models.CheckConstraint(condition=Q(way__in=FreshnessWay.values), name="freshness_way_known"),
            models.CheckConstraint(
                condition=~Q(way=FreshnessWay.ANIMATOR, reason=""), name="freshness_animator_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} – {self.deed}"
