"""The imports that an animator runs on the site, at `/imports/`, with the same importers as the commands."""

from collections.abc import Callable, Sequence
from datetime import date

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.imports.engine import FileRefused, Row
from alliage.imports.registry import Batch, Column, Importing, ImportKind
from alliage.territories import services
from alliage.territories.importers.indicators import COLUMNS, IndicatorsImport, Measure, year_of
from alliage.territories.importers.zonings import CustomTerritoriesImport, ZoningsImport

COMMUNE_CODES = ("codgeo", "insee_com", "code_insee", "code_commune", "com", "insee", "depcom", "code officiel")
OLDER_POPULATION = "population_before"

_source = Column(
    "source",
    gettext_lazy("Source"),
    required=True,
    typed=True,
    help=gettext_lazy("Qui a produit ces données, et quand. Elle s’affiche avec elles. Exemple : Insee, 2024."),
)
_licence = Column(
    "licence",
    gettext_lazy("Licence"),
    typed=True,
    help=gettext_lazy("Exemple : Licence Ouverte 2.0. Peut rester vide."),
)
_communes = Column(
    "communes",
    gettext_lazy("Communes"),
    required=True,
    aliases=("commune", "liste des communes", *COMMUNE_CODES),
    help=gettext_lazy(
        "Codes Insee, séparés par des espaces ; ou un seul code, et une ligne pour chaque commune. "
        "Un code ancien mène à la commune d’aujourd’hui."
    ),
    example="42218 42095 42207",
)


def _recording(
    name: str, label: str, importing: Importing, rows: Sequence[Row], write: Callable[[], object]
) -> Callable[[], None]:
    """Write, remember where that came from, and look again at the territories."""

    def recorded() -> None:
        write()
        services.record_source(
            name,
            label=label,
            version=importing.typed.get("date") or localdate(importing.now).isoformat(),
            source=importing.typed.get("source", ""),
            licence=importing.typed.get("licence", ""),
            counts={"rows": len(rows)},
            now=importing.now,
        )
        transaction.on_commit(services.forget_copies)

    return recorded


def custom_territories(importing: Importing, rows: Sequence[Row]) -> Batch:
    work = CustomTerritoriesImport(rows, importing.typed["source"], now=importing.now, by_id=importing.by_id)
    write = _recording("territoires-de-projet", _("Territoires de projet"), importing, rows, work.write)
    return Batch(work.apply, write)


def zonings(importing: Importing, rows: Sequence[Row]) -> Batch:
    typed = importing.typed
    work = ZoningsImport(rows, typed["source"], typed.get("licence", "")[:100], day(typed.get("date", "")))
    return Batch(work.apply, _recording("zonages", _("Zonages"), importing, rows, work.write))


def day(text: str) -> date | None:
    """A day written 2026-01-31 or 31/01/2026; None when nothing is written."""
    if not text:
        return None
    parts = text.replace("/", "-").split("-")
    if len(parts) == 3 and len(parts[2]) == 4:
        parts.reverse()
    try:
        return date.fromisoformat("-".join(part.zfill(2) for part in parts))
    except ValueError as error:
        raise FileRefused(
            _("« %(text)s » n’est pas une date : écrivez-la comme 31/01/2026.") % {"text": text[:40]}
        ) from error


def indicators(importing: Importing, rows: Sequence[Row]) -> Batch:
    work = IndicatorsImport(rows, measures(importing), source=importing.typed["source"][:200])
    write = _recording("indicateurs", _("Indicateurs par commune"), importing, rows, work.write)
    return Batch(work.apply, write, work.prepare)


def measures(importing: Importing) -> dict[str, Measure]:
    """What each chosen column counts, and for which year: that of its name, or the one that was typed."""
    years = [year for year in map(year_of, importing.chosen.values()) if year]
    stems = {**COLUMNS, OLDER_POPULATION: COLUMNS["population"]}
    found = {
        code: (stems[code], year_of(name) or _typed_year(importing, name, years))
        for code, name in importing.chosen.items()
        if code in stems
    }
    if not found:
        raise FileRefused(_("Choisissez une colonne de chiffres au moins : population, superficie, ménages…"))
    if len(set(found.values())) < len(found):
        raise FileRefused(_("Les deux colonnes de population sont de la même année : laissez-en une."))
    return found


def _typed_year(importing: Importing, name: str, years: Sequence[int]) -> int:
    """A surface bears no year: that of the most recent of the other columns will do."""
    year = importing.typed.get("year", "") or (str(max(years)) if years else "")
    if not year:
        raise FileRefused(_("De quelle année est la colonne « %(name)s » ? Donnez l’année.") % {"name": name})
    if not (year.isdecimal() and 1790 <= int(year) <= 2200):
        raise FileRefused(_("« %(year)s » n’est pas une année.") % {"year": year[:40]})
    return int(year)


CUSTOM_TERRITORIES = ImportKind(
    "territories.custom",
    gettext_lazy("Territoires de projet"),
    (
        Column(
            "nom",
            gettext_lazy("Nom"),
            required=True,
            aliases=("name", "libelle", "libellé", "territoire", "nom du territoire"),
            help=gettext_lazy("Le nom du territoire : pays, parc, bassin de vie… Le même sur chacune de ses lignes."),
            example=gettext_lazy("Pays du Gier"),
        ),
        _communes,
        Column(
            "code",
            gettext_lazy("Code"),
            help=gettext_lazy("Sert d’adresse à la page. Fait à partir du nom quand il est vide."),
            example="pays-du-gier",
        ),
        _source,
    ),
    make_batch=custom_territories,
    description=gettext_lazy(
        "Des territoires que leurs acteurs ont dessinés : un nom et une liste de communes. Ils peuvent se chevaucher. "
        "Un territoire déjà connu prend le périmètre du fichier."
    ),
    permission="territories.add_territory",
    result_url="/territoires/?type=perso",
    refresh=services.forget_copies,
)

ZONINGS = ImportKind(
    "territories.zonings",
    gettext_lazy("Zonages"),
    (
        Column(
            "code",
            gettext_lazy("Code du zonage"),
            required=True,
            aliases=("zonage", "programme", "sigle"),
            help=gettext_lazy("Un code court, le même sur chacune de ses lignes."),
            example="pvd",
        ),
        Column(
            "libelle",
            gettext_lazy("Libellé"),
            aliases=("label", "nom", "intitulé"),
            help=gettext_lazy("Le nom du zonage en toutes lettres."),
            example=gettext_lazy("Petites villes de demain"),
        ),
        _communes,
        _source,
        _licence,
        Column(
            "date",
            gettext_lazy("Date de la liste"),
            typed=True,
            help=gettext_lazy("Exemple : 31/01/2026. Peut rester vide."),
        ),
    ),
    make_batch=zonings,
    check=lambda importing: day(importing.typed.get("date", "")),
    description=gettext_lazy(
        "Des programmes et des zones faits de communes. Le fichier donne toute la liste de chaque zonage : "
        "une commune qu’il n’a plus en sort."
    ),
    permission="territories.add_zoning",
    result_url="/territoires/",
    refresh=services.forget_copies,
)

INDICATORS = ImportKind(
    "territories.indicators",
    gettext_lazy("Indicateurs par commune (Insee)"),
    (
        Column(
            "insee_com",
            gettext_lazy("Code de la commune"),
            required=True,
            aliases=COMMUNE_CODES,
            help=gettext_lazy("Le code Insee. Une ligne par commune ; une commune répétée compte une fois."),
            example="42218",
        ),
        Column("population", gettext_lazy("Population"), aliases=("pop", "pmun", "p_pop"), example="172718"),
        Column(
            OLDER_POPULATION,
            gettext_lazy("Population d’une autre année"),
            aliases=("population", "pop", "pmun"),
            help=gettext_lazy("Pour calculer l’évolution."),
            example="171057",
        ),
        Column(
            "superficie_km2",
            gettext_lazy("Superficie en km²"),
            aliases=("superficie", "superf", "surface"),
            example="79,97",
        ),
        Column("menages", gettext_lazy("Ménages"), aliases=("p_men", "nombre de menages"), example="85120"),
        Column("naissances", gettext_lazy("Naissances"), aliases=("naisd", "nais"), example="1990"),
        Column("deces", gettext_lazy("Décès"), aliases=("decesd", "dece"), example="1814"),
        Column("pop_15_64_totale", gettext_lazy("Population de 15 à 64 ans"), aliases=("p_pop1564",), example="107000"),
        Column("pop_15_64_active", gettext_lazy("Actifs de 15 à 64 ans"), aliases=("p_act1564",), example="73000"),
        Column("pop_15_64_chomage", gettext_lazy("Chômeurs de 15 à 64 ans"), aliases=("p_chom1564",), example="14000"),
        Column(
            "commune_type",
            gettext_lazy("Type de commune"),
            aliases=("typecom", "type"),
            help=gettext_lazy("COM, ARM, COMD : une commune déléguée ne compte pas deux fois."),
            example="COM",
        ),
        Column(
            "insee_parente",
            gettext_lazy("Commune parente"),
            aliases=("comparent", "commune_parente"),
            help=gettext_lazy("Pour les arrondissements et les communes déléguées."),
        ),
        _source,
        _licence,
        Column(
            "year",
            gettext_lazy("Année"),
            typed=True,
            help=gettext_lazy(
                "Celle des colonnes dont le nom ne la dit pas (population_2021 la dit). Peut rester vide."
            ),
        ),
    ),
    make_batch=indicators,
    check=measures,
    description=gettext_lazy(
        "Population, superficie, ménages, naissances, emploi. Les chiffres des intercommunalités, des départements, "
        "des régions et des territoires de projet sont calculés."
    ),
    permission="territories.add_indicator",
    result_url="/territoires/",
    refresh=services.forget_copies,
)
