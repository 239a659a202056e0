"""Coverage: maps and tables of where there is someone, by métier and levier, for départements and for intercommunalities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alliage.directory.queries.coverage import SCALES, Cell, Coverage, Inside, coverage, inside, intercommunalities
from alliage.formats import csv, json
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.enums import Kind
from alliage.territories.maps.place import around
from alliage.territories.maps.shades import Shade, shade_of, shaded
from alliage.territories.maps.spots import spotted
from alliage.territories.snapshot import Row

# The filter of the directory for each vocabulary.
FILTERS = {Vocabulary.METIERS: "metier", Vocabulary.LEVIERS: "levier"}
AREA = "departement"
ROWS_A_PAGE = 40
MOST_BARE = 40


@dataclass(frozen=True)
class Asked:
    """The scale, the counts, the métier or levier that is looked at, and the département whose intercommunalities are."""

    scale: str
    found: Coverage
    term: Term | None
    area: Row | None

    @property
    def cells(self) -> Sequence[Cell]:
        return inside(self.found, self.area) if self.area else self.found.cells

    def value(self, cell: Cell) -> int:
        """How many there, in all or for the term that is looked at."""
        return cell.total if self.term is None else cell.by_term[self.found.terms.index(self.term)]


def _asked(request: HttpRequest) -> Asked:
    scale = request.GET.get("echelle", "")
    scale = scale if scale in SCALES else Kind.DEPARTEMENT
    found = coverage(scale)
    term = next(
        (term for term in found.terms if request.GET.get(FILTERS[Vocabulary(term.vocabulary)]) == term.code), None
    )
    code = request.GET.get(AREA, "") if scale == Kind.EPCI else ""
    areas = (each.area for each in intercommunalities(found)) if code else ()
    area = next((each for each in areas if each.code == code), None)
    return Asked(scale, found, term, area)


def _list_url(cell: Cell, term: Term | None) -> str:
    narrowed = f"&{FILTERS[Vocabulary(term.vocabulary)]}={term.code}" if term else ""
    return f"{reverse('directory:index')}?nature=catalyseurs&territoire={cell.place.kind}:{cell.place.code}{narrowed}"


def _says(name: str, count: int) -> str:
    if not count:
        return _("%(name)s\u00a0: personne pour l’instant") % {"name": name}
    said = ngettext("%(name)s\u00a0: %(count)d personne", "%(name)s\u00a0: %(count)d personnes", count)
    return said % {"name": name, "count": count}


def _query(scale: str, term: Term | None, area: Row | None = None) -> str:
    parts = [f"echelle={scale}"] if scale != Kind.DEPARTEMENT else []
    parts += [f"{AREA}={area.code}"] if area else []
    parts += [f"{FILTERS[Vocabulary(term.vocabulary)]}={term.code}"] if term else []
    return "&".join(parts)


def _url(scale: str, term: Term | None, area: Row | None = None) -> str:
    base, query = reverse("directory:coverage"), _query(scale, term, area)
    return f"{base}?{query}" if query else base


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    cells = asked.cells
    bare = [cell for cell in cells if not asked.value(cell)]
    query = _query(asked.scale, asked.term, asked.area)
    wide = asked.scale == Kind.EPCI and asked.area is None  # all the intercommunalities: département by département
    parts = intercommunalities(asked.found, asked.term) if wide else []
    page = Paginator(_ordered(asked, cells), ROWS_A_PAGE).get_page(request.GET.get("page")) if not wide else None
    context = {
        "crumbs": [(_("Annuaire"), reverse("directory:index")), (_("Couverture"), "")],
        "tabs": [
            {"label": label, "url": _url(code, asked.term), "current": code == asked.scale}
            for code, label in ((Kind.DEPARTEMENT, _("Départements")), (Kind.EPCI, _("Intercommunalités")))
        ],
        "groups": [_group(asked, vocabulary) for vocabulary in FILTERS],
        "chosen": asked.term,
        "area": asked.area,
        "everything_url": _url(asked.scale, None, asked.area),
        "all_areas_url": _url(Kind.EPCI, asked.term),
        "map": _map_of_parts(parts, asked.term) if wide else _map(asked, cells),
        "areas": [{"part": part, "url": _url(Kind.EPCI, asked.term, part.area)} for part in parts],
        "bare": bare[:MOST_BARE] if not wide else [],
        "bare_count": len(bare),
        "cell_count": len(cells),
        "covered_count": len(cells) - len(bare),
        "coverage": asked.found,
        "is_epci": asked.scale == Kind.EPCI,
        "columns": _columns(asked),
        "rows": [_row(asked, cell) for cell in page.object_list] if page else [],
        "page": page,
        "query": query,
        "exports": [
            {"label": label, "url": reverse("directory:coverage_export", args=[code]) + (f"?{query}" if query else "")}
            for code, label in (("csv", "CSV"), ("json", "JSON"))
        ],
    }
    return render(request, "directory/coverage.html", context)


def _group(asked: Asked, vocabulary: Vocabulary) -> dict[str, Any]:
    """The terms of one vocabulary, with how many territories have nobody for each."""
    cells = asked.cells
    terms = [
        {
            "label": term.short_label or term.label,
            "url": _url(asked.scale, term, asked.area),
            "current": term == asked.term,
            "missing": sum(not cell.by_term[rank] for cell in cells) if asked.area else asked.found.missing[rank],
        }
        for rank, term in enumerate(asked.found.terms)
        if term.vocabulary == vocabulary
    ]
    title = _("Par métier") if vocabulary == Vocabulary.METIERS else _("Par levier")
    return {"title": title, "terms": terms}


# --- Maps -----------------------------------------------------------------------------------------------------------


def _shades(asked: Asked, cells: Sequence[Cell]) -> dict[int, Shade]:
    values = {cell.place.id: asked.value(cell) for cell in cells}
    ordered = sorted(value for value in values.values() if value)
    return {
        cell.place.id: Shade(
            shade_of(values[cell.place.id], ordered),
            _says(cell.place.name, values[cell.place.id]),
            _list_url(cell, asked.term),
        )
        for cell in cells
    }


def _map(asked: Asked, cells: Sequence[Cell]) -> Any:
    """Départements shaded, or the communes of one in the shades of their intercommunalities."""
    shades = _shades(asked, cells)
    if asked.area is None:
        label = _("Carte des départements et de l’outre-mer, selon le nombre de personnes qui y agissent")
        by_code = {(cell.place.kind, cell.place.code): shades[cell.place.id] for cell in cells}
        return shaded(by_code, label=label, list_anchor="tableau")
    shown = around(asked.area)
    if shown is None:
        return None
    label = _("Carte des intercommunalités\u00a0: %(name)s, selon le nombre de personnes qui y agissent") % {
        "name": asked.area.name
    }
    groups = [(cell.place, asked.found.communes_of(cell.place)) for cell in cells]
    return spotted(shown, groups, shades, label=label, list_anchor="tableau")


def _map_of_parts(parts: Sequence[Inside], term: Term | None) -> Any:
    """Départements shaded by the share of their intercommunalities where there is someone."""
    shades = {
        (part.area.kind, part.area.code): Shade(
            part.shade,
            _("%(name)s\u00a0: intercommunalités où il y a quelqu’un, %(covered)d sur %(all)d")
            % {"name": part.area.name, "covered": part.covered, "all": part.count},
            _url(Kind.EPCI, term, part.area),
        )
        for part in parts
    }
    label = _("Carte des départements, selon la part de leurs intercommunalités où quelqu’un agit")
    return shaded(shades, label=label, list_anchor="departements")


# --- Table ----------------------------------------------------------------------------------------------------------


def _ranks(asked: Asked) -> list[int]:
    """The terms that are columns: the levier that is looked at, then the métiers."""
    metiers = [rank for rank, term in enumerate(asked.found.terms) if term.vocabulary == Vocabulary.METIERS]
    looked_at = asked.found.terms.index(asked.term) if asked.term else None
    return [*([looked_at] if looked_at is not None and looked_at not in metiers else []), *metiers]


def _columns(asked: Asked) -> list[str]:
    return [
        _("En tout"),
        *(term.short_label or term.label for term in (asked.found.terms[rank] for rank in _ranks(asked))),
    ]


def _ordered(asked: Asked, cells: Sequence[Cell]) -> list[Cell]:
    """In their order; once a term is looked at, those without anyone come first."""
    return list(cells) if asked.term is None else sorted(cells, key=asked.value)


def _row(asked: Asked, cell: Cell) -> dict[str, Any]:
    return {
        "place": cell.place,
        "values": [cell.total, *(cell.by_term[rank] for rank in _ranks(asked))],
        "url": _list_url(cell, asked.term),
    }


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """Every territory of the scale: how many people in all and for each métier and levier."""
    asked = _asked(request)
    codes = [f"{FILTERS[Vocabulary(term.vocabulary)]}_{term.code}" for term in asked.found.terms]
    columns = ("kind", "code", "name", "total", *codes)
    rows = ((cell.place.kind, cell.place.code, cell.place.name, cell.total, *cell.by_term) for cell in asked.cells)
    if extension == "json":
        return json.response(len(asked.cells), (dict(zip(columns, row, strict=True)) for row in rows))
    return csv.response("couverture.csv", columns, rows, excel="excel" in request.GET)
