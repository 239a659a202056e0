"""Mails kept in demonstration mode: a newcomer reads the sign-in code there."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliage.notifications import kept

PER_PAGE = 25


def _refuse_outside_demo() -> None:
    """The addresses are not even declared outside of demonstration mode; this holds if they ever were."""
    if not settings.DEMO:
        raise Http404


@never_cache
@require_safe
def kept_mail_list(request: HttpRequest) -> HttpResponse:
    _refuse_outside_demo()
    page = Paginator(kept.newest(), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "notifications/kept_list.html", {"page": page, "open_to_all": not settings.BOUND_TO_LOOPBACK}
    )


@never_cache
@require_safe
def kept_mail(request: HttpRequest, name: str) -> HttpResponse:
    _refuse_outside_demo()
    mail = kept.find(name)
    if mail is None:
        raise Http404
    return render(request, "notifications/kept_mail.html", {"mail": mail})
