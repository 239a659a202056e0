"""What documents say of organisations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import Role
from alliage.directory.models.entries import Entry


class Mention(models.Model):
    """What one document says that an organisation did, in one of its parts.

    `sequence` is the number of the sequence in the day (1 to 10), or None for what stands outside the sequences.
    `is_confirmed` is False where the document says « intervenant en cours de confirmation ».
    """

    organisation = models.ForeignKey(Entry, models.CASCADE, related_name="mentions", verbose_name=_("organisation"))
    document = models.CharField(_("document"), max_length=60)
    sequence = models.PositiveSmallIntegerField(_("séquence"), null=True, blank=True)
    title = models.CharField(_("titre de la partie"), max_length=200)
    starts_at = models.TimeField(_("début"), null=True, blank=True)
    ends_at = models.TimeField(_("fin"), null=True, blank=True)
    role = models.CharField(_("rôle"), max_length=12, choices=Role.choices)
    quote = models.CharField(_("mots du document"), max_length=400)
    is_confirmed = models.BooleanField(_("présence confirmée"), default=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["position", "pk"]
        indexes = [models.Index("sequence", "organisation", name="mention_of_a_sequence")]
        constraints = [
            models.UniqueConstraint("organisation", "document", "position", name="mention_position_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="mention_role_known"),
            models.CheckConstraint(condition=~models.Q(quote=""), name="mention_quotes_the_document"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} – {self.title}"
