"""The results page, its JSON, and the description that browsers read."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from alliage.prepared import Address
from alliage.search import queries
from alliage.search.queries import TERRITORIES, Asked, Group, Results, choices
from alliage.territories import suggestions
from alliage.territories.enums import Kind
from alliage.territories.suggestions import Suggestion
from alliage.ui.templatetags.ui import french_number

_INDEX, _JSON = Address("search:index"), Address("search:json")

PLACES_SUGGESTED, THINGS_SUGGESTED = 3, 5


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everything that this person may find: the best few of each kind, then kind by kind."""
    asked = queries.parse(request.GET)
    results = queries.search(asked, request.user, grouped=True)
    context = {
        "crumbs": [(_("Recherche"), "")],
        "asked": asked,
        "results": results,
        "place_asked": asked.parameters().get("territoire", ""),
        "tabs": _tabs(results),
        "chips": _chips(asked),
        "groups": [_group(asked, group) for group in results.groups],
        "territories": [_territory(one) for one in results.territories],
        "territories_more": _more_territories(results),
        "corrections": results.corrections,
        "ways_out": [
            {"way": way, "url": _address(way.asked), "count": french_number(way.count)} for way in results.ways_out
        ],
        "page": _page(results),
        "query": urlencode(asked.parameters(), safe=":"),
        "exports": [{"label": "JSON", "url": _address(asked, _JSON())}] if asked.q else [],
    }
    answer = render(request, "search/index.html", context)
    answer["X-Robots-Tag"] = "noindex, follow"
    return answer


def _address(asked: Asked, root: str = "") -> str:
    query = urlencode(asked.parameters(), safe=":")
    return f"{root or _INDEX()}?{query}" if query else _INDEX()


def _tabs(results: Results) -> list[dict[str, Any]]:
    """All kinds, then each that has something, with their numbers."""
    asked, labels = results.asked, _labels()
    if not asked.q or not results.counts:
        return []
    everything = {"label": _("Tout"), "url": _address(Asked(asked.q, "", asked.place)), "current": not asked.kind}
    kinds = [
        {
            "label": label,
            "url": _address(Asked(asked.q, slug, asked.place)),
            "current": asked.kind == slug,
            "count": results.counts[slug],
        }
        for slug, label in labels.items()
        if slug in results.counts
    ]
    return [everything | {"count": results.all_count}, *kinds]


def _labels() -> dict[str, str]:
    """What each kind is called, in the order of the page."""
    return {
        TERRITORIES: _("Territoires"),
        **{kind.slug: str(kind.label_plural) for kind in queries.ordered_kinds()},
    }


def _chips(asked: Asked) -> list[dict[str, str]]:
    """The filters in force; each leads to the same question without it."""
    chips = []
    if asked.kind:
        chips.append({"label": _labels()[asked.kind], "url": _address(Asked(asked.q, "", asked.place))})
    if asked.place:
        chips.append({"label": asked.place.name, "url": _address(Asked(asked.q, asked.kind))})
    return chips


def _group(asked: Asked, group: Group) -> dict[str, Any]:
    """One kind: what is shown of it, and where all of it is."""
    return {
        "code": group.kind.code,
        "label": group.kind.label_plural,
        "hits": group.hits,
        "is_more": group.total > len(group.hits),
        "total": group.total,
        "url": _address(Asked(asked.q, group.kind.slug, asked.place)),
    }


def _territory(one: Suggestion) -> dict[str, Any]:
    facts = [str(Kind(one.kind).label)]
    if one.population:
        facts.append(_("%(count)s habitants") % {"count": french_number(one.population)})
    return {"label": one.label, "url": one.url, "facts": facts, "kind": one.kind, "code": one.code}


def _more_territories(results: Results) -> dict[str, str] | None:
    """Where the rest of the territories is, under the first ones."""
    more = results.counts.get(TERRITORIES, 0) - len(results.territories)
    if results.asked.kind or more <= 0 or not results.territories:
        return None
    return {"url": _address(Asked(results.asked.q, TERRITORIES)), "count": french_number(more)}


def _page(results: Results) -> Any:
    return Paginator(range(results.pages), 1).get_page(results.asked.page)


@require_safe
@cache_control(public=True, max_age=60)
def as_json(request: HttpRequest) -> JsonResponse:
    """The same results as data: what everyone may find, whoever asks."""
    results = queries.search(queries.parse(request.GET), AnonymousUser())
    answer = JsonResponse(
        {
            "count": results.all_count if not results.asked.kind else results.total,
            "counts": results.counts,
            "page": results.asked.page,
            "pages": results.pages,
            "ready": results.ready,
            "all_words": not results.is_loose,
            "territories": [
                {key: each[key] for key in ("kind", "code", "label", "url")}
                for each in map(_territory, results.territories)
            ],
            "results": [
                {
                    "kind": hit.kind.code,
                    "title": hit.plain_title,
                    "url": hit.url,
                    "excerpt": str(hit.text),
                    "facts": hit.facts,
                }
                for hit in results.hits
            ],
        },
        json_dumps_params={"ensure_ascii": False},
    )
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
@never_cache
def choose(request: HttpRequest) -> JsonResponse:
    """A few things that the person may link, of the kinds of `sorte` (slugs, separated by commas), for `<thing-picker>`."""
    asked = set(request.GET.get("sorte", "").split(",")) - {""}
    codes = [kind.code for kind in queries.ordered_kinds() if kind.slug in asked]
    found = choices.propose(request.GET.get("q", ""), viewer=request.user, codes=codes) if codes or not asked else []
    return JsonResponse(
        {
            "results": [
                {
                    "value": each.value,
                    "kind": each.kind.code,
                    "kind_label": str(each.kind.label),
                    "id": each.id,
                    "label": each.title,
                    "url": each.url,
                    "facts": each.facts,
                }
                for each in found
            ]
        },
        json_dumps_params={"ensure_ascii": False},
    )


@require_safe
@never_cache
def suggest(request: HttpRequest) -> JsonResponse:
    """What the search box of the header proposes while one types: a few places, then things that the person may see."""
    q = request.GET.get("q", "")
    places = [
        {"label": one.label, "url": one.url, "aside": str(Kind(one.kind).label)}
        for one in suggestions.find(q, limit=PLACES_SUGGESTED, near=False)
    ]
    things = [
        {"label": each.title, "url": each.url, "aside": ", ".join([str(each.kind.label), *each.facts])}
        for each in choices.propose(q, viewer=request.user, limit=THINGS_SUGGESTED)
    ]
    return JsonResponse({"results": places + things}, json_dumps_params={"ensure_ascii": False})


@require_safe
@cache_control(public=True, max_age=86_400)
def description(request: HttpRequest) -> HttpResponse:
    """OpenSearch: lets a browser search here from its own bar."""
    return render(request, "search/opensearch.xml", content_type="application/opensearchdescription+xml")
