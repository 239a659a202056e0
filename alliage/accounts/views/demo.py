"""Demonstration mode: become a fictitious person, or a visitor again. These addresses do not exist outside it."""

from ipaddress import ip_address

from allauth.account.internal.flows.logout import logout
from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alliage.accounts.permissions import DEMO_PERSONA_KEY
from alliage.accounts.queries import demo_members
from alliage.accounts.services.demo import personas

BACKEND = "alliage.accounts.backends.MemberBackend"


@require_POST
def become(request: HttpRequest) -> HttpResponse:
    """Sign in as the persona named by `persona`, whose session needs no second factor; without one, be a visitor."""
    _refuse_outside(request)
    code = request.POST.get("persona", "")
    persona = (
        get_object_or_404(demo_members(), email__in=[item.email for item in personas() if item.code == code])
        if code
        else None
    )
    logout(request)
    if persona is not None:
        login(request, persona, backend=BACKEND)
        request.session[DEMO_PERSONA_KEY] = persona.pk
    return HttpResponseRedirect(_back(request))


def _refuse_outside(request: HttpRequest) -> None:
    """The demonstration is open to this machine only, unless ALLIAGE_DEMO=1 opened it to others on purpose."""
    if not settings.DEMO:
        raise Http404
    if not is_open_to(request):
        raise PermissionDenied(_("La démonstration n’est ouverte que depuis l’ordinateur qui la fait tourner."))


def is_open_to(request: HttpRequest) -> bool:
    return bool(settings.DEMO and (settings.DEMO_FORCED or is_loopback(request)))


def is_loopback(request: HttpRequest) -> bool:
    """True when the request comes from this machine, not through a proxy (which would hide where it comes from)."""
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if is_safe else "/"
