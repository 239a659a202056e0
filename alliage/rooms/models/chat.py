"""What people say to all in a line, beside the phase; what they say in one gesture, counted."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.rooms.enums import Reacts
from alliage.rooms.models.people import Participant
from alliage.rooms.models.rooms import Room


class Message(models.Model):
    """One line of the chat. `number` is that of the event that brought it. The text is here alone."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages", verbose_name=_("salle"))
    author = models.ForeignKey(Participant, models.CASCADE, related_name="messages", verbose_name=_("par"))
    text = models.TextField(_("texte"))
    number = models.PositiveBigIntegerField(_("numéro"))
    said_at = models.DateTimeField(_("dit à"))
    is_hidden = models.BooleanField(_("masqué"), default=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["number"]
        indexes = [models.Index(fields=["author", "said_at"], name="message_pace")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="message_says_something"),
            models.UniqueConstraint(fields=["room", "number"], name="message_number_once_per_room"),
        ]

    def __str__(self) -> str:
        """Never its text: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"


class Reaction(models.Model):
    """How many times people reacted so during a phase. Nothing says who."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="reactions", verbose_name=_("salle"))
    phase = models.CharField(_("étape"), max_length=40)
    kind = models.CharField(_("sorte"), max_length=10, choices=Reacts.choices)
    count = models.PositiveIntegerField(_("fois"), default=0)

    class Meta:
        verbose_name = _("réaction")
        verbose_name_plural = _("réactions")
        constraints = [
            models.UniqueConstraint(fields=["room", "phase", "kind"], name="reaction_counted_once"),
            models.CheckConstraint(condition=Q(kind__in=Reacts.values), name="reaction_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"
