"""Subjects of a session: proposed, read beside what the library already has, voted for, chosen."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.codev import permissions
from alliage.codev.forms.sessions import SubjectForm
from alliage.codev.forms.threads import without_nul
from alliage.codev.models import Session, Subject
from alliage.codev.queries import sessions as queries
from alliage.codev.services import session_subjects as services
from alliage.codev.views.sessions import found_or_404, saved, session_crumbs
from alliage.refusals import Refusal
from alliage.ui import limits


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("codev.session_subject", per_person="60/10m")
def new(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Bring a situation."""
    found, _standing = found_or_404(request, pk, number)
    form = SubjectForm(without_nul(request.POST) if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.propose(saved(found), form.said(), by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Votre sujet est proposé au groupe."))
            return redirect(made)
    context = {"crumbs": session_crumbs(found, (_("Proposer un sujet"), "")), "session": found, "form": form}
    return render(request, "codev/session_subject_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def subject(request: HttpRequest, pk: int, number: int, which: int) -> HttpResponse:
    """A subject beside what the library already has; its author changes it here."""
    found, brought = _found_or_404(request, pk, number, which)
    is_mine = brought.author_id == request.user.pk
    if request.method == "POST" and not is_mine:
        raise PermissionDenied
    form = SubjectForm(without_nul(request.POST) if request.method == "POST" else None, subject=brought)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(brought, form.said(), by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(brought)
    context = {
        "crumbs": session_crumbs(found, (_("Un sujet"), "")),
        "session": found,
        "subject": brought,
        "form": form if is_mine and found.is_before else None,
        "similar": queries.similar(brought, request.user),
    }
    return render(request, "codev/session_subject.html", context, status=422 if form.errors else 200)


def _found_or_404(request: HttpRequest, pk: int, number: int, which: int) -> tuple[Session, Subject]:
    found, _standing = found_or_404(request, pk, number)
    brought = queries.subject(found, which) if found.pk else None
    if brought is None:
        raise Http404(f"No subject {which} in session {found.pk}.")
    return found, brought


@never_cache
@require_POST
@login_required
def act(request: HttpRequest, pk: int, number: int, which: int) -> HttpResponse:
    """Vote for it, choose it (who facilitates), take it back (who brought it): on the page of the session, or in its room."""
    found, standing = found_or_404(request, pk, number)
    brought = queries.subject(found, which) if found.pk else None
    if brought is None:
        raise Http404(f"No subject {which} in session {found.pk}.")
    deed = request.POST.get("act", "")
    if deed == "choose" and not permissions.can_choose_subject(request.user, standing, found):
        raise PermissionDenied
    # Pressed in the room, whose script keeps the page and what is being typed there.
    is_script = "application/json" in request.headers.get("Accept", "")
    try:
        said = _do(deed, brought, request.user)
    except Refusal as refusal:
        if is_script:
            return JsonResponse({"error": refusal.message}, status=422)
        messages.error(request, refusal.message)
    else:
        if is_script:
            return JsonResponse({"said": said})
        if said:
            messages.success(request, said)
    return redirect(found.room if found.room is not None and request.POST.get("from") == "room" else found)


def _do(deed: str, brought: Subject, by: Any) -> str:
    now = timezone.now()
    if deed in ("vote", "unvote"):
        services.vote(brought, wanted=deed == "vote", by=by, now=now)
        return _("C’est noté.")
    if deed == "choose":
        services.choose(brought, by=by, now=now)
        return _("La séance travaillera sur ce sujet.")
    if deed == "withdraw":
        services.withdraw(brought, by=by, now=now)
        return _("Votre sujet est retiré\u00a0: rien n’en est gardé.")
    return ""
