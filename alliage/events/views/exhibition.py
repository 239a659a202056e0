"""The exhibition of territories, as everyone walks through it: its list, one panel at a time."""

from django.conf import settings
from django.core.paginator import Paginator
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.events.models import Event, Panel
from alliage.events.permissions import can_organise
from alliage.events.queries import exhibition as queries
from alliage.events.registers.exhibition import can_see
from alliage.events.services import panels as services
from alliage.events.views.finding import event_or_404

PER_PAGE = 24
COOKIE = "exposition"
_SALT = "alliage.events.exhibition"
# A browser that walks through more panels than this is no visitor.
MOST_SEEN = 200


def crumbs(event: Event, *more: tuple[str, str]) -> list[tuple[str, str]]:
    door = reverse("events:exhibition", args=[event.slug]) if more else ""
    return [(_("Rencontres"), "/rencontres/"), (event.title, event.get_absolute_url()), (_("Exposition"), door), *more]


@require_safe
def exhibition(request: HttpRequest, slug: str) -> HttpResponse:
    """Every panel, in the order of the visit."""
    event = event_or_404(request, slug)
    page = Paginator(queries.shown(event), PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "event": event,
        "crumbs": crumbs(event),
        "page": page,
        "lunch": queries.lunch(event),
        "is_organiser": can_organise(request.user, event),
        "mine": queries.mine(event, request.user),
        "is_open": queries.is_open_at(event, now),
    }
    return render(request, "events/exhibition.html", context)


@require_safe
def panel(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """One panel, and the way to the next."""
    event = event_or_404(request, slug)
    found = queries.by_number(event, int(pk))
    if found is None or not can_see(request.user, found):
        raise Http404(f"No panel {pk} for this person.")
    context = {
        "event": event,
        "crumbs": crumbs(event, (found.title, "")),
        "panel": found,
        "walk": queries.walk(found),
        "contact_url": queries.contact_url(found),
        "is_author": request.user.is_authenticated and found.author_id == request.user.pk,
        "is_organiser": can_organise(request.user, event),
    }
    response = render(request, "events/panel.html", context)
    _count(request, response, found, of_the_house=bool(context["is_author"] or context["is_organiser"]))
    return response


def _count(request: HttpRequest, response: HttpResponse, panel: Panel, *, of_the_house: bool) -> None:
    """One visit a session: the browser keeps, on the address of this exhibition alone, which panels it saw, until it closes."""
    is_read_ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    if of_the_house or not panel.is_public or request.method != "GET" or is_read_ahead:
        return
    if queries.is_robot(request.headers.get("User-Agent", "")):
        return
    seen = _seen(request)
    if panel.pk in seen or len(seen) >= MOST_SEEN:
        return
    services.visited(panel)
    response.set_cookie(
        COOKIE,
        Signer(salt=_SALT).sign("-".join(map(str, [*seen, panel.pk]))),
        path=reverse("events:exhibition", args=[panel.event.slug]),
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def _seen(request: HttpRequest) -> list[int]:
    try:
        said = Signer(salt=_SALT).unsign(request.COOKIES.get(COOKIE, ""))
    except BadSignature:
        return []
    return [int(number) for number in said.split("-")]
