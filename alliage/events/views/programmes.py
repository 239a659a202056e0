"""The programme of a Rencontre: its page, and the formats that calendars and other tools read."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.accounts.when import PARIS
from alliage.events import moments, permissions, programme_formats
from alliage.events.models import Event
from alliage.events.programme import Line, Programme, kept
from alliage.events.queries import programmes
from alliage.events.views import clock
from alliage.events.views.finding import rencontre_or_404
from alliage.events.views.rencontres import crumbs, exports

NOW = "maintenant"


@require_safe
@clock.at_readers_clock
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole day, temps after temps; what a levier keeps of it, or what lasts at this moment."""
    event, now = rencontre_or_404(request, slug), timezone.now()
    found = programmes.whole(event)
    levers = found.levers()
    asked = request.GET.get("levier", "")
    lever = next((each for each in levers if each.code == asked), None)
    only_now = request.GET.get(NOW) == "1"
    following = next((each for each in found.lines() if each.sequence.starts_at > now), None)
    for group in found.groups if lever or only_now else []:
        group.lines = kept(group.lines, lever=lever.code if lever else "", now=now if only_now else None)
    found.groups = [group for group in found.groups if group.lines or not (lever or only_now)]
    context = {
        "crumbs": crumbs((event.title, event.get_absolute_url()), (_("Programme"), "")),
        "event": event,
        "programme": found,
        "moments": moments.lines(event.starts_at, event.ends_at, event.zone),
        "levers": levers,
        "lever": lever,
        "only_now": only_now,
        "lasts_now": event.starts_at <= now < event.ends_at,
        "following": following,
        "now": now,
        "shows_paris": _is_elsewhere(event),
        "several_days": event.starts_at.astimezone(event.clock).date() != event.ends_at.astimezone(event.clock).date(),
        "organises": permissions.can_organise(request.user, event),
        "has_expected": any(someone.is_expected for someone in _people(found)),
        "exports": exports(event),
        "clock_query": clock.query(request),
        **clock.choices(),
    }
    return render(request, "events/programme.html", context)


def _is_elsewhere(event: Event) -> bool:
    """Whether the clock of who reads says something else than Paris."""
    here = timezone.localtime(event.starts_at).utcoffset()
    return here != event.starts_at.astimezone(PARIS).utcoffset()


def _people(found: Programme) -> list[Any]:
    lines: list[Line] = list(found.lines())
    return [someone for line in lines for content in line.contents for someone in content.everyone]


@require_safe
def export(request: HttpRequest, slug: str, extension: str) -> HttpResponseBase:
    """The same programme, for machines: what everyone may read."""
    event = rencontre_or_404(request, slug)
    return programme_formats.WRITERS[extension](programmes.whole(event), excel="excel" in request.GET)
