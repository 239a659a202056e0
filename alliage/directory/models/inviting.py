"""When the person of an entry that somebody else began was told of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliage.directory.models.entries import Entry


class EntryInvitation(models.Model):
    """The last mail that offered a person to hold, or to erase, what is written of them. It goes with the entry."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="invitation", verbose_name=_("fiche"))
    sent_at = models.DateTimeField(_("envoyée le"))

    class Meta:
        verbose_name = _("invitation à tenir sa fiche")
        verbose_name_plural = _("invitations à tenir sa fiche")

    def __str__(self) -> str:
        return f"{self.entry_id}, {self.sent_at:%Y-%m-%d}"
