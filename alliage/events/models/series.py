"""Recurring appointments: the rule of a cycle, and the dates that it gives."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.events.enums import Repeats
from alliage.events.models.events import Event

# Said twice: a database takes « nothing » for no contradiction.
_A_WEEKDAY: dict[str, Any] = {"weekday__isnull": False, "weekday__range": (0, 6), "day__isnull": True}


class Series(models.Model):
    """A cycle. `hour` is told at the clock of `zone`: 13:00 in Paris stays 13:00 in Paris when the hour changes.

    `every` counts weeks or months. `nth` and `weekday` say « 3e jeudi du mois » (`nth` -1: the last one); `weekday` alone, « le jeudi ».
    `day` says a date of the month, the last day of a month that has no such date. It ends at `until`, or after `times` dates.
    """

    title = models.CharField(_("titre"), max_length=200)
    repeats = models.CharField(_("se répète"), max_length=10, choices=Repeats.choices)
    every = models.PositiveSmallIntegerField(_("tous les combien"), default=1)
    weekday = models.PositiveSmallIntegerField(_("jour de la semaine"), null=True, blank=True)
    nth = models.SmallIntegerField(_("lequel dans le mois"), null=True, blank=True)
    day = models.PositiveSmallIntegerField(_("date dans le mois"), null=True, blank=True)
    starts_on = models.DateField(_("à partir du"))
    hour = models.TimeField(_("heure"))
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"))
    zone = models.CharField(_("fuseau horaire"), max_length=60, default="Europe/Paris")
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    times = models.PositiveSmallIntegerField(_("nombre de dates"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tenu par")
    )
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)

    class Meta:
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="series_has_a_title"),
            models.CheckConstraint(condition=Q(every__range=(1, 12)), name="series_every_known"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="series_lasts"),
            models.CheckConstraint(
                condition=Q(until__isnull=False, times__isnull=True) | Q(until__isnull=True, times__isnull=False),
                name="series_ends_one_way",
            ),
            models.CheckConstraint(
                condition=Q(repeats=Repeats.WEEKS, nth__isnull=True, **_A_WEEKDAY)
                | Q(repeats=Repeats.WEEKDAY, nth__isnull=False, nth__in=(1, 2, 3, 4, -1), **_A_WEEKDAY)
                | Q(
                    repeats=Repeats.DATE, weekday__isnull=True, nth__isnull=True, day__isnull=False, day__range=(1, 31)
                ),
                name="series_rule_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Occurrence(models.Model):
    """One date of a cycle. `event` None: this date is skipped. `is_apart`: changed alone, what is said of the next ones passes it by."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="occurrences", verbose_name=_("cycle"))
    on = models.DateField(_("date"))
    event = models.OneToOneField(
        Event, models.SET_NULL, null=True, blank=True, related_name="occurrence", verbose_name=_("événement")
    )
    is_apart = models.BooleanField(_("changée seule"), default=False)

    class Meta:
        verbose_name = _("date d’un cycle")
        verbose_name_plural = _("dates d’un cycle")
        ordering = ["series", "on"]
        constraints = [models.UniqueConstraint(fields=["series", "on"], name="occurrence_once")]

    def __str__(self) -> str:
        return f"{self.series_id}, {self.on:%Y-%m-%d}"
