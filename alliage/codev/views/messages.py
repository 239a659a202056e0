"""Messages: changed, taken back, what they said before, the signs and the acts under each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.codev import permissions
from alliage.codev.forms.threads import ChangeForm, without_nul
from alliage.codev.models import Message
from alliage.codev.permissions import Standing
from alliage.codev.queries import messages as queries
from alliage.codev.queries.threads import others_in
from alliage.codev.services import messages as services
from alliage.codev.services import threads
from alliage.codev.services.threads import Place
from alliage.codev.views.thread_drafts import Typing, keep_by_button, mark_of, message_or_404, typing
from alliage.codev.views.threads import crumbs, say_files
from alliage.library.services.resources import KIND as RESOURCE
from alliage.refusals import Refusal
from alliage.ui.limits import limit

PER_PERSON = "120/1h"


def _mine_or_404(request: HttpRequest, pk: int, number: int) -> Message:
    message, found = message_or_404(request, pk, number)
    if not permissions.can_change_message(request.user, found, message):
        raise Http404(f"Message {number} cannot be changed by this person.")
    return message


def _crumbs(message: Message, label: str) -> list[tuple[str, str]]:
    """Without the title of the thread, which may be hidden."""
    return crumbs(message.thread.group, (_("L’échange"), message.get_absolute_url()), (label, ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("codev.thread", per_person=PER_PERSON)
def edit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Say it otherwise; the group may read what it said before."""
    message = _mine_or_404(request, pk, number)
    place = Place(message.thread.group, message.thread, message)
    members = others_in(place.group, request.user)
    options: dict[str, Any] = {"members": members, "is_opening": message.is_opening}
    if request.method == "POST":
        return _posted_change(request, message, place, options)
    state = typing(request, place, version=services.mark_of(message))
    saved = {
        "title": [message.thread.title],
        "text": [message.text],
        "resource_code": [f"{RESOURCE}:{message.resource_id}" if message.resource_id else ""],
        "called": [str(pk) for pk in message.mentions.values_list("member_id", flat=True)],
    }
    return _page(request, message, ChangeForm(typed=state.data or saved, **options), state)


def _posted_change(request: HttpRequest, message: Message, place: Place, options: dict[str, Any]) -> HttpResponse:
    data = without_nul(request.POST)
    if data.get("act") == "draft":
        seen = keep_by_button(request, place)
        if seen is None:
            return redirect(request.path)
        shown = ChangeForm(typed=dict(data.lists()), **options)
        return _page(request, message, shown, typing(request, place, seen=seen))
    form, version = ChangeForm(data, **options), mark_of(request, "version")
    if form.is_valid():
        try:
            posted = _changed(request, message, form, version)
        except services.ChangedMeanwhile as refusal:
            form.add_error(None, refusal.message)
            message.refresh_from_db(fields=["text", "resource"])
            version = services.mark_of(message)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            threads.draft_sent(place, tab=mark_of(request, "tab"), by=request.user, now=timezone.now())
            say_files(request, posted)
            return redirect(posted.message)
    return _page(request, message, form, typing(request, place, version=version))


def _changed(request: HttpRequest, message: Message, form: ChangeForm, version: str) -> services.Posted:
    by, now = request.user, timezone.now()
    said = form.said(request.FILES.getlist("files"))
    was = message.resource
    if (
        said.resource is None and was is not None and not was.is_shown
    ):  # the form could not show it: it shows again if it comes back
        said = replace(said, resource=was)
    dropped = request.POST.getlist("drop")
    posted = services.change(message, said, was=version, by=by, now=now, dropped=dropped)
    if message.is_opening:
        threads.rename(message.thread, form.cleaned_data["title"], by=by, now=now)
    return posted


def _page(request: HttpRequest, message: Message, form: ChangeForm, state: Typing) -> HttpResponse:
    context = {
        "crumbs": _crumbs(message, _("Modifier")),
        "group": message.thread.group,
        "message": message,
        "form": form,
        "typing": state,
        "files": [each.file for each in message.files.select_related("file")],
        "hides_me": message.is_pseudonymous,
    }
    return render(request, "codev/thread_edit.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def take_back(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """« Retirer », once it was confirmed."""
    message, found = message_or_404(request, pk, number)
    if not permissions.can_take_back(request.user, found, message):
        raise Http404(f"Message {number} cannot be taken back by this person.")
    thread = message.thread
    if request.method == "POST":
        services.take_back(message, by=request.user, now=timezone.now())
        messages.success(request, _("C’est retiré\u00a0: ces mots et leurs versions précédentes sont effacés."))
        stays = type(thread).objects.filter(pk=thread.pk).exists()
        return redirect(thread) if stays else redirect("codev:threads", pk)
    context = {
        "crumbs": _crumbs(message, _("Retirer")),
        "group": thread.group,
        "message": message,
    }
    return render(request, "codev/thread_take_back.html", context)


@never_cache
@require_safe
@login_required
def versions(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What a message said before."""
    message, found = message_or_404(request, pk, number)
    if not permissions.can_read_message(request.user, found, message):
        raise Http404(f"Message {number} is hidden from this person.")
    context = {
        "crumbs": _crumbs(message, _("Versions précédentes")),
        "group": message.thread.group,
        "message": message,
        "who": str(queries.UNNAMED) if message.is_pseudonymous else queries.name_of(message),
        "versions": queries.versions_of(message),
    }
    return render(request, "codev/thread_versions.html", context)


# --- Acts ----------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_POST
def act(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One gesture about one message."""
    message, found = message_or_404(request, pk, number)
    if not permissions.can_read_message(request.user, found, message):
        raise Http404(f"Message {number} is hidden from this person.")
    asked, _colon, what = request.POST.get("act", "").partition(":")
    do = ACTS.get(asked)
    if do is not None:
        try:
            do(request, found, message, what, timezone.now())
        except Refusal as refusal:
            messages.error(request, refusal.message)
    return redirect(message)


def _react(request: HttpRequest, found: Standing, message: Message, what: str, now: datetime) -> None:
    if permissions.can_react(request.user, found, message):
        services.react(message, what, on=request.POST.get("act", "").startswith("react"), by=request.user, now=now)


def _keep(request: HttpRequest, found: Standing, message: Message, what: str, now: datetime) -> None:
    if not permissions.can_keep_answer(request.user, found, message):
        raise PermissionDenied
    services.keep_answer(message, on=what != "no", by=request.user, now=now)


def _hide(request: HttpRequest, found: Standing, message: Message, what: str, now: datetime) -> None:
    if not found.facilitates:
        raise PermissionDenied
    if what == "no":
        services.restore(message, by=request.user, now=now)
        messages.success(request, _("Ce message est montré de nouveau."))
    else:
        services.hide(message, by=request.user, now=now)
        messages.success(request, _("Ce message est masqué\u00a0: son auteur et la facilitation le lisent encore."))


def _flag(request: HttpRequest, _found: Standing, message: Message, _what: str, now: datetime) -> None:
    services.flag(message, by=request.user, now=now)
    messages.success(request, _("La facilitation est prévenue. Elle ne saura pas que c’est vous."))


def _settle(request: HttpRequest, found: Standing, message: Message, _what: str, now: datetime) -> None:
    if not found.facilitates:
        raise PermissionDenied
    services.settle_flags(message, by=request.user, now=now)
    messages.success(request, _("C’est noté\u00a0: ce message reste."))


ACTS: dict[str, Callable[[HttpRequest, Standing, Message, str, datetime], None]] = {
    "react": _react,
    "unreact": _react,
    "keep": _keep,
    "hide": _hide,
    "flag": _flag,
    "settle": _settle,
}
