"""Pages that help when something went wrong, and the gallery of components."""

import errno
import sys
from typing import Any
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from alliage.ui import gallery
from alliage.ui.kept import comes_from_us, typed

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# When even the page of excuses cannot be drawn.
LAST_WORDS = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Alliage</title></head><body><main>'
    "<h1>Une erreur est survenue de notre côté</h1>"
    "<p>Attendez une minute, puis rechargez cette page. Ce que vous aviez écrit est sur la page précédente.</p>"
    "</main></body></html>"
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`PermissionDenied("Phrase en français.")` says why."""
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def _bare(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page that needs neither database, session nor context. What was typed in a form is on it."""
    try:
        page = get_template(template).render(_unsent(request))
    except Exception:  # noqa: BLE001 whatever is broken, an answer is due
        page = LAST_WORDS
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _unsent(request: HttpRequest) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    kept = typed(request)
    again = kept.fields if comes_from_us(request) else ()
    return {"kept": kept, "again": again, "path": request.get_full_path(), "csrf_token": get_token(request)}


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault, unless the database does not answer, or the database or the disk take no writing for a while: then 503."""
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError)) or getattr(error, "errno", None) in _NO_ROOM:
        return unavailable(request)
    return _bare(request, "500.html", 500)


def unavailable(request: HttpRequest, *, retry_after: int = 60) -> HttpResponse:
    response = _bare(request, "503.html", 503)
    response["Retry-After"] = str(retry_after)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is stale: what was typed is given back, and sent again by one button if it came from us."""
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = ""
    address = urlsplit(back)
    kept = typed(request)
    context = {
        "back": f"{address.path}?{address.query}" if address.query else address.path,
        "kept": kept,
        "again": kept.fields if comes_from_us(request) else (),
        "path": request.get_full_path(),
    }
    return render(request, "403_csrf.html", context, status=403)


def signed_out(request: HttpRequest, sign_in: str) -> HttpResponse:
    """A form sent by someone whose session is over: what was typed stays on the page, to be sent again once signed in."""
    context = {"kept": typed(request), "path": request.get_full_path(), "sign_in": sign_in}
    return render(request, "403_signed_out.html", context, status=403)


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
