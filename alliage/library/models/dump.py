"""The open data file: where it is, and what it holds."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Dump(models.Model):
    """One making of the file. `state` says what the library was then: another state, and the file is no longer served."""

    state = models.CharField(_("état de la bibliothèque"), max_length=80)
    name = models.CharField(_("place du fichier"), max_length=120)
    sha256 = models.CharField(_("empreinte"), max_length=64)
    size = models.PositiveBigIntegerField(_("poids"))
    count = models.PositiveIntegerField(_("ressources"))
    made_at = models.DateTimeField(_("fait le"))

    class Meta:
        verbose_name = _("fichier de données ouvertes")
        verbose_name_plural = _("fichiers de données ouvertes")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="dump_has_a_file")]

    def __str__(self) -> str:
        return self.name
