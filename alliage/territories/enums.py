"""Kinds of territory and how precisely a point is known."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The codes are also the words of the addresses: /territoires/<kind>/<code>/."""

    COMMUNE = "commune", _("commune")
    EPCI = "epci", _("intercommunalité")
    EPT = "ept", _("établissement public territorial")
    DEPARTEMENT = "departement", _("département")
    REGION = "region", _("région")
    COM = "com", _("collectivité d’outre-mer")
    CUSTOM = "perso", _("territoire de projet")


class Precision(models.TextChoices):
    """Where a territory's point comes from, from the most to the least precise."""

    EXACT = "exact", _("chef-lieu ou centre connu")
    MEMBERS = "members", _("centre de ses communes")
    EPCI = "epci", _("centre de son intercommunalité")
    DEPARTEMENT = "departement", _("centre de son département")
    UNKNOWN = "", _("inconnue")


class Status(models.TextChoices):
    """Former territories keep their page, which leads to the one that replaced them."""

    CURRENT = "current", _("en vigueur")
    DELEGATED = "delegated", _("commune déléguée")
    ASSOCIATED = "associated", _("commune associée")
    BOROUGH = "borough", _("arrondissement municipal")
    FORMER = "former", _("ancien")
