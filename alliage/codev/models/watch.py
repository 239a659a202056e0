"""The weekly watch over questions without an answer."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WatchWeek(models.Model):
    """Who watches over unanswered questions in a week, known by its Monday: a volunteer, told when a question waits."""

    monday = models.DateField(_("semaine du"), unique=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    taken_at = models.DateTimeField(_("prise le"), default=timezone.now)

    class Meta:
        verbose_name = _("semaine de veille")
        verbose_name_plural = _("semaines de veille")
        ordering = ["monday"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
