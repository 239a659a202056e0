"""The second factor of those who need one, the clock of each member, and what is kept of their pages."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from alliage.accounts.mails import MailNotSent
from alliage.accounts.permissions import has_proved_identity
from alliage.accounts.time_zones import KNOWN
from alliage.ui.views import unavailable

# Pages that exist only for a role: none of them is even read before identity is proved.
ROLE_PREFIXES = (
    "/gestion/",
    "/moderation/",
    "/imports/",
    "/travaux/",
    "/exploitation/",
    "/compte/invitations/",
    "/compte/membres/",
)
# Signing in and out, and setting up the second factor itself.
ALLOWED_NAMES = ("account_", "mfa_", "usersessions_", "socialaccount_", "openid_connect_")
ALLOWED_NAMESPACES = ("accounts_demo",)


class SecondFactorMiddleware:
    """Until a role that needs it is proved by a second factor, the member of the request has no more than a member's rights.

    Reading stays possible; anything else leads to the page that explains and sets up the second factor. A refusal (403)
    leads there too: proving identity may be all that is missing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        member: Any = request.user
        if not member.is_authenticated:
            return self.get_response(request)
        if has_proved_identity(request):
            return self._answer(request, member)
        member.lacks_second_factor = True
        if not _is_allowed(request):
            return _explain(request)
        response = self._answer(request, member)
        return _explain(request) if response.status_code == 403 else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A mail that did not leave: back to the page that asked for it, with the reason."""
        if not isinstance(exception, MailNotSent):
            return None
        if request.method != "POST":
            return unavailable(request)
        messages.error(request, exception.message)
        return HttpResponseRedirect(request.get_full_path())

    def _answer(self, request: HttpRequest, member: Any) -> HttpResponse:
        zone = member.time_zone if member.time_zone in KNOWN else settings.TIME_ZONE
        with timezone.override(ZoneInfo(zone)):
            response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            # No cache in between keeps what is drawn for one person.
            patch_cache_control(response, private=True, no_cache=True)
        return response


def _is_allowed(request: HttpRequest) -> bool:
    if request.path.startswith(ROLE_PREFIXES):
        return False
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return True
    try:
        match = resolve(request.path_info)
    except Http404:
        return True
    return (match.url_name or "").startswith(ALLOWED_NAMES) or match.namespace in ALLOWED_NAMESPACES


def _explain(request: HttpRequest) -> HttpResponse:
    """Lead to the explanation, and back to the page that was wanted."""
    wanted = request.get_full_path() if request.method == "GET" else ""
    query = f"?{urlencode({REDIRECT_FIELD_NAME: wanted})}" if wanted else ""
    address = reverse("accounts:second_factor_required") + query
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
