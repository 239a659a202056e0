"""What changed and is not in the index yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchChange(models.Model):
    """One object to read again, written in the transaction that changed it.

    The worker reads the object, commits the index, then deletes this very row. It never concludes « everything up to
    number N is done »: a transaction that commits late with an early number is therefore not left behind, and no
    writer waits for another, as a counter under a lock would make them do. While a row is here, pages leave its object
    out of results and counts.
    """

    number = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("sorte"), max_length=40)
    object_id = models.BigIntegerField(_("numéro de l’objet"))
    changed_at = models.DateTimeField(_("changé le"))

    class Meta:
        verbose_name = _("changement à indexer")
        verbose_name_plural = _("changements à indexer")
        ordering = ["number"]
        constraints = [models.CheckConstraint(condition=~models.Q(kind=""), name="search_change_has_a_kind")]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}:{self.object_id}"
