"""Panels of the exhibition, for those who propose them and for those who show them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.events.exhibition_enums import PanelState
from alliage.events.forms.panels import PanelForm, WordForm
from alliage.events.models import Event, Panel
from alliage.events.permissions import can_organise, can_propose_event
from alliage.events.queries import events as event_queries
from alliage.events.queries import exhibition as queries
from alliage.events.services import panels as services
from alliage.events.views.exhibition import crumbs
from alliage.events.views.finding import event_or_404
from alliage.refusals import Refusal
from alliage.ui.limits import limit

PER_PERSON = "30/10m"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("events.panel", per_person=PER_PERSON)
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """A new panel: shown at once when an organiser writes it, else once one of them lets it be."""
    event = event_or_404(request, slug)
    if not can_propose_event(request.user):
        raise PermissionDenied
    form = _form(request, None)
    if request.method == "POST" and form.is_valid():
        is_organiser = can_organise(request.user, event)
        try:
            made = services.propose(event, form.said(), by=request.user, is_organiser=is_organiser, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            if made.is_public:
                messages.success(request, _("Le panneau est exposé."))
            else:
                messages.success(request, _("Votre panneau est proposé. L’organisation le lit, puis l’expose."))
            return redirect(made)
    return _page(request, event, form, _("Proposer un panneau"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("events.panel", per_person=PER_PERSON)
def edit(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Change it, or withdraw it: its author and the organisers."""
    event = event_or_404(request, slug)
    found = _own_or_404(request, event, int(pk))
    if request.POST.get("act") == "withdraw":
        services.withdraw(found, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("Le panneau est retiré."))
        return redirect("events:exhibition", event.slug)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            services.write(found, form.said(), by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(found)
    return _page(request, event, form, _("Modifier ce panneau"), found)


def _own_or_404(request: HttpRequest, event: Event, pk: int) -> Panel:
    found = queries.by_number(event, pk)
    if found is None or not (found.author_id == request.user.pk or can_organise(request.user, event)):
        raise Http404(f"No panel {pk} for this person.")
    return found


def _form(request: HttpRequest, panel: Panel | None) -> PanelForm:
    speakable = event_queries.speakable(request.user)
    if request.method != "POST":
        return PanelForm(speakable=speakable, panel=panel)
    return PanelForm(_without_nul(request), request.FILES, speakable=speakable, panel=panel)


def _without_nul(request: HttpRequest) -> Any:
    kept = request.POST.copy()
    for name, values in request.POST.lists():
        kept.setlist(name, [str(value).replace("\0", "") for value in values])
    return kept


def _page(request: HttpRequest, event: Event, form: PanelForm, title: str, panel: Panel | None = None) -> HttpResponse:
    context = {"event": event, "crumbs": crumbs(event, (title, "")), "title": title, "form": form, "panel": panel}
    return render(request, "events/panel_form.html", context, status=422 if form.errors else 200)


# --- Organise ------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def organise(request: HttpRequest, slug: str) -> HttpResponse:
    """What is proposed; shown or not, in which order; how many people came."""
    event = event_or_404(request, slug)
    if not can_organise(request.user, event):
        raise PermissionDenied
    if request.method == "POST":
        return _decided(request, event)
    panels = list(queries.of(event))
    context = {
        "event": event,
        "crumbs": crumbs(event, (_("Organiser"), "")),
        "waiting": [each for each in panels if each.state == PanelState.PROPOSED],
        "shown": [each for each in panels if each.state == PanelState.SHOWN],
        "refused": [each for each in panels if each.state == PanelState.REFUSED],
        "form": WordForm(),
    }
    return render(request, "events/panels.html", context)


def _decided(request: HttpRequest, event: Event) -> HttpResponse:
    number, act, now = request.POST.get("panel", ""), request.POST.get("act", ""), timezone.now()
    found = (
        queries.by_number(event, int(number)) if number.isascii() and number.isdecimal() and len(number) < 19 else None
    )
    if found is None:
        messages.error(request, _("Ce panneau n’est plus là."))
    elif act in ("up", "down"):
        services.move(found, -1 if act == "up" else 1, by=request.user, now=now)
    else:
        form = WordForm(_without_nul(request))
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        try:
            services.decide(found, act, reason=reason, by=request.user, now=now)  # type: ignore[arg-type]
        except Refusal as refusal:
            messages.error(request, refusal.message)
    return redirect(reverse("events:panels", args=[event.slug]))
