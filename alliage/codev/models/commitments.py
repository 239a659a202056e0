"""What the client of a session said she would do, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.codev.models.sessions import Session
from alliage.codev.session_enums import CommitmentState


class Commitment(models.Model):
    """Read by the group. `due_on` is the client's choice; `news` what she says came of it."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="commitments", verbose_name=_("séance"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("prise ou pris par")
    )
    text = models.TextField(_("ce que je vais faire"))
    due_on = models.DateField(_("pour le"))
    state = models.CharField(
        _("où cela en est"), max_length=8, choices=CommitmentState.choices, default=CommitmentState.OPEN
    )
    news = models.TextField(_("ce qu’il en est advenu"), blank=True)
    taken_at = models.DateTimeField(_("pris le"), default=timezone.now)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="commitment_says_something"),
            models.CheckConstraint(condition=Q(state__in=CommitmentState.values), name="commitment_state_known"),
            models.CheckConstraint(
                condition=Q(state=CommitmentState.OPEN, answered_at__isnull=True)
                | (~Q(state=CommitmentState.OPEN) & Q(answered_at__isnull=False)),
                name="commitment_answered_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
