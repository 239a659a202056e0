"""The page of an event, its calendar file; proposing one, changing it, and the gestures of who holds it."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.events import moments, permissions, recurrence
from alliage.events.enums import EventKind, EventState, Venue
from alliage.events.forms.events import NEXT, EventForm
from alliage.events.lines import line
from alliage.events.models import Event, Occurrence
from alliage.events.queries import events as reads
from alliage.events.services import events as services
from alliage.events.services import series as cycles
from alliage.events.views.agenda import entry
from alliage.formats import ics
from alliage.refusals import Refusal
from alliage.territories import grammar
from alliage.ui import limits

PROPOSED_PER_PERSON = "20/10m"
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Agenda"), reverse("events:agenda")), *more]


def _found_or_404(request: HttpRequest, slug: str) -> Event:
    found = reads.event(slug)
    if found is None or not permissions.can_see_event(request.user, found):
        raise Http404(f"No event {slug} for this person.")
    return found


def _held_or_403(request: HttpRequest, slug: str) -> Event:
    found = _found_or_404(request, slug)
    if not permissions.can_organise(request.user, found):
        raise PermissionDenied
    return found


def _spot(event: Event) -> Occurrence | None:
    """Where it stands in its cycle, already read with it."""
    return getattr(event, "occurrence", None)


# --- Page ----------------------------------------------------------------------------------------------------------


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """What, when, where, how one comes; a Rencontre has a page of its own."""
    found = _found_or_404(request, slug)
    if found.is_rencontre:
        return redirect(found)
    now = timezone.now()
    spot = _spot(found)
    organises = permissions.can_organise(request.user, found)
    context = {
        "crumbs": crumbs((found.title, "")),
        "event": found,
        "sequence": reads.the_sequence(found),
        "kind": EventKind(found.kind).label,
        "moments": moments.lines(found.starts_at, found.ends_at, found.zone),
        "where": reads.where_words(found),
        "place_name": grammar.title(found.territory) if found.territory else "",
        "host": reads.shown_host(found),
        "host_words": reads.host_words(found),
        "levers": reads.levers_of(found),
        "items": reads.items_with_resources(found),
        "series": spot.series if spot else None,
        "rule": recurrence.words(cycles.rule_from(spot.series)) if spot else "",
        "others": [line(other) for other in reads.others_of_cycle(found, spot.series, now=now)] if spot else [],
        "is_over": found.ends_at <= now,
        "organises": organises,
        "shows_link": bool(found.join_url or found.phone) and (reads.opens(found) or organises),
        "share": f"{settings.ORIGIN}{found.get_absolute_url()}",
        "linked_data": _linked_data(found) if found.is_public else "",
    }
    return render(request, "events/event.html", context)


def _linked_data(found: Event) -> SafeString:
    """In the words of schema.org, for search engines: what anyone may read."""
    url = settings.ORIGIN + found.get_absolute_url()
    places: list[dict[str, Any]] = []
    if found.venue != Venue.PLACE:
        places.append({"@type": "VirtualLocation", "url": found.join_url if reads.opens(found) else url})
    if found.venue != Venue.ONLINE:
        where = grammar.title(found.territory) if found.territory else found.place
        places.append({"@type": "Place", "name": found.place or where, "address": found.place or where})
    mode = {Venue.ONLINE: "Online", Venue.PLACE: "Offline", Venue.BOTH: "Mixed"}[Venue(found.venue)]
    data = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": found.title,
        "description": found.summary or found.title,
        "startDate": found.starts_at.astimezone(found.clock).isoformat(),
        "endDate": found.ends_at.astimezone(found.clock).isoformat(),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if found.is_cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "location": places[0] if len(places) == 1 else places,
        "organizer": {"@type": "Organization", "name": reads.host_words(found)},
        "isAccessibleForFree": True,
        "inLanguage": "fr",
        "url": url,
    }
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 escaped just above


@require_safe
def event_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """One event for a calendar, at the clock where it was planned. Registered people have theirs, with the link."""
    found = _found_or_404(request, slug)
    return ics.response([entry(found)], zone=found.clock, filename=f"{found.slug}.ics")


# --- Propose and change --------------------------------------------------------------------------------------------


def _form(request: HttpRequest, found: Event | None = None) -> EventForm:
    user = request.user
    return EventForm(
        request.POST if request.method == "POST" else None,
        hosts=reads.speakable(user),
        event=found,
        sequence=reads.the_sequence(found) if found is not None else None,
        is_animator=permissions.can_open_rencontre(user),
        in_cycle=found is not None and _spot(found) is not None,
        initial=_begun(request) if found is None else {},
    )


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What the page that leads here already knows: a nature, a territory."""
    given = {"kind": request.GET.get("nature", ""), "territory": request.GET.get("territoire", "")}
    return {name: value.replace("\x00", "")[:60] for name, value in given.items() if value}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def event_new(request: HttpRequest) -> HttpResponse:
    """Put a date in the agenda, or a whole cycle; a Rencontre goes on where it is prepared."""
    if not permissions.can_propose_event(request.user):
        raise PermissionDenied
    form = _form(request)
    if request.method == "POST":
        excess = limits.count(request, "events.propose", per_person=PROPOSED_PER_PERSON)
        if excess:
            form.add_error(None, excess.message)
            return limits.too_many(_written(request, form), excess)
        if form.is_valid():
            try:
                return redirect(_proposed(request, form))
            except Refusal as refusal:
                form.add_error(None, refusal.message)
    return _written(request, form)


def _proposed(request: HttpRequest, form: EventForm) -> str:
    """Write it, publish it if asked; answers where to go next."""
    said, asked, now, by = form.said(), form.asked(), timezone.now(), request.user
    at_once = request.POST.get("act") == "publish" and said.kind != EventKind.RENCONTRE
    if asked is None:
        made = services.propose(said, by=by, now=now)
        if at_once:
            services.publish(made, by=by, now=now)
            messages.success(request, _("C’est dans l’agenda."))
        else:
            messages.success(request, _("C’est gardé. Vous seul le voyez, tant que vous ne le publiez pas."))
        return reverse("events:organise", args=[made.slug]) if made.is_rencontre else made.get_absolute_url()
    series = cycles.plan(said, asked, by=by, now=now)
    first = series.occurrences.filter(event__isnull=False).select_related("event").earliest("on").event
    count = series.occurrences.count()
    if first is None:  # pragma: no cover - `earliest` read those that have one
        raise Http404
    if at_once:
        cycles.each_following(first, services.publish, EventState.DRAFT, by=by, now=now)
        messages.success(request, _("Les %(count)d dates du cycle sont dans l’agenda.") % {"count": count})
    else:
        messages.success(
            request, _("Les %(count)d dates du cycle sont gardées. Vous seul les voyez.") % {"count": count}
        )
    return first.get_absolute_url()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def event_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change one date, or that one and the next ones of its cycle."""
    found = _held_or_403(request, slug)
    if found.is_rencontre:
        return redirect("events:organise", slug=found.slug)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            if form.cleaned_data.get("scope") == NEXT:
                changed = cycles.change_following(found, form.said(), by=request.user, now=now)
                count = len(changed)
                text = ngettext("%(count)d date est changée.", "%(count)d dates sont changées.", count)
                messages.success(request, text % {"count": count})
            else:
                cycles.change_one(found, form.said(), by=request.user, now=now)
                messages.success(request, _("C’est enregistré."))
            return redirect(found)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    return _written(request, form, found)


def _written(request: HttpRequest, form: EventForm, found: Event | None = None) -> HttpResponse:
    last = (found.title, found.get_absolute_url()) if found is not None else (_("Proposer un rendez-vous"), "")
    context = {
        "crumbs": crumbs(last, (_("Modifier"), "")) if found is not None else crumbs(last),
        "event": found,
        "form": form,
        "in_cycle": "scope" in form.fields,
        "draft": f"agenda-{found.slug if found is not None else 'nouveau'}",
    }
    return render(request, "events/event_form.html", context, status=422 if form.errors else 200)


# --- Gestures ------------------------------------------------------------------------------------------------------

Act = Callable[..., Event]
ACTS: dict[str, tuple[Act, str, Any]] = {
    "publish": (services.publish, EventState.DRAFT, gettext_lazy("C’est dans l’agenda.")),
    "cancel": (
        services.cancel,
        EventState.PUBLISHED,
        gettext_lazy("C’est annulé. Les personnes inscrites sont prévenues."),
    ),
    "withdraw": (
        services.withdraw,
        EventState.PUBLISHED,
        gettext_lazy("C’est retiré de l’agenda. Vous seul le voyez."),
    ),
    "reopen": (
        services.reopen,
        EventState.CANCELLED,
        gettext_lazy("C’est remis à l’agenda. Les personnes inscrites sont prévenues."),
    ),
}


@never_cache
@require_POST
@login_required
def event_act(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish, cancel, take back, put back, skip a date: one gesture, for one date or for the next ones too."""
    found = _held_or_403(request, slug)
    asked, now, by = request.POST.get("act", ""), timezone.now(), request.user
    try:
        if asked == "skip":
            series = cycles.skip(found, by=by, now=now)
            messages.success(
                request, _("Cette date est passée\u00a0: le cycle «\u00a0%s\u00a0» continue.") % series.title
            )
            return redirect("events:agenda")
        if asked in ACTS:
            act, state, said = ACTS[asked]
            if request.POST.get("scope") == NEXT:
                done = cycles.each_following(found, act, state, by=by, now=now)
                said = ngettext("%(count)d date est concernée.", "%(count)d dates sont concernées.", len(done))
                said = said % {"count": len(done)}
            else:
                act(found, by=by, now=now)
            messages.success(request, said)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(found)
