"""Who asks to belong to an organisation or a team, or to hold its entry."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import JoinKind, JoinState
from alliage.directory.models.entries import Entry


class JoinRequest(models.Model):
    """A member asks to join a group or to hold its entry, or is invited to join it. One is open at a time.

    An invitation is answered by the member; the others by who may edit the group, or by an animator.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="join_requests", verbose_name=_("fiche"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests", verbose_name=_("membre")
    )
    kind = models.CharField(_("sorte"), max_length=12, choices=JoinKind.choices)
    state = models.CharField(_("état"), max_length=12, choices=JoinState.choices, default=JoinState.OPEN)
    role = models.CharField(_("rôle"), max_length=120, blank=True)
    text = models.TextField(_("message"), blank=True)
    created_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    decided_at = models.DateTimeField(_("répondue le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par")
    )

    class Meta:
        verbose_name = _("demande de rattachement")
        verbose_name_plural = _("demandes de rattachement")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=JoinKind.values), name="join_request_kind_known"),
            models.CheckConstraint(condition=Q(state__in=JoinState.values), name="join_request_state_known"),
            models.CheckConstraint(
                condition=Q(state=JoinState.OPEN, decided_at__isnull=True)
                | (~Q(state=JoinState.OPEN) & Q(decided_at__isnull=False)),
                name="join_request_answered_has_a_date",
            ),
            models.UniqueConstraint(
                fields=["entry", "member"], condition=Q(state=JoinState.OPEN), name="join_request_one_open_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} – {self.member_id}"
