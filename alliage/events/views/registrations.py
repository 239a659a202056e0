"""Registering to an event, and one's own registration: where one stands, changing one's mind, leaving."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.accounts.secret_links import private
from alliage.events import calendar_feeds, registration_lines, workshop_people
from alliage.events import registration_links as links
from alliage.events.forms.registrations import RegistrationForm, initial_of
from alliage.events.models import Attendee, Event
from alliage.events.queries import registrations as queries
from alliage.events.services import attendees as life
from alliage.events.services import registrations as services
from alliage.events.views import clock
from alliage.events.views.finding import event_or_404
from alliage.notifications.timing import zone_of
from alliage.refusals import Refusal
from alliage.ui import honeypot
from alliage.ui.limits import limit

PER_PERSON = "20/10m"


def crumbs(event: Event, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Agenda"), reverse("events:agenda")), (event.title, event.get_absolute_url()), *more]


# --- Register ------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@clock.at_readers_clock
@limit("events.register", per_person=PER_PERSON)
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Who one is, which sequences: once. A member who is registered finds their registration."""
    event = event_or_404(request, slug)
    now = timezone.now()
    member: Any = request.user if request.user.is_authenticated else None
    mine = queries.held_by_member(member, event) if member else None
    if mine is not None and request.method != "POST":
        return redirect(links.path_of(mine))
    closed = services.closed_because(event, now=now)
    sequences = queries.open_sequences(event, now=now) if not closed else []
    form = RegistrationForm(
        request.POST if request.method == "POST" else None,
        event=event,
        sequences=sequences,
        with_email=member is None,
        initial=_initial(request, sequences),
    )
    if request.method == "POST" and not closed:
        if honeypot.is_sprung(request.POST):
            form.add_error(None, honeypot.ROBOT)
        elif form.is_valid():
            answer = _registered(request, event, form, member)
            if answer is not None:
                return answer
    context = {
        "crumbs": crumbs(event, (_("Inscription"), "")),
        "event": event,
        "closed": closed,
        "form": form,
        "choices": registration_lines.choices(sequences, form.chosen, zone=event.zone),
        "member": member,
        **clock.choices(),
    }
    return render(request, "events/register.html", context, status=422 if form.is_bound and form.errors else 200)


def _initial(request: HttpRequest, sequences: list[Any]) -> dict[str, Any]:
    """What is known: a member's name and clock; the sequence one comes from; the only one there is."""
    found: dict[str, Any] = {}
    if request.user.is_authenticated:
        found = {"name": request.user.name, "time_zone": timezone.get_current_timezone_name()}
    elif clock.PARAMETER in request.GET:
        found = {"time_zone": timezone.get_current_timezone_name()}
    asked = request.GET.get("sequence", "")
    if len(sequences) == 1:
        found["sequences"] = [str(sequences[0].pk)]
    elif asked:
        found["sequences"] = [asked]
    return found


def _registered(request: HttpRequest, event: Event, form: RegistrationForm, member: Any) -> HttpResponse | None:
    """Where to go once it is done; None when the rules say no, which the form then shows."""
    try:
        made = services.register(event, form.said(member.email if member else ""), by=member, now=timezone.now())
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None
    if member is None:
        # The same page whoever is behind the address: it tells a stranger nothing.
        return redirect("events:registered", event.slug)
    messages.success(request, _("Votre inscription est enregistrée."))
    return redirect(links.path_of(made.attendee))


@never_cache
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """What happens next: the mail says which seats one has."""
    event = event_or_404(request, slug)
    context = {"crumbs": crumbs(event, (_("Inscription"), "")), "event": event}
    return render(request, "events/registered.html", context)


# --- One's own registration ----------------------------------------------------------------------------------------


def _mine_or_404(token: str) -> Attendee:
    found = links.attendee_of(token)
    if found is None:
        raise Http404("No registration for this link, or no longer.")
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limit("events.registration", per_person="60/10m")
def registration(request: HttpRequest, token: str) -> HttpResponse:
    """Where one stands. Opening the link proves the address."""
    attendee = _mine_or_404(token)
    with timezone.override(zone_of(attendee.time_zone)):
        answer = _acted(request, attendee) if request.method == "POST" else _opened(request, attendee)
    workshop_people.keep(request, answer, attendee)
    private(answer)
    return answer


def _opened(request: HttpRequest, attendee: Attendee) -> HttpResponse:
    if request.method == "GET" and life.confirm(attendee, now=timezone.now()):
        messages.success(request, _("Votre inscription est confirmée, merci."))
    return _shown(request, attendee)


def _shown(request: HttpRequest, attendee: Attendee, form: RegistrationForm | None = None) -> HttpResponse:
    event, now = attendee.event, timezone.now()
    places = queries.places_of(attendee)
    held = {place.sequence.pk for place in places}
    sequences = _choosable(attendee, places, now)
    form = form or RegistrationForm(
        event=event, sequences=sequences, with_email=False, may_choose_none=True, initial=initial_of(attendee, held)
    )
    closed = services.closed_because(event, now=now)
    context = {
        "crumbs": crumbs(event, (_("Mon inscription"), "")) if event.is_public else [],
        "event": event,
        "attendee": attendee,
        "places": [
            (place, registration_lines.moments.lines(place.sequence.starts_at, place.sequence.ends_at))
            for place in places
        ],
        "overlaps": registration_lines.overlaps(place.sequence for place in places),
        "has_begun": any(place.sequence.starts_at <= now for place in places),
        "closed": closed,
        "form": form,
        "choices": registration_lines.choices(sequences, form.chosen, zone=event.zone),
        "calendar_path": links.calendar_path_of(attendee),
        "kept_days": life.KEPT.days,
        "now": now,
    }
    return render(request, "events/registration.html", context, status=422 if form.is_bound and form.errors else 200)


def _choosable(attendee: Attendee, places: list[queries.Place], now: Any) -> list[Any]:
    """What one may have, with what one has: after the closing one only gives back."""
    held = [place.sequence for place in places if not place.sequence.is_cancelled]
    if services.closed_because(attendee.event, now=now):
        return held
    found = {each.pk: each for each in [*queries.open_sequences(attendee.event, now=now), *held]}
    return sorted(found.values(), key=lambda each: (each.starts_at, each.rank))


def _acted(request: HttpRequest, attendee: Attendee) -> HttpResponse:
    act, now = request.POST.get("act", ""), timezone.now()
    life.confirm(attendee, now=now)
    if act == "erase":
        life.cancel_registration(attendee, by=None, now=now)
        messages.success(request, _("Votre inscription est effacée. Rien de vous n’est gardé."))
        return redirect(attendee.event if attendee.event.is_public else "events:agenda")
    if act == "give_up":
        number = request.POST.get("sequence", "")
        if number.isdecimal() and len(number) < 19:
            services.give_up(attendee, [int(number)], now=now)
            messages.success(request, _("Votre place est rendue."))
        return redirect(links.path_of(attendee))
    return _rewritten(request, attendee)


def _rewritten(request: HttpRequest, attendee: Attendee) -> HttpResponse:
    """Who one is, one's sequences, one's answers, in one act."""
    now = timezone.now()
    sequences = _choosable(attendee, queries.places_of(attendee), now)
    form = RegistrationForm(
        request.POST, event=attendee.event, sequences=sequences, with_email=False, may_choose_none=True
    )
    if form.is_valid():
        try:
            services.rewrite(attendee, form.said(attendee.email), now=now)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(links.path_of(attendee))
    return _shown(request, attendee, form)


@never_cache
@require_safe
def registration_ics(_request: HttpRequest, token: str) -> HttpResponse:
    """One's seats for a calendar, to take away or to follow, with the link by which one joins."""
    attendee = _mine_or_404(token)
    zone: ZoneInfo = zone_of(attendee.time_zone)
    answer = calendar_feeds.of_attendee(attendee, zone=zone, now=timezone.now())
    private(answer)
    return answer
