"""The network's vocabularies, the articles of French, the life of a version."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Vocabulary(models.TextChoices):
    """The codes are also the words of the addresses: /reperes/<vocabulary>/."""

    METIERS = "metiers", _("Les 4 métiers de la catalyse territoriale")
    MISSIONS = "missions", _("Les missions de chaque métier")
    LEVIERS = "leviers", _("Les 7 leviers de la co-construction territoriale")
    QUESTIONS = "questions", _("Les questions de chaque levier")
    ODD = "odd", _("Les 17 objectifs de développement durable")
    CATEGORIES = "categories", _("Les catégories de membres")
    SCALES = "echelons", _("Les échelons territoriaux")
    RESOURCE_KINDS = "ressources", _("Les natures de ressources (M.E.D.O.C.)")
    REGARDS = "regards", _("Les regards")
    PARTNERSHIPS = "partenariats", _("Les types de partenariats")
    ENGINEERINGS = "ingenieries", _("Les ingénieries")
    SPHERES = "spheres", _("Les sphères d’acteurs")


class Article(models.TextChoices):
    """What goes before a label in a sentence: « la gestion d’un lieu », hence « de la gestion d’un lieu »."""

    LE = "le", _("le (du…)")
    LA = "la", _("la (de la…)")
    L = "l’", _("l’ (de l’…)")
    LES = "les", _("les (des…)")
    NONE = "", _("sans article (de…, d’…)")


class VersionState(models.TextChoices):
    """draft → published. A published version never changes: the next one replaces it."""

    DRAFT = "draft", _("brouillon")
    PUBLISHED = "published", _("publiée")


# What each vocabulary is for, in plain words, at the head of its page.
LEADS = {
    Vocabulary.METIERS: _(
        "Un catalyseur territorial aide ceux qui vivent et agissent sur un territoire à faire alliance. Cela s’exerce de "
        "quatre façons, qui se complètent : on peut en exercer une, ou plusieurs."
    ),
    Vocabulary.LEVIERS: _(
        "Chaque territoire, selon sa maturité et ses objectifs, avance sur sept leviers. Les questions aident à voir où "
        "l’on en est et par où commencer ; aucune n’appelle de bonne ou de mauvaise réponse."
    ),
    Vocabulary.ODD: _(
        "Les 17 objectifs que les pays des Nations unies se sont donnés pour 2030. Le dix-septième, agir en "
        "partenariat, est la condition des seize autres : c’est celui du réseau."
    ),
    Vocabulary.CATEGORIES: _("Le réseau réunit des acteurs d’horizons très différents : c’est sa richesse."),
    Vocabulary.SCALES: _("Les niveaux auxquels on agit, et qu’il s’agit d’articuler."),
    Vocabulary.RESOURCE_KINDS: _(
        "Cinq natures de ressources pour trouver ce dont on a besoin : méthodes, exemples, "
        "données, outils et compétences."
    ),
    Vocabulary.REGARDS: _("Trois façons de regarder l’innovation territoriale."),
    Vocabulary.PARTNERSHIPS: _("Quatre façons de faire ensemble, de la relation d’affaires au don."),
    Vocabulary.ENGINEERINGS: _("Trois savoir-faire qui se complètent pour faire avancer un territoire."),
    Vocabulary.SPHERES: _("Les trois cercles d’acteurs réunis par la mission ministérielle sur les alliances."),
}

# Vocabularies shown on the page of the one above them.
SHOWN_WITH = {Vocabulary.MISSIONS: Vocabulary.METIERS, Vocabulary.QUESTIONS: Vocabulary.LEVIERS}

CHILDREN_TITLES = {Vocabulary.METIERS: _("Ses missions"), Vocabulary.LEVIERS: _("Les questions à se poser")}
