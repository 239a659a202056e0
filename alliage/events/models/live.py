"""Who was there, and when; what people write in the days that follow."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.events.live_enums import ContributionKind, ContributionState
from alliage.events.models.programme import Sequence
from alliage.events.models.registrations import Attendee
from alliage.rooms.models import Participant


class Arrival(models.Model):
    """Who of those registered is which person of a room: whoever comes by a personal link has no account to say it."""

    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="arrivals", verbose_name=_("inscrit"))
    participant = models.OneToOneField(
        Participant, models.CASCADE, related_name="arrival", verbose_name=_("personne dans la salle")
    )

    class Meta:
        verbose_name = _("arrivée")
        verbose_name_plural = _("arrivées")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Stay(models.Model):
    """Somebody registered was in the room of a sequence, from then to then: from the first to the last sign of their page.

    Two devices at the same time are one stay. `services.attendance.forget_due` erases it.
    """

    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="stays", verbose_name=_("inscrit"))
    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="stays", verbose_name=_("séquence"))
    began_at = models.DateTimeField(_("de"))
    last_at = models.DateTimeField(_("à"))

    class Meta:
        verbose_name = _("présence")
        verbose_name_plural = _("présences")
        ordering = ["began_at", "pk"]
        indexes = [models.Index(fields=["attendee", "sequence", "last_at"], name="stay_last")]
        constraints = [
            models.CheckConstraint(condition=Q(last_at__gte=F("began_at")), name="stay_ends_after_it_begins"),
            models.UniqueConstraint(fields=["attendee", "sequence", "began_at"], name="stay_begins_once"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Contribution(models.Model):
    """What somebody writes in the days after a sequence: shown once someone who holds it lets it be.

    `signed` is what they want to be called, or nothing. `act` is the name of the sending: sent twice, it is one.
    """

    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="contributions", verbose_name=_("séquence"))
    attendee = models.ForeignKey(
        Attendee, models.SET_NULL, null=True, blank=True, related_name="contributions", verbose_name=_("inscrit")
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("membre")
    )
    kind = models.CharField(_("nature"), max_length=10, choices=ContributionKind.choices)
    text = models.TextField(_("texte"))
    signed = models.CharField(_("signature"), max_length=80, blank=True)
    state = models.CharField(
        _("état"), max_length=8, choices=ContributionState.choices, default=ContributionState.WAITING
    )
    act = models.UUIDField(_("nom de l’envoi"))
    written_at = models.DateTimeField(_("écrite le"), default=timezone.now)
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["sequence", "state"], name="contribution_place")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="contribution_says_something"),
            models.CheckConstraint(condition=Q(kind__in=ContributionKind.values), name="contribution_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ContributionState.values), name="contribution_state_known"),
            models.UniqueConstraint(fields=["sequence", "act"], name="contribution_sent_once"),
        ]

    def __str__(self) -> str:
        """Never its text: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"
