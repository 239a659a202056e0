"""A question of a group asked again to the whole network, in other words; whose answers may follow it there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.codev.models.answers import Answer
from alliage.codev.models.messages import Message
from alliage.codev.models.questions import Question
from alliage.codev.models.threads import Thread


class Widening(models.Model):
    """That a thread was asked again to the network by who opened it. Read from the group alone: the question says nothing of it."""

    thread = models.OneToOneField(Thread, models.CASCADE, related_name="widening", verbose_name=_("échange"))
    question = models.OneToOneField(Question, models.CASCADE, related_name="+", verbose_name=_("question"))
    created_at = models.DateTimeField(_("élargi le"))

    class Meta:
        verbose_name = _("question élargie au réseau")
        verbose_name_plural = _("questions élargies au réseau")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class CarryState(models.TextChoices):
    """What the author of an answer said of letting it out of the group."""

    ASKED = "asked", _("demandé")
    AGREED = "agreed", _("partagée")
    DECLINED = "declined", _("reste dans le groupe")


class Carrying(models.Model):
    """An answer that its author alone may say again to the network. `answer`: what she posted there, until she withdraws it."""

    widening = models.ForeignKey(Widening, models.CASCADE, related_name="carryings", verbose_name=_("question élargie"))
    message = models.OneToOneField(Message, models.CASCADE, related_name="carrying", verbose_name=_("message"))
    state = models.CharField(_("état"), max_length=8, choices=CarryState.choices, default=CarryState.ASKED)
    answer = models.OneToOneField(
        Answer, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("réponse au réseau")
    )
    asked_at = models.DateTimeField(_("demandé le"))
    said_at = models.DateTimeField(_("répondu le"), null=True, blank=True)

    class Meta:
        verbose_name = _("réponse demandée pour le réseau")
        verbose_name_plural = _("réponses demandées pour le réseau")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CarryState.values), name="codev_carrying_state_known"),
            models.CheckConstraint(
                condition=Q(answer__isnull=True) | Q(state=CarryState.AGREED),
                name="codev_carrying_agreed_by_its_author",
            ),
            models.CheckConstraint(
                condition=Q(state=CarryState.ASKED, said_at__isnull=True)
                | ~Q(state=CarryState.ASKED) & Q(said_at__isnull=False),
                name="codev_carrying_said_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
