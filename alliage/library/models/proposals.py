"""Proposals: a text on its way to publication, seen by its authors and reviewers alone."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.library.enums import OPEN, ProposalState
from alliage.library.models.resources import Resource


class Proposal(models.Model):
    """What an author would publish: a new resource, or the next version of one. One at a time is open.

    `content` is the whole of it (content.py), with what will not be shown; `draft` is what was typed and not yet valid
    or saved, kept while one writes. `token` changes at each saving: two tabs do not overwrite one another.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="proposals", verbose_name=_("ressource"))
    content = models.JSONField(_("contenu"), default=dict)
    draft = models.JSONField(_("saisie gardée"), null=True, blank=True)
    draft_saved_at = models.DateTimeField(_("saisie gardée le"), null=True, blank=True)
    token = models.CharField(_("marque d’enregistrement"), max_length=32, blank=True)
    state = models.CharField(_("état"), max_length=14, choices=ProposalState.choices, default=ProposalState.DRAFT)
    note = models.CharField(_("ce qui change"), max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("écrite par")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("relue par")
    )
    shows_title = models.BooleanField(_("titre montré dans la file publique"), default=False)
    submitted_at = models.DateTimeField(_("proposée le"), null=True, blank=True)
    moved_at = models.DateTimeField(_("dernier mouvement"), default=timezone.now)
    created_at = models.DateTimeField(_("commencée le"), default=timezone.now)

    class Meta:
        verbose_name = _("proposition")
        verbose_name_plural = _("propositions")
        ordering = ["-moved_at", "-pk"]
        indexes = [models.Index(fields=["state", "moved_at"], name="proposal_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="proposal_state_known"),
            models.UniqueConstraint(fields=["resource"], condition=Q(state__in=OPEN), name="proposal_one_open"),
            models.CheckConstraint(
                condition=~Q(state__in=[ProposalState.IN_REVIEW, ProposalState.CHANGES_ASKED])
                | Q(submitted_at__isnull=False),
                name="proposal_reviewed_was_submitted",
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(reviewer__isnull=True) | ~Q(reviewer=models.F("author")),
                name="proposal_not_reviewed_by_its_author",
            ),
        ]

    def __str__(self) -> str:
        """Never its title: this is what logs and consoles print."""
        return f"{self._meta.verbose_name} {self.pk}"
