"""The functions announced and not open yet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from alliage.website import functions


def announced(request: HttpRequest, code: str) -> HttpResponse:
    function = next((each for each in functions.announced() if each.code == code), None)
    if function is None:
        raise Http404
    return render(request, "website/announced.html", {"function": function, "crumbs": [(function.label, "")]})
