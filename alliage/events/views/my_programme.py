"""« Mon programme »: what one starred, what one registered to; on a phone, logged in or out; a calendar follows it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alliage.accounts.secret_links import change, private
from alliage.events import calendar_feeds, moments, registration_lines, workshop_people
from alliage.events import registration_links as links
from alliage.events.queries import my_programme as queries
from alliage.events.services import stars
from alliage.events.views import clock
from alliage.events.views.finding import sequence_or_404
from alliage.notifications.timing import zone_of
from alliage.ui.limits import limit


@never_cache
@require_safe
@clock.at_readers_clock
def programme(request: HttpRequest) -> HttpResponse:
    """By day, at one's own clock. What was starred in this browser before signing in joins the account here too."""
    now = timezone.now()
    member: Any = request.user
    kept = stars.kept(request.COOKIES)
    if member.is_authenticated:
        if kept:
            stars.join(kept, by=member, now=now)
        lines = queries.of_member(member, since=now)
        link = queries.link_of(member)
    else:
        lines, link = queries.of_browser(kept, workshop_people.kept(request.COOKIES), since=now), None
    held = [line.sequence for line in lines if line.is_seated]
    context = {
        "crumbs": [(_("Agenda"), reverse("events:agenda")), (_("Mon programme"), "")],
        "days": [(day, [_shown(line) for line in some]) for day, some in queries.by_day(lines)],
        "overlaps": registration_lines.overlaps(held),
        "link": links.feed_url(link) if link else "",
        "is_member": member.is_authenticated,
        "now": now,
        **clock.choices(),
    }
    answer = render(request, "events/my_programme.html", context)
    if member.is_authenticated and kept:
        stars.keep(request, answer, [])
    private(answer)
    return answer


def _shown(line: queries.Line) -> dict[str, Any]:
    sequence = line.sequence
    return {
        "line": line,
        "sequence": sequence,
        "moments": moments.lines(sequence.starts_at, sequence.ends_at),
        "page": sequence.get_absolute_url() if sequence.event.is_rencontre else sequence.event.get_absolute_url(),
        "mine": links.path_of(line.attendee) if line.attendee else "",
    }


@never_cache
@require_POST
@limit("events.star", per_person="120/10m")
def star(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a sequence in one's programme, or take it out (`act=unstar`); back to where one was."""
    sequence = sequence_or_404(request, int(pk))
    is_out, member = request.POST.get("act") == "unstar", request.user
    answer = redirect(_back(request, sequence))
    if member.is_authenticated:
        if is_out:
            stars.unstar(sequence, by=member)
        else:
            stars.star(sequence, by=member, now=timezone.now())
    else:
        others = [each for each in stars.kept(request.COOKIES) if each != sequence.pk]
        stars.keep(request, answer, others if is_out else [sequence.pk, *others])
    if is_out:
        messages.success(request, _("La séquence n’est plus dans votre programme."))
    else:
        messages.success(request, _("La séquence est dans votre programme."))
    return answer


def _back(request: HttpRequest, sequence: Any) -> str:
    asked = request.POST.get("next", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return str(sequence.get_absolute_url() if sequence.event.is_rencontre else sequence.event.get_absolute_url())


@never_cache
@require_POST
@login_required
def link(request: HttpRequest) -> HttpResponse:
    """The secret link that one's own calendar follows: obtained, changed, withdrawn."""
    member: Any = request.user
    make, revoke = partial(stars.make_link, by=member, now=timezone.now()), partial(stars.revoke_link, by=member)
    change(request, make=make, revoke=revoke)
    return redirect("events:my_programme")


@never_cache
@require_safe
def feed(_request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar reads by the secret link: no sign-in, no cookie."""
    found = links.link_of(token)
    if found is None:
        raise Http404("No calendar for this link, or no longer.")
    lines = queries.of_member(found.member, since=timezone.now() - queries.KEPT)
    answer = calendar_feeds.of_lines(lines, zone=zone_of(found.member.time_zone))
    private(answer)
    return answer
