"""What an organisation did in the day, how well its place is known, who may see it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What the programme says that an organisation does."""

    PARTNER = "partner", _("partenaire")
    SPEAKER = "speaker", _("mise en perspective")
    CROSSED = "crossed", _("regards croisés")
    MODERATOR = "moderator", _("animation")
    WITNESS = "witness", _("témoignage")
    DEBATE = "debate", _("débat")
    INSIGHT = "insight", _("pastille « éclairage »")
    TOOL = "tool", _("pastille « outillage »")
    STUDY = "study", _("étude ou sondage")
    SUPPORT = "support", _("appui")


class PlacePrecision(models.TextChoices):
    """How the place of an organisation is known."""

    UNKNOWN = "", _("lieu non précisé")
    NAME = "name", _("lieu d’après son nom")
    SEAT = "seat", _("siège")
    ADDRESS = "address", _("adresse")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("publique")
    MEMBERS = "members", _("membres seulement")
    HIDDEN = "hidden", _("masquée")
