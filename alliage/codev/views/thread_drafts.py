"""What is being typed in a group: kept as one types (`ui/autosave.js`) or by a button, found again, forgotten."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from alliage.codev import permissions
from alliage.codev.forms.threads import drafted, without_nul
from alliage.codev.models import Group, Message, Thread
from alliage.codev.permissions import Standing
from alliage.codev.queries import groups
from alliage.codev.queries import messages as message_queries
from alliage.codev.queries import threads as queries
from alliage.codev.services import threads as services
from alliage.codev.services.threads import Place
from alliage.refusals import Refusal
from alliage.ui import limits
from alliage.ui.drafts import DraftTaken, Mark

DRAFTS_PER_PERSON = "600/10m"


# --- Who may -------------------------------------------------------------------------------------------------------


def group_or_404(request: HttpRequest, pk: int) -> tuple[Group, Standing]:
    """The group, for those who are in it; for others nothing of it exists here."""
    group = groups.by_number(pk)
    found = permissions.standing(request.user, group) if group is not None else Standing()
    if group is None or not found.is_in:
        raise Http404(f"No threads of group {pk} for this person.")
    return group, found


def thread_or_404(request: HttpRequest, pk: int, number: int) -> tuple[Any, Standing]:
    thread = queries.by_number(pk, number, request.user)
    found = permissions.standing(request.user, thread.group) if thread is not None else Standing()
    if thread is None or not found.is_in:
        raise Http404(f"No thread {number} in group {pk} for this person.")
    return thread, found


def message_or_404(request: HttpRequest, pk: int, number: int) -> tuple[Message, Standing]:
    message = message_queries.by_number(pk, number)
    found = permissions.standing(request.user, message.thread.group) if message is not None else Standing()
    if message is None or not found.is_in:
        raise Http404(f"No message {number} in group {pk} for this person.")
    return message, found


# --- On a page -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Typing:
    """What the form of a page shows beside its questions: where its draft is kept, and what it knows of itself."""

    url: str
    tab: str
    seen: str = ""
    version: str = ""
    kept_at: Any = None
    data: dict[str, list[str]] | None = None


def mark_of(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "")[:40]


def url_of(place: Place) -> str:
    if place.message is not None:
        return reverse("codev:message_draft", args=[place.group.pk, place.message.pk])
    if place.thread is not None:
        return reverse("codev:thread_draft", args=[place.group.pk, place.thread.pk])
    return reverse("codev:thread_new_draft", args=[place.group.pk])


def typing(request: HttpRequest, place: Place, *, version: str = "", seen: str | None = None) -> Typing:
    """The draft of this place as a page opens; on a form that comes back, what it knew of itself."""
    tab = mark_of(request, "tab") or secrets.token_hex(8)
    if request.method == "POST":
        kept_seen = mark_of(request, "seen") if seen is None else seen
        return Typing(url_of(place), tab, kept_seen, version or mark_of(request, "version"))
    draft = services.draft_of(place, request.user)
    if draft is None:
        return Typing(url_of(place), tab, version=version)
    return Typing(
        url_of(place), tab, draft["at"], draft["version"] or version, parse_datetime(draft["at"]), draft["data"]
    )


def kept(request: HttpRequest, place: Place) -> str:
    """Keep what this request holds; answers the mark of the draft."""
    mark = Mark(mark_of(request, "version"), mark_of(request, "tab"), mark_of(request, "seen"), "force" in request.POST)
    data = drafted(without_nul(request.POST))
    return services.keep_draft(place, data, mark=mark, by=request.user, now=timezone.now())


def keep_by_button(request: HttpRequest, place: Place) -> str | None:
    """« Garder le brouillon », for browsers without script. None once kept; else what the form must know to insist."""
    try:
        kept(request, place)
    except DraftTaken as refusal:
        messages.error(request, refusal.message)
        messages.info(request, _("Pour garder malgré tout ce que vous voyez ici, gardez le brouillon de nouveau."))
        return refusal.at
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return mark_of(request, "seen")
    messages.success(request, _("Votre brouillon est gardé. Vous seul le voyez."))
    return None


# --- Sent by the script --------------------------------------------------------------------------------------------


def _answer(request: HttpRequest, place: Place, page: str) -> HttpResponse:
    if "drop" in request.POST:
        services.drop_draft(place, by=request.user)
        messages.success(request, _("Le brouillon est effacé."))
        return redirect(page)
    excess = limits.count(request, "codev.draft", per_person=DRAFTS_PER_PERSON)
    if excess:
        return limits.too_many(JsonResponse({"message": excess.message}), excess)
    if "text" not in request.POST:
        return JsonResponse({"message": _("Rien à garder.")}, status=400)
    try:
        at = kept(request, place)
    except DraftTaken as refusal:
        return JsonResponse({"message": refusal.message, "seen": refusal.at}, status=409)
    except Refusal as refusal:
        return JsonResponse({"message": refusal.message}, status=422)
    said = timezone.localtime(parse_datetime(at)).strftime("%H:%M")
    message = _("Brouillon gardé à %(hour)s. Vous seul le voyez.") % {"hour": said}
    return JsonResponse({"seen": at, "version": mark_of(request, "version"), "message": message})


@never_cache
@login_required
@require_POST
def of_group(request: HttpRequest, pk: int) -> HttpResponse:
    group, _found = group_or_404(request, pk)
    return _answer(request, Place(group), reverse("codev:thread_new", args=[group.pk]))


@never_cache
@login_required
@require_POST
def of_thread(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    thread, _found = thread_or_404(request, pk, number)
    return _answer(request, place_in(thread), thread.get_absolute_url() + "#repondre")


@never_cache
@login_required
@require_POST
def of_message(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    message, found = message_or_404(request, pk, number)
    if not permissions.can_change_message(request.user, found, message):
        raise Http404(f"Message {number} is not this person's.")
    place = Place(message.thread.group, message.thread, message)
    return _answer(request, place, reverse("codev:message_edit", args=[pk, number]))


def place_in(thread: Thread) -> Place:
    return Place(thread.group, thread)
