"""What a member lets others see of what they did on the platform (« preuves »), and the métier they say it serves."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliage.taxonomy.models import Term


class DeedChoice(models.Model):
    """One per deed, or per kind of deeds (`key` empty). Nothing is shown without a row that says so.

    `source`, `key`: as `registry.deeds` names them. `shown` empty: as its kind. `metier` stands where the deed's own object says none.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("membre"))
    source = models.CharField(_("nature"), max_length=40)
    key = models.CharField(_("laquelle"), max_length=64, blank=True)
    shown = models.BooleanField(_("montrée"), null=True, blank=True)
    metier = models.ForeignKey(
        Term, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("métier servi")
    )

    class Meta:
        verbose_name = _("choix sur une preuve")
        verbose_name_plural = _("choix sur les preuves")
        constraints = [
            models.UniqueConstraint("member", "source", "key", name="deed_choice_once"),
            models.CheckConstraint(
                condition=~Q(key="") | Q(shown__isnull=False, metier__isnull=True),
                name="deed_choice_of_a_kind_shows_it",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="deed_choice_names_its_source"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
