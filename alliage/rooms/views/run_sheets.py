"""Run sheets: read them, make one's own, take them away. They are changed in `editing_run_sheets`."""

import json
from datetime import time

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.formats import documents, pdf
from alliage.refusals import Refusal
from alliage.rooms import permissions
from alliage.rooms.enums import Pace
from alliage.rooms.forms.run_sheets import FileForm, NewForm
from alliage.rooms.models import RunSheet
from alliage.rooms.queries import run_sheets as queries
from alliage.rooms.services import run_sheets as services
from alliage.rooms.sheet import of_sheet
from alliage.rooms.views.preparing import crumbs
from alliage.rooms.views.rooms import inside_or_404
from alliage.ui import limits

PER_PERSON = "60/10m"


def sheet_crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Déroulés"), reverse("rooms:run_sheets")), *more)


def found_or_404(request: HttpRequest, pk: int) -> RunSheet:
    """A run sheet for whoever may read it; for others it does not exist."""
    found = queries.by_number(pk)
    if found is None or not permissions.can_read_run_sheet(request.user, found):
        raise Http404(f"No run sheet {pk} for this person.")
    return found


@never_cache
@require_safe
def run_sheets(request: HttpRequest) -> HttpResponse:
    """Mine, those of the platform, those that others share."""
    context = {"crumbs": crumbs((_("Déroulés"), "")), "listed": queries.listed(request.user)}
    return render(request, "rooms/run_sheets.html", context)


@never_cache
@require_safe
def run_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One run sheet, read: its ring, its phases, what each one does."""
    found = found_or_404(request, pk)
    sheet = found.sheet
    start = start_of(request)
    context = {
        "crumbs": sheet_crumbs((sheet.title, "")),
        "run_sheet": found,
        "sheet": sheet,
        "steps": queries.steps(sheet, start=start),
        "arcs": queries.ring(sheet),
        "lasts": queries.whole(sheet),
        "until": queries.until(sheet, start) if start and sheet.pace == Pace.LIVE else "",
        "start": f"{start:%H:%M}" if start else "",
        "people": queries.people(sheet),
        "is_mine": permissions.can_edit(request.user, found),
        "is_live": sheet.pace == Pace.LIVE,
        "made_from": _source_of(request, found),
    }
    return render(request, "rooms/run_sheet.html", context)


def _source_of(request: HttpRequest, found: RunSheet) -> RunSheet | None:
    """What it was made from, when this reader may read it too."""
    source = found.made_from
    return source if source is not None and permissions.can_read_run_sheet(request.user, source) else None


def start_of(request: HttpRequest) -> time | None:
    """The hour asked (`?debut=14:30`), if it is one."""
    try:
        return time.fromisoformat(request.GET.get("debut", "")[:5])
    except ValueError:
        return None


# --- Taking away ---------------------------------------------------------------------------------------------------


@never_cache
@require_safe
def run_sheet_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The facilitator's sheet."""
    found = found_or_404(request, pk)
    address = request.build_absolute_uri(found.get_absolute_url())
    made = of_sheet(found.sheet, start=start_of(request), address=address, now=timezone.now())
    return pdf.response(made, documents.filename(found.sheet.title, "pdf"))


@never_cache
@require_safe
def room_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The facilitator's sheet of a room, for those who facilitate it; its file is named after nothing that was typed."""
    room, person = inside_or_404(request, code)
    if not (person.facilitates or person.may_facilitate):
        raise Http404("Not for this person.")
    start = start_of(request) or queries.local_hour(room.opened_at)
    address = request.build_absolute_uri(room.get_absolute_url())
    made = of_sheet(room.sheet, start=start, address=address, now=timezone.now(), title=room.title)
    return pdf.response(made, "fiche-animation.pdf")


@never_cache
@require_safe
def run_sheet_json(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that it says, to be brought in elsewhere."""
    found = found_or_404(request, pk)
    text = json.dumps(services.taken_away(found), ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{documents.filename(found.sheet.title, "json")}"'
    return answer


# --- Making one's own ----------------------------------------------------------------------------------------------


@never_cache
@require_POST
@login_required
@limits.limit("rooms.run_sheet", per_person=PER_PERSON)
def clone(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_or_404(request, pk)
    try:
        mine = services.clone(found, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(found)
    messages.success(request, _("Ce déroulé est à vous\u00a0: changez ce que vous voulez."))
    return redirect("rooms:run_sheet_edit", pk=mine.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("rooms.run_sheet", per_person=PER_PERSON)
def new(request: HttpRequest) -> HttpResponse:
    """From nothing, or from a file."""
    is_file = "bring_in" in request.POST
    form = NewForm(request.POST if request.method == "POST" and not is_file else None)
    file_form = FileForm(request.POST if is_file else None, request.FILES if is_file else None)
    sent = file_form if is_file else form
    if sent.is_bound and sent.is_valid():
        try:
            mine = _made(request, form, file_form)
        except Refusal as refusal:
            sent.add_error("file" if is_file else "title", refusal.message)
        else:
            return redirect("rooms:run_sheet_edit", pk=mine.pk)
    context = {"crumbs": sheet_crumbs((_("Nouveau déroulé"), "")), "form": form, "file_form": file_form}
    return render(request, "rooms/run_sheet_new.html", context, status=422 if sent.errors else 200)


def _made(request: HttpRequest, form: NewForm, file_form: FileForm) -> RunSheet:
    now = timezone.now()
    if file_form.is_bound:
        raw = file_form.cleaned_data["file"].read(services.HEAVIEST_FILE + 1)
        return services.bring_in(raw, by=request.user, now=now)
    given = form.cleaned_data
    return services.make(given["title"], pace=given["pace"], by=request.user, now=now)
