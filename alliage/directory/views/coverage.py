"""Coverage: map and table of where there is someone, by métier and levier."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alliage.directory.queries.coverage import SCALES, Cell, Coverage, coverage
from alliage.formats import csv, json
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.enums import Kind
from alliage.territories.maps.shades import Shade, shade_of, shaded

# The filter of the directory for each vocabulary.
FILTERS = {Vocabulary.METIERS: "metier", Vocabulary.LEVIERS: "levier"}
MOST_ROWS = 130
MOST_BARE = 60


def _asked(request: HttpRequest) -> tuple[str, Coverage, Term | None]:
    """The scale, the counts, and the métier or levier that is looked at."""
    scale = request.GET.get("echelle", "")
    found = coverage(scale if scale in SCALES else Kind.DEPARTEMENT)
    chosen = next(
        (term for term in found.terms if request.GET.get(FILTERS[Vocabulary(term.vocabulary)]) == term.code), None
    )
    return (scale if scale in SCALES else Kind.DEPARTEMENT), found, chosen


def _values(found: Coverage, term: Term | None) -> dict[int, int]:
    """How many in each territory, in all or for the term that is looked at."""
    if term is None:
        return {cell.place.id: cell.total for cell in found.cells}
    rank = found.terms.index(term)
    return {cell.place.id: cell.by_term[rank] for cell in found.cells}


def _list_url(cell: Cell, term: Term | None) -> str:
    narrowed = f"&{FILTERS[Vocabulary(term.vocabulary)]}={term.code}" if term else ""
    return f"{reverse('directory:index')}?nature=catalyseurs&territoire={cell.place.kind}:{cell.place.code}{narrowed}"


def _says(name: str, count: int) -> str:
    if not count:
        return _("%(name)s\u00a0: personne pour l’instant") % {"name": name}
    said = ngettext("%(name)s\u00a0: %(count)d personne", "%(name)s\u00a0: %(count)d personnes", count)
    return said % {"name": name, "count": count}


def _query(scale: str, term: Term | None) -> str:
    parts = [f"echelle={scale}"] if scale != Kind.DEPARTEMENT else []
    parts += [f"{FILTERS[Vocabulary(term.vocabulary)]}={term.code}"] if term else []
    return "&".join(parts)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    scale, found, chosen = _asked(request)
    values = _values(found, chosen)
    bare = [cell for cell in found.cells if not values[cell.place.id]]
    query = _query(scale, chosen)
    base = reverse("directory:coverage")
    context = {
        "crumbs": [(_("Annuaire"), reverse("directory:index")), (_("Couverture"), "")],
        "tabs": [
            {"label": label, "url": _tab(base, code, chosen), "current": code == scale}
            for code, label in ((Kind.DEPARTEMENT, _("Départements")), (Kind.EPCI, _("Intercommunalités")))
        ],
        "groups": [_group(found, chosen, scale, base, vocabulary) for vocabulary in FILTERS],
        "chosen": chosen,
        "everything_url": _tab(base, scale, None),
        "map": _map(found, values, chosen) if scale == Kind.DEPARTEMENT else None,
        "bare": bare[:MOST_BARE],
        "bare_count": len(bare),
        "cell_count": len(found.cells),
        "covered_count": len(found.cells) - len(bare),
        "coverage": found,
        "is_epci": scale == Kind.EPCI,
        "rows": _rows(found, values, chosen) if scale == Kind.DEPARTEMENT or chosen else [],
        "exports": [
            {"label": label, "url": reverse("directory:coverage_export", args=[code]) + (f"?{query}" if query else "")}
            for code, label in (("csv", "CSV"), ("json", "JSON"))
        ],
    }
    return render(request, "directory/coverage.html", context)


def _tab(base: str, scale: str, term: Term | None) -> str:
    query = _query(scale, term)
    return f"{base}?{query}" if query else base


def _group(found: Coverage, chosen: Term | None, scale: str, base: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """The terms of one vocabulary, with how many territories have nobody for each."""
    terms = [
        {
            "label": term.short_label or term.label,
            "url": _tab(base, scale, term),
            "current": term == chosen,
            "missing": found.missing[rank],
        }
        for rank, term in enumerate(found.terms)
        if term.vocabulary == vocabulary
    ]
    title = _("Par métier") if vocabulary == Vocabulary.METIERS else _("Par levier")
    return {"title": title, "terms": terms}


def _map(found: Coverage, values: dict[int, int], chosen: Term | None) -> Any:
    ordered = sorted(value for value in values.values() if value)
    shades = {
        (cell.place.kind, cell.place.code): Shade(
            shade_of(values[cell.place.id], ordered),
            _says(cell.place.name, values[cell.place.id]),
            _list_url(cell, chosen),
        )
        for cell in found.cells
    }
    label = _("Carte des départements et de l’outre-mer, selon le nombre de personnes qui y agissent")
    return shaded(shades, label=label, list_anchor="tableau")


def _rows(found: Coverage, values: dict[int, int], chosen: Term | None) -> list[dict[str, Any]]:
    cells = found.cells if chosen is None else sorted(found.cells, key=lambda cell: values[cell.place.id])
    return [
        {"place": cell.place, "value": values[cell.place.id], "url": _list_url(cell, chosen), "by_term": cell.by_term}
        for cell in cells[:MOST_ROWS]
    ]


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """Every territory of the scale: how many people in all and for each métier and levier."""
    _scale, found, _chosen = _asked(request)
    codes = [f"{FILTERS[Vocabulary(term.vocabulary)]}_{term.code}" for term in found.terms]
    columns = ("kind", "code", "name", "total", *codes)
    rows = ((cell.place.kind, cell.place.code, cell.place.name, cell.total, *cell.by_term) for cell in found.cells)
    if extension == "json":
        return json.response(len(found.cells), (dict(zip(columns, row, strict=True)) for row in rows))
    return csv.response("couverture.csv", columns, rows, excel="excel" in request.GET)
