"""Roles of members, each holding the rights of those before it, and kinds of consent."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    MEMBER = "member", _("membre")
    FACILITATOR = "facilitator", _("facilitation")
    ANIMATOR = "animator", _("animation")
    ADMINISTRATOR = "administrator", _("administration")


RANK = {role: rank for rank, role in enumerate(Role.values)}

# Names of the groups that hold the rights of each role (the CMS reads rights from groups).
GROUP_NAMES = {
    Role.FACILITATOR: "Facilitation",
    Role.ANIMATOR: "Animation",
    Role.ADMINISTRATOR: "Administration",
}


class ConsentKind(models.TextChoices):
    TERMS = "terms", _("règles du compte")
    NEWSLETTER = "newsletter", _("lettre du réseau")
    PROFILE = "profile", _("publication de ma fiche")


# An account cannot exist without these: they end with the account.
REQUIRED_CONSENTS = frozenset({ConsentKind.TERMS})
