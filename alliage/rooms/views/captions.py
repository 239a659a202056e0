"""What was said, typed as it was said: read by those who were there, corrected by who facilitates, taken away as files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.refusals import Refusal
from alliage.rooms.models import Participant, Room
from alliage.rooms.queries import captions as queries
from alliage.rooms.services import captions
from alliage.rooms.views.rooms import inside_or_404
from alliage.ui import limits


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("rooms.act", per_person="600/10m")
def transcript(request: HttpRequest, code: str) -> HttpResponse:
    """Everything, with its time. `?ligne=N` opens one line to be corrected."""
    room, person = inside_or_404(request, code)
    if request.method == "POST":
        return _change(request, room, person)
    return _shown(request, room, person)


def _shown(request: HttpRequest, room: Room, person: Participant, *, error: str = "", typed: str = "") -> HttpResponse:
    asked = request.POST.get("line", "") or request.GET.get("ligne", "")
    context = {
        "room": room,
        "parts": queries.transcript(room),
        "corrects": person.facilitates,
        "line": asked if person.facilitates else "",
        "error": error,
        "typed": typed,
    }
    return render(request, "rooms/transcript.html", context, status=422 if error else 200)


def _change(request: HttpRequest, room: Room, person: Participant) -> HttpResponse:
    text, now = request.POST.get("text", ""), timezone.now()
    try:
        if request.POST.get("do") == "forget":
            captions.forget(room, by=person, now=now)
            return redirect("rooms:transcript", room.code)
        raw = request.POST.get("line", "")
        line = queries.line(room, int(raw)) if raw.isascii() and raw.isdecimal() and len(raw) < 19 else None
        if line is None:
            raise Http404("No such line.")
        captions.correct(room, line, text, by=person, now=now)
    except Refusal as refusal:
        return _shown(request, room, person, error=refusal.message, typed=text)
    response = redirect("rooms:transcript", room.code)
    response["Location"] += f"#dit-{line.pk}"
    return response


@never_cache
@require_safe
def transcript_file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Text, or captions of a film (WebVTT). Nothing leaves a confidential room as a file. The name says nothing that was typed."""
    room, _person = inside_or_404(request, code)
    if room.is_confidential:
        raise Http404("Nothing leaves this room.")
    written, sort = (queries.as_vtt(room), "text/vtt") if kind == "vtt" else (queries.as_text(room), "text/plain")
    response = HttpResponse(written, content_type=f"{sort}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="transcription.{kind}"'
    return response
