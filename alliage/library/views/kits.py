"""Kits that are run: launch one, follow it step by step, take it away; what one takes away of a kit."""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.formats import documents, docx, odt, pdf
from alliage.formats.documents import Document
from alliage.library import kit_sheets, permissions
from alliage.library.enums import StepState
from alliage.library.forms.kits import LONGEST_STEP, RollForm, RunForm, StepsForm
from alliage.library.models import KitRun, Resource
from alliage.library.queries import kits as queries
from alliage.library.queries import packs as queries_packs
from alliage.library.services import kits as services
from alliage.library.services import lineage, rolling
from alliage.library.services.kits import Typed, mark
from alliage.library.views.packs import pack_file, pack_page
from alliage.library.views.resources import address_of, crumbs, found_or_404, place_of_reader
from alliage.refusals import Refusal
from alliage.ui import limits

PER_PERSON = "30/10m"
PER_PAGE = 40


def _run_crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Mes kits lancés"), reverse("library:kit_runs")), *more)


def _run_or_404(request: HttpRequest, pk: int) -> KitRun:
    """A run for its people; for others it does not exist."""
    run = queries.run_by_number(pk)
    if run is None or not permissions.can_use_run(request.user, run):
        raise Http404(f"No run {pk} for this person.")
    return run


def _kit_or_404(request: HttpRequest, pk: int) -> Resource:
    kit = found_or_404(request, pk)
    if not (kit.is_shown and kit.content.get("kit_items")):
        raise Http404(f"Resource {pk} has no step to run.")
    return kit


# --- Launch --------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("library.kit_launch", per_person=PER_PERSON)
def launch(request: HttpRequest, pk: int) -> HttpResponse:
    """A name, a territory, with whom: three questions, all but the first may stay empty."""
    kit = _kit_or_404(request, pk)
    posted = request.POST if request.method == "POST" else None
    place = place_of_reader(request)
    known = {"name": kit.title[: services.LONGEST_NAME], "territory": f"{place.kind}:{place.code}" if place else ""}
    form = RunForm(posted, member=request.user, initial=known)
    if posted is not None and form.is_valid():
        try:
            run = services.launch(kit, form.said(), sent=_sent(request), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est lancé. Cochez chaque étape quand elle est faite."))
            return redirect(run)
    context = {
        "crumbs": crumbs((kit.title, kit.get_absolute_url()), (_("Lancer ce kit"), "")),
        "kit": kit,
        "sheet": queries.run_sheet(kit.content["kit_items"], {}),
        "form": form,
        "sent": _sent(request) or secrets.token_hex(16),
    }
    return render(request, "library/kit_launch.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest) -> str:
    """What tells one display of a form from another."""
    return request.POST.get("sent", "")[:64].replace("\0", "")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("library.kit_roll", per_person=PER_PERSON)
def roll(request: HttpRequest, pk: int) -> HttpResponse:
    """The kit as a run sheet of one's own, from which a room is prepared."""
    kit = _kit_or_404(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = RollForm(posted, kit=kit)
    if posted is not None and form.is_valid():
        try:
            made = rolling.roll(kit, form.said(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request, _("Ce déroulé est à vous\u00a0: préparez une salle, ou changez ce que vous voulez.")
            )
            return redirect(made)
    context = {
        "crumbs": crumbs((kit.title, kit.get_absolute_url()), (_("Dérouler ce kit en séance"), "")),
        "kit": kit,
        "form": form,
        "longest": LONGEST_STEP,
        "copies": lineage.may_copy(kit),
    }
    return render(request, "library/kit_roll.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@login_required
def runs(request: HttpRequest) -> HttpResponse:
    """Those I launched, and those shared with me."""
    page = Paginator(queries.runs_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"crumbs": crumbs((_("Mes kits lancés"), "")), "runs": list(page), "page": page}
    return render(request, "library/kit_runs.html", context)


# --- Follow --------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist: one form, whose every button keeps all the notes that were typed."""
    found = _run_or_404(request, pk)
    if request.method == "POST":
        return _act(request, found)
    return _page(request, found)


def _page(
    request: HttpRequest,
    run: KitRun,
    *,
    typed: dict[str, str] | None = None,
    error: str = "",
    at: str = "",
    status: int = 200,
) -> HttpResponse:
    """The run as it stands; `typed` holds what could not be kept, by name of field."""
    lines = queries.lines_of(run)
    here = [line for line in lines if not line.step.is_gone]
    context = {
        "crumbs": _run_crumbs((run.name, "")),
        "run": run,
        "lines": [_shown(line, typed or {}, at) for line in here],
        "gone": [line for line in lines if line.step.is_gone],
        "settled": sum(line.is_settled for line in here),
        "total": len(here),
        "sheet": queries.run_sheet([line.item for line in here if line.item], {}),
        "moved": queries.what_moved(run),
        "may_settle": permissions.can_settle_run(request.user, run),
        "error": error,
        "at": at,
    }
    return render(request, "library/kit_run.html", context, status=status)


def _shown(line: queries.Line, typed: dict[str, str], at: str) -> dict[str, Any]:
    """What the page shows of a step; what was typed and refused stands in its fields, beside what somebody else wrote."""
    key, note = line.step.key, line.step.note
    text = typed.get(f"note_{key}", note)
    return {
        "step": line.step,
        "item": line.item,
        "sheet": line.sheet,
        "note": text,
        "other": note if text != note and note else "",
        "mark": mark(note),
        "reason": typed.get(f"reason_{key}", line.step.reason),
        "is_open": key == at or f"note_{key}" in typed,
        "is_settled": line.is_settled,
    }


def _act(request: HttpRequest, run: KitRun) -> HttpResponse:
    keys = list(run.steps.values_list("key", flat=True))
    form = StepsForm(request.POST, keys=keys)
    form.full_clean()
    said, now = form.cleaned_data, timezone.now()
    notes = {key: Typed(said[f"note_{key}"], said[f"was_{key}"]) for key in keys if f"note_{key}" in request.POST}
    crossed = services.write_notes(run, notes, by=request.user, now=now)
    act, _colon, key = said["act"].partition(":")
    try:
        if act == "follow":
            services.follow(run, by=request.user, now=now)
            messages.success(request, _("Le lancement suit la dernière version. Ce qui était coché le reste."))
        elif act in StepState.values:
            services.move_step(run, key, act, reason=said.get(f"reason_{key}", ""), by=request.user, now=now)
    except Refusal as refusal:
        return _page(request, run, typed=_kept(said, crossed, key), error=refusal.message, at=key, status=422)
    if crossed:
        error = _(
            "Quelqu’un a écrit une note entre-temps\u00a0: la vôtre est gardée ici, à côté de la sienne. Réunissez-les."
        )
        return _page(request, run, typed=_kept(said, crossed, ""), error=error, at=crossed[0].key, status=409)
    if act not in (*StepState.values, "follow"):
        messages.success(request, _("Notes enregistrées."))
    return redirect(run.get_absolute_url() + (f"#etape-{key}" if key in keys else ""))


def _kept(said: dict[str, str], crossed: list[Any], key: str) -> dict[str, str]:
    """What was typed and is not in the database: notes that crossed another, the reason of the step that was refused."""
    kept = {f"note_{step.key}": said[f"note_{step.key}"] for step in crossed}
    return kept | ({f"reason_{key}": said[f"reason_{key}"]} if f"reason_{key}" in said else {})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share, name the territory, throw away."""
    found = _run_or_404(request, pk)
    if not permissions.can_settle_run(request.user, found):
        raise PermissionDenied
    if request.method == "POST" and "remove" in request.POST:
        services.remove(found, by=request.user, now=timezone.now())
        messages.success(request, _("Ce lancement est supprimé, avec ses notes."))
        return redirect("library:kit_runs")
    form = RunForm(request.POST if request.method == "POST" else None, member=request.user, run=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.settle(found, form.said(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(found)
    context = {
        "crumbs": _run_crumbs((found.name, found.get_absolute_url()), (_("Réglages"), "")),
        "run": found,
        "form": form,
    }
    return render(request, "library/kit_run_settings.html", context, status=422 if form.errors else 200)


# --- Take away -----------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def run_format(request: HttpRequest, pk: int, extension: str) -> HttpResponse:
    """The checklist on paper or in a word processor, for its people."""
    found = _run_or_404(request, pk)
    return WRITERS[extension](kit_sheets.of_run(found, queries.lines_of(found)))


def _pdf(said: Document) -> HttpResponse:
    return pdf.response(pdf.sheet(said, now=timezone.now()), documents.filename(said.title, "pdf"))


WRITERS: dict[str, Callable[[Document], HttpResponse]] = {
    "pdf": _pdf,
    "docx": lambda said: docx.response(said, now=timezone.now()),
    "odt": lambda said: odt.response(said, now=timezone.now()),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("library.pack", per_person="12/10m")
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """The formats of a kit. A heavy ZIP is asked here, and the page says how far it is."""
    kit = _kit_or_404(request, pk)
    return pack_page(
        request,
        ("kit", kit.pk),
        queries_packs.of_kit(kit),
        zip_url=reverse("library:kit_zip", args=[kit.pk, kit.slug]),
        context={
            "crumbs": crumbs((kit.title, kit.get_absolute_url()), (_("Emporter ce kit"), "")),
            "formats": [(extension.upper(), address_of(kit, extension)) for extension in ("pdf", "docx", "odt")],
            "back": kit.get_absolute_url(),
        },
    )


@require_safe
def kit_zip(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """The kit with its sheets and files: sent when it is made or light, else asked on its page."""
    kit = _kit_or_404(request, pk)
    return pack_file(queries_packs.of_kit(kit), ask_url=reverse("library:kit_take", args=[kit.pk]))
