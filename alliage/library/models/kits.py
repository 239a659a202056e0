"""Kits that are run: one run of a kit for one territory, and where each of its steps stands. Private to its people."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.library.enums import StepState
from alliage.library.models.resources import Resource
from alliage.territories.models import Territory

SETTLED = (StepState.DONE, StepState.SKIPPED)


class KitRun(models.Model):
    """A kit in use. `edition` is the version that its steps follow; its people choose when to follow the next one.

    Its people are its owner, and everyone who belongs to `team`. `is_named`: the page of the kit may say where it was run.
    """

    kit = models.ForeignKey(Resource, models.CASCADE, related_name="runs", verbose_name=_("kit"))
    edition = models.PositiveIntegerField(_("version suivie"))
    name = models.CharField(_("nom"), max_length=120)
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("territoire")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lancé par")
    )
    team = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("partagé avec")
    )
    is_named = models.BooleanField(_("territoire nommé sur la page du kit"), default=False)
    sent_key = models.CharField(_("clé d’envoi"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("lancé le"), default=timezone.now)
    moved_at = models.DateTimeField(_("dernier mouvement"), default=timezone.now)

    class Meta:
        verbose_name = _("kit lancé")
        verbose_name_plural = _("kits lancés")
        ordering = ["-moved_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="kit_run_has_a_name"),
            models.CheckConstraint(condition=Q(edition__gt=0), name="kit_run_follows_a_version"),
        ]

    def __str__(self) -> str:
        """Never its name: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("library:kit_run", args=[self.pk])


class RunStep(models.Model):
    """One step of a run. `key` is that of the kit, from a version to the next; `is_gone`: the kit does not hold it any more."""

    run = models.ForeignKey(KitRun, models.CASCADE, related_name="steps", verbose_name=_("kit lancé"))
    key = models.CharField(_("clé de l’étape"), max_length=12)
    title = models.CharField(_("titre"), max_length=160)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    is_gone = models.BooleanField(_("retirée du kit"), default=False)
    state = models.CharField(_("état"), max_length=8, choices=StepState.choices, default=StepState.TO_DO)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par")
    )
    settled_at = models.DateTimeField(_("faite ou passée le"), null=True, blank=True)
    reason = models.CharField(_("pourquoi elle est passée"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("étape d’un kit lancé")
        verbose_name_plural = _("étapes d’un kit lancé")
        ordering = ["is_gone", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="run_step_once"),
            models.CheckConstraint(condition=Q(state__in=StepState.values), name="run_step_state_known"),
            models.CheckConstraint(
                condition=Q(state=StepState.TO_DO, settled_at__isnull=True)
                | Q(state__in=SETTLED, settled_at__isnull=False),
                name="run_step_settled_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=StepState.SKIPPED) | ~Q(reason=""), name="run_step_skipped_says_why"
            ),
        ]

    def __str__(self) -> str:
        """Never its note, as above."""
        return f"{self.run_id} – {self.key}"
