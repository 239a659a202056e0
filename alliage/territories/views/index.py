"""The index of territories, its exports, and the suggestions of every territory field."""

from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from alliage.formats import csv, geojson, json
from alliage.territories import grammar, maps, queries, suggestions
from alliage.territories.enums import Kind
from alliage.territories.queries import EXPORT_COLUMNS, Filters
from alliage.territories.snapshot import Row, snapshot
from alliage.ui.templatetags.ui import french_number

PER_PAGE = 40
MOST_SUGGESTED = 10
KINDS = (
    (Kind.COMMUNE, gettext_lazy("commune"), gettext_lazy("communes")),
    (Kind.EPCI, gettext_lazy("intercommunalité"), gettext_lazy("intercommunalités")),
    (Kind.EPT, gettext_lazy("établissement public territorial"), gettext_lazy("établissements publics territoriaux")),
    (Kind.DEPARTEMENT, gettext_lazy("département"), gettext_lazy("départements")),
    (Kind.REGION, gettext_lazy("région"), gettext_lazy("régions")),
    (Kind.COM, gettext_lazy("collectivité d’outre-mer"), gettext_lazy("collectivités d’outre-mer")),
    (Kind.CUSTOM, gettext_lazy("territoire de projet"), gettext_lazy("territoires de projet")),
)
FORMS = (("csv", "CSV"), ("json", "JSON"), ("geojson", "GeoJSON"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    asked = queries.filters(request.GET)
    context = filter_form(asked) | {"exports": _exports(asked), "crumbs": _crumbs(asked)}
    if asked.any:
        return render(request, "territories/list.html", context | _list(asked, request.GET.get("page", "1")))
    return render(request, "territories/index.html", context | _front())


def filter_form(asked: Filters) -> dict[str, Any]:
    """What `territories/_filters.html` needs."""
    kinds = _kinds()
    return {
        "asked": asked,
        "kinds": kinds,
        "kind_choices": [(kind["code"], _capital(kind["label"])) for kind in kinds],
        "region_choices": [(row.code, row.name) for row in queries.regions()],
        "departement_choices": [(row.code, f"{row.code} {row.name}") for row in queries.departements()],
    }


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _crumbs(asked: Filters) -> list[tuple[str, str]]:
    if asked.any:
        return [(_("Territoires"), "/territoires/"), (_("Recherche"), "")]
    return [(_("Territoires"), "")]


def _front() -> dict[str, Any]:
    return {
        "map": _map(),
        "mainland": [_line(row) for row in queries.regions() if not row.code.startswith("0")],
        "overseas": [_line(row) for row in queries.overseas()],
    }


@cache
def _map() -> SafeString:
    """Nothing on it changes: drawn once per process."""
    drawn = maps.france(linked=True, label=_("Les régions et l’outre-mer, sur la carte"), zoomable=False)
    return render_to_string("territories/_map.html", {"map": drawn})


def _list(asked: Filters, number: str) -> dict[str, Any]:
    rows = queries.listed(asked)
    page = Paginator(rows, PER_PAGE).get_page(number)
    return {
        "page": page,
        "lines": [_line(row) for row in page.object_list],
        "total": len(rows),
        "query": urlencode(asked.parameters()),
        "chips": _chips(asked),
        "widening": _widening(asked) if not rows else None,
    }


def _line(row: Row) -> dict[str, Any]:
    """One line of a list: name, what it is and where, and two facts."""
    known = snapshot()
    facts = []
    if row.population is not None:
        facts.append(_("%(count)s habitants") % {"count": french_number(row.population)})
    members = len(known.communes_of.get(row.id, ())) if row.kind != Kind.COMMUNE else 0
    if members:
        facts.append(
            _("%(count)s communes") % {"count": french_number(members)} if members > 1 else _("une seule commune")
        )
    place = known.by_id.get(row.departement_id or row.com_id or 0)
    return {
        "title": grammar.title(row),
        "url": row.get_absolute_url(),
        "reason": _sentence(grammar.kind_label(row), place),
        "facts": facts,
    }


def _sentence(label: str, place: Row | None) -> str:
    kind = _capital(label)
    return f"{kind} {grammar.at(place)}" if place else kind


def _kinds() -> list[dict[str, Any]]:
    """Kinds that have at least one territory, with their number."""
    found = queries.counts()
    return [
        {"code": kind, "label": str(one if found[kind] == 1 else many), "count": found[kind]}
        for kind, one, many in KINDS
        if found.get(kind)
    ]


def _exports(asked: Filters) -> list[dict[str, str]]:
    query = urlencode(asked.parameters())
    return [{"label": label, "url": f"/territoires.{form}{'?' if query else ''}{query}"} for form, label in FORMS]


def _labels(asked: Filters) -> dict[str, str]:
    """What each filter in force says, by parameter."""
    kind = str(next((many for code, _one, many in KINDS if code == asked.kind), ""))
    return {
        "q": f"«\N{NO-BREAK SPACE}{asked.q}\N{NO-BREAK SPACE}»",
        "type": _capital(kind),
        "region": asked.region.name if asked.region else "",
        "departement": asked.departement.name if asked.departement else "",
    }


def _without(asked: Filters, name: str) -> str:
    left = urlencode({key: value for key, value in asked.parameters().items() if key != name})
    return f"?{left}" if left else "/territoires/"


def _chips(asked: Filters) -> list[dict[str, str]]:
    labels = _labels(asked)
    return [{"label": labels[name], "url": _without(asked, name)} for name in asked.parameters()]


def _widening(asked: Filters) -> dict[str, str]:
    """The filter to remove first when nothing matches: the narrowest place, then the kind, then the words."""
    name = next(name for name in ("departement", "region", "type", "q") if name in asked.parameters())
    return {"label": _labels(asked)[name], "url": _without(asked, name)}


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The whole list, with the same filters, in an open format."""
    rows = queries.listed(queries.filters(request.GET))
    found = queries.exported(rows)
    if extension == "json":
        return json.response(len(rows), found)
    if extension == "geojson":
        return geojson.response(_feature(line) for line in found)
    lines = ([line[name] for name in EXPORT_COLUMNS] for line in found)
    return csv.response("territoires.csv", EXPORT_COLUMNS, lines, excel="excel" in request.GET)


def _feature(line: dict[str, Any]) -> dict[str, Any]:
    point = geojson.point(line["longitude"], line["latitude"])
    properties = {name: value for name, value in line.items() if name not in ("latitude", "longitude")}
    return geojson.feature(point, properties, id=f"{line['kind']}:{line['code']}")


@require_safe
@cache_control(public=True, max_age=3600)
def suggest(request: HttpRequest) -> JsonResponse:
    """`?q=` and, when wanted, `&type=` (repeated): never an error, whatever is typed."""
    kinds = [kind for kind in request.GET.getlist("type") if kind in Kind.values] or None
    found = suggestions.find(request.GET.get("q", ""), limit=MOST_SUGGESTED, kinds=kinds)
    answer = JsonResponse({"results": [suggestions.as_json(item) for item in found]})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
