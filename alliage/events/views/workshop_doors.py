"""Who gets into the pages of workshops, and what these pages share."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from alliage.events import registration_links
from alliage.events import workshop_people as people
from alliage.events.models import Board, Need
from alliage.events.queries import needs as need_queries
from alliage.events.services import boards
from alliage.events.workshop_people import Place
from alliage.ui import honeypot

View = Callable[..., HttpResponseBase]
LINK = "inscription"


def _known_by_link(request: HttpRequest, place: Place) -> HttpResponse | None:
    """`?inscription=<personal link>`: the browser is known from now on, and the link leaves the address."""
    attendee = registration_links.attendee_of(request.GET.get(LINK, "")) if LINK in request.GET else None
    if attendee is None or attendee.event_id != place.event.pk or attendee.confirmed_at is None:
        return None
    response = redirect(request.path)
    people.keep(request, response, attendee)
    return response


def at_workshop(*, reads: bool = True, holds: bool = False) -> Callable[[View], View]:
    """The session whose number is in the address, for those who may: `reads`, what a workshop writes before it is published;
    `holds`, what those who hold it decide. For anyone else it does not exist; a visitor is asked who they are."""

    def around(view: View) -> View:
        @wraps(view)
        def inside(request: HttpRequest, pk: str, **more: Any) -> HttpResponseBase:
            place = people.place(request.user, request.COOKIES, int(pk))
            if place is None:
                raise Http404(f"No workshop {pk} for this person.")
            if (known := _known_by_link(request, place)) is not None:
                return known
            if (reads or holds) and not place.standing.reads:
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                raise Http404(f"Workshop {pk} is not read by this person.")
            if holds and not place.standing.holds:
                raise PermissionDenied
            return view(request, place, **more)

        return never_cache(inside)

    return around


def crumbs(place: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    event = place.event
    workshop = (place.root.title, reverse("events:workshop", args=[place.session.pk]) if more else "")
    return [(event.title, event.get_absolute_url()), workshop, *more]


def board_crumbs(place: Place, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs(place, (_("Besoins"), reverse("events:board", args=[place.session.pk]) if more else ""), *more)


def board_of(place: Place) -> Board:
    """Before the first write: the board of this workshop."""
    return place.board or boards.of_workshop(place.root, now=timezone.now())


def need_or_404(place: Place, number: str) -> Need:
    need = need_queries.by_number(place.board, int(number)) if place.board is not None else None
    if need is None or (need.is_hidden and not place.standing.holds):
        raise Http404(f"No need {number} here.")
    found: Need = need
    return found


def act_of(request: HttpRequest) -> UUID:
    """What this display of a form calls its act; a new name when it says none."""
    try:
        return UUID(request.POST.get("act_key", ""))
    except ValueError:
        return uuid4()


def is_robot(request: HttpRequest) -> bool:
    return honeypot.is_sprung(request.POST)
