"""Duos: fifteen minutes a month between two members who do not know each other's practice. Only for those who asked."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.codev.composing_enums import TurnOutcome

MINUTES = 15


class DuoMember(models.Model):
    """Someone takes part since `joined_at`, until `stopped_at`. `skipped_month`: the first day of a month to leave out."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="codev_duo_member", verbose_name=_("membre")
    )
    joined_at = models.DateTimeField(_("accord donné le"), default=timezone.now)
    stopped_at = models.DateTimeField(_("arrêté le"), null=True, blank=True)
    skipped_month = models.DateField(_("mois passé"), null=True, blank=True)

    class Meta:
        verbose_name = _("participation aux duos")
        verbose_name_plural = _("participations aux duos")
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("joined_at")),
                name="duo_member_stops_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class DuoRound(models.Model):
    """The draw of one month, known by its first day: made once, whatever the number of workers."""

    month = models.DateField(_("mois"), unique=True)
    made_at = models.DateTimeField(_("tiré le"), default=timezone.now)
    pairs = models.PositiveIntegerField(_("duos"), default=0)
    left_out = models.PositiveIntegerField(_("sans duo"), default=0)

    class Meta:
        verbose_name = _("tirage des duos")
        verbose_name_plural = _("tirages des duos")
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Duo(models.Model):
    """Two members for one month. A row lives a year: while it does, the same two cannot be paired again.

    `first` has the smaller number. `proposed`: moments when both are free (ISO, UTC). `starts_at`: the one chosen by
    `chosen_by`; it stands once the other agreed (`agreed_at`).
    """

    month = models.DateField(_("mois"))
    first = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("autre membre")
    )
    proposed = models.JSONField(_("créneaux proposés"), default=list, blank=True)
    starts_at = models.DateTimeField(_("rendez-vous"), null=True, blank=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("choisi par")
    )
    video_url = models.URLField(_("lien de visioconférence"), max_length=300, blank=True)
    agreed_at = models.DateTimeField(_("accepté le"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("annulé le"), null=True, blank=True)
    created_at = models.DateTimeField(_("tiré le"), default=timezone.now)
    # Whom a notification about it is written for; no column.
    told: Any = None

    class Meta:
        verbose_name = _("duo")
        verbose_name_plural = _("duos")
        ordering = ["-month", "pk"]
        indexes = [models.Index(fields=["month"], name="duo_month")]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duo_pair_once_a_year"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duo_in_order"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(starts_at__isnull=False), name="duo_agreed_on_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("codev:duo")

    def other(self, member: Any) -> Any:
        return self.second if member.pk == self.first_id else self.first


class DuoTurn(models.Model):
    """What one month gave to one member: once, whatever happens."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="codev_duo_turns", verbose_name=_("membre")
    )
    month = models.DateField(_("mois"))
    outcome = models.CharField(_("issue"), max_length=8, choices=TurnOutcome.choices)
    duo = models.ForeignKey(Duo, models.SET_NULL, null=True, blank=True, related_name="turns", verbose_name=_("duo"))

    class Meta:
        verbose_name = _("mois d’un membre")
        verbose_name_plural = _("mois des membres")
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "month"], name="duo_turn_once_a_month"),
            models.CheckConstraint(condition=Q(outcome__in=TurnOutcome.values), name="duo_turn_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
