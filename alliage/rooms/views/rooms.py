"""The page of a room: enter, see where it stands, act. Everything works by ordinary forms; the script only makes it live."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.questionnaires.enums import QuestionKind
from alliage.refusals import Refusal
from alliage.rooms import permissions, visits
from alliage.rooms.enums import Role, Tool
from alliage.rooms.models import Participant, Room
from alliage.rooms.queries import captions, chat, polls, run_sheets, summary
from alliage.rooms.queries import rooms as queries
from alliage.rooms.registry import Entry, purpose_of, way_in
from alliage.rooms.services import people
from alliage.rooms.services.polls import KINDS
from alliage.ui import honeypot, limits


def room_or_404(code: str) -> Room:
    room = queries.by_code(code)
    if room is None or room.erased_at is not None:
        raise Http404("No such room.")
    return room


def entry_of(request: HttpRequest, room: Room) -> Entry | None:
    """What this visitor may be here: as a member, or by the link alone."""
    found = permissions.entry(request.user, room)
    if found is None and permissions.may_enter_by_link(room):
        return Entry(room.sheet.default_role)
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("rooms.join", per_person="60/10m")
def room(request: HttpRequest, code: str) -> HttpResponse:
    """The room for those who are in it, its door for those who may enter; for others it does not exist."""
    found = queries.by_code(code)
    entry = entry_of(request, found) if found is not None and found.erased_at is None else None
    # Few are in a confidential room: who reads the page is found among those that it shows.
    there = queries.people_of(found) if found is not None and entry is not None and found.is_confidential else None
    person = visits.person_of(request, found, there) if found is not None and found.erased_at is None else None
    # As `permissions.can_read` says, without asking its function a second time.
    if found is not None and person is not None and (entry is not None or not found.is_confidential):
        if request.method == "POST":
            return redirect(found)
        people.seen(person, now=timezone.now())
        if entry is not None and entry.may_facilitate and person.member_id == request.user.pk:
            # Designated since they came in.
            person.may_facilitate = True
        return shown(request, found, person, there=there)
    if found is None or entry is None:
        if request.user.is_authenticated:
            raise Http404("No such room for this person.")
        return redirect_to_login(request.get_full_path())
    return _door(request, found, entry)


def _door(request: HttpRequest, found: Room, entry: Entry) -> HttpResponse:
    """Say one's name and come in."""
    name = request.user.name if request.user.is_authenticated else ""
    error = ""
    if request.method == "POST":
        name = request.POST.get("name", "")
        key = visits.key_of(request.COOKIES) or people.new_key()
        member = request.user if request.user.is_authenticated else None
        try:
            if honeypot.is_sprung(request.POST):
                raise Refusal(str(honeypot.ROBOT))
            people.join(found, entry, name=name, member=member, key=key, now=timezone.now())
        except Refusal as refusal:
            error = refusal.message
        else:
            response = redirect(found)
            if member is None:
                visits.keep_key(response, key, secure=settings.SESSION_COOKIE_SECURE)
            return response
    context = {
        "room": found,
        "purpose": purpose_of(found),
        "role": Role(entry.role).label,
        "name": name,
        "error": error,
        "steps": found.sheet.phases,
    }
    return render(request, "rooms/door.html", context, status=422 if error else 200)


def shown(
    request: HttpRequest,
    found: Room,
    person: Participant,
    *,
    error: str = "",
    typed: dict[str, str] | None = None,
    refused: dict[str, Any] | None = None,
    there: list[Participant] | None = None,
) -> HttpResponse:
    """The page, or its inside alone for the script (`?partie=1`). `refused`: the form that was, under the name of its act;
    `there`: everybody in the room, when they were read already."""
    context = scene_context(request, found, person, refused=refused, there=there) | {
        "error": error,
        "typed": typed or {},
        "browser_key": browser_key(person),
    }
    template = "rooms/_room.html" if "partie" in request.GET else "rooms/room.html"
    response = render(request, template, context, status=422 if error else 200)
    response["X-Room-Number"] = str(found.last_number)
    # Without script, a frame of our own shows what changes.
    response._csp_update = {"frame-src": ["'self'"]}  # type: ignore[attr-defined]  # noqa: SLF001 the attribute django-csp's decorators set
    return response


def browser_key(person: Participant) -> str:
    """Where the script keeps, in a browser that others may use, what this person has not sent yet."""
    return salted_hmac("alliage.rooms.browser", f"{person.room_id}:{person.pk}", algorithm="sha256").hexdigest()[:32]


def scene_context(
    request: HttpRequest,
    found: Room,
    person: Participant | None,
    *,
    refused: dict[str, Any] | None = None,
    there: list[Participant] | None = None,
) -> dict[str, Any]:
    refused = refused or {}
    now = timezone.now()
    if person is not None and person.member_id is not None and person.member_id == request.user.pk:
        # Read already.
        person.member = request.user
    scene = queries.scene(found, person, now=now, people=there)
    phases = found.sheet.phases
    purpose = purpose_of(found)
    asked = polls.of_room(found, person, refused=refused.get("answer_poll"))
    return {
        "room": found,
        "scene": scene,
        "viewer": person,
        "facilitates": scene.facilitates,
        "phase": scene.phase,
        "steps": [{"label": each.title, "state": _state_of(found, rank)} for rank, each in enumerate(phases)],
        "next_phase": phases[found.phase + 1] if found.is_open and found.phase + 1 < len(phases) else None,
        "silent": scene.silent if scene.facilitates and found.is_open else [],
        "summary": summary.of_scene(scene, open_polls=sum(each.is_open for each in asked), now=now),
        "captions": captions.of_room(found, person, scene.people),
        "has_transcript": captions.has_transcript(found),
        "question": next((line.card for each in scene.present for line in each.lines if line.card.taken_at), None),
        "polls": asked,
        "chat": chat.of_room(found, person),
        "reactions": chat.reactions_of(found),
        "refused": refused,
        "poll_kinds": [(kind, QuestionKind(kind).label) for kind in KINDS],
        "takes_polls": bool(scene.phase and Tool.POLLS in scene.phase.tools),
        "roles": [(role, Role(role).label) for role in found.sheet.roles],
        "act": uuid.uuid4(),
        "now": now,
        "ahead": run_sheets.ahead(found, now=now) if scene.facilitates and not found.is_closed else None,
        "back": purpose.url(found) if purpose and purpose.url else "",
        "shown_beside": purpose.beside(found, person) if purpose and person is not None else None,
        "address": request.build_absolute_uri(way_in(found)),
    }


def _state_of(found: Room, rank: int) -> str:
    if found.is_closed or rank < found.phase:
        return "done"
    return "current" if rank == found.phase else "later"


def inside_or_404(request: HttpRequest, code: str) -> tuple[Room, Participant]:
    """The room and who this visitor is in it; 404 for whoever is not inside."""
    found = room_or_404(code)
    person = visits.person_of(request, found)
    if person is None or not permissions.can_read(request.user, found, person):
        raise Http404("Not in this room.")
    return found, person


@never_cache
@require_safe
def projector(request: HttpRequest, code: str) -> HttpResponse:
    """For a big screen: the phase, the clock, what is shown to everybody; nothing of what facilitators alone see."""
    found, _person = inside_or_404(request, code)
    template = "rooms/_projector.html" if "partie" in request.GET else "rooms/projector.html"
    response = render(request, template, scene_context(request, found, None))
    response["X-Room-Number"] = str(found.last_number)
    return response


@never_cache
@require_safe
def timer(request: HttpRequest, code: str) -> HttpResponse:
    """A small window beside the video call: the phase and its clock."""
    found, _person = inside_or_404(request, code)
    return render(request, "rooms/timer.html", scene_context(request, found, None))


@never_cache
@require_safe
def stay(request: HttpRequest, code: str) -> HttpResponse:
    """Where a frame of the page without script reads what changes."""
    found, person = inside_or_404(request, code)
    people.seen(person, now=timezone.now())
    response = render(request, "rooms/frame.html", scene_context(request, found, person))
    # Captions are read as they come, or not at all.
    response["Refresh"] = "4" if captions.typist(found) else "12"
    return response
