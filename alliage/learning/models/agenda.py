"""« Mon agenda »: the secret link that one's own calendar follows."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AgendaLink(models.Model):
    """One per member, made from `seed` and the site's key; the database holds its digest."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="agenda_link", verbose_name=_("membre")
    )
    seed = models.CharField(_("graine du lien"), max_length=64)
    token_digest = models.CharField(_("empreinte du lien"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("fait le"), default=timezone.now)

    class Meta:
        verbose_name = _("lien de l’agenda d’un membre")
        verbose_name_plural = _("liens de l’agenda des membres")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
