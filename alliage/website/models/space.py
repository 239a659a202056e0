"""What the site remembers of a member's own space."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.accounts.models import Member
from alliage.territories.models import Territory


class HomeTerritory(models.Model):
    """The territory a member acts in: one click away from « mon espace ». Never shown to anyone else."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="home_territory", verbose_name=_("membre"))
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="+", verbose_name=_("territoire"))
    chosen_at = models.DateTimeField(_("choisi le"), default=timezone.now)

    class Meta:
        verbose_name = _("territoire d’un membre")
        verbose_name_plural = _("territoires des membres")

    def __str__(self) -> str:
        return f"{self.member} – {self.territory}"
