"""Mails kept in demonstration mode: a newcomer reads the sign-in code there."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliage.accounts.views.demo import is_loopback, is_open_to
from alliage.notifications import kept

PER_PAGE = 25


def _refuse_outside_demo(request: HttpRequest) -> None:
    """Sign-in codes are read here: only where anyone may become a persona (see `is_open_to`).

    The addresses are not even declared outside of demonstration mode; this holds if they ever were.
    """
    if not settings.DEMO:
        raise Http404
    if not is_open_to(request):
        raise PermissionDenied(_("La démonstration n’est ouverte que depuis l’ordinateur qui la fait tourner."))


def _is_from_here(request: HttpRequest) -> bool:
    """True when this machine alone can be asking: neither bound to others, nor behind a proxy."""
    return settings.BOUND_TO_LOOPBACK and is_loopback(request)


@never_cache
@require_safe
def kept_mail_list(request: HttpRequest) -> HttpResponse:
    _refuse_outside_demo(request)
    from_here = _is_from_here(request)
    page = Paginator(kept.newest(all_of_them=from_here), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/kept_list.html", {"page": page, "open_to_all": not from_here})


@never_cache
@require_safe
def kept_mail(request: HttpRequest, name: str) -> HttpResponse:
    _refuse_outside_demo(request)
    mail = kept.find(name, all_of_them=_is_from_here(request))
    if mail is None:
        raise Http404
    return render(request, "notifications/kept_mail.html", {"mail": mail})
