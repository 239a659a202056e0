"""Windows beside the meeting: for those who speak, for those who moderate, the chat alone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliage.rooms.views.rooms import browser_key, inside_or_404, scene_context

DESKS = {
    "speaker": "rooms/_desk_speaker.html",
    "moderation": "rooms/_desk_moderation.html",
    "chat": "rooms/_desk_chat.html",
}


def _shown(request: HttpRequest, code: str, name: str, title: str, *, for_facilitators: bool = False) -> HttpResponse:
    found, person = inside_or_404(request, code)
    if for_facilitators and not person.facilitates:
        raise Http404("Only for those who facilitate.")
    context = scene_context(request, found, person) | {
        "desk": DESKS[name],
        "desk_name": name,
        "desk_title": title,
        "desk_url": reverse(f"rooms:{name}", args=[code]),
        "browser_key": browser_key(person),
    }
    template = context["desk"] if "partie" in request.GET else "rooms/desk.html"
    response = render(request, template, context)
    response["X-Room-Number"] = str(found.last_number)
    return response


@never_cache
@require_safe
def speaker(request: HttpRequest, code: str) -> HttpResponse:
    """The time left, the question of the moment and the next ones, the hands, how it is received."""
    return _shown(request, code, "speaker", _("Vue de qui parle"))


@never_cache
@require_safe
def moderation(request: HttpRequest, code: str) -> HttpResponse:
    """What waits to be shown, the hands, the chat: for those who facilitate."""
    return _shown(request, code, "moderation", _("Vue de modération"), for_facilitators=True)


@never_cache
@require_safe
def chat(request: HttpRequest, code: str) -> HttpResponse:
    return _shown(request, code, "chat", _("Discussion"))
