"""Reports, and the log of what was decided."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.moderation.enums import Act, Reason, ReportState


class LogError(Exception):
    """The log of decisions is only added to."""


class DecisionQuerySet(models.QuerySet["Decision"]):
    def update(self, **_kwargs: Any) -> NoReturn:
        raise LogError

    def delete(self) -> NoReturn:
        raise LogError


class Decision(models.Model):
    """What an animator decided about an object, and why. Never changed, never deleted: a trigger holds it.

    People are plain numbers: the log outlives accounts, and says nothing more of them.
    """

    object_kind = models.CharField(_("sorte"), max_length=60)
    object_id = models.CharField(max_length=64)
    title = models.CharField(_("objet"), max_length=200)
    act = models.CharField(_("décision"), max_length=10, choices=Act.choices)
    reason = models.TextField(_("pourquoi"))
    report_count = models.PositiveIntegerField(_("signalements traités"))
    by_id = models.BigIntegerField(_("par"))
    author_id = models.BigIntegerField(_("auteur"), null=True, blank=True)
    decided_at = models.DateTimeField(_("le"))

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("décision")
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="decision_act_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(condition=Q(report_count__gt=0), name="decision_answers_reports"),
        ]
        indexes = [models.Index(fields=["object_kind", "object_id"], name="decision_by_object")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise LogError
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("moderation:decision", args=[self.pk])

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise LogError


class Report(models.Model):
    """Someone says that something should not be shown, or contests what was decided (`contests`).

    `sent_key` tells one sending of the form: a double click, or a browser that sends again, is one report.
    """

    object_kind = models.CharField(_("sorte"), max_length=60)
    object_id = models.CharField(max_length=64)
    title = models.CharField(_("objet"), max_length=200)
    url = models.CharField(_("adresse"), max_length=500)
    reason = models.CharField(_("motif"), max_length=20, choices=Reason.choices)
    text = models.TextField(_("explication"), blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports"
    )
    reporter_email = models.EmailField(_("adresse pour la réponse"), blank=True)
    contests = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="contestations"
    )
    state = models.CharField(_("état"), max_length=10, choices=ReportState.choices, default=ReportState.OPEN)
    sent_key = models.CharField(_("envoi"), max_length=64, blank=True, default="")
    created_at = models.DateTimeField(_("reçu le"))
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    decided_at = models.DateTimeField(_("traité le"), null=True, blank=True)

    class Meta:
        verbose_name = _("signalement")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="report_reason_known"),
            models.CheckConstraint(
                condition=Q(state=ReportState.OPEN, decision__isnull=True, decided_at__isnull=True)
                | (~Q(state=ReportState.OPEN) & Q(decision__isnull=False, decided_at__isnull=False)),
                name="report_closed_by_decision",
            ),
            models.UniqueConstraint(
                fields=["object_kind", "object_id", "reporter"],
                condition=Q(state=ReportState.OPEN, reporter__isnull=False),
                name="report_one_open_per_person",
            ),
            models.UniqueConstraint(
                fields=["contests", "reporter"],
                condition=Q(contests__isnull=False, reporter__isnull=False),
                name="report_contested_once",
            ),
            models.UniqueConstraint(fields=["sent_key"], condition=~Q(sent_key=""), name="report_sent_once"),
        ]
        indexes = [
            models.Index(fields=["state", "created_at"], name="report_queue"),
            models.Index(fields=["object_kind", "object_id"], name="report_by_object"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("moderation:report_detail", args=[self.pk])
