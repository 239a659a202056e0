"""The list of Rencontres, and the page of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.events import linked_data, moments, permissions
from alliage.events.models import Event
from alliage.events.queries import events, programmes
from alliage.events.views import clock
from alliage.events.views.finding import rencontre_or_404

FORMATS = ("ics", "json", "xcal", "csv")


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Agenda"), reverse("events:agenda")), (_("Rencontres"), reverse("events:rencontres")), *more]


def exports(event: Event) -> list[dict[str, str]]:
    return [
        {"label": each.upper() if each != "xcal" else "xCal", "url": reverse("events:programme_data", args=[event.slug, each])}
        for each in FORMATS
    ]  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Those to come, then those that took place."""
    now = timezone.now()
    found = list(programmes.rencontres())
    context = {
        "crumbs": [*crumbs()[:1], (_("Rencontres"), "")],
        "coming": [_card(each) for each in reversed(found) if each.ends_at > now],
        "past": [_card(each) for each in found if each.ends_at <= now],
        "may_open": permissions.can_open_rencontre(request.user),
    }
    return render(request, "events/rencontres.html", context)


def _card(event: Event) -> dict[str, Any]:
    return {
        "event": event,
        "url": event.get_absolute_url(),
        "when": moments.said(event.starts_at, event.ends_at, event.zone),
    }


@require_safe
@clock.at_readers_clock
def rencontre(request: HttpRequest, slug: str) -> HttpResponse:
    """What it is, when, with whom; the doors of its programme and of what else happens there."""
    event = rencontre_or_404(request, slug)
    programme = programmes.outline(event)
    sequences = [line.sequence for group in programme.groups for line in group.lines if not line.is_break]
    context = {
        "crumbs": crumbs((event.title, "")),
        "event": event,
        "sequence": None,
        "programme": programme,
        "count": len(sequences),
        "moments": moments.lines(event.starts_at, event.ends_at, event.zone),
        "where": events.where_words(event),
        "host": events.shown_host(event),
        "is_over": event.ends_at <= timezone.now(),
        "organises": permissions.can_organise(request.user, event),
        "exports": exports(event),
        "linked_data": linked_data.block(programme) if event.is_public else "",
    }
    return render(request, "events/rencontre.html", context)
