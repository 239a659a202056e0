"""One action of a plan: added, read, moved, said otherwise, taken out."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.learning import things
from alliage.learning.enums import ActionState
from alliage.learning.forms.plans import ActionForm, prefilled
from alliage.learning.models import Action, TerritoryFile
from alliage.learning.permissions import can_move_action, can_write_file
from alliage.learning.queries import plans as queries
from alliage.learning.services import actions as services
from alliage.learning.views.finding import file_or_404, written_or_404
from alliage.learning.views.plans import plan_crumbs
from alliage.refusals import Refusal


def _action_or_404(file: TerritoryFile, pk: Any) -> Action:
    found = queries.action(file, pk)
    if found is None:
        raise Http404(f"No action {pk} in this plan.")
    found.file = file  # with what is known already of who reads it
    return found


def _url(action: Action) -> str:
    return reverse("learning:action", args=[action.file_id, action.pk])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest, number: str) -> HttpResponse:
    """Free, or as another page proposes it (`title`, `reason`, `lever`, `resource`, `entry`, `event`, `diagnostic`): shown in the
    form first, or added at once with `add=1`."""
    file = written_or_404(request, number)
    said: dict[str, Any] = {"file": file, "people": queries.people(file), "viewer": request.user}
    if request.method != "POST":
        form = ActionForm(initial=prefilled(request.GET.dict()), **said)
    elif request.POST.get("act") == "write":
        form = ActionForm(request.POST, **said)
    elif request.POST.get("add") == "1":
        form = ActionForm(prefilled(request.POST.dict()), **said)
    else:
        form = ActionForm(initial=prefilled(request.POST.dict()), **said)
    if form.is_bound and form.is_valid():
        try:
            made = services.add(file, form.said(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est au plan. Vous pouvez dire qui la porte et pour quand."))
            return redirect(_back(request, reverse("learning:plan", args=[file.pk]) + f"#action-{made.pk}"))
    context = {"crumbs": plan_crumbs(file, (_("Nouvelle action"), "")), "file": file, "form": form}
    return render(request, "learning/plan_action_form.html", context, status=422 if form.errors else 200)


def _back(request: HttpRequest, default: str) -> str:
    """Where one was, on this site."""
    asked = request.POST.get("next", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return default


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def action(request: HttpRequest, number: str, pk: str) -> HttpResponse:
    """What it is, and one gesture to say how far it is."""
    file = file_or_404(request, number)
    found = _action_or_404(file, pk)
    may_move = can_move_action(request.user, found)
    refused, obstacle = "", found.obstacle
    if request.method == "POST":
        if not may_move:
            raise PermissionDenied
        state, obstacle = request.POST.get("state", ""), request.POST.get("obstacle", "")
        try:
            services.move(found, state, obstacle=obstacle, by=request.user, now=timezone.now())
        except Refusal as refusal:
            refused = refusal.message
        else:
            messages.success(request, _("C’est noté\u00a0: %s.") % ActionState(state).label)
            return redirect(_back(request, _url(found)))
    line = queries.Line(found, timezone.localdate(), things.of(found))
    context = {
        "crumbs": plan_crumbs(file, (found.title, "")),
        "file": file,
        "line": line,
        "action": found,
        "advice": getattr(found, "advice", None),
        "moves": [(code, label) for code, label in moves() if code != found.state],
        "refused": refused,
        "obstacle": obstacle,
        "can_move": may_move,
        "can_write": can_write_file(request.user, file),
    }
    return render(request, "learning/plan_action.html", context, status=422 if refused else 200)


def moves() -> list[tuple[str, str]]:
    """Verbs of the buttons; « bloquée » has its own form, which asks what stops it."""
    return [
        (ActionState.DOING, _("Nous l’avons commencée")),
        (ActionState.DONE, _("C’est fait")),
        (ActionState.TO_DO, _("Remettre à faire")),
        (ActionState.DROPPED, _("Nous y renonçons")),
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, number: str, pk: str) -> HttpResponse:
    """Say it otherwise; what another wrote meanwhile is shown beside what was typed."""
    file = written_or_404(request, number)
    found = _action_or_404(file, pk)
    data = request.POST if request.method == "POST" else None
    form = ActionForm(data, file=file, people=queries.people(file), viewer=request.user, row=found)
    is_changed = False
    if data is not None and form.is_valid():
        try:
            services.write(found, form.said(), seen=form.cleaned_data["seen"], by=request.user, now=timezone.now())
        except services.ChangedMeanwhile as refusal:
            form.add_error(None, refusal.message)
            form.data = {**data.dict(), "seen": services.mark_of(found)}
            is_changed = True
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(_url(found))
    context = {
        "crumbs": plan_crumbs(file, (found.title, _url(found)), (_("Modifier"), "")),
        "file": file,
        "form": form,
        "action": found,
        "line": queries.Line(found, timezone.localdate(), things.of(found)) if is_changed else None,
    }
    return render(request, "learning/plan_action_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def remove(request: HttpRequest, number: str, pk: str) -> HttpResponse:
    """GET asks, POST does."""
    file = written_or_404(request, number)
    found = _action_or_404(file, pk)
    if request.method == "POST":
        services.remove(found, by=request.user, now=timezone.now())
        messages.success(request, _("L’action n’est plus au plan."))
        return redirect("learning:plan", file.pk)
    context = {
        "crumbs": plan_crumbs(file, (found.title, _url(found)), (_("Retirer"), "")),
        "file": file,
        "action": found,
    }
    return render(request, "learning/plan_action_remove.html", context)
