"""Kinds of territory, how precisely a point is known, what may change, and the indicators we know how to label."""

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
    WHOLE = "whole", _("celui de la commune dont elle fait partie")
    NEARBY = "nearby", _("centre des communes de même code postal")
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


class Nature(models.TextChoices):
    """Legal forms of intercommunalities (the values of `Territory.nature`)."""

    CC = "CC", _("communauté de communes")
    CA = "CA", _("communauté d’agglomération")
    CU = "CU", _("communauté urbaine")
    METRO = "METRO", _("métropole")
    MET69 = "MET69", _("métropole à statut particulier")
    EPT = "EPT", _("établissement public territorial")


class Change(models.TextChoices):
    """What happened to a territory from one reference file to the next, or in the official history of codes."""

    CREATED = "created", _("créé")
    MERGED = "merged", _("réuni à un autre territoire")
    ENDED = "ended", _("disparu")
    RENAMED = "renamed", _("renommé")
    MOVED = "moved", _("changé d’intercommunalité")
    RECODED = "recoded", _("ancien code officiel")
    RESTORED = "restored", _("rétabli")
    REDRAWN = "redrawn", _("périmètre modifié")


class Metric(models.TextChoices):
    """Indicators that pages can name. `Indicator.code` is one of them; its unit is in `UNITS`."""

    POPULATION = "population", _("population")
    AREA = "area", _("superficie")
    DENSITY = "density", _("densité")
    TREND = "trend", _("évolution annuelle moyenne de la population")
    HOUSEHOLDS = "households", _("ménages")
    BIRTHS = "births", _("naissances")
    DEATHS = "deaths", _("décès")
    WORKING_AGE = "working_age", _("population de 15 à 64 ans")
    ACTIVE = "active", _("actifs de 15 à 64 ans")
    UNEMPLOYED = "unemployed", _("chômeurs de 15 à 64 ans")
    ACTIVITY_RATE = "activity_rate", _("taux d’activité des 15 à 64 ans")
    EMPLOYMENT_RATE = "employment_rate", _("taux d’emploi des 15 à 64 ans")
    UNEMPLOYMENT_RATE = "unemployment_rate", _("taux de chômage des 15 à 64 ans, au sens du recensement")


UNITS = {
    Metric.POPULATION: _("habitants"),
    Metric.AREA: _("km²"),
    Metric.DENSITY: _("habitants par km²"),
    Metric.TREND: _("% par an"),
    Metric.HOUSEHOLDS: _("ménages"),
    Metric.BIRTHS: _("naissances dans l’année"),
    Metric.DEATHS: _("décès dans l’année"),
    Metric.WORKING_AGE: _("habitants"),
    Metric.ACTIVE: _("personnes"),
    Metric.UNEMPLOYED: _("personnes"),
    Metric.ACTIVITY_RATE: _("%"),
    Metric.EMPLOYMENT_RATE: _("%"),
    Metric.UNEMPLOYMENT_RATE: _("%"),
}
