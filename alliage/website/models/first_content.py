"""Which pages of the first content were already made: one that an editor deleted stays deleted."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FirstPage(models.Model):
    """A page of `data/pages/` that was made once on this site, whatever became of it."""

    name = models.CharField(_("nom du fichier"), max_length=60, primary_key=True)
    made_at = models.DateTimeField(_("faite le"), default=timezone.now)

    class Meta:
        verbose_name = _("page du premier contenu")
        verbose_name_plural = _("pages du premier contenu")

    def __str__(self) -> str:
        return self.name
