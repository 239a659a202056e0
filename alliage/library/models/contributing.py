"""What a proposal was begun from, and links by which partners without an account read a draft."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.files.models import StoredFile
from alliage.jobs.models import Job
from alliage.library.models.proposals import Proposal


class Intake(models.Model):
    """The link or the file that a proposal was begun from, and what was read of it (metadata.Found), for the card.

    `sent_key` makes one proposal of a form sent twice. `error` says in words why nothing could be read.
    """

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="intake", verbose_name=_("proposition"))
    sent_key = models.CharField(_("clé d’envoi"), max_length=64, unique=True)
    url = models.CharField(_("adresse"), max_length=600, blank=True)
    file = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("fichier")
    )
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lecture"))
    found = models.JSONField(_("ce qui a été lu"), default=dict)
    error = models.CharField(_("pourquoi rien n’a été lu"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("commencé le"), default=timezone.now)

    class Meta:
        verbose_name = _("apport")
        verbose_name_plural = _("apports")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class PreviewLink(models.Model):
    """A secret link to a proposal, for somebody without an account. It ends by itself, or when it is revoked.

    The address is made from `seed` and the site's key (previews.py); the database holds its digest only, so that a copy
    of the database opens nothing.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="preview_links", verbose_name=_("proposition"))
    label = models.CharField(_("pour qui"), max_length=120, blank=True)
    seed = models.CharField(_("graine"), max_length=64, unique=True)
    token_digest = models.CharField(_("empreinte"), max_length=64, unique=True)
    sent_key = models.CharField(_("clé d’envoi"), max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("créé par"))
    created_at = models.DateTimeField(_("créé le"), default=timezone.now)
    expires_at = models.DateTimeField(_("jusqu’au"))
    revoked_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    opened_at = models.DateTimeField(_("ouvert la dernière fois le"), null=True, blank=True)

    class Meta:
        verbose_name = _("lien d’aperçu")
        verbose_name_plural = _("liens d’aperçu")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="preview_link_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("library:previews", args=[self.proposal.resource_id])
