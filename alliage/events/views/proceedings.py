"""Proceedings, as everyone reads them: on a page, as a PDF, today or as they stood; the transcript of a sequence."""

import hashlib
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.events.models import Event, Minutes
from alliage.events.permissions import can_organise
from alliage.events.proceedings_sheet import said
from alliage.events.queries import proceedings as queries
from alliage.events.queries.proceedings import Content
from alliage.events.views.finding import event_or_404
from alliage.formats import json, pdf

KEPT_SECONDS = 24 * 3600


def crumbs(event: Event, *more: tuple[str, str]) -> list[tuple[str, str]]:
    here = reverse("events:proceedings", args=[event.slug]) if more else ""
    start = (_("Rencontres"), "/rencontres/") if event.is_rencontre else (_("Agenda"), reverse("events:agenda"))
    return [start, (event.title, event.get_absolute_url()), (_("Actes"), here), *more]


@require_safe
def proceedings(request: HttpRequest, slug: str) -> HttpResponse:
    """As they stand today; before the end, when they will be there."""
    event = event_or_404(request, slug)
    found = queries.of_event(event)
    context: dict[str, Any] = {
        "event": event,
        "crumbs": crumbs(event),
        "is_organiser": can_organise(request.user, event),
    }
    if found is None:
        context |= {"is_over": event.ends_at <= timezone.now()}
        return render(request, "events/proceedings_to_come.html", context)
    content = queries.visible(found.content)
    context |= _shown(content) | {
        "built_at": found.built_at,
        "last_number": found.last_number,
        "pdf_url": reverse("events:proceedings_pdf", args=[event.slug]),
    }
    return render(request, "events/proceedings.html", context)


@require_safe
def version(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """As they stood, without what was withdrawn since."""
    event = event_or_404(request, slug)
    found = queries.version(event, int(number))
    if found is None:
        raise Http404(f"No version {number}.")
    title = _("Version %(number)s") % {"number": found.number}
    context = _shown(queries.visible(found.content)) | {
        "event": event,
        "crumbs": crumbs(event, (title, "")),
        "built_at": found.made_at,
        "number": found.number,
        "last_number": found.proceedings.last_number,
        "pdf_url": reverse("events:proceedings_version_pdf", args=[event.slug, found.number]),
    }
    return render(request, "events/proceedings.html", context)


@require_safe
def pdf_now(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_or_404(request, slug)
    found = queries.of_event(event)
    if found is None:
        raise Http404("No proceedings yet.")
    return _pdf(event, queries.visible(found.content), found.built_at, f"actes-{event.slug}.pdf")


@require_safe
def version_pdf(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    event = event_or_404(request, slug)
    found = queries.version(event, int(number))
    if found is None:
        raise Http404(f"No version {number}.")
    name = f"actes-{event.slug}-version-{found.number}.pdf"
    return _pdf(event, queries.visible(found.content), found.made_at, name, number=found.number)


def _pdf(event: Event, content: Content, made_at: datetime, name: str, *, number: int = 0) -> HttpResponse:
    """Made once for the same words: what was withdrawn since makes another one."""
    words = json.dumps([event.pk, number, made_at, content])
    key = f"events.proceedings.{hashlib.sha256(words.encode()).hexdigest()}"
    made = cache.get(key)
    if made is None:
        made = pdf.sheet(said(content, made_at=made_at, number=number), now=made_at)
        cache.set(key, made, KEPT_SECONDS)
    return pdf.response(made, name)


@require_safe
def transcript(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """What was typed as it was said, when whoever signed lets it be read."""
    event = event_or_404(request, slug)
    found = get_object_or_404(
        Minutes.objects.select_related("sequence"), sequence=int(pk), sequence__event=event, is_hidden=False
    )
    if not (found.is_public and found.transcript):
        raise Http404("No transcript.")
    title = _("Transcription")
    context = {
        "event": event,
        "crumbs": crumbs(event, (title, "")),
        "sequence": found.sequence,
        "text": found.transcript,
    }
    return render(request, "events/transcript.html", context)


def _shown(content: Content) -> dict[str, Any]:
    """Moments as moments; each group of workshops inside the sequence that gathers them."""
    sequences = [_with_moments(each) for each in content.get("sequences", [])]
    by_temps: list[tuple[str, list[Content]]] = []
    for each in sequences:
        if not by_temps or by_temps[-1][0] != each["temps"]:
            by_temps.append((each["temps"], []))
        by_temps[-1][1].append(each)
    return {
        "content": content,
        "parts": by_temps,
        "signed": sum(each["is_signed"] for each in sequences),
        "count": len(sequences),
    }


def _with_moments(sequence: Content) -> Content:
    signed_at = sequence.get("signed_at")
    return sequence | {
        "starts_at": datetime.fromisoformat(sequence["starts_at"]),
        "ends_at": datetime.fromisoformat(sequence["ends_at"]),
        "signed_at": datetime.fromisoformat(signed_at) if signed_at else None,
        "sources": _numbered(sequence["lines"]),
    }


def _numbered(lines: list[Content]) -> list[Content]:
    """What each sentence is checked against, once each, in the order of the text."""
    seen: dict[str, Content] = {}
    for line in lines:
        if line["source"] and line["ref"] not in seen:
            seen[line["ref"]] = line["source"] | {"ref": line["ref"], "id": line["ref"].replace(":", "-")}
    return list(seen.values())
