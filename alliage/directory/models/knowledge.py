"""What members know of an entry: « je connais cet acteur », « ce n’est plus exact ». Knowledge, never an opinion."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import OutdatedPart, OutdatedState, Says
from alliage.directory.models.entries import Entry


class Knowledge(models.Model):
    """One per entry and member. `part`, `note`, `state` and the answer belong to « ce n’est plus exact » only.

    `note` is read by its author, by who holds the entry and by animators. `due_at`: when animators take it over.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="knowledge", verbose_name=_("fiche"))
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="knowledge", verbose_name=_("membre")
    )
    says = models.CharField(_("ce qui est dit"), max_length=12, choices=Says.choices)
    part = models.CharField(_("ce qui n’est plus exact"), max_length=12, choices=OutdatedPart.choices, blank=True)
    note = models.CharField(_("précision"), max_length=500, blank=True)
    state = models.CharField(
        _("état"), max_length=12, choices=OutdatedState.choices, blank=True, default=OutdatedState.NOTHING
    )
    answer = models.CharField(_("réponse"), max_length=500, blank=True)
    at = models.DateTimeField(_("le"))
    due_at = models.DateTimeField(_("réponse attendue avant le"), null=True, blank=True)
    settled_at = models.DateTimeField(_("réglé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("ce qu’un membre sait d’une fiche")
        verbose_name_plural = _("ce que les membres savent des fiches")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint("entry", "member", name="knowledge_once_per_member"),
            models.CheckConstraint(
                condition=Q(says=Says.KNOWN, part="", note="", state="")
                | Q(says=Says.OUTDATED, part__in=OutdatedPart.values, state__in=[s for s in OutdatedState.values if s]),
                name="knowledge_says_what_is_outdated",
            ),
        ]
        indexes = [models.Index("state", "due_at", name="knowledge_state")]

    def __str__(self) -> str:
        return f"{self.entry_id} – {self.member_id}"
