"""The codebook of the open data of the library, made from the code that writes them; and whether the file is up to date.

A test compares the codebook with `exports.COLUMNS` and with what `exports.record` writes: a field cannot be added in silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext as _

from alliage.library import exports, kinds
from alliage.library.content import NETWORK_LISTS, TERMS
from alliage.library.enums import (
    LICENCES,
    SHOWN,
    Density,
    Language,
    Licence,
    Phase,
    Proof,
    ResourceKind,
    Size,
    State,
)
from alliage.library.models import Dump, Resource
from alliage.library.searchable import STATES
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Values = list[tuple[str, "StrOrPromise"]]


@dataclass(frozen=True)
class Field:
    """One column of the tables. `type` is a word of `TYPES`; `in_json` is where the same thing is in JSON; `values` lists codes."""

    name: str
    type: str
    meaning: str
    in_json: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def is_many(self) -> bool:
        return self.type in (CODES, TEXTS)


TEXT, WHOLE, ADDRESS, DAY, MOMENT, BOOLEAN, CODE, CODES, TEXTS = (
    "texte", "nombre entier", "adresse web", "date", "date et heure", "oui ou non", "code", "codes", "textes",
)  # fmt: skip


def fields() -> list[Field]:
    """Every column, in the order of the tables."""
    said = {field.name: field for field in (*_plain(), *_lists(), *_context(), *_nested(), *_life(), *_sections())}
    return [said[name] for name in exports.COLUMNS]


def _field(name: str, type_: str, meaning: str, values: Iterable[tuple[str, Any]] = (), in_json: str = "") -> Field:
    return Field(
        name, type_, meaning, in_json or name, tuple((str(code), str(label)) for code, label in values if code)
    )


def _terms(vocabulary: Vocabulary) -> Values:
    return [(term.code, term.label) for term in taxonomy.terms(vocabulary)]


def _plain() -> list[Field]:
    return [
        _field("id", WHOLE, _("Numéro de la ressource. Il ne change jamais et ne sert jamais deux fois.")),
        _field("url", ADDRESS, _("Adresse de sa page\u00a0; elle change avec le titre.")),
        _field("permanent_url", ADDRESS, _("Adresse à citer\u00a0: elle ne change jamais.")),
        _field("kind", CODE, _("Sorte de ressource."), ResourceKind.choices),
        _field("kind_label", TEXT, _("Sorte de ressource, en mots.")),
        _field("medoc", CODE, _("Nature (M.E.D.O.C.)."), _terms(Vocabulary.RESOURCE_KINDS)),
        _field("title", TEXT, _("Titre, 160 caractères au plus.")),
        _field("summary", TEXT, _("Résumé, 400 caractères au plus.")),
        _field("language", CODE, _("Langue du texte (ISO 639)."), Language.choices),
        _field("year", WHOLE, _("Année dont parle la ressource.")),
    ]


def _lists() -> list[Field]:
    meanings = {
        "leviers": _("Leviers du réseau qu’elle travaille."),
        "metiers": _("Métiers de la catalyse qu’elle intéresse."),
        "odd": _("Objectifs de développement durable."),
        "regards": _("Regards portés."),
        "audiences": _("À qui elle s’adresse."),
    }
    written = {
        "maturity": _("Niveaux de maturité, quand le réseau en a fixé la liste."),
        "charter": _("Principes de la charte qu’elle illustre, quand le réseau en a écrit la liste."),
        "measures": _("Mesures de la mission de 2020 qu’elle sert, quand le réseau en a écrit la liste."),
    }
    return [
        *(_field(name, CODES, meanings[name], _terms(vocabulary)) for name, vocabulary in TERMS.items()),
        *(_field(name, CODES, written[name], _items(code)) for name, code in NETWORK_LISTS.items()),
        _field("territories", CODES, _("Territoires concernés\u00a0: «\u00a0sorte:code\u00a0», codes officiels de l’Insee\u00a0; vide quand la ressource ne nomme pas son territoire.")),
        _field("territory_names", TEXTS, _("Noms de ces territoires.")),
    ]  # fmt: skip


def _items(list_code: str) -> Values:
    return [(item.code, item.label) for item in taxonomy.facet(list_code)]


def _context() -> list[Field]:
    said: list[tuple[str, str, str, Iterable[tuple[str, Any]]]] = [
        ("territory_kind", CODE, _("Sorte de territoire où elle a eu lieu."), Kind.choices),
        ("size", CODE, _("Taille de ce territoire."), Size.choices),
        ("density", CODE, _("Densité de ce territoire, selon la grille de l’Insee."), Density.choices),
        ("phase", CODE, _("Moment du projet."), Phase.choices),
        ("actors", CODES, _("Sortes d’acteurs engagés."), _terms(Vocabulary.CATEGORIES)),
    ]
    return [
        _field(f"context_{name}", type_, meaning, values, f"context.{name}") for name, type_, meaning, values in said
    ]


def _nested() -> list[Field]:
    return [
        _field("hides_place", BOOLEAN, _("Oui quand la ressource ne nomme ni son territoire ni ses auteurs.")),
        _field("proof", CODE, _("Niveau de preuve."), Proof.choices),
        _field("proof_text", TEXT, _("Sur quoi repose ce niveau.")),
        _field("licence", CODE, _("Licence de la ressource\u00a0: chacune a la sienne."), Licence.choices),
        _field("licence_url", ADDRESS, _("Texte de la licence\u00a0; vide quand tous les droits sont réservés.")),
        _field("attribution", TEXT, _("Ce qu’il faut écrire en la reprenant ou en la citant.")),
        _field("authors", TEXTS, _("Qui l’a faite\u00a0: «\u00a0Nom (organisation, rôle)\u00a0»\u00a0; en JSON, des objets name, organisation, role.")),
        _field("links", TEXTS, _("Adresses extérieures\u00a0; en JSON, des objets url, label.")),
        _field("files", TEXTS, _("Adresses des fichiers\u00a0; en JSON, des objets name, label, size (octets), url.")),
        _field("conditions", TEXTS, _("Ce qu’il faut pour que cela marche\u00a0: l’importance, la vérification entre parenthèses, deux points, la condition\u00a0; en JSON, des objets importance, text, check.")),
        _field("kit_items", TEXTS, _("Titres des étapes d’un kit\u00a0; en JSON, des objets key, title, text, minutes, role, resource.")),
    ]  # fmt: skip


def _life() -> list[Field]:
    return [
        _field("source", TEXT, _("D’où elle vient, quand elle est née ailleurs.")),
        _field("source_code", TEXT, _("Banque d’où elle a été reprise, telle que cette plateforme la nomme.")),
        _field("external_id", TEXT, _("Ce qui la désigne dans cette banque.")),
        _field("state", CODE, _("Où elle en est."), _states()),
        _field("obsolete_reason", TEXT, _("Pourquoi elle est dépassée, quand elle l’est.")),
        _field("replaced_by", ADDRESS, _("Page de celle qui la remplace.")),
        _field("version", WHOLE, _("Numéro de la version publiée.")),
        _field("published_at", MOMENT, _("Première publication.")),
        _field("edited_at", MOMENT, _("Publication de cette version.")),
        _field("confirmed_on", DAY, _("Dernière fois que quelqu’un qui la connaît l’a dite exacte.")),
        _field("renew_on", DAY, _("Quand elle devra être relue.")),
        _field("is_demo", BOOLEAN, _("Oui pour un exemple de démonstration, qui n’a pas eu lieu.")),
        _field("adapted_from", ADDRESS, _("Adresse permanente de celle qu’elle adapte, quand elle est publiée.")),
        _field("adaptations", WHOLE, _("Combien de fois on a dit l’avoir adaptée.")),
        _field("useful", WHOLE, _("Combien de personnes l’ont dite utile.")),
        _field("used", WHOLE, _("Combien de personnes disent l’utiliser.")),
        _field(
            "translations",
            CODES,
            _(
                "Langues où elle est traduite, codes de «\u00a0language\u00a0»\u00a0; en JSON, des objets language, url, is_late, credit, title, summary, sections."
            ),
        ),
    ]


def _states() -> Values:
    return [(STATES[state], State(state).label) for state in SHOWN]


def _sections() -> list[Field]:
    """The parts of the text: the same code may serve several kinds."""
    found = []
    for code in exports.SECTIONS:
        of = [kind for kind, template in kinds.TEMPLATES.items() if code in {part.code for part in template}]
        label = next(part.label for part in kinds.TEMPLATES[of[0]] if part.code == code)
        meaning = _("Partie «\u00a0%(section)s\u00a0» (%(kinds)s).") % {
            "section": label,
            "kinds": ", ".join(str(ResourceKind(kind).label) for kind in of),
        }
        found.append(_field(f"section_{code}", TEXT, meaning, in_json=f"sections.{code}.text"))
    return found


def licences() -> list[tuple[str, str, str, bool]]:
    """Code, name, address, and whether the text may be reused."""
    return [(str(code), str(code.label), terms.url, terms.may_reuse) for code, terms in LICENCES.items()]


# --- The file ------------------------------------------------------------------------------------------------------


def state() -> str:
    """One word for all that readers see: any change of it makes another word. One query."""
    shown = Q(state__in=SHOWN, is_hidden=False)
    said = Resource.objects.aggregate(
        shown=Count("pk", filter=shown), editions=Sum("edition", filter=shown), changed=Max("changed_at")
    )
    changed = said["changed"].isoformat() if said["changed"] else ""
    return f"{said['shown']} {said['editions'] or 0} {changed}"


def latest() -> Dump | None:
    return Dump.objects.first()


def ready() -> Dump | None:
    """The file, when it says exactly what readers see now: what was withdrawn since is in no file."""
    made = latest()
    return made if made is not None and made.state == state() else None


def numbers() -> list[int]:
    shown = Resource.objects.filter(state__in=SHOWN, is_hidden=False)
    return list(shown.order_by("pk").values_list("pk", flat=True))
