"""« Je cherche un groupe »: calls to answer, one's answer and one's wishes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.codev.forms.compositions import AnswerForm, WishForm
from alliage.codev.models import Composition, SeatRequest
from alliage.codev.queries import availabilities
from alliage.codev.queries import compositions as queries
from alliage.codev.queries.proposals import Proposal
from alliage.codev.registry import firsts
from alliage.codev.services import compositions as services
from alliage.codev.views.groups import crumbs
from alliage.directory.models import Entry
from alliage.refusals import Refusal
from alliage.ui import limits

PER_PERSON = "60/1h"


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Chercher un groupe"), reverse("codev:seek")), *more)


@never_cache
@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "crumbs": crumbs((_("Chercher un groupe"), "")),
        "calls": queries.for_member(request.user, today),
        "hours": availabilities.said(availabilities.ticked(request.user)),
        "rules": [first.rule for first in firsts],
    }
    return render(request, "codev/composition_seek.html", context)


def _found(request: HttpRequest, pk: int) -> tuple[Composition, SeatRequest | None]:
    """A call that one may answer, or that one answered."""
    found = Composition.objects.filter(pk=pk).first()
    mine = queries.request_of(request.user, found) if found else None
    if found is None or not (mine or queries.can_answer(found, timezone.now())):
        raise Http404(f"No call {pk} for this person.")
    return found, mine


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("codev.call", per_person=PER_PERSON)
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer, see where one's answer stands."""
    found, mine = _found(request, pk)
    initial = {"with_colleagues": mine.with_colleagues} if mine else None
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        member: Any = request.user
        try:
            services.answer_call(found, **form.cleaned_data, by=member, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Votre réponse est enregistrée."))
            return redirect("codev:call", found.pk)
    return _page(request, found, mine, form, WishForm(viewer=request.user))


def _page(
    request: HttpRequest, found: Composition, mine: SeatRequest | None, form: AnswerForm, wish_form: WishForm
) -> HttpResponse:
    context = {
        "crumbs": _crumbs((found.title, "")),
        "call": found,
        "mine": mine,
        "form": form,
        "wish_form": wish_form,
        "wishes": list(queries.wishes_of(mine)) if mine else [],
        "hours": availabilities.said(availabilities.ticked(request.user)),
        "place": availabilities.place(availabilities.zone_name(request.user)),
        "alone": _alone(found, mine) if mine else None,
    }
    refused = form.errors or wish_form.errors
    return render(request, "codev/composition_call.html", context, status=422 if refused else 200)


def _alone(found: Composition, mine: SeatRequest) -> Any:
    """Why one has no seat in the proposal, and what would give one; never who is where."""
    if found.state != "proposed" or hasattr(mine, "seat"):
        return None
    return Proposal(queries.gather(found)).of_alone(mine.member_id)


@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    found, _mine = _found(request, pk)
    member: Any = request.user
    try:
        services.take_back(found, by=member, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect("codev:call", found.pk)
    messages.success(request, _("Votre réponse est retirée."))
    return redirect("codev:seek")


@never_cache
@require_POST
@login_required
@limits.limit("codev.wish", per_person=PER_PERSON)
def wish(request: HttpRequest, pk: int) -> HttpResponse:
    found, mine = _found(request, pk)
    if mine is None:
        raise Http404("Wishes follow an answer.")
    wish_form = WishForm(request.POST, viewer=request.user)
    if wish_form.is_valid() and _wished(request, mine, wish_form):
        messages.success(request, _("Votre souhait est enregistré. Personne d’autre que vous ne le lit."))
        return redirect("codev:call", found.pk)
    return _page(request, found, mine, AnswerForm(initial={"with_colleagues": mine.with_colleagues}), wish_form)


def _wished(request: HttpRequest, mine: SeatRequest, form: WishForm) -> bool:
    member: Any = request.user
    entry = Entry.objects.select_related("owner").filter(pk=form.cleaned_data["person"].id).first()
    try:
        if entry is None or entry.owner is None:
            raise services.CompositionRefused(
                _("Cette personne n’a pas de compte\u00a0: elle n’est dans aucun groupe.")
            )
        services.wish(mine, entry.owner, form.cleaned_data["kind"], by=member, now=timezone.now())
    except Refusal as refusal:
        form.add_error("person", refusal.message)
        return False
    return True


@require_POST
@login_required
def drop_wish(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found, mine = _found(request, pk)
    member: Any = request.user
    if mine is not None:
        services.drop_wish(mine, number, by=member, now=timezone.now())
        messages.success(request, _("Ce souhait est retiré."))
    return redirect("codev:call", found.pk)
