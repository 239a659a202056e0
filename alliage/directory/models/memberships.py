"""Who belongs to what: people in organisations and in the teams of territories."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliage.directory.models.entries import Entry


class Membership(models.Model):
    """A person (`person`, a catalyst) in an organisation or a team (`group`), and what she does there.

    `is_editor`: the person's owner may edit the entry of the group.
    """

    person = models.ForeignKey(Entry, models.CASCADE, related_name="memberships", verbose_name=_("personne"))
    group = models.ForeignKey(Entry, models.CASCADE, related_name="people", verbose_name=_("organisation ou équipe"))
    role = models.CharField(_("rôle"), max_length=120, blank=True)
    is_editor = models.BooleanField(_("peut modifier la fiche"), default=False)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("appartenance")
        verbose_name_plural = _("appartenances")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("person", "group", name="membership_once"),
            models.CheckConstraint(condition=~models.Q(person=models.F("group")), name="membership_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} – {self.group_id}"
