"""The facts of a territory, each with its source and year; what is not known is not shown."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliage.territories import grammar, queries
from alliage.territories.enums import Kind
from alliage.territories.models import DataSource, Indicator, Territory
from alliage.territories.snapshot import Row
from alliage.ui.templatetags.ui import french_number

Fact = dict[str, Any]
DECIMALS = {"%": 1, "% par an": 1, "km²": 1, "habitants par km²": 0}
MAYOTTE = "976"


def facts(territory: Territory, containers: list[Row]) -> list[Fact]:
    """Ready for `ui/components/facts.html`."""
    return [*_identity(territory), *_belonging(territory, containers), *_indicators(territory), *_zonings(territory)]


def fact(label: str, value: str, source: str = "", year: int | str = "") -> Fact:
    return {"label": label, "value": value, "source": source, "year": year}


def _identity(territory: Territory) -> Iterator[Fact]:
    if territory.population is not None:
        inhabitants = _("%(count)s habitants") % {"count": french_number(territory.population)}
        yield fact(_("Population"), inhabitants, *_population_source(territory))
    members = len(queries.communes(territory)) if territory.kind != Kind.COMMUNE else 0
    if members:
        yield fact(_("Nombre de communes"), french_number(members))
    seat = queries.seat(territory)
    if seat:
        yield fact(_("Chef-lieu"), link(seat))
    roles = queries.seat_of(territory)
    if roles:
        yield fact(_("Chef-lieu de"), format_html_join(_(" et "), "{}", ((_role(row),) for row in roles)))
    yield from _codes(territory)


def _role(row: Row) -> SafeString:
    """« de la région Bretagne »: told by its kind, since La Réunion is a région and a département."""
    return format_html('<a href="{}">{} {}</a>', row.get_absolute_url(), grammar.kind_label(row), grammar.of(row))


def _codes(territory: Territory) -> Iterator[Fact]:
    if territory.postal_codes:
        codes = territory.postal_codes.split()
        yield fact(_("Codes postaux") if len(codes) > 1 else _("Code postal"), " · ".join(codes))
    if territory.kind not in (Kind.EPCI, Kind.EPT, Kind.CUSTOM):
        yield fact(_("Code officiel (Insee)"), territory.code)
    if territory.siren:
        yield fact(_("Numéro SIREN"), f"{territory.siren[:3]} {territory.siren[3:6]} {territory.siren[6:]}")
    if territory.other_names:
        names = grammar.typographic(territory.other_names).split(";")
        yield fact(_("Autres noms"), ", ".join(name.strip() for name in names))


def _population_source(territory: Territory) -> tuple[str, str]:
    """The census in force; Mayotte was last counted in 2017."""
    if territory.code.startswith(MAYOTTE) or (territory.kind, territory.code) == (Kind.REGION, "06"):
        return _("Insee, recensement"), "2017"
    if territory.kind == Kind.CUSTOM:
        return _("somme des communes, Insee"), ""
    return _("Insee, populations de référence en vigueur au 1er janvier 2026"), ""


def _belonging(territory: Territory, containers: list[Row]) -> Iterator[Fact]:
    """What contains it, linked."""
    labels = {
        Kind.EPT: _("Établissement public territorial"),
        Kind.EPCI: _("Intercommunalité"),
        Kind.DEPARTEMENT: _("Département"),
        Kind.REGION: _("Région"),
        Kind.COM: _("Collectivité d’outre-mer"),
    }
    for kind, label in labels.items():
        rows = [row for row in containers if row.kind == kind]
        if rows:
            yield fact(label, links(rows))
    projects = queries.projects(territory)
    if projects:
        yield fact(_("Territoires de projet"), links(projects))


def _indicators(territory: Territory) -> Iterator[Fact]:
    for indicator in queries.latest_indicators(territory):
        label = str(indicator.get_code_display())
        yield fact(f"{label[0].upper()}{label[1:]}", written(indicator), indicator.source, indicator.year)


def written(indicator: Indicator) -> str:
    """« 2 164 habitants par km² »."""
    unit = indicator.unit
    return f"{french_number(indicator.value, DECIMALS.get(unit, 0))}\N{NO-BREAK SPACE}{unit}"


def _zonings(territory: Territory) -> Iterator[Fact]:
    for zoning in queries.zonings(territory):
        yield fact(_("Zonage"), zoning.label, zoning.source, zoning.dated_on.year if zoning.dated_on else "")


def link(row: Row | Territory) -> SafeString:
    return format_html('<a href="{}">{}</a>', row.get_absolute_url(), grammar.title(row))


def links(rows: Iterable[Row | Territory]) -> SafeString:
    return format_html_join(", ", '<a href="{}">{}</a>', ((row.get_absolute_url(), grammar.title(row)) for row in rows))


def sources(territory: Territory) -> list[str]:
    """Where this page comes from, one sentence each."""
    found = [_attribution(name) for name in ("decoupage", "points")]
    if territory.source:
        found.append(territory.source)
    outline = queries.outline(territory)
    drawn = outline.source if outline else _("Contours approchés : Natural Earth (domaine public)")
    return [sentence for sentence in [*found, drawn] if sentence]


def _attribution(name: str) -> str:
    source: DataSource | None = queries.source(name)
    if source is None:
        return ""
    credit = source.attribution or source.source
    return f"{source.label}\N{NO-BREAK SPACE}: {credit} ({source.licence})" if source.licence else credit
