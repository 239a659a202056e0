"""The frames of the agenda on other sites: what is to come, and one event. As anyone may read it, without a request.

Nobody is signed in there: hours are those of Paris, and those of the place when they differ.
"""

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.when import PARIS
from alliage.directory.registry import Frame
from alliage.events.lines import line
from alliage.events.queries import agenda, coming
from alliage.events.queries.agenda import Filters
from alliage.events.views.agenda import address_of

USUAL_LINES, MOST_LINES = 10, 30


def filters_of(parameters: QueryDict) -> Filters:
    """What a frame takes of an address: always what is to come."""
    return replace(agenda.parse(parameters), past=False)


def the_agenda(_record: str, parameters: QueryDict) -> Frame:
    filters, now = filters_of(parameters), timezone.now()
    asked = parameters.get("nombre", "")
    count = min(int(asked), MOST_LINES) if asked.isdecimal() and len(asked) < 4 and int(asked) else USUAL_LINES
    total = agenda.counts(filters, now=now).coming
    words = ", ".join(label for _name, label in filters.active())
    title = _("Agenda : %(what)s") % {"what": words} if words else _("L’agenda du réseau")
    context = {"lines": _lines(agenda.lines(filters, now=now)[:count]), "total": total, "more": total - count}
    return Frame(title, address_of(filters), "events/embed/agenda.html", context)


def event(record: str, _parameters: QueryDict) -> Frame | None:
    """One event, of the agenda or a Rencontre."""
    found = coming.public().filter(slug=record).select_related("territory").first()
    if found is None:
        return None
    context: dict[str, Any] = {"line": _lines([found])[0], "is_over": found.ends_at <= timezone.now()}
    return Frame(found.title, found.get_absolute_url(), "events/embed/event.html", context)


def _lines(found: Any) -> list[dict[str, Any]]:
    with timezone.override(PARIS):
        return [line(each) for each in found]


def event_of(match: ResolverMatch) -> str:
    """Which event a page of ours is about."""
    return str(match.kwargs["slug"]) if match.view_name in ("events:event", "events:rencontre") else ""
