"""Who is in a group, who was asked, who asked."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.codev.enums import MemberRole, MemberState
from alliage.codev.models.groups import Group


class Membership(models.Model):
    """One per group and member, kept after she leaves so that the group's history stays right.

    `text`: a word that goes with asking, read by the facilitators. `is_shown`: she agrees that visitors of the group's
    page read her name. `charter_version`: the last one that she accepted.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", verbose_name=_("groupe"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="codev_memberships", verbose_name=_("membre")
    )
    role = models.CharField(_("rôle"), max_length=12, choices=MemberRole.choices, default=MemberRole.MEMBER)
    state = models.CharField(_("état"), max_length=8, choices=MemberState.choices)
    text = models.TextField(_("message"), blank=True)
    is_shown = models.BooleanField(_("nom montré à tout le monde"), default=False)
    charter_accepted_at = models.DateTimeField(_("charte acceptée le"), null=True, blank=True)
    charter_version = models.PositiveSmallIntegerField(_("version acceptée"), null=True, blank=True)
    no_hierarchy_declared_at = models.DateTimeField(
        _("absence de lien hiérarchique déclarée le"), null=True, blank=True
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("invité par")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("répondu par"),
    )
    created_at = models.DateTimeField(_("depuis le"), default=timezone.now)
    joined_at = models.DateTimeField(_("entré le"), null=True, blank=True)
    ended_at = models.DateTimeField(_("fini le"), null=True, blank=True)

    class Meta:
        verbose_name = _("place dans un groupe")
        verbose_name_plural = _("places dans les groupes")
        ordering = ["joined_at", "pk"]
        indexes = [models.Index(fields=["member", "state"], name="codev_membership_mine")]
        constraints = [
            models.UniqueConstraint(fields=["group", "member"], name="codev_membership_once"),
            models.CheckConstraint(condition=Q(role__in=MemberRole.values), name="codev_membership_role_known"),
            models.CheckConstraint(condition=Q(state__in=MemberState.values), name="codev_membership_state_known"),
            models.CheckConstraint(
                condition=~Q(state=MemberState.ACTIVE)
                | Q(joined_at__isnull=False, charter_accepted_at__isnull=False, charter_version__isnull=False),
                name="codev_membership_active_accepted_the_charter",
            ),
            models.CheckConstraint(
                condition=~Q(role=MemberRole.FACILITATOR) | Q(state__in=[MemberState.ACTIVE, MemberState.INVITED]),
                name="codev_membership_facilitator_is_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_facilitator(self) -> bool:
        return self.role == MemberRole.FACILITATOR
