"""Change a run sheet of one's own: the whole on one page, each phase on its own. One button does one thing, and all keep what is typed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.refusals import Refusal
from alliage.rooms import permissions
from alliage.rooms.enums import Pace
from alliage.rooms.forms.run_sheets import PhaseForm, SheetForm, captures_of
from alliage.rooms.models import RunSheet
from alliage.rooms.phases import MOST_PHASES
from alliage.rooms.queries import run_sheets as queries
from alliage.rooms.services import run_sheets as services
from alliage.rooms.views.run_sheets import PER_PERSON, found_or_404, sheet_crumbs
from alliage.ui import limits


def _mine_or_404(request: HttpRequest, pk: int) -> RunSheet:
    found = found_or_404(request, pk)
    if not permissions.can_edit(request.user, found):
        raise Http404(f"Run sheet {pk} is not this person's to change.")
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("rooms.run_sheet", per_person="240/10m")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, phases in their order, durations, who takes part."""
    found = _mine_or_404(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = SheetForm(posted, sheet=found.sheet, is_shared=found.is_shared)
    if posted is not None and form.is_valid():
        try:
            kept = services.settle(found, form.said(), seen=_seen(request), by=request.user, now=timezone.now())
            return _act(request, kept)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            found = _mine_or_404(request, pk)
    return _edit_page(request, found, form)


def _seen(request: HttpRequest) -> str:
    return request.POST.get("seen", "")[:64]


def _act(request: HttpRequest, kept: RunSheet) -> HttpResponse:
    """What the pressed button asks besides keeping: `up:code`, `down:code`, `drop:code`, `add:code`."""
    act, _colon, code = request.POST.get("act", "").replace("\x00", "").partition(":")
    common: dict[str, Any] = {"seen": services.mark(kept), "by": request.user, "now": timezone.now()}
    address = reverse("rooms:run_sheet_edit", args=[kept.pk])
    if act == "add":
        _kept, added = services.add_phase(kept, code, **common)
        return redirect("rooms:run_sheet_phase", pk=kept.pk, code=added)
    if act in {"up", "down"}:
        services.move_phase(kept, code, -1 if act == "up" else 1, **common)
        return redirect(f"{address}#etape-{code}")
    if act == "drop":
        services.remove_phase(kept, code, **common)
        messages.success(request, _("Étape retirée."))
        return redirect(f"{address}#etapes")
    messages.success(request, _("C’est enregistré."))
    return redirect(kept)


def _edit_page(request: HttpRequest, found: RunSheet, form: SheetForm) -> HttpResponse:
    sheet = form.sheet
    context = {
        "crumbs": sheet_crumbs((sheet.title, found.get_absolute_url()), (_("Modifier"), "")),
        "run_sheet": found,
        "sheet": sheet,
        "form": form,
        "seen": services.mark(found),
        "rows": [(step, form.length_of(step.phase.code)) for step in queries.steps(sheet)],
        "lasts": queries.whole(sheet),
        "is_live": sheet.pace == Pace.LIVE,
        "may_add": len(sheet.phases) < MOST_PHASES,
    }
    return render(request, "rooms/run_sheet_edit.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("rooms.run_sheet", per_person="240/10m")
def phase(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The inside of one phase."""
    found = _mine_or_404(request, pk)
    rank = found.sheet.rank(code)
    if rank is None:
        raise Http404(f"No such phase in run sheet {pk}.")
    posted = request.POST if request.method == "POST" else None
    here = found.sheet.phases[rank]
    form = PhaseForm(posted, sheet=found.sheet, phase=here)
    captures = captures_of(found.sheet, here, posted)
    seen = services.mark(found)
    if posted is not None and form.is_valid() and captures.is_valid():
        try:
            told = form.said(captures.said())
            services.set_phase(found, told, seen=_seen(request), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            seen = services.mark(_mine_or_404(request, pk))
        else:
            return _after_phase(request, found, code)
    is_refused = bool(form.errors) or (captures.is_bound and not captures.is_valid())
    context = {
        "crumbs": sheet_crumbs(
            (found.sheet.title, found.get_absolute_url()),
            (_("Modifier"), reverse("rooms:run_sheet_edit", args=[found.pk])),
            (here.title, ""),
        ),
        "run_sheet": found,
        "phase": here,
        "number": rank + 1,
        "count": len(found.sheet.phases),
        "form": form,
        "captures": captures,
        "seen": seen,
        "is_refused": is_refused,
    }
    return render(request, "rooms/run_sheet_phase.html", context, status=422 if is_refused else 200)


def _after_phase(request: HttpRequest, found: RunSheet, code: str) -> HttpResponse:
    """Back to the whole; or here again, when there is something else to write in this phase."""
    messages.success(request, _("Étape enregistrée."))
    if request.POST.get("act") == "more":
        return redirect(reverse("rooms:run_sheet_phase", args=[found.pk, code]) + "#ecrits")
    return redirect(reverse("rooms:run_sheet_edit", args=[found.pk]) + f"#etape-{code}")


@never_cache
@require_POST
@login_required
@limits.limit("rooms.run_sheet", per_person=PER_PERSON)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    found = _mine_or_404(request, pk)
    services.remove(found, by=request.user)
    messages.success(request, _("Ce déroulé est supprimé. Les salles déjà préparées gardent leur copie."))
    return redirect("rooms:run_sheets")
