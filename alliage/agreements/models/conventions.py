"""Signatures of a convention: who signed which text, and when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.agreements.models.agreements import Partner


class Signature(models.Model):
    """A partner signs one exact text: `digest` is its SHA-256, in hexadecimal. It counts as long as the text is that one.

    `undone_at`: the text had changed when something was signed again; it will never count any more.
    """

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="signatures", verbose_name=_("partenaire"))
    digest = models.CharField(_("empreinte du texte"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par")
    )
    at = models.DateTimeField(_("le"), default=timezone.now)
    undone_at = models.DateTimeField(_("annulée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner"], condition=Q(undone_at=None), name="agreement_partner_signs_once"
            ),
            models.CheckConstraint(condition=~Q(digest=""), name="agreement_signature_of_a_text"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
