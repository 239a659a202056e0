"""The sites that hold our frames, and how often they show them: no person, no address, no browser."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import HostState


class EmbedHost(models.Model):
    """A site (« exemple.fr ») whose pages may hold our frames once it is allowed."""

    host = models.CharField(_("site"), max_length=253, unique=True)
    with_subdomains = models.BooleanField(_("avec ses sous-domaines"), default=False)
    state = models.CharField(_("état"), max_length=12, choices=HostState.choices, default=HostState.ASKED)
    note = models.CharField(_("qui demande, et pour quoi"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("demandé le"))
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par")
    )

    class Meta:
        verbose_name = _("site qui intègre")
        verbose_name_plural = _("sites qui intègrent")
        ordering = ["host"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=HostState.values), name="embed_host_state_known"),
            models.CheckConstraint(
                condition=Q(state=HostState.ASKED) | Q(decided_at__isnull=False), name="embed_host_decision_is_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.host


class EmbedCount(models.Model):
    """How many times the pages of one site showed one kind of frame in one day."""

    host = models.CharField(_("site"), max_length=253)
    day = models.DateField(_("jour"))
    kind = models.CharField(_("cadre"), max_length=20)
    count = models.PositiveIntegerField(_("affichages"), default=0)

    class Meta:
        verbose_name = _("affichages d’un cadre")
        verbose_name_plural = _("affichages des cadres")
        ordering = ["-day", "host", "kind"]
        constraints = [models.UniqueConstraint("host", "day", "kind", name="embed_count_once_a_day")]

    def __str__(self) -> str:
        return f"{self.host} – {self.day} – {self.kind}"
