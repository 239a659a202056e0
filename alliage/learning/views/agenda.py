"""« Mon agenda »: what is to come for a member, from every function; and the secret link that a calendar follows."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alliage.accounts.secret_links import change, private
from alliage.formats import ics
from alliage.learning.queries import agenda as queries
from alliage.learning.services import agenda_links as services
from alliage.notifications.timing import zone_of


@never_cache
@require_safe
@login_required
def agenda(request: HttpRequest) -> HttpResponse:
    member: Any = request.user
    context = {
        "crumbs": [(_("Mon espace"), "/mon-espace/"), (_("Mon agenda"), "")],
        "agenda": queries.of_member(member, now=timezone.now()),
        "link": queries.link_of(member),
    }
    answer: HttpResponse = private(render(request, "learning/agenda.html", context))
    return answer


@never_cache
@require_POST
@login_required
def link(request: HttpRequest) -> HttpResponse:
    """Obtained, changed, withdrawn in one gesture."""
    said: Any = {"by": request.user, "now": timezone.now()}
    change(request, make=partial(services.make_link, **said), revoke=partial(services.revoke_link, **said))
    return redirect("learning:agenda")


@never_cache
@require_safe
def feed(_request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar reads by the secret link: no sign-in, no cookie."""
    member = queries.by_token(token)
    if member is None:
        raise Http404("No agenda for this link, or no longer.")
    zone = zone_of(member.time_zone)
    rows = queries.entries(member, zone, now=timezone.now())
    answer: HttpResponse = private(ics.response(rows, zone=zone, name=_("Mon agenda Alliage")))
    return answer
