"""Who asks, from a page or from the live process: the same visit for both."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from alliage.accounts.permissions import has_proved_identity
from alliage.writing.registry import Visit


def visit_of(request: HttpRequest) -> Visit:
    return Visit(request.user, request.COOKIES)


def visit_by(cookies: Mapping[str, str]) -> Visit:
    """From cookies alone. A quoted cookie may hold a NUL, which PostgreSQL refuses in any text."""
    clean = {name: text.replace("\x00", "") for name, text in cookies.items()}
    request: Any = HttpRequest()
    request.COOKIES = clean
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(
        clean.get(settings.SESSION_COOKIE_NAME) or None
    )
    request.user = get_user(request)
    if request.user.is_authenticated and not has_proved_identity(request):
        request.user.lacks_second_factor = True
    return Visit(request.user, clean)
