"""Learning paths: ordered steps that are live objects of the network, and where each person is in them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.events.models import Event
from alliage.learning.enums import Length, PathState, StepKind
from alliage.learning.models.files import TerritoryFile
from alliage.library.models import Resource
from alliage.questionnaires.models import Version
from alliage.taxonomy.models import Term


class Path(models.Model):
    """« Parcours ». `level`: the maturity it speaks to, 1 to 4 (0: any); `audiences`: categories of members it is for (none: all)."""

    slug = models.SlugField(_("adresse"), max_length=120, unique=True)
    title = models.CharField(_("titre"), max_length=160)
    summary = models.CharField(_("en une phrase"), max_length=400, blank=True)
    goal = models.TextField(_("ce que l’on saura faire"), blank=True)
    lever = models.ForeignKey(Term, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("levier"))
    level = models.PositiveSmallIntegerField(_("niveau"), default=0)
    audiences = models.ManyToManyField(Term, related_name="+", blank=True, verbose_name=_("publics"))
    state = models.CharField(_("état"), max_length=9, choices=PathState.choices, default=PathState.DRAFT)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tenu par")
    )
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)
    changed_at = models.DateTimeField(_("changé le"), default=timezone.now)

    class Meta:
        verbose_name = _("parcours")
        verbose_name_plural = _("parcours")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="path_has_a_title"),
            models.CheckConstraint(condition=Q(state__in=PathState.values), name="path_state_known"),
            models.CheckConstraint(condition=Q(level__lte=4), name="path_level_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("learning:path", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.state != PathState.DRAFT


class Step(models.Model):
    """« Étape ». `key` is kept when steps move, so that what was done stays done. `minutes` of work, for the totals.

    `position` empty: taken out of the path, and kept for those who did something of it.
    `right`: of a quiz, {code of a question: {"right": [codes of options], "why": text}} (quizzes.py).

    What it leads to may have gone since: the page says so and the step is done by reading its own text.
    """

    path = models.ForeignKey(Path, models.CASCADE, related_name="steps", verbose_name=_("parcours"))
    key = models.SlugField(_("clé"), max_length=40)
    position = models.PositiveSmallIntegerField(_("rang"), null=True, blank=True)
    kind = models.CharField(_("nature"), max_length=10, choices=StepKind.choices)
    length = models.CharField(_("version"), max_length=6, choices=Length.choices, default=Length.SHORT)
    title = models.CharField(_("titre"), max_length=160)
    text = models.TextField(_("texte"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)
    resource = models.ForeignKey(
        Resource, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ressource")
    )
    event = models.ForeignKey(
        Event, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("rendez-vous")
    )
    quiz = models.ForeignKey(
        Version, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("questions")
    )
    right = models.JSONField(_("réponses justes et pourquoi"), default=dict, blank=True)

    class Meta:
        verbose_name = _("étape")
        verbose_name_plural = _("étapes")
        ordering = ["path", "position"]
        constraints = [
            models.UniqueConstraint(fields=["path", "key"], name="step_key_once"),
            models.UniqueConstraint(fields=["path", "position"], name="step_position_once"),
            models.CheckConstraint(condition=~Q(title=""), name="step_has_a_title"),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="step_kind_known"),
            models.CheckConstraint(condition=Q(length__in=Length.values), name="step_length_known"),
        ]

    def __str__(self) -> str:
        return self.title


class Follow(models.Model):
    """Someone on a path, in one version, for themselves or for a territory's file. Their notes are theirs alone."""

    path = models.ForeignKey(Path, models.CASCADE, related_name="follows", verbose_name=_("parcours"))
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="paths", verbose_name=_("membre"))
    file = models.ForeignKey(
        TerritoryFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("dossier")
    )
    length = models.CharField(_("version"), max_length=6, choices=Length.choices, default=Length.SHORT)
    started_at = models.DateTimeField(_("commencé le"), default=timezone.now)
    set_aside_at = models.DateTimeField(_("mis de côté le"), null=True, blank=True)
    completed_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("parcours suivi")
        verbose_name_plural = _("parcours suivis")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["path", "member"], name="path_followed_once"),
            models.CheckConstraint(condition=Q(length__in=Length.values), name="follow_length_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class StepDone(models.Model):
    """What someone did of a step: `note` and `answers` (exercise, quiz) are theirs; `done_at` empty, it is only begun."""

    follow = models.ForeignKey(Follow, models.CASCADE, related_name="done", verbose_name=_("parcours suivi"))
    step = models.ForeignKey(Step, models.CASCADE, related_name="+", verbose_name=_("étape"))
    done_at = models.DateTimeField(_("faite le"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    answers = models.JSONField(_("réponses"), default=dict, blank=True)
    changed_at = models.DateTimeField(_("changée le"), default=timezone.now)

    class Meta:
        verbose_name = _("étape suivie")
        verbose_name_plural = _("étapes suivies")
        constraints = [models.UniqueConstraint(fields=["follow", "step"], name="step_done_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
