"""Whether a resource is still right: who was asked, and what readers say is not."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.library.enums import DoubtState
from alliage.library.models.resources import Resource


class RenewalNotice(models.Model):
    """« Est-ce toujours exact ? », asked one day. Those sent before the last confirmation no longer count."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="renewal_notices", verbose_name=_("ressource"))
    sent_on = models.DateField(_("envoyé le"))

    class Meta:
        verbose_name = _("rappel d’une ressource")
        verbose_name_plural = _("rappels des ressources")
        ordering = ["sent_on", "pk"]
        constraints = [models.UniqueConstraint("resource", "sent_on", name="renewal_notice_once_a_day")]

    def __str__(self) -> str:
        return f"{self.resource_id} – {self.sent_on}"


class Doubt(models.Model):
    """« Ce n’est plus exact », said by a reader with or without an account; read by who holds the resource and by animators.

    `sent_key` is a digest of one display of the form and of what was typed: the same sending twice is one doubt.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="doubts", verbose_name=_("ressource"))
    text = models.CharField(_("ce qui n’est plus exact"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("dit par")
    )
    state = models.CharField(_("état"), max_length=12, choices=DoubtState.choices, default=DoubtState.OPEN)
    answer = models.CharField(_("réponse"), max_length=500, blank=True)
    sent_key = models.CharField(_("empreinte de l’envoi"), max_length=64, unique=True, null=True, blank=True)
    at = models.DateTimeField(_("dit le"))
    settled_at = models.DateTimeField(_("réglé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("doute d’un lecteur")
        verbose_name_plural = _("doutes des lecteurs")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["state", "at"], name="doubt_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DoubtState.values), name="doubt_state_known"),
            models.CheckConstraint(condition=~Q(text=""), name="doubt_says_what"),
            models.CheckConstraint(
                condition=Q(state=DoubtState.OPEN, settled_at__isnull=True)
                | (~Q(state=DoubtState.OPEN) & Q(settled_at__isnull=False)),
                name="doubt_settled_has_a_date",
            ),
            models.CheckConstraint(condition=~Q(state=DoubtState.STILL_RIGHT, answer=""), name="doubt_denied_says_why"),
            models.UniqueConstraint(
                fields=["resource", "by"], condition=Q(state=DoubtState.OPEN), name="doubt_one_open_per_member"
            ),
        ]

    def __str__(self) -> str:
        """Never what is said: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"
