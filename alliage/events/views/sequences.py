"""The page of a sequence, and the sequence for a calendar."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.accounts.when import PARIS
from alliage.events import calendar_entries, moments, permissions
from alliage.events.enums import SequenceKind
from alliage.events.models import Event, Sequence, Sheet
from alliage.events.programme import Line, Someone
from alliage.events.queries import programmes, speakers
from alliage.events.views import clock
from alliage.events.views.finding import sequence_or_404
from alliage.events.views.rencontres import crumbs
from alliage.formats import ics as calendars


@require_safe
@clock.at_readers_clock
def sequence(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """What happens there, with whom; before and after it."""
    found = sequence_or_404(request, int(pk), slug)
    event = found.event
    if not event.is_rencontre:
        return redirect(event)
    line = programmes.line_of(found)
    context = {
        "crumbs": _crumbs(found),
        "event": event,
        "sequence": found,
        "line": line,
        "kicker": _kicker(found),
        "around": programmes.around(found),
        "moments": moments.lines(found.starts_at, found.ends_at, event.zone),
        "shown": [content for content in line.contents if content.resource],
        "people": _people(line, event),
        "has_expected": any(each.is_expected for content in line.contents for each in content.everyone),
        "is_over": found.ends_at <= timezone.now(),
        "organises": permissions.can_organise(request.user, event),
        "clock_query": clock.query(request),
        **_beside(line),
    }
    return render(request, "events/sequence.html", context)


def _people(line: Line, event: Event) -> list[tuple[Someone, Sheet]]:
    """Those of the sequence who gave words or a picture of themselves, once each, in the order in which they speak."""
    sheets = speakers.shown(event)
    there = {each.speaker_id: each for content in line.contents for each in content.everyone}
    return [(each, sheets[pk]) for pk, each in there.items() if pk in sheets]


def _crumbs(found: Sequence) -> list[tuple[str, str]]:
    event = found.event
    up = [(event.title, event.get_absolute_url()), (_("Programme"), reverse("events:programme", args=[event.slug]))]
    parent = found.parent
    return crumbs(*up, *([(parent.title, f"{event.get_absolute_url()}sequences/{parent.pk}/")] if parent else []), (found.title, ""))  # fmt: skip


def _kicker(found: Sequence) -> str:
    kind = str(SequenceKind(found.kind).label)
    if found.number is not None:
        return _("Séquence n°\u00a0%(number)d") % {"number": found.number}
    return kind.capitalize()


def _beside(line: Line) -> dict[str, Any]:
    """Partners of the sequence, then those of its temps."""
    return {
        "own_partners": [each for each in line.partners if each.sequence_id],
        "temps_partners": [each for each in line.partners if each.temps_id],
        "own_support": [each for each in line.support if each.sequence_id],
        "temps_support": [each for each in line.support if each.temps_id],
    }


@require_safe
def ics(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """One sequence, for a calendar."""
    found = sequence_or_404(request, int(pk), slug)
    entry = calendar_entries.of_sequence(found)
    return calendars.response([entry], zone=PARIS, name=found.event.title, filename=f"sequence-{found.pk}.ics")
