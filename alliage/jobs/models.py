"""Deferred work as people see it, the turns of the schedule, and the workers that do both."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.jobs.enums import EXCLUSIVE, FINISHED, State


class Job(models.Model):
    """One piece of deferred work, from the request to its result.

    `version` counts what a person can see change: it numbers the events of the live process.
    `started_by_id` is a member's number: this folder knows no member (docs/architecture.md).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("sorte"), max_length=60)
    label = models.CharField(_("intitulé"), max_length=200)
    state = models.CharField(_("état"), max_length=20, choices=State.choices, default=State.QUEUED)
    payload = models.JSONField(_("données"), default=dict)
    done = models.PositiveIntegerField(_("fait"), default=0)
    total = models.PositiveIntegerField(_("à faire"), default=0)
    message = models.CharField(_("étape"), max_length=200, blank=True)
    result = models.JSONField(_("résultat"), null=True, blank=True)
    error = models.TextField(_("erreur"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    attempt = models.PositiveSmallIntegerField(_("essai"), default=0)
    cancel_requested = models.BooleanField(_("annulation demandée"), default=False)
    key = models.CharField(_("clé"), max_length=200, blank=True)
    worker = models.CharField(_("exécutant"), max_length=64, blank=True)
    started_by_id = models.BigIntegerField(_("demandé par"), null=True, blank=True)
    created_at = models.DateTimeField(_("demandé le"))
    started_at = models.DateTimeField(_("commencé le"), null=True, blank=True)
    finished_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("travail")
        verbose_name_plural = _("travaux")
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="job_state_known"),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(FINISHED), finished_at__isnull=False)
                | models.Q(state__in=[State.QUEUED, State.RUNNING], finished_at__isnull=True),
                name="job_finished_has_date",
            ),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(state__in=EXCLUSIVE) & ~models.Q(key=""),
                name="job_key_once",
            ),
        ]
        indexes = [
            models.Index(fields=["started_by_id", "-created_at"], name="job_by_person"),
            models.Index(fields=["state", "created_at"], name="job_by_state"),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("jobs:detail", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED


class ScheduledRun(models.Model):
    """One turn of a periodic task: the unique slot is what keeps two workers from taking the same turn."""

    code = models.CharField(_("tâche"), max_length=60)
    slot = models.DateTimeField(_("créneau"))
    started_at = models.DateTimeField(_("commencé le"), null=True, blank=True)
    finished_at = models.DateTimeField(_("terminé le"), null=True, blank=True)
    error = models.TextField(_("erreur"), blank=True)

    class Meta:
        verbose_name = _("tour de tâche périodique")
        verbose_name_plural = _("tours de tâches périodiques")
        constraints = [models.UniqueConstraint(fields=["code", "slot"], name="scheduled_run_once_per_slot")]

    def __str__(self) -> str:
        return f"{self.code} {self.slot:%Y-%m-%d %H:%M}"


class Worker(models.Model):
    """A worker process and the last time it showed it was alive."""

    id = models.CharField(primary_key=True, max_length=64)
    host = models.CharField(_("machine"), max_length=200)
    pid = models.PositiveIntegerField(_("numéro de processus"))
    started_at = models.DateTimeField(_("démarré le"))
    seen_at = models.DateTimeField(_("vu le"))
    stopped_at = models.DateTimeField(_("arrêté le"), null=True, blank=True)

    class Meta:
        verbose_name = _("exécutant")
        verbose_name_plural = _("exécutants")

    def __str__(self) -> str:
        return f"{self.host} ({self.pid})"
