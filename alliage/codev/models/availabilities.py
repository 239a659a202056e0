"""When members can meet: hours of an ordinary week, in their own time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.codev.composing.slots import EVERY_BLOCK


class Availability(models.Model):
    """Blocks of two hours that a member ticked, as bits (composing/slots.py), in the zone of their account."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="codev_availability", verbose_name=_("membre")
    )
    blocks = models.BigIntegerField(_("créneaux"), default=0)
    changed_at = models.DateTimeField(_("dites le"), default=timezone.now)

    class Meta:
        verbose_name = _("disponibilités")
        verbose_name_plural = _("disponibilités")
        constraints = [
            models.CheckConstraint(condition=Q(blocks__range=(0, EVERY_BLOCK)), name="availability_is_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
