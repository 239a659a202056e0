"""Reviews: what happened to a proposal, the remarks made about its text, the words exchanged. Private to both sides."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.library.enums import RemarkState, ReviewDeed
from alliage.library.models.proposals import Proposal

SAYS_WHY = (ReviewDeed.REFUSED,)


class ReviewAct(models.Model):
    """One line of the history of a proposal. `content` is the text as it was submitted, so that rounds can be compared."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="acts", verbose_name=_("proposition"))
    deed = models.CharField(_("acte"), max_length=14, choices=ReviewDeed.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("par")
    )
    note = models.TextField(_("message"), blank=True)
    content = models.JSONField(_("texte proposé"), null=True, blank=True)
    at = models.DateTimeField(_("le"))

    class Meta:
        verbose_name = _("acte de relecture")
        verbose_name_plural = _("actes de relecture")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(deed__in=ReviewDeed.values), name="review_deed_known"),
            models.CheckConstraint(condition=~Q(deed__in=SAYS_WHY, note=""), name="review_refusal_says_why"),
        ]

    def __str__(self) -> str:
        """Never what is said: this is what logs and consoles print."""
        return f"{self.proposal_id} – {self.deed}"


class Remark(models.Model):
    """What a reviewer asks about one part of the text (`parts.py`), or about the whole when `part` is empty.

    Its author reads it once it was sent (`sent_at`), with all those of the same reading.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="remarks", verbose_name=_("proposition"))
    part = models.CharField(_("partie du texte"), max_length=60, blank=True)
    text = models.TextField(_("remarque"))
    state = models.CharField(_("état"), max_length=8, choices=RemarkState.choices, default=RemarkState.OPEN)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("de")
    )
    sent_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    created_at = models.DateTimeField(_("écrite le"))
    moved_at = models.DateTimeField(_("dernier mouvement"))

    class Meta:
        verbose_name = _("remarque")
        verbose_name_plural = _("remarques")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RemarkState.values), name="remark_state_known"),
            models.CheckConstraint(condition=~Q(text=""), name="remark_says_something"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False) | Q(state=RemarkState.OPEN), name="remark_met_was_sent"
            ),
        ]

    def __str__(self) -> str:
        """Never what is said, as above."""
        return f"{self._meta.verbose_name} {self.pk}"


class RemarkWord(models.Model):
    """An answer under a remark, from either side."""

    remark = models.ForeignKey(Remark, models.CASCADE, related_name="words", verbose_name=_("remarque"))
    text = models.TextField(_("réponse"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("de")
    )
    at = models.DateTimeField(_("le"))

    class Meta:
        verbose_name = _("réponse à une remarque")
        verbose_name_plural = _("réponses aux remarques")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="remark_word_says_something")]

    def __str__(self) -> str:
        """Never what is said, as above."""
        return f"{self.remark_id} – {self.pk}"
