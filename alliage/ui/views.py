"""Pages that help when something went wrong, and the gallery of components."""

import sys
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from alliage.ui import gallery

# When even the page of excuses cannot be drawn.
LAST_WORDS = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Alliage</title></head><body><main>'
    "<h1>Une erreur est survenue de notre côté</h1>"
    "<p>Attendez une minute, puis rechargez cette page. Ce que vous aviez écrit est sur la page précédente.</p>"
    "</main></body></html>"
)
# Text worth giving back after a refused form: what a person wrote, not codes.
KEPT_MINIMUM = 25
KEPT_MAXIMUM = 20


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`PermissionDenied("Phrase en français.")` says why."""
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def _bare(template: str, status: int) -> HttpResponse:
    """A page that needs neither database, session nor context."""
    try:
        page = get_template(template).render()
    except Exception:  # noqa: BLE001 whatever is broken, an answer is due
        page = LAST_WORDS
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault, unless the database does not answer or does not take writings for a while: then 503, come back."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return unavailable(request)
    return _bare("500.html", 500)


def unavailable(request: HttpRequest, *, retry_after: int = 60) -> HttpResponse:
    response = _bare("503.html", 503)
    response["Retry-After"] = str(retry_after)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is stale: what was typed is given back."""
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = ""
    address = urlsplit(back)
    context = {
        "back": f"{address.path}?{address.query}" if address.query else address.path,
        "kept": _typed_texts(request),
    }
    return render(request, "403_csrf.html", context, status=403)


def _typed_texts(request: HttpRequest) -> list[str]:
    hidden = ("password", "token", "code", "moment")
    return [
        text
        for name, texts in request.POST.lists()
        if not any(word in name.lower() for word in hidden)
        for text in texts
        if len(text) >= KEPT_MINIMUM
    ][:KEPT_MAXIMUM]


@require_safe
def charter(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/charter.html", gallery.charter())


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/components.html", {"parts": gallery.components(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def model_page(request: HttpRequest, kind: str) -> HttpResponse:
    """A page as functions should compose it: a list, the page of something, a form."""
    return render(request, f"ui/gallery/{kind}.html", gallery.model_page(kind, request))
