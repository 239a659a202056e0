"""Diagnostics: a version of the questions asked about a territory to several people, and what came out of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.learning.enums import Depth, RespondentRole
from alliage.learning.models.files import TerritoryFile
from alliage.questionnaires.models import Opening
from alliage.territories.models import Territory


class Diagnostic(models.Model):
    """Questions and answers are the engine's (`opening`, never anonymous there: its keys are our respondents' numbers).

    A try (`file` empty) has a secret link and is erased after some weeks, unless someone takes it into a file.
    `result`: what scoring.py made of the answers when it closed (shape there); empty until then.
    `shared_seed`, `shared_digest`: of the one link that is passed from hand to hand, when the team made one.
    `is_compared`: the team lets it count, without its name, in the figures of similar territories.
    """

    file = models.ForeignKey(
        TerritoryFile,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="diagnostics",
        verbose_name=_("dossier"),
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("territoire")
    )
    opening = models.OneToOneField(Opening, models.PROTECT, related_name="+", verbose_name=_("consultation"))
    number = models.PositiveIntegerField(_("numéro dans le dossier"), default=1)
    depth = models.CharField(_("profondeur"), max_length=5, choices=Depth.choices, default=Depth.SHORT)
    lever = models.CharField(_("levier"), max_length=40, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ouvert par")
    )
    opened_at = models.DateTimeField(_("ouvert le"), default=timezone.now)
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)
    result = models.JSONField(_("résultat"), default=dict, blank=True)
    shared_seed = models.CharField(_("graine du lien à faire passer"), max_length=64, blank=True)
    shared_digest = models.CharField(
        _("empreinte du lien à faire passer"), max_length=64, null=True, blank=True, unique=True
    )
    is_compared = models.BooleanField(_("compte dans les comparaisons"), default=False)

    class Meta:
        verbose_name = _("diagnostic")
        verbose_name_plural = _("diagnostics")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "number"], condition=Q(file__isnull=False), name="diagnostic_number_once"
            ),
            models.UniqueConstraint(
                fields=["file", "depth", "lever"],
                condition=Q(file__isnull=False, closed_at=None),
                name="diagnostic_open_once",
            ),
            models.CheckConstraint(
                condition=Q(depth=Depth.SHORT, lever="") | (Q(depth=Depth.DEEP) & ~Q(lever="")),
                name="diagnostic_deep_on_a_lever",
            ),
            models.CheckConstraint(
                condition=Q(is_compared=False) | Q(closed_at__isnull=False, territory__isnull=False),
                name="diagnostic_compared_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        """Of those who hold the file; a try is known by its link alone."""
        return reverse("learning:diagnostic", args=[self.file_id, self.number])

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class Respondent(models.Model):
    """Someone who answers: invited by mail, by a link passed from hand to hand, a member, or who tries without an account.

    `shows_role`: agrees that their answers be shown with what they are (« regards croisés »), never with their name.
    """

    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, related_name="respondents", verbose_name=_("diagnostic"))
    role = models.CharField(_("regard"), max_length=11, choices=RespondentRole.choices, default=RespondentRole.OTHER)
    name = models.CharField(_("nom"), max_length=120, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("membre")
    )
    shows_role = models.BooleanField(_("accepte que son regard soit dit"), default=False)
    seed = models.CharField(_("graine du lien"), max_length=64)
    token_digest = models.CharField(_("empreinte du lien"), max_length=64, unique=True)
    invited_at = models.DateTimeField(_("invité le"), default=timezone.now)
    reminded_at = models.DateTimeField(_("relancé le"), null=True, blank=True)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)

    class Meta:
        verbose_name = _("personne qui répond")
        verbose_name_plural = _("personnes qui répondent")
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["diagnostic", "member"], condition=Q(member__isnull=False), name="respondent_once_by_member"
            ),
            models.UniqueConstraint(
                fields=["diagnostic", "email"], condition=~Q(email=""), name="respondent_once_by_address"
            ),
            models.CheckConstraint(condition=Q(role__in=RespondentRole.values), name="respondent_role_known"),
        ]

    def __str__(self) -> str:
        """Never a name: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def key(self) -> str:
        """Its key in the answers (questionnaires/respondents.py)."""
        return f"r{self.pk}"
