"""What people write in a room, and what they choose among it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.rooms.enums import CardState
from alliage.rooms.models.people import Participant
from alliage.rooms.models.rooms import Room


class Card(models.Model):
    """One thing captured: `kind` is the code of a capture of the phase `phase`. `number` is that of the event that brought it.

    `typed_by` is someone else when it was written for a person without a device. The text is here alone, so that erasing this row erases it.
    A question is taken (`taken_at`: the one being answered now, one in a room), then answered: aloud, or with `answer` in writing.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="cards", verbose_name=_("salle"))
    phase = models.CharField(_("étape"), max_length=40)
    kind = models.CharField(_("sorte"), max_length=40)
    text = models.TextField(_("texte"))
    author = models.ForeignKey(
        Participant, models.SET_NULL, null=True, blank=True, related_name="cards", verbose_name=_("par")
    )
    typed_by = models.ForeignKey(
        Participant, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tapé par")
    )
    state = models.CharField(_("état"), max_length=8, choices=CardState.choices, default=CardState.SHOWN)
    number = models.PositiveBigIntegerField(_("numéro"))
    votes_count = models.PositiveIntegerField(_("choix"), default=0)
    written_at = models.DateTimeField(_("écrit à"))
    changed_at = models.DateTimeField(_("changé à"), null=True, blank=True)
    taken_at = models.DateTimeField(_("prise à"), null=True, blank=True)
    answered_at = models.DateTimeField(_("répondu à"), null=True, blank=True)
    answer = models.TextField(_("réponse écrite"), blank=True, default="")

    class Meta:
        verbose_name = _("écrit")
        verbose_name_plural = _("écrits")
        ordering = ["number"]
        indexes = [models.Index(fields=["room", "phase", "kind"], name="card_place")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="card_says_something"),
            models.CheckConstraint(condition=Q(state__in=CardState.values), name="card_state_known"),
            models.UniqueConstraint(fields=["room", "number"], name="card_number_once_per_room"),
            models.UniqueConstraint(
                fields=["room"], condition=Q(taken_at__isnull=False), name="card_one_taken_per_room"
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answered_at__isnull=False), name="card_answer_in_writing_is_answered"
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(answered_at__isnull=True), name="card_taken_is_not_answered_yet"
            ),
        ]

    def __str__(self) -> str:
        """Never its text: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"


class CardVote(models.Model):
    """A card chosen by someone: once each."""

    card = models.ForeignKey(Card, models.CASCADE, related_name="votes", verbose_name=_("écrit"))
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="votes", verbose_name=_("par"))

    class Meta:
        verbose_name = _("choix")
        verbose_name_plural = _("choix")
        constraints = [models.UniqueConstraint(fields=["card", "participant"], name="card_vote_once_each")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
