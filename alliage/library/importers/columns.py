"""The columns of a file of resources: those that our exports write, and the names that others give them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliage.imports.enums import Content
from alliage.imports.registry import Column
from alliage.library import exports, kinds
from alliage.library.content import NETWORK_LISTS
from alliage.library.enums import Density, Licence, Phase, Proof, ResourceKind, Size
from alliage.library.labels import LIST_LABELS
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind

SOURCE_NAME, KIND_NAME, LICENCE_NAME = "source_name", "kind_name", "licence_name"
# The words of taxonomies: code of the content, vocabulary, label, other names.
LISTS = {
    "leviers": (Vocabulary.LEVIERS, _("Leviers"), ("levier",)),
    "metiers": (Vocabulary.METIERS, _("Métiers de la catalyse"), ("metier",)),
    "odd": (Vocabulary.ODD, _("Objectifs de développement durable"), ("odds", "sdg")),
    "regards": (Vocabulary.REGARDS, _("Regards"), ("regard",)),
    "audiences": (Vocabulary.CATEGORIES, _("Publics"), ("public", "cible", "publics vises")),
}
CONTEXT = {
    "territory_kind": (Kind, _("Sorte de territoire")),
    "size": (Size, _("Taille du territoire")),
    "density": (Density, _("Densité")),
    "phase": (Phase, _("Moment du projet")),
}
SECTION = "section_"


def _terms(vocabulary: str) -> Callable[[], Iterable[tuple[str, str]]]:
    return lambda: [(term.code, term.label) for term in taxonomy.terms(vocabulary)]


def _choices(codes: Any) -> Callable[[], Iterable[tuple[str, Any]]]:
    return lambda: [each for each in codes.choices if each[0]]


def _items(list_code: str) -> Callable[[], Iterable[tuple[str, str]]]:
    return lambda: [(item.code, item.label) for item in taxonomy.facet(list_code)]


def sections() -> dict[str, Any]:
    """Each section of any kind, with its label."""
    return {part.code: part.label for template in kinds.TEMPLATES.values() for part in template}


def _section(code: str, label: Any) -> Column:
    named = () if code in exports.COLUMNS else (str(code),)  # « conditions » of our files is another part
    aliases = (f"sections.{code}.text", f"sections.{code}", *named)
    return Column(f"{SECTION}{code}", label, aliases=aliases, rare=code not in COMMON)


# Sections that a file of others may well have; the rest are asked about when the file seems to have them.
COMMON = {"contexte", "methode", "moyens", "resultats", "enseignements", "description"}


def columns() -> tuple[Column, ...]:
    """The usual ones first. The address of the page comes before other links: it is what `url` names in most files."""
    return (
        Column("title", _("Titre"), required=True, example=_("Une cuisine partagée pour six communes"), aliases=(
            "titre", "intitule", "nom", "name", "libelle", "label", "dc:title", "nom de la pratique", "nom du projet")),
        Column("url", _("Adresse de la page d’origine"), content=Content.URL, example="https://www.exemple.fr/une-cuisine", aliases=(
            "adresse", "lien", "link", "href", "lien vers la fiche", "adresse de la page", "page", "dc:identifier", "permalien"),
            help=_("Elle est montrée sur la fiche, et reconnaît la fiche au prochain import quand rien d’autre ne le fait.")),
        Column("id", _("Identifiant"), is_identity=True, aliases=("identifiant", "guid", "uuid", "uid", "doi", "reference", "numero"),
               help=_("Ce qui désigne la fiche dans sa banque, pour toujours.")),
        Column("summary", _("Résumé"), example=_("Six communes cuisinent ensemble, dans la cuisine du collège."), aliases=(
            "resume", "description courte", "abstract", "accroche", "chapo", "chapeau", "dc:description", "presentation", "description"),
            help=_("Au-delà de 400 caractères, la fin est laissée à la source.")),
        Column("kind", _("Sorte de ressource"), choices=_choices(ResourceKind), aliases=("sorte", "type de ressource", "nature du document")),
        Column("authors", _("Autrices et auteurs"), aliases=("auteur", "auteurs", "author", "creator", "dc:creator", "porteur", "porteur du projet"),
               help=_("Séparés par un point-virgule\u00a0: «\u00a0Alix Exemple (Ville d’exemple)\u00a0».")),
        Column("year", _("Année"), aliases=("annee", "date", "date de publication", "published", "dc:date", "annee de publication"), example="2024"),
        Column("language", _("Langue"), aliases=("langue", "lang", "dc:language"), example="fr"),
        Column("licence", _("Licence"), aliases=("license", "droits", "rights", "dc:rights"), example="CC BY-SA 4.0",
               help=_("Sans licence que nous connaissons, la fiche est un résumé et un lien, «\u00a0tous droits réservés\u00a0».")),
        Column("territories", _("Territoires concernés"), aliases=("territoire", "territoires", "lieu", "commune", "epci", "departement", "region", "localisation"),
               help=_("Séparés par un point-virgule\u00a0: departement:42\u00a0; commune:42207\u00a0; ou leurs noms.")),
        *(Column(code, label, choices=_terms(vocabulary), several=True, aliases=aliases) for code, (vocabulary, label, aliases) in LISTS.items()),
        Column("medoc", _("Nature (M.E.D.O.C.)"), choices=_terms(Vocabulary.RESOURCE_KINDS)),
        Column("proof", _("Niveau de preuve"), choices=_choices(Proof), aliases=("preuve",)),
        Column("links", _("Autres liens"), aliases=("liens", "autres liens", "pour aller plus loin"), help=_("Séparés par un point-virgule.")),
        *(_section(code, label) for code, label in sections().items()),
        Column(SOURCE_NAME, _("Banque d’origine"), typed=True, help=_("Qui a réuni ces ressources, et quand. Elle s’affiche sur chaque fiche.")),
        Column(KIND_NAME, _("Sorte des ressources, quand le fichier ne la dit pas"), typed=True, choices=_choices(ResourceKind), help=_("Sans réponse\u00a0: lien.")),
        Column(LICENCE_NAME, _("Licence, quand le fichier ne la dit pas"), typed=True, choices=_choices(Licence), help=_("Sans réponse\u00a0: tous droits réservés.")),
        *(Column(name, LIST_LABELS[name], choices=_items(code), several=True, rare=True) for name, code in NETWORK_LISTS.items()),
        *(Column(f"context_{name}", label, choices=_choices(codes), rare=True, aliases=(f"context.{name}",)) for name, (codes, label) in CONTEXT.items()),
        Column("context_actors", _("Acteurs"), choices=_terms(Vocabulary.CATEGORIES), several=True, rare=True, aliases=("context.actors",)),
        Column("files", _("Fichiers"), rare=True, aliases=("fichiers", "pieces jointes", "adresses des fichiers"),
               help=_("Leurs adresses, séparées par un point-virgule. Ils sont copiés quand la licence le permet, cités en lien sinon.")),
        Column("conditions", _("Conditions pour que cela marche"), rare=True, help=_("Séparées par un point-virgule, par exemple %(one)s") % {"one": "required: Un local; optional (rural): Un bourg"}),
        Column("kit_items", _("Étapes d’un kit"), rare=True, help=_("Leurs titres, séparés par un point-virgule\u00a0; nos fichiers JSON les disent entières.")),
        Column("translations", _("Traductions"), rare=True, help=_("Nos fichiers JSON en disent le texte\u00a0; un tableau n’en dit que les langues.")),
        Column("proof_text", _("Sur quoi repose la preuve"), rare=True),
        Column("hides_place", _("Ne nomme pas le territoire"), rare=True, help=_("oui ou non")),
        Column("source", _("Source de la fiche"), rare=True),
        Column("permanent_url", _("Adresse pour toujours (nos fichiers)"), rare=True),
    )  # fmt: skip
