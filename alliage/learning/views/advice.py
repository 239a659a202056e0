"""Advice: what a territory received, one advice and what is made of it, proposing something."""

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
from django.views.decorators.http import require_http_methods, require_safe

from alliage.learning.enums import AdviceState
from alliage.learning.forms.advice import AdviceForm
from alliage.learning.models import Advice, TerritoryFile
from alliage.learning.permissions import can_advise, can_see_advice, can_see_file, can_write_file, sent_advice
from alliage.learning.queries import advice as queries
from alliage.learning.services import advice as services
from alliage.learning.views.finding import file_crumbs, file_or_404
from alliage.refusals import Refusal
from alliage.ui.limits import limit

PER_PERSON = "30/1h"


def _crumbs(file: TerritoryFile, *more: tuple[str, str]) -> list[tuple[str, str]]:
    url = reverse("learning:advice", args=[file.pk])
    return file_crumbs(file, (_("Conseils reçus"), url if more else ""), *more)


@never_cache
@require_safe
@login_required
def received(request: HttpRequest, number: str) -> HttpResponse:
    """What waits first; what became of the others."""
    file = file_or_404(request, number)
    lines = queries.of_file(file)
    context = {
        "crumbs": _crumbs(file),
        "file": file,
        "waiting": [line for line in lines if line.is_waiting],
        "answered": [line for line in lines if not line.is_waiting],
        "can_write": can_write_file(request.user, file),
        "can_advise": can_advise(request.user, file),
    }
    return render(request, "learning/advice.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("learning.advice", per_person=PER_PERSON)
def new(request: HttpRequest, number: str) -> HttpResponse:
    """`?quoi=resource:12` begins with it."""
    file = file_or_404(request, number)
    if not can_advise(request.user, file):
        raise PermissionDenied
    asked = request.GET.get("quoi", "")[:60].replace("\x00", "")
    form = AdviceForm(request.POST if request.method == "POST" else None, viewer=request.user, initial={"what": asked})
    if form.is_bound and form.is_valid():
        try:
            services.send(file, form.chosen(), text=form.cleaned_data["note"], by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est proposé. Vous verrez ici quand l’équipe l’aura ouvert."))
            return redirect("learning:advice", file.pk)
    context = {"crumbs": _crumbs(file, (_("Proposer"), "")), "file": file, "form": form}
    return render(request, "learning/advice_form.html", context, status=422 if form.errors else 200)


def _advice_or_404(request: HttpRequest, number: Any, pk: Any) -> Advice:
    found = queries.advice(number, pk)
    if found is None or not can_see_advice(request.user, found):
        raise Http404(f"No advice {pk} for this person.")
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def one(request: HttpRequest, number: str, pk: str) -> HttpResponse:
    """Its word, and one gesture. Opened by the team, it says so to who sent it."""
    found = _advice_or_404(request, number, pk)
    can_write = can_write_file(request.user, found.file)
    if request.method == "POST":
        return _answered(request, found, can_write=can_write)
    if can_write and not sent_advice(request.user, found) and _is_read(request):
        services.opened(found, by=request.user, now=timezone.now())
    context = {
        "crumbs": _crumbs(found.file, (_("Un conseil"), "")) if can_see_file(request.user, found.file) else [],
        "file": found.file,
        "line": queries.line(found),
        "advice": found,
        "can_write": can_write,
        "is_mine": sent_advice(request.user, found),
    }
    return render(request, "learning/advice_one.html", context)


def _is_read(request: HttpRequest) -> bool:
    """A browser that fetches ahead, or asks for the head alone, read nothing."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


def _answered(request: HttpRequest, advice: Advice, *, can_write: bool) -> HttpResponse:
    act = request.POST.get("act", "")
    said: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    here = redirect("learning:advice_one", advice.file_id, advice.pk)
    try:
        if act == "take_back" and sent_advice(request.user, advice):
            services.take_back(advice, **said)
            messages.success(request, _("Votre conseil est repris\u00a0: il n’est plus dans le dossier."))
            is_inside = can_see_file(request.user, advice.file)
            return redirect(reverse("learning:advice", args=[advice.file_id]) if is_inside else "/mon-espace/")
        if not can_write:
            raise PermissionDenied
        if act == "plan":
            made = services.plan(advice, **said)
            messages.success(request, _("C’est au plan. Vous pouvez dire qui la porte et pour quand."))
            return redirect("learning:action", made.file_id, made.pk)
        state = {"accept": AdviceState.ACCEPTED, "aside": AdviceState.SET_ASIDE}.get(act)
        if state is None:
            messages.error(request, _("Ce geste n’existe pas ici."))
            return here
        services.answer(advice, state, **said)
        messages.success(request, _("C’est noté\u00a0: la personne qui l’a proposé le voit."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return here
    return redirect("learning:advice", advice.file_id)
