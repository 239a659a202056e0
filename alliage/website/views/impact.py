"""The public impact page, and the same as data."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.formats import json
from alliage.website.impact import impact


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    exports = [{"label": "JSON", "url": "/impact.json"}]
    context = {"impact": impact(now=timezone.now()), "exports": exports, "crumbs": [(_("L’impact"), "")]}
    return render(request, "website/impact.html", context)


@require_safe
def data(request: HttpRequest) -> StreamingHttpResponse:
    results = impact(now=timezone.now()).as_data()
    return json.response(len(results), results)
