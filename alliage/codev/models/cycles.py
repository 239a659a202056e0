"""A cycle: as many sessions as participants, each the client of one; and the poll that finds a date."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.codev.enums import CycleState, PollChoice, PollState, Rhythm
from alliage.codev.models.encounters import Encounter
from alliage.codev.models.groups import Group


class Cycle(models.Model):
    """One is open at a time in a group."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="cycles", verbose_name=_("groupe"))
    starts_on = models.DateField(_("commence le"))
    rhythm = models.PositiveSmallIntegerField(_("rythme"), choices=Rhythm.choices, default=Rhythm.FIVE)
    state = models.CharField(_("état"), max_length=8, choices=CycleState.choices, default=CycleState.OPEN)
    created_at = models.DateTimeField(_("ouvert le"), default=timezone.now)

    class Meta:
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CycleState.values), name="cycle_state_known"),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="cycle_rhythm_known"),
            models.UniqueConstraint(
                fields=["group"], condition=Q(state=CycleState.OPEN), name="cycle_one_open_per_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Turn(models.Model):
    """One session of a cycle: its rank, its client (once per cycle), its encounter when it has a date."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="turns", verbose_name=_("cycle"))
    position = models.PositiveSmallIntegerField(_("rang"))
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cliente ou client"),
    )
    encounter = models.OneToOneField(
        Encounter, models.SET_NULL, null=True, blank=True, related_name="turn", verbose_name=_("rencontre")
    )

    class Meta:
        verbose_name = _("séance d’un cycle")
        verbose_name_plural = _("séances d’un cycle")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "position"], name="turn_position_once"),
            models.UniqueConstraint(fields=["cycle", "client"], name="turn_client_once_per_cycle"),
            models.CheckConstraint(condition=Q(position__gte=1), name="turn_position_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class DatePoll(models.Model):
    """Which date suits: `encounter` is the one made from the date chosen; `turn`, the session it looks a date for."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="polls", verbose_name=_("groupe"))
    turn = models.ForeignKey(
        Turn, models.SET_NULL, null=True, blank=True, related_name="polls", verbose_name=_("séance")
    )
    title = models.CharField(_("pour quelle rencontre"), max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"), default=90)
    state = models.CharField(_("état"), max_length=8, choices=PollState.choices, default=PollState.OPEN)
    encounter = models.OneToOneField(
        Encounter, models.SET_NULL, null=True, blank=True, related_name="poll", verbose_name=_("rencontre")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ouvert par")
    )
    created_at = models.DateTimeField(_("ouvert le"), default=timezone.now)

    class Meta:
        verbose_name = _("choix d’une date")
        verbose_name_plural = _("choix d’une date")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PollState.values), name="date_poll_state_known"),
            models.CheckConstraint(condition=Q(minutes__range=(10, 600)), name="date_poll_lasts_a_while"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class PollDate(models.Model):
    """A date proposed."""

    poll = models.ForeignKey(DatePoll, models.CASCADE, related_name="dates", verbose_name=_("choix d’une date"))
    starts_at = models.DateTimeField(_("début"))

    class Meta:
        verbose_name = _("date proposée")
        verbose_name_plural = _("dates proposées")
        ordering = ["starts_at"]
        constraints = [models.UniqueConstraint(fields=["poll", "starts_at"], name="poll_date_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class PollAnswer(models.Model):
    """What one member says of one date."""

    date = models.ForeignKey(PollDate, models.CASCADE, related_name="answers", verbose_name=_("date"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    choice = models.CharField(_("réponse"), max_length=6, choices=PollChoice.choices)
    answered_at = models.DateTimeField(_("répondu le"), default=timezone.now)

    class Meta:
        verbose_name = _("réponse à une date")
        verbose_name_plural = _("réponses aux dates")
        constraints = [
            models.UniqueConstraint(fields=["date", "member"], name="poll_answer_once"),
            models.CheckConstraint(condition=Q(choice__in=PollChoice.values), name="poll_answer_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
