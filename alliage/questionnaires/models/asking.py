"""Questionnaires, their versions, openings that people answer, and what they answered.

`scope` and `scope_id` say which object of an upper folder it is for (« room », « 12 »): words, never a foreign key upward.
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.questionnaires.enums import OpeningState, Shows
from alliage.questionnaires.questions import Questions, read


class Questionnaire(models.Model):
    """A series of questions, through its versions."""

    title = models.CharField(_("titre"), max_length=200)
    introduction = models.TextField(_("introduction"), blank=True)
    scope = models.CharField(_("objet"), max_length=40, blank=True)
    scope_id = models.CharField(_("numéro de l’objet"), max_length=64, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tenu par")
    )
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["scope", "scope_id"], name="questionnaire_scope")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="questionnaire_has_a_title"),
            models.CheckConstraint(
                condition=Q(scope="", scope_id="") | (~Q(scope="") & ~Q(scope_id="")), name="questionnaire_scope_whole"
            ),
        ]

    def __str__(self) -> str:
        """Never its title: polls of a confidential group are here too."""
        return f"{self._meta.verbose_name} {self.pk}"


class Version(models.Model):
    """The questions as they were asked. Once an opening of it opened, it is frozen: answers stay readable for ever."""

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, related_name="versions", verbose_name=_("questionnaire")
    )
    number = models.PositiveIntegerField(_("numéro"))
    questions = models.JSONField(_("questions"))
    created_at = models.DateTimeField(_("écrite le"), default=timezone.now)
    frozen_at = models.DateTimeField(_("figée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("version d’un questionnaire")
        verbose_name_plural = _("versions d’un questionnaire")
        ordering = ["questionnaire", "number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="questionnaire_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def read(self) -> Questions:
        """Its questions, read once."""
        if not hasattr(self, "_read"):
            self._read = read(self.questions)
        return self._read


class Opening(models.Model):
    """« Consultation »: one version asked to some people during some time.

    `opens_at`, `closes_at` are plans, `opened_at`, `closed_at` what happened. `floor`: below so many answers, no figure.
    An opening with a floor shows nothing before its end: two readings of it would tell who answered in between.
    With `token_digest` it has a secret link (links.py); the database holds its digest only.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="openings", verbose_name=_("version"))
    scope = models.CharField(_("objet"), max_length=40, blank=True)
    scope_id = models.CharField(_("numéro de l’objet"), max_length=64, blank=True)
    state = models.CharField(_("état"), max_length=8, choices=OpeningState.choices, default=OpeningState.PREPARED)
    opens_at = models.DateTimeField(_("ouvre le"), null=True, blank=True)
    closes_at = models.DateTimeField(_("ferme le"), null=True, blank=True)
    opened_at = models.DateTimeField(_("ouverte le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)
    is_anonymous = models.BooleanField(_("anonyme"), default=True)
    floor = models.PositiveSmallIntegerField(_("plancher"), default=5)
    shows = models.CharField(_("résultats montrés"), max_length=8, choices=Shows.choices, default=Shows.AT_END)
    seed = models.CharField(_("graine du lien"), max_length=64, null=True, blank=True, unique=True)
    token_digest = models.CharField(_("empreinte du lien"), max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(_("préparée le"), default=timezone.now)

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["scope", "scope_id"], name="opening_scope"),
            models.Index(fields=["state", "opens_at", "closes_at"], name="opening_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OpeningState.values), name="opening_state_known"),
            models.CheckConstraint(condition=Q(shows__in=Shows.values), name="opening_shows_known"),
            models.CheckConstraint(
                condition=Q(state=OpeningState.PREPARED, opened_at=None, closed_at=None)
                | Q(state=OpeningState.OPEN, opened_at__isnull=False, closed_at=None)
                | Q(state=OpeningState.CLOSED, opened_at__isnull=False, closed_at__isnull=False),
                name="opening_state_says_when",
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")), name="opening_lasts"
            ),
            models.CheckConstraint(condition=Q(floor=0) | ~Q(shows=Shows.AT_ONCE), name="opening_floor_until_the_end"),
            models.CheckConstraint(
                condition=Q(seed=None, token_digest=None) | Q(seed__isnull=False, token_digest__isnull=False),
                name="opening_link_whole",
            ),
            models.CheckConstraint(
                condition=Q(scope="", scope_id="") | (~Q(scope="") & ~Q(scope_id="")), name="opening_scope_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        """The page of those who hold it."""
        return reverse("questionnaires:opening", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == OpeningState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == OpeningState.CLOSED

    def stands(self, now: datetime) -> str:
        """Its state at this moment, even when what was planned is not written yet."""
        if self.is_closed or (self.closes_at is not None and self.closes_at <= now):
            return OpeningState.CLOSED
        is_due = self.opens_at is not None and self.opens_at <= now
        return OpeningState.OPEN if self.is_open or is_due else OpeningState.PREPARED


class Response(models.Model):
    """What one respondent answered. `draft` holds what is typed and not sent; only what was sent counts.

    `respondent` is a key (respondents.py): in clear, or a digest when the opening is anonymous; at its end a random one.
    """

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="responses", verbose_name=_("consultation"))
    respondent = models.CharField(_("clé de qui répond"), max_length=64)
    answers = models.JSONField(_("réponses"), default=dict)
    draft = models.JSONField(_("brouillon"), null=True, blank=True)
    answered_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("réponse")
        verbose_name_plural = _("réponses")
        ordering = ["opening", "pk"]
        indexes = [models.Index(fields=["respondent"], name="response_respondent")]
        constraints = [
            models.UniqueConstraint(fields=["opening", "respondent"], name="response_once"),
            models.CheckConstraint(condition=~Q(respondent=""), name="response_has_a_respondent"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False) | Q(draft__isnull=False), name="response_sent_or_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
