"""The columns of a directory's file: those that our exports write, and the names that others give them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import FIELDS, Blur, EntryKind, Means, PlacePrecision, Visibility
from alliage.imports.enums import Content
from alliage.imports.registry import Column
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary

SOURCE_NAME, LICENCE_NAME, SEEN_BY, PHONE_SEEN_BY = "source_name", "licence_name", "seen_by", "phone_seen_by"
SEVERAL = {
    "metiers": (Vocabulary.METIERS, _("Métiers de la catalyse"), ("metier",)),
    "missions": (Vocabulary.MISSIONS, _("Missions"), ("mission",)),
    "leviers": (Vocabulary.LEVIERS, _("Leviers"), ("levier",)),
    "odd": (Vocabulary.ODD, _("Objectifs de développement durable"), ("odds", "sdg", "objectifs de developpement durable")),
}  # fmt: skip
VISIBILITIES = ("visibility", *(f"{field}_visibility" for field in FIELDS), "contact_visibility")
_VISIBILITY_LABELS = {
    "visibility": _("Qui voit la fiche"),
    "function_visibility": _("Qui voit la fonction"),
    "presentation_visibility": _("Qui voit la présentation"),
    "photo_visibility": _("Qui voit la photo"),
    "phone_visibility": _("Qui voit le téléphone"),
    "links_visibility": _("Qui voit les liens"),
    "place_visibility": _("Qui voit le lieu"),
    "memberships_visibility": _("Qui voit les organisations"),
    "contact_visibility": _("Qui peut écrire par le formulaire"),
}


def _terms(vocabulary: str) -> Callable[[], Iterable[tuple[str, str]]]:
    return lambda: [(term.code, term.label) for term in taxonomy.terms(vocabulary)]


def _name(kind: EntryKind) -> Column:
    aliases: tuple[str, ...] = (
        "nom", "nom du lieu", "nom de la structure", "nom_structure", "nom structure", "libelle", "intitule",
        "denomination", "raison sociale", "raison_sociale", "title", "titre", "structure", "organisme", "etablissement",
        "nom de l’organisation", "nom de l’association", "nom etablissement", "appellation", "lib_structure",
        "nom complet", "lieu", "tiers-lieu", "nom du tiers-lieu", "lib",
    )  # fmt: skip
    if kind == EntryKind.CATALYST:
        aliases = ("nom", "nom complet", "prénom et nom", "personne", "fullname", "full name", "title", "contact")
    return Column(
        "name", _("Nom"), required=True, aliases=aliases, joins=kind == EntryKind.CATALYST,
        parts=(("prenom", "firstname", "first name"), ("nom de famille", "lastname", "last name", "surname")) if kind == EntryKind.CATALYST else (),
        example={EntryKind.CATALYST: _("Camille Exemple"), EntryKind.ORGANISATION: _("La Fabrique du Gier"),
                 EntryKind.TEAM: _("Équipe du Pays du Gier")}[kind],
    )  # fmt: skip


_PLACE = (
    Column("insee", _("Code Insee de la commune"), content=Content.INSEE, example="42207", aliases=(
        "code_insee", "code insee", "insee_com", "codgeo", "depcom", "citycode", "code commune",
        "code_commune", "com", "commune_insee", "code_insee_commune", "geocode_insee")),
    Column("postal_code", _("Code postal"), content=Content.POSTAL_CODE, example="42400", aliases=(
        "code_postal", "cp", "postalcode", "postcode", "zip", "zip_code", "zipcode", "code postal du lieu")),
    Column("territory_name", _("Commune"), example=_("Saint-Chamond"), aliases=(
        "commune", "ville", "nom_commune", "nom commune", "lib_com", "libcom", "city", "localite", "addresslocality",
        "nom de la commune", "libelle commune", "town", "municipality", "ville du lieu")),
    Column("departement", _("Département"), aliases=("dep", "dept", "code_departement", "insee_dep", "numero departement", "department"),
           help=_("Il aide à choisir entre des communes de même nom.")),
    Column("epci", _("Intercommunalité"), aliases=("siren_epci", "code_epci", "nom_epci", "lib_epci", "intercommunalite", "epci_siren"),
           help=_("Quand le lieu n’est pas une commune.")),
    Column("address", _("Adresse postale"), joins=True, aliases=(
        "adresse", "adresse complete", "adresse postale", "adr", "streetaddress", "adresse du lieu", "address", "voie", "rue"),
        parts=(("numero", "num_voie", "num"), ("voie", "rue", "nom_voie", "adresse"), ("complement", "adresse_cplmt")),
        help=_("Elle sert à trouver la commune quand rien d’autre ne la dit. Elle n’est pas gardée.")),
    Column("latitude", _("Latitude"), content=Content.LATITUDE, example="45,4752", aliases=(
        "lat", "y", "geo_point_2d", "geo point", "geopoint", "coordonnees", "coordonnees gps", "gps", "lat_lng", "lat/lng",
        "latlng", "latitude_y", "coord_y", "geolocalisation", "ylat", "y_wgs84")),
    Column("longitude", _("Longitude"), content=Content.LONGITUDE, example="4,5152", aliases=(
        "lon", "lng", "long", "x", "longitude_x", "coord_x", "xlong", "xlon", "x_wgs84")),
    Column("territory_kind", _("Nature du territoire (nos fichiers)"), rare=True, help=_("Écrite par nos exports : commune, epci, departement…")),
    Column("territory_code", _("Code du territoire (nos fichiers)"), rare=True),
    Column("place_precision", _("Comment le lieu est connu"), rare=True, choices=lambda: [each for each in PlacePrecision.choices if each[0]]),
    Column("blur", _("Position montrée à … mètres près"), rare=True, choices=lambda: [(str(code), label) for code, label in Blur.choices]),
)  # fmt: skip


def columns(kind: EntryKind) -> tuple[Column, ...]:
    """What a file of entries of this kind may hold: the usual columns first."""
    group = kind != EntryKind.CATALYST
    return (
        _name(kind),
        Column("external_id", _("Identifiant"), is_identity=True, aliases=(
            "id", "identifiant", "siret", "uid", "uuid", "recordid", "identifiant unique", "id_structure", "id structure", "numero rna", "rna", "siren", "uai"),
            help=_("Ce qui désigne la fiche dans sa source, pour toujours : il la reconnaît au prochain import.")),
        Column("category", _("Catégorie"), choices=_terms(Vocabulary.CATEGORIES), several=True, aliases=(
            "categorie", "categories", "type", "type de structure", "type_structure", "statut juridique", "forme juridique",
            "nature", "typologie", "type d’acteur", "famille")),
        Column("function", _("Fonction") if not group else _("En une ligne"), aliases=(
            "fonction", "poste", "metier exerce", "jobtitle", "qualite", "accroche", "sous-titre", "slogan", "job title")),
        Column("presentation", _("Présentation"), joins=True, aliases=(
            "description", "presentation", "abstract", "descriptif", "objet", "resume", "a propos", "bio", "biographie", "detail", "details", "activites", "services")),
        Column("other_names", _("Autres noms"), aliases=("sigle", "acronyme", "autre nom", "nom court", "alias", "nom usuel"),
               help=_("Séparés par un point-virgule.")),
        *_PLACE[:8],
        Column("areas", _("Territoires d’intervention"), aliases=("zone d’intervention", "territoires", "perimetre", "territoire d’intervention", "zones", "areaserved"),
               help=_("Séparés par un point-virgule : departement:42 ; commune:42207 ; ou leurs noms.")),
        Column("is_national", _("Agit dans toute la France"), rare=True, help=_("oui ou non")),
        Column("cross_border", _("Action transfrontalière"), rare=True),
        Column("scale", _("Échelon"), choices=_terms(Vocabulary.SCALES), aliases=("echelon", "echelle")),
        *(Column(code, label, choices=_terms(vocabulary), several=True, aliases=aliases) for code, (vocabulary, label, aliases) in SEVERAL.items()),
        *((Column("means", _("Moyens d’ingénierie"), choices=lambda: [each for each in Means.choices if each[0]]),) if kind == EntryKind.TEAM else ()),
        Column("website", _("Site"), content=Content.URL, aliases=("site", "site web", "site internet", "siteweb", "web", "url du site", "site_web", "homepage", "www")),
        Column("links", _("Liens"), aliases=("liens", "reseaux sociaux", "facebook", "linkedin", "twitter"), help=_("« Libellé : https://… », séparés par une barre verticale.")),
        Column("phone", _("Téléphone"), content=Content.PHONE, aliases=("telephone", "tel", "tél", "portable", "mobile", "numero de telephone", "telephone 1")),
        Column("email", _("Adresse e-mail"), content=Content.EMAIL, aliases=("mail", "e-mail", "courriel", "adresse mail", "adresse electronique", "contact mail", "contact_email"),
               help=_("Elle n’est jamais montrée : elle sert à écrire par le formulaire.")),
        Column(SOURCE_NAME, _("Source"), typed=True, help=_("Qui a produit ce fichier, et quand. Elle s’affiche sur chaque fiche. Exemple : ANCT, France services, 2021.")),
        Column(LICENCE_NAME, _("Licence"), typed=True, help=_("Exemple : Licence Ouverte 2.0. Peut rester vide.")),
        Column(SEEN_BY, _("Qui voit les fiches nouvelles"), typed=True, choices=_seen_by(kind), help=_(
            "Une personne n’est jamais rendue publique sans son accord\u00a0: elle publie sa fiche elle-même." if not group else "Sans réponse\u00a0: tout le monde.")),
        Column(PHONE_SEEN_BY, _("Qui voit leur téléphone"), typed=True, choices=_seen_by(kind), help=_("Sans réponse : personne.")),
        *_PLACE[8:],
        Column("category_basis", _("D’où vient la catégorie"), rare=True),
        Column("source", _("Source de la fiche"), rare=True),
        Column("source_on", _("Date de la source"), rare=True, content=Content.DATE),
        Column("source_url", _("Adresse de la source"), rare=True),
        Column("licence", _("Licence de la fiche"), rare=True),
        Column("source_code", _("Source d’import (nos fichiers)"), rare=True),
        Column("kind", _("Nature de la fiche (nos fichiers)"), rare=True),
        Column("slug", _("Adresse de la fiche (nos fichiers)"), rare=True),
        Column("people" if group else "organisations", _("Appartenances (nos fichiers)"), rare=True,
               help=_("Les liens entre personnes et organisations, tels que nos exports les écrivent : ils s’ajoutent, aucun n’est retiré.")),
        *(Column(code, _VISIBILITY_LABELS[code], rare=True, choices=lambda: Visibility.choices) for code in VISIBILITIES),
    )  # fmt: skip


def _seen_by(kind: EntryKind) -> Callable[[], Iterable[tuple[str, Any]]]:
    """Nobody makes a person public in her place."""
    seen = [each for each in Visibility.choices if kind != EntryKind.CATALYST or each[0] != Visibility.PUBLIC]
    return lambda: seen
