"""That someone wrote to an entry: never what, nor from which address."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliage.directory.models.entries import Entry


class Contact(models.Model):
    """One message sent by the form of an entry. The mails hold its words until they leave (notifications).

    `sent_key` is a digest of one display of the form and of what was typed: the same sending twice is one message. It
    is forgotten after `services.contacts.KEEP` days.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="contacts", verbose_name=_("fiche"))
    sent_key = models.CharField(_("empreinte de l’envoi"), max_length=64, unique=True, null=True, blank=True)
    recipients = models.PositiveSmallIntegerField(_("destinataires"), default=0)
    created_at = models.DateTimeField(_("envoyé le"), db_index=True)

    class Meta:
        verbose_name = _("message envoyé par une fiche")
        verbose_name_plural = _("messages envoyés par les fiches")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.entry_id} – {self.created_at:%Y-%m-%d}"
