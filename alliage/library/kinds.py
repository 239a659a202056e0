"""The template of each kind of resource: its sections, in order, with what a reader expects to find there.

`criteria` is what reviewers look at: it stands beside the field for whoever writes it. One section of each kind is
enough to propose a resource; those marked `asked` are what reviewers expect before publication.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from alliage.library.enums import ResourceKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FAILURES = "echecs"


@dataclass(frozen=True)
class Section:
    code: str
    label: "StrOrPromise"
    help: "StrOrPromise"
    criteria: "StrOrPromise" = ""
    asked: bool = False


_FAILURES = Section(
    FAILURES,
    _("Ce qui n’a pas marché"),
    _("Ce que vous feriez autrement. Vous pouvez publier cette ressource sans nommer le territoire."),
    _("Dit sans chercher de coupable, assez précis pour qu’un autre l’évite."),
)
_LESSONS = Section(
    "enseignements",
    _("Enseignements"),
    _("Ce que vous diriez à qui commence."),
    _("Se comprend sans connaître le territoire."),
    asked=True,
)

TEMPLATES: dict[str, tuple[Section, ...]] = {
    ResourceKind.PRACTICE: (
        Section(
            "contexte",
            _("Contexte"),
            _("Le territoire, les acteurs, le besoin de départ."),
            _("On sait pour qui, où et pourquoi."),
            asked=True,
        ),
        Section(
            "methode",
            _("Méthode"),
            _("Ce qui a été fait, étape par étape."),
            _("Un autre territoire pourrait recommencer."),
            asked=True,
        ),
        Section("moyens", _("Moyens"), _("Temps, argent, lieu, compétences."), _("Des chiffres, même approchés.")),
        Section("freins", _("Freins"), _("Ce qui a ralenti ou empêché.")),
        Section("conditions", _("Conditions favorables"), _("Ce sans quoi cela n’aurait pas pris.")),
        Section(
            "resultats",
            _("Résultats"),
            _("Ce qui a changé, et comment vous le savez."),
            _("On distingue ce qui est mesuré de ce qui est ressenti."),
            asked=True,
        ),
        _FAILURES,
        _LESSONS,
    ),
    ResourceKind.FEEDBACK: (
        Section("contexte", _("Contexte"), _("D’où l’on part."), asked=True),
        Section(
            "deroulement", _("Ce qui s’est passé"), _("Dans l’ordre, avec les moments qui ont compté."), asked=True
        ),
        _FAILURES,
        _LESSONS,
    ),
    ResourceKind.GUIDE: (
        Section("pourquoi", _("Pourquoi"), _("À quoi ce guide sert, et à qui."), asked=True),
        Section("questions", _("Les questions à se poser"), _("Dans l’ordre où elles aident."), asked=True),
        Section("commencer", _("Commencer en une heure"), _("Le premier pas, avec ce que l’on a.")),
        Section("pieges", _("Pièges"), _("Ce qui arrive souvent, et comment s’en garder.")),
        Section("suite", _("Et ensuite"), _("Vers quoi aller.")),
    ),
    ResourceKind.KIT: (
        Section("objectif", _("Objectif"), _("Ce que l’on aura à la fin."), asked=True),
        Section("public", _("Pour qui"), _("Combien de personnes, lesquelles.")),
        Section("deroulement", _("Déroulement"), _("Comment s’en servir, du début à la fin."), asked=True),
        Section("materiel", _("Matériel"), _("Ce qu’il faut préparer.")),
    ),
    ResourceKind.STUDY: (
        Section("objet", _("Objet"), _("La question posée."), asked=True),
        Section("methode", _("Méthode"), _("Comment on a cherché\u00a0: qui, combien, quand."), asked=True),
        Section("resultats", _("Résultats"), _("Les principaux, avec leurs chiffres."), asked=True),
        Section("limites", _("Limites"), _("Ce que l’étude ne dit pas.")),
    ),
    ResourceKind.TOOL: (
        Section("usage", _("À quoi il sert"), _("Une situation où il aide."), asked=True),
        Section("prise-en-main", _("Prise en main"), _("Les premiers gestes."), asked=True),
        Section("limites", _("Limites"), _("Quand il ne convient pas.")),
    ),
    ResourceKind.LETTER: (
        Section("objet", _("Objet"), _("À qui elle s’adresse, et pourquoi."), asked=True),
        Section("contenu", _("Contenu"), _("Ce qu’elle dit.")),
    ),
    ResourceKind.REPLAY: (
        Section("sujet", _("Sujet"), _("De quoi l’on parle."), asked=True),
        Section("moments", _("Les moments à retenir"), _("Avec la minute où les trouver.")),
        Section("intervenants", _("Qui parle"), _("Nom et rôle de chacun.")),
    ),
    ResourceKind.LINK: (Section("description", _("Description"), _("Ce que l’on y trouve."), asked=True),),
}


def sections(kind: str) -> tuple[Section, ...]:
    """The template of a kind; an unknown kind is an error of ours."""
    return TEMPLATES[kind]
