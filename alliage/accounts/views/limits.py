"""The page of those who ask too much at once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

WAIT = 600


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    response = render(request, "accounts/too_many.html", {"minutes": WAIT // 60}, status=429)
    response["Retry-After"] = str(WAIT)
    return response
