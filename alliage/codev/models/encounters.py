"""Encounters: when a group meets, who comes; and the secret link of a member's own calendar."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.codev.enums import Coming, EncounterState, Reminder
from alliage.codev.models.groups import Group


class Encounter(models.Model):
    """Its title and text are read by the group alone; calendars and mails say a neutral title (queries/encounters.py).

    `video_url` empty: the group's. `sequence` grows at each change, so that a calendar knows the later one.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="encounters", verbose_name=_("groupe"))
    title = models.CharField(_("titre"), max_length=120)
    text = models.TextField(_("ordre du jour"), blank=True)
    starts_at = models.DateTimeField(_("début"))
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"), default=90)
    video_url = models.URLField(_("lien de visioconférence"), max_length=300, blank=True)
    phone = models.CharField(_("numéro de téléphone de la réunion"), max_length=60, blank=True, default="")
    state = models.CharField(_("état"), max_length=10, choices=EncounterState.choices, default=EncounterState.PLANNED)
    sequence = models.PositiveIntegerField(_("numéro de changement"), default=0)
    reminded = models.CharField(
        _("dernier rappel parti"), max_length=4, choices=Reminder.choices, blank=True, default=Reminder.NONE
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("fixée par")
    )
    created_at = models.DateTimeField(_("fixée le"), default=timezone.now)
    changed_at = models.DateTimeField(_("changée le"), default=timezone.now)

    class Meta:
        verbose_name = _("rencontre")
        verbose_name_plural = _("rencontres")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["state", "starts_at"], name="codev_encounter_soon")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="codev_encounter_has_a_title"),
            models.CheckConstraint(condition=Q(state__in=EncounterState.values), name="codev_encounter_state_known"),
            models.CheckConstraint(condition=Q(minutes__range=(10, 600)), name="codev_encounter_lasts_a_while"),
            models.CheckConstraint(condition=Q(reminded__in=Reminder.values), name="codev_encounter_reminder_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("codev:encounter", args=[self.group_id, self.pk])

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_planned(self) -> bool:
        return self.state == EncounterState.PLANNED


class Presence(models.Model):
    """« Je viens » or « je ne peux pas »: no row, no answer yet."""

    encounter = models.ForeignKey(Encounter, models.CASCADE, related_name="presences", verbose_name=_("rencontre"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="codev_presences", verbose_name=_("membre")
    )
    coming = models.CharField(_("réponse"), max_length=4, choices=Coming.choices)
    answered_at = models.DateTimeField(_("répondu le"), default=timezone.now)

    class Meta:
        verbose_name = _("réponse de présence")
        verbose_name_plural = _("réponses de présence")
        constraints = [
            models.UniqueConstraint(fields=["encounter", "member"], name="codev_presence_once"),
            models.CheckConstraint(condition=Q(coming__in=Coming.values), name="codev_presence_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class CalendarLink(models.Model):
    """The secret link of a member's own calendar, made from `seed` and the site's key; the database holds its digest."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="codev_calendar", verbose_name=_("membre")
    )
    seed = models.CharField(_("graine du lien"), max_length=64)
    token_digest = models.CharField(_("empreinte du lien"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("fait le"), default=timezone.now)

    class Meta:
        verbose_name = _("lien d’agenda")
        verbose_name_plural = _("liens d’agenda")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
