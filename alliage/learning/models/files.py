"""A territory's file: who answers for a territory here, and who accompanies it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.models import Entry
from alliage.learning.enums import FileRole, Means
from alliage.territories.models import Territory


class TerritoryFile(models.Model):
    """« Dossier de territoire »: its diagnostics, its plan, the people who hold it. One per territory; nothing of it is public.

    `means`: what the territory declares of the people it pays to carry projects. `wants_help`: it asks to be accompanied.
    `counts_needs`: its holder lets its priorities count, without its name, in « la vue des besoins » (models/needs.py).
    """

    territory = models.OneToOneField(
        Territory, models.PROTECT, related_name="learning_file", verbose_name=_("territoire")
    )
    team = models.ForeignKey(
        Entry, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("fiche de l’équipe")
    )
    means = models.CharField(_("moyens"), max_length=8, choices=Means.choices, default=Means.UNSAID)
    wants_help = models.BooleanField(_("souhaite être accompagné"), default=False)
    counts_needs = models.BooleanField(_("ses priorités peuvent être comptées"), default=False)
    created_at = models.DateTimeField(_("ouvert le"), default=timezone.now)

    class Meta:
        verbose_name = _("dossier de territoire")
        verbose_name_plural = _("dossiers de territoire")
        ordering = ["-created_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(means__in=Means.values), name="file_means_known")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("learning:file", args=[self.pk])


class FileMember(models.Model):
    """Someone in a file. A file has at most one holder; without one, animators hand it over."""

    file = models.ForeignKey(TerritoryFile, models.CASCADE, related_name="people", verbose_name=_("dossier"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="territory_files", verbose_name=_("membre")
    )
    role = models.CharField(_("rôle"), max_length=8, choices=FileRole.choices, default=FileRole.TEAM)
    joined_at = models.DateTimeField(_("depuis le"), default=timezone.now)

    class Meta:
        verbose_name = _("personne d’un dossier")
        verbose_name_plural = _("personnes d’un dossier")
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["file", "member"], name="file_member_once"),
            models.UniqueConstraint(fields=["file"], condition=Q(role=FileRole.HOLDER), name="file_held_by_one"),
            models.CheckConstraint(condition=Q(role__in=FileRole.values), name="file_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class FileInvitation(models.Model):
    """Someone asked to enter a file (`is_asked`: the person asks; otherwise the team invites an address). Answered, it goes."""

    file = models.ForeignKey(TerritoryFile, models.CASCADE, related_name="invitations", verbose_name=_("dossier"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("membre")
    )
    email = models.EmailField(_("adresse électronique"), blank=True)
    role = models.CharField(_("rôle"), max_length=8, choices=FileRole.choices, default=FileRole.TEAM)
    note = models.CharField(_("mot"), max_length=400, blank=True)
    is_asked = models.BooleanField(_("demandée par la personne"), default=False)
    seed = models.CharField(_("graine du lien"), max_length=64, blank=True)
    token_digest = models.CharField(_("empreinte du lien"), max_length=64, null=True, blank=True, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("par"))
    created_at = models.DateTimeField(_("le"), default=timezone.now)

    class Meta:
        verbose_name = _("invitation dans un dossier")
        verbose_name_plural = _("invitations dans un dossier")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "member"], condition=Q(member__isnull=False), name="file_asked_once"
            ),
            models.UniqueConstraint(fields=["file", "email"], condition=~Q(email=""), name="file_invited_once"),
            models.CheckConstraint(condition=Q(member__isnull=False) | ~Q(email=""), name="file_invitation_of_someone"),
            models.CheckConstraint(condition=~Q(role=FileRole.HOLDER), name="file_invitation_never_to_hold"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class FileEvent(models.Model):
    """What happened in a file, for those who are in it: opened, handed over, diagnostic closed… `text` is a French sentence."""

    file = models.ForeignKey(TerritoryFile, models.CASCADE, related_name="history", verbose_name=_("dossier"))
    text = models.CharField(_("ce qui s’est passé"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par")
    )
    at = models.DateTimeField(_("le"), default=timezone.now)

    class Meta:
        verbose_name = _("moment d’un dossier")
        verbose_name_plural = _("moments d’un dossier")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="file_event_says_something")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
