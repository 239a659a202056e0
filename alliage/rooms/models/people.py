"""Who is in a room, and who speaks."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.rooms.enums import Role
from alliage.rooms.models.rooms import Room


class Participant(models.Model):
    """Someone in one room. `key_digest`: of the secret that the browser of someone without an account keeps.

    `reacted_at` and `reaction_act` keep from counting somebody's reactions too often, or twice. `has_device` is false for somebody in the place whom facilitators write for. `may_facilitate`: takes the facilitation over in one gesture.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="participants", verbose_name=_("salle"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("membre")
    )
    name = models.CharField(_("nom"), max_length=80)
    role = models.CharField(_("rôle"), max_length=12, choices=Role.choices)
    may_facilitate = models.BooleanField(_("peut prendre l’animation"), default=False)
    key_digest = models.CharField(max_length=64, blank=True, default="")
    has_device = models.BooleanField(_("est connectée"), default=True)
    may_caption = models.BooleanField(_("écrit les sous-titres"), default=False)
    is_fictitious = models.BooleanField(_("fictive"), default=False)
    reacted_at = models.DateTimeField(_("a réagi à"), null=True, blank=True)
    reaction_act = models.UUIDField(_("dernière réaction"), null=True, blank=True)
    joined_at = models.DateTimeField(_("arrivée à"), default=timezone.now)
    seen_at = models.DateTimeField(_("vue à"), default=timezone.now)

    class Meta:
        verbose_name = _("personne dans la salle")
        verbose_name_plural = _("personnes dans la salle")
        ordering = ["joined_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="participant_role_known"),
            models.CheckConstraint(condition=~Q(name=""), name="participant_has_a_name"),
            models.UniqueConstraint(fields=["room", "member"], name="participant_once_per_member"),
            models.UniqueConstraint(
                fields=["room", "key_digest"], condition=~Q(key_digest=""), name="participant_once_per_browser"
            ),
            models.UniqueConstraint(
                fields=["room"], condition=Q(role=Role.CLIENT), name="participant_one_client_per_room"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def facilitates(self) -> bool:
        return self.role == Role.FACILITATOR


class Turn(models.Model):
    """A wish to speak, then the turn: asked, given, ended. Nobody waits twice."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="turns", verbose_name=_("personne"))
    asked_at = models.DateTimeField(_("demandée à"))
    given_at = models.DateTimeField(_("donnée à"), null=True, blank=True)
    ended_at = models.DateTimeField(_("terminée à"), null=True, blank=True)

    class Meta:
        verbose_name = _("tour de parole")
        verbose_name_plural = _("tours de parole")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(ended_at__isnull=True), name="turn_one_open_per_participant"
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
