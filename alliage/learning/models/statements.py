"""The affirmations of the diagnostic as they are worded today. What was asked of someone is kept in the engine's versions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.learning.enums import Wording


class Statement(models.Model):
    """« Affirmation ». Its code never changes: answers of every year are kept under it.

    `text` is said to any territory; `variants` says it otherwise to some kinds ({wording: text}, enums.Wording). The short
    form holds ranks 1 to 4; the deep form of a lever holds them all. `revised_at`: an animator worded it on the site, and
    the data file no longer does.
    """

    lever = models.SlugField(_("levier"), max_length=40)
    rank = models.PositiveSmallIntegerField(_("rang"))
    text = models.CharField(_("affirmation"), max_length=300)
    variants = models.JSONField(_("dite autrement"), default=dict, blank=True)
    help = models.CharField(_("aide"), max_length=1000)
    revised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("revue par")
    )
    revised_at = models.DateTimeField(_("revue le"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changée le"), default=timezone.now)

    class Meta:
        verbose_name = _("affirmation")
        verbose_name_plural = _("affirmations")
        ordering = ["lever", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["lever", "rank"], name="statement_rank_once"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(help=""), name="statement_says_and_helps"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def code(self) -> str:
        """Its code in the questions, and in the answers."""
        return f"{self.lever}-{self.rank}"

    @property
    def otherwise(self) -> list[tuple[str, str]]:
        """To which kinds of territory it is said otherwise, and how."""
        return [(str(label), self.variants[code]) for code, label in Wording.choices if code in self.variants]

    def worded(self, wording: str) -> str:
        """As it is said to this kind of territory."""
        return str(self.variants.get(wording) or self.text)
