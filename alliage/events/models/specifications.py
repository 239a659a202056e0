"""Macro-cahiers des charges: their versions, who signed, and what became of each need."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.events.models.events import Event
from alliage.events.models.workshops import Board
from alliage.events.workshop_enums import Outcome, SignatureRole
from alliage.library.models import Resource
from alliage.territories.models import Territory


class Specification(models.Model):
    """« Macro-cahier des charges »: what a workshop asks for, whose latest words are its last version.

    `board` None: it was begun from another specification (`adapted_from`), for a territory. `published_number` is the version that everyone
    reads; None while nobody but its writers and the event’s attendees does. `resource` is the same, in the library.
    """

    board = models.OneToOneField(
        Board, models.SET_NULL, null=True, blank=True, related_name="specification", verbose_name=_("tableau")
    )
    event = models.ForeignKey(
        Event, models.SET_NULL, null=True, blank=True, related_name="specifications", verbose_name=_("événement")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tenu par")
    )
    title = models.CharField(_("titre"), max_length=160)
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="specifications", verbose_name=_("territoire")
    )
    adapted_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="adaptations", verbose_name=_("parti de")
    )
    resource = models.OneToOneField(
        Resource, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("ressource")
    )
    last_number = models.PositiveIntegerField(_("dernière version"), default=1)
    published_number = models.PositiveIntegerField(_("version publiée"), null=True, blank=True)
    published_at = models.DateTimeField(_("publié le"), null=True, blank=True)
    is_hidden = models.BooleanField(_("masqué par la modération"), default=False)
    created_at = models.DateTimeField(_("commencé le"), default=timezone.now)

    class Meta:
        verbose_name = _("macro-cahier des charges")
        verbose_name_plural = _("macro-cahiers des charges")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="specification_has_a_title"),
            models.CheckConstraint(
                condition=Q(published_number__isnull=True, published_at__isnull=True)
                | Q(published_number__gte=1, published_at__isnull=False),
                name="specification_published_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(published_number__isnull=True) | Q(published_number__lte=F("last_number")),
                name="specification_published_is_written",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:specification", args=[self.pk])

    @property
    def is_public(self) -> bool:
        return self.published_number is not None and not self.is_hidden


class SpecificationVersion(models.Model):
    """A whole text, kept for ever: `content` is {"sections": {code: text}, "needs": [plain need]}.

    A plain need names its authors by their rows (`NeedAuthor`), so that whoever leaves is named nowhere any more.
    """

    specification = models.ForeignKey(
        Specification, models.CASCADE, related_name="versions", verbose_name=_("cahier des charges")
    )
    number = models.PositiveIntegerField(_("numéro"))
    content = models.JSONField(_("texte"))
    note = models.CharField(_("ce qui change"), max_length=300, blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrite par")
    )
    act = models.UUIDField(_("acte"), null=True, blank=True)
    at = models.DateTimeField(_("écrite le"), default=timezone.now)

    class Meta:
        verbose_name = _("version d’un cahier des charges")
        verbose_name_plural = _("versions d’un cahier des charges")
        ordering = ["specification", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["specification", "number"], name="specification_version_once"),
            models.UniqueConstraint(fields=["specification", "act"], name="specification_version_act_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="specification_versions_begin_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Signature(models.Model):
    """Someone answers for one version: another version is to be signed again. `name` as it is shown, empty once they left."""

    version = models.ForeignKey(
        SpecificationVersion, models.CASCADE, related_name="signatures", verbose_name=_("version")
    )
    role = models.CharField(_("au titre de"), max_length=12, choices=SignatureRole.choices)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("membre")
    )
    name = models.CharField(_("nom"), max_length=120, blank=True)
    at = models.DateTimeField(_("signé le"), default=timezone.now)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["version", "role"]
        constraints = [
            models.UniqueConstraint(fields=["version", "role"], name="signature_once_per_role"),
            models.UniqueConstraint(
                fields=["version", "member"], condition=Q(member__isnull=False), name="signature_once_per_person"
            ),
            models.CheckConstraint(condition=Q(role__in=SignatureRole.values), name="signature_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class FollowUp(models.Model):
    """What became of a need of a published specification, on a day; the last one said is where it stands."""

    specification = models.ForeignKey(
        Specification, models.CASCADE, related_name="followups", verbose_name=_("cahier des charges")
    )
    need_number = models.PositiveIntegerField(_("numéro du besoin"))
    outcome = models.CharField(_("suite"), max_length=8, choices=Outcome.choices)
    on = models.DateField(_("à la date du"))
    note = models.CharField(_("note"), max_length=600, blank=True)
    url = models.URLField(_("lien"), max_length=500, blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("dit par")
    )
    act = models.UUIDField(_("acte"), null=True, blank=True)
    at = models.DateTimeField(_("dit le"), default=timezone.now)

    class Meta:
        verbose_name = _("suite d’un besoin")
        verbose_name_plural = _("suites des besoins")
        ordering = ["specification", "need_number", "-on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["specification", "act"], name="followup_act_once"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="followup_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
