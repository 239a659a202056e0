"""Composing groups, for animators: calls, who answered, the proposal, what becomes of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.codev import permissions
from alliage.codev.composing_enums import CompositionState
from alliage.codev.forms.compositions import CallForm
from alliage.codev.models import Composition
from alliage.codev.queries import compositions as queries
from alliage.codev.queries.proposals import Proposal
from alliage.codev.services import compositions as services
from alliage.codev.views.groups import crumbs
from alliage.refusals import Refusal
from alliage.ui import limits

PER_PAGE, GROUPS_PER_PAGE, MOST_ALONE = 30, 12, 60
PER_PERSON = "60/1h"


def composing_crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Composer des groupes"), reverse("codev:compositions")), *more)


def composing_or_403(request: HttpRequest) -> None:
    if not permissions.can_compose(request.user):
        raise PermissionDenied


def found_or_404(request: HttpRequest, pk: int) -> Composition:
    composing_or_403(request)
    found = Composition.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(f"No composition {pk}.")
    return found


@never_cache
@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    composing_or_403(request)
    page = Paginator(queries.every(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"crumbs": crumbs((_("Composer des groupes"), "")), "page": page}
    return render(request, "codev/composition_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("codev.call_new", per_person=PER_PERSON)
def new(request: HttpRequest) -> HttpResponse:
    composing_or_403(request)
    form = CallForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        made = services.open_call(form.said(), by=request.user, now=timezone.now())
        messages.success(request, _("L’appel est ouvert. Les membres du réseau en sont prévenus."))
        return redirect(made)
    context = {"crumbs": composing_crumbs((_("Nouvel appel"), "")), "form": form}
    return render(request, "codev/composition_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@login_required
def composition(request: HttpRequest, pk: int) -> HttpResponse:
    """Who answered; the groups proposed, why each sits there, what could not be satisfied."""
    found = found_or_404(request, pk)
    gathered = queries.gather(found)
    shown = Proposal(gathered)
    page = Paginator(gathered.groups, GROUPS_PER_PAGE).get_page(request.GET.get("page"))
    alone = shown.alone() if found.state == CompositionState.PROPOSED else []
    job = queries.running_job(found)
    context = {
        "crumbs": composing_crumbs((found.title, "")),
        "found": found,
        "asked": len(gathered.people),
        "silent": sum(not person.free for person in gathered.people),
        "placed": len(gathered.people) - len(shown.left),
        "page": page,
        "groups": shown.groups(list(page)),
        "alone": alone[:MOST_ALONE],
        "more_alone": max(0, len(alone) - MOST_ALONE),
        "job": job,
        "can_move": found.state == CompositionState.PROPOSED and job is None,
        "missing": max(0, found.smallest - len(gathered.people)),
        "answerers": _answerers(gathered) if found.state == CompositionState.OPEN else [],
    }
    return render(request, "codev/composition.html", context)


def _answerers(gathered: queries.Gathered) -> list[dict[str, Any]]:
    """Who answered, with what the composer reads of each."""
    return [
        {
            "name": gathered.requests[person.id].member.get_full_name(),
            "region": person.region,
            "said_hours": bool(person.free),
            "metiers": len(person.metiers),
        }
        for person in gathered.people
    ]


@require_POST
@login_required
@limits.limit("codev.compose", per_person=PER_PERSON)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_or_404(request, pk)
    try:
        job = services.start_composing(found, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect(found)
    job.refresh_from_db()
    return redirect(found if job.is_finished else job)


@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_or_404(request, pk)
    try:
        job = services.accept(found, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect(found)
    messages.success(request, _("Les groupes s’ouvrent, et chaque personne reçoit son invitation."))
    job.refresh_from_db()
    return redirect(found if job.is_finished else job)


@require_POST
@login_required
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_or_404(request, pk)
    try:
        services.drop(found, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect(found)
    messages.success(request, _("L’appel est abandonné. Aucun groupe n’est ouvert."))
    return redirect("codev:compositions")


@require_POST
@login_required
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell those without a seat which hours would give one: each reads hers on her own page."""
    found = found_or_404(request, pk)
    if found.state != CompositionState.PROPOSED:
        messages.warning(request, _("Cet appel n’en est plus là\u00a0: rechargez la page."))
        return redirect(found)
    gathered = queries.gather(found)
    left = Proposal(gathered).left
    for at in left:
        services.tell_unplaced(gathered.requests[gathered.people[at].id], by=request.user, now=timezone.now())
    told = ngettext("%(count)s personne est prévenue.", "%(count)s personnes sont prévenues.", len(left))
    messages.success(request, told % {"count": len(left)})
    return redirect(found)
