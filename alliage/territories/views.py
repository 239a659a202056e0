"""Pages of territories."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from alliage.territories.models import Territory


def detail(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    territory = get_object_or_404(Territory, kind=kind, code=code)
    return render(request, "territories/detail.html", {"territory": territory})
