"""The public data explained to who wants to use them elsewhere, and described for their machines."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from alliage.territories.enums import Kind
from alliage.website.open_data import DATASETS, QUESTIONS
from alliage.website.openapi import description

ALL = (*DATASETS, *QUESTIONS)
CRUMBS = ((gettext_lazy("Données ouvertes"), "/donnees-ouvertes/"),)
# What OpenAPI documents are served as.
MEDIA = "application/vnd.oai.openapi+json;version=3.1"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The rules that hold everywhere, then every list."""
    context = {
        "crumbs": [*CRUMBS, (_("Pour les réutiliser"), "")],
        "datasets": ALL,
        "kinds": [(kind.value, kind.label) for kind in Kind],
    }
    return render(request, "website/data.html", context)


@require_safe
def data_list(request: HttpRequest, slug: str) -> HttpResponse:
    """One list: its addresses, its filters with the values that they take, its columns."""
    dataset = next((each for each in ALL if each.slug == slug), None)
    if dataset is None:
        raise Http404(f"No data called {slug}.")
    context = {
        "crumbs": [*CRUMBS, (_("Pour les réutiliser"), reverse("website:data")), (dataset.title, "")],
        "dataset": dataset,
        "filters": [(each, [_said(*value) for value in each.choices()]) for each in dataset.all_asked()],
        "columns": dataset.columns(),
    }
    return render(request, "website/data_list.html", context)


def _said(code: str, label: str) -> str:
    return code if code == label else f"{code} ({label})"


@require_safe
@cache_control(public=True, max_age=3600)
def openapi(request: HttpRequest) -> JsonResponse:
    answer = JsonResponse(description(), json_dumps_params={"ensure_ascii": False, "indent": 1}, content_type=MEDIA)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
