"""What is said, typed as it is said by people in turn: the live captions, then the timed transcript."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.rooms.models.people import Participant
from alliage.rooms.models.rooms import Room


class Relay(models.Model):
    """Somebody types the captions, from then to then. One at a time."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="relays", verbose_name=_("salle"))
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="relays", verbose_name=_("personne"))
    began_at = models.DateTimeField(_("pris à"))
    ended_at = models.DateTimeField(_("passé à"), null=True, blank=True)

    class Meta:
        verbose_name = _("relais des sous-titres")
        verbose_name_plural = _("relais des sous-titres")
        ordering = ["began_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(ended_at__isnull=True), name="relay_one_at_a_time_per_room"
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Caption(models.Model):
    """One line of what was said. `number` is that of the event that brought it; `said_at`, when it was sent. The text is here alone."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="captions", verbose_name=_("salle"))
    phase = models.CharField(_("étape"), max_length=40)
    text = models.TextField(_("texte"))
    author = models.ForeignKey(
        Participant, models.SET_NULL, null=True, blank=True, related_name="captions", verbose_name=_("écrit par")
    )
    number = models.PositiveBigIntegerField(_("numéro"))
    said_at = models.DateTimeField(_("dit à"))
    changed_at = models.DateTimeField(_("corrigé à"), null=True, blank=True)

    class Meta:
        verbose_name = _("sous-titre")
        verbose_name_plural = _("sous-titres")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="caption_says_something"),
            models.UniqueConstraint(fields=["room", "number"], name="caption_number_once_per_room"),
        ]

    def __str__(self) -> str:
        """Never its text: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"
