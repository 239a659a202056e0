"""The live page of a sequence: one door, before, during and after."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alliage.events import attestations, live_people, registration_links, speaker_links, speaker_visits, workshop_people
from alliage.events.forms.live import PrepareForm
from alliage.events.live_enums import DoorState
from alliage.events.live_people import Visitor
from alliage.events.models import Sequence
from alliage.events.queries import live as queries
from alliage.events.services import attendees
from alliage.events.services import live as services
from alliage.events.views.finding import sequence_or_404
from alliage.refusals import Refusal
from alliage.rooms import visits
from alliage.rooms.services import people
from alliage.ui import honeypot, limits


def visitor_of(request: HttpRequest, sequence: Sequence) -> Visitor:
    """A member, or whoever opened their personal link in this browser."""
    attendee = workshop_people.person_of_event(request.user, request.COOKIES, sequence.event_id)
    speaker = speaker_visits.speaker_of(request.COOKIES, sequence.event_id)
    return Visitor(live_people.member_of(request.user), attendee, speaker)


def crumbs(sequence: Sequence, here: str) -> list[tuple[str, str]]:
    event = sequence.event
    first = (
        (_("Rencontres"), reverse("events:rencontres"))
        if event.is_rencontre
        else (_("Agenda"), reverse("events:agenda"))
    )
    return [first, (event.title, event.get_absolute_url()), (here, "")]


def by_link(request: HttpRequest, sequence: Sequence) -> HttpResponse | None:
    """`?inscription=` or `?intervention=<personal link>`: this browser is that person's from now on, and the address is clean again."""
    if "intervention" in request.GET:
        return _by_speaker_link(request, sequence)
    token = request.GET.get("inscription", "")
    if not token:
        return None
    response = redirect(request.path)
    attendee = registration_links.attendee_of(token)
    if attendee is None or attendee.event_id != sequence.event_id:
        messages.warning(request, _("Ce lien personnel n’est plus valable, ou il est celui d’un autre événement."))
        return response
    attendees.confirm(attendee, now=timezone.now())
    workshop_people.keep(request, response, attendee)
    return response


def _by_speaker_link(request: HttpRequest, sequence: Sequence) -> HttpResponse:
    response = redirect(request.path)
    sheet = speaker_links.by_token(request.GET["intervention"])
    if sheet is None or sheet.speaker is None or sheet.speaker.event_id != sequence.event_id:
        messages.warning(request, _("Ce lien personnel n’est plus valable, ou il est celui d’un autre événement."))
        return response
    speaker_visits.keep(request, response, sheet.speaker)
    return response


@never_cache
@require_safe
@limits.limit("events.enter", per_person="60/10m")
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """Before: when it opens. During: the way in. After: what remains."""
    sequence = sequence_or_404(request, pk)
    return by_link(request, sequence) or shown(request, sequence)


def shown(request: HttpRequest, sequence: Sequence, *, error: str = "", **more: Any) -> HttpResponse:
    now, visitor = timezone.now(), visitor_of(request, sequence)
    door = queries.door(sequence, visitor, key=visits.key_of(request.COOKIES), now=now)
    context: dict[str, Any] = {
        "sequence": sequence,
        "event": sequence.event,
        "door": door,
        "visitor": visitor,
        "error": error,
        "crumbs": crumbs(sequence, _("En direct")),
        "name": _name(visitor),
        "children": queries.children(sequence) if sequence.kind == "workshops" else [],
    }
    if door.holds:
        context |= _holding(request, sequence, now)
    elif door.state == DoorState.OVER:
        context |= _after(sequence, visitor)
    return render(request, "events/live.html", context | more, status=422 if error else 200)


def _name(visitor: Visitor) -> str:
    if visitor.attendee is not None:
        return str(visitor.attendee.name)
    if visitor.speaker is not None and not visitor.speaker.is_organisation:
        return str(visitor.speaker.name)
    return visitor.member.get_full_name() if visitor.member is not None else ""


def _holding(request: HttpRequest, sequence: Sequence, now: Any) -> dict[str, Any]:
    room = sequence.room
    current = room.sheet.title if room is not None else ""
    return {
        "attendance": queries.attendance_of(sequence, now=now),
        "prepare_form": PrepareForm(member=request.user, current=current) if room is None or _is_new(room) else None,
        "contributions": list(queries.contributions_of(sequence)),
    }


def _is_new(room: Any) -> bool:
    return not room.is_open and not room.is_closed


def _after(sequence: Sequence, visitor: Visitor) -> dict[str, Any]:
    attendee = visitor.attendee
    return {
        "contributions": list(queries.contributions_of(sequence)),
        "presences": queries.presences_of(attendee) if attendee is not None else [],
        "attestation": attestations.path_of(attendee) if attendee is not None else "",
    }


@never_cache
@require_POST
@limits.limit("events.enter", per_person="60/10m")
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Come in under the name one wants to be called."""
    sequence = sequence_or_404(request, pk)
    visitor = visitor_of(request, sequence)
    name = request.POST.get("name", "")
    key = visits.key_of(request.COOKIES) or people.new_key()
    try:
        if honeypot.is_sprung(request.POST):
            raise Refusal(str(honeypot.ROBOT))
        person = services.enter(sequence, visitor, name=name, key=key, now=timezone.now())
    except Refusal as refusal:
        return shown(request, sequence, error=refusal.message, name=name)
    response = redirect(person.room)
    if visitor.member is None:
        visits.keep_key(response, key, secure=settings.SESSION_COOKIE_SECURE)
    return response


@never_cache
@require_POST
@login_required
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the room ready, under the run sheet chosen."""
    sequence = sequence_or_404(request, pk)
    member = live_people.member_of(request.user)
    if not live_people.holds(member, sequence):
        raise PermissionDenied
    form = PrepareForm(request.POST, member=request.user)
    if not form.is_valid():
        return shown(request, sequence, error=_("Choisissez un déroulé dans la liste."))
    try:
        services.prepare(sequence, form.sheet, by=member, now=timezone.now())
    except Refusal as refusal:
        return shown(request, sequence, error=refusal.message)
    messages.success(request, _("La salle est prête."))
    return redirect("events:live", pk)


@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the sound and the line, days before."""
    sequence = sequence_or_404(request, pk)
    context = {
        "sequence": sequence,
        "event": sequence.event,
        "tried": request.GET.get("mot", "")[:500],
        "crumbs": crumbs(sequence, _("Essayer avant")),
    }
    response = render(request, "events/live_check.html", context)
    # One sound of our own, to be heard before the day.
    response._csp_update = {"media-src": ["'self'"]}  # type: ignore[attr-defined]  # noqa: SLF001 the attribute django-csp's decorators set
    return response
