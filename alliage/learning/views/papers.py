"""A diagnostic on paper: print sheets, send photographs, confirm what was read, type a sheet. For the team of the file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.formats import pdf
from alliage.learning import paper_layout, paper_sheets
from alliage.learning.forms.papers import PageForm, SheetForm
from alliage.learning.models import Diagnostic, PaperPage
from alliage.learning.queries import papers as queries
from alliage.learning.queries.diagnostics import title_of
from alliage.learning.services import papers as services
from alliage.learning.views.finding import Crumbs, diagnostic_or_404, file_crumbs, member_of, written_or_404
from alliage.paper import pictures
from alliage.paper.enums import PaperState
from alliage.paper.forms import CopiesForm, PhotographsForm
from alliage.refusals import Refusal
from alliage.ui import limits

PER_PERSON = "120/1h"


def _found_or_404(request: HttpRequest, pk: str, number: str) -> Diagnostic:
    """A diagnostic of a file, for its team."""
    return diagnostic_or_404(written_or_404(request, pk), number)


def _address(found: Diagnostic, name: str = "paper") -> str:
    return reverse(f"learning:{name}", args=[found.file_id, found.number])


def _crumbs(found: Diagnostic, *more: tuple[str, str]) -> Crumbs:
    assert found.file is not None  # _found_or_404
    return file_crumbs(
        found.file,
        (title_of(found), found.get_absolute_url()),
        (_("Sur papier"), _address(found) if more else ""),
        *more,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.paper", per_person=PER_PERSON)
def paper(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """The three steps: print, photograph, confirm."""
    found = _found_or_404(request, pk, number)
    form = PhotographsForm(request.POST, request.FILES) if request.method == "POST" else PhotographsForm()
    if request.method == "POST" and form.is_valid():
        try:
            job = services.send(found, form.cleaned_data["photos"], by=member_of(request), now=timezone.now())
        except Refusal as refusal:
            form.add_error("photos", refusal.message)
        else:
            return redirect(job)
    counts = queries.counts(found)
    context = {
        "crumbs": _crumbs(found),
        "diagnostic": found,
        "title": title_of(found),
        "copies": CopiesForm(),
        "sheets_url": _address(found, "paper_sheets"),
        "typed_url": _address(found, "paper_typed"),
        "form": form,
        "waiting": [_line(found, each) for each in queries.waiting(found)],
        "confirmed": counts.get(PaperState.CONFIRMED, 0),
        "erased": counts.get(PaperState.ERASED, 0),
    }
    return render(request, "learning/paper.html", context, status=422 if form.errors else 200)


def _line(found: Diagnostic, each: queries.Waiting) -> dict[str, Any]:
    page = each.page
    name = paper_sheets.name_of(page.series, page.copy)
    is_read = page.state == PaperState.READ
    return {
        "title": _("%(name)s, page %(page)d") % {"name": name, "page": page.page} if is_read else _("Une photo"),
        "url": reverse("learning:paper_page", args=[found.file_id, found.number, page.pk]),
        "state": page.state,
        "doubts": each.doubts,
    }


@never_cache
@require_safe
@login_required
@limits.limit("learning.paper_sheets", per_person="30/1h")
def sheets(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """The file to print; a printing has its own numbers."""
    found = _found_or_404(request, pk, number)
    form = CopiesForm(request.GET or {"exemplaires": "1"})
    if not form.is_valid():
        messages.error(request, _("De une à soixante feuilles à la fois."))
        return redirect(_address(found))
    made = paper_sheets.printed(
        found, form.cleaned_data["exemplaires"], series=paper_sheets.new_series(), now=timezone.now()
    )
    return pdf.response(made, f"diagnostic-{found.number}-feuilles.pdf")


# --- What was read ---------------------------------------------------------------------------------------------------


def _page_or_404(found: Diagnostic, page: str) -> PaperPage:
    row = queries.page_of(found, int(page))
    if row is None:
        raise Http404(f"No page {page} waits.")
    return row


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.paper_page", per_person="600/1h")
def page(request: HttpRequest, pk: str, number: str, page: str) -> HttpResponse:
    """Settle what is doubtful, look at the rest; nothing counts before."""
    found = _found_or_404(request, pk, number)
    row = _page_or_404(found, page)
    if request.method == "POST" and request.POST.get("act") == "remove":
        services.remove(row, by=member_of(request), now=timezone.now())
        messages.success(request, _("La photo est effacée. Elle ne compte pas."))
        return redirect(_address(found))
    place = queries.sides(found, row)
    form = PageForm(request.POST or None, page=place, boxes=row.boxes) if place is not None else None
    if request.method == "POST" and form is not None and _confirmed(request, row, form):
        return redirect(_next(found))
    context = {
        "crumbs": _crumbs(found, (_("Confirmer"), "")),
        "title": _("%(name)s, page %(page)d") % {"name": paper_sheets.name_of(row.series, row.copy), "page": row.page}
        if form
        else _("Une photo que nous n’avons pas pu lire"),
        "page": row,
        "form": form,
        "typed_url": _address(found, "paper_typed"),
        "base": reverse("learning:paper_page", args=[found.file_id, found.number, row.pk]),
    }
    return render(request, "learning/paper_page.html", context, status=422 if form and form.errors else 200)


def _confirmed(request: HttpRequest, row: PaperPage, form: PageForm) -> bool:
    if not form.is_valid():
        return False
    try:
        services.confirm(row, form.cleaned_data, by=member_of(request), now=timezone.now())
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, _("La page est confirmée\u00a0: ses réponses comptent, la photo est effacée."))
    return True


def _next(found: Diagnostic) -> str:
    """The next page that waits, so that one goes through the pile."""
    left = [each.page for each in queries.waiting(found) if each.page.state == PaperState.READ]
    if not left:
        return _address(found)
    return reverse("learning:paper_page", args=[found.file_id, found.number, left[0].pk])


@never_cache
@require_safe
@login_required
def line(request: HttpRequest, pk: str, number: str, page: str, code: str) -> HttpResponse:
    """One line of the picture, or what is written by hand."""
    found = _found_or_404(request, pk, number)
    row = _page_or_404(found, page)
    place = queries.sides(found, row)
    bounds = paper_layout.bounds(place, code) if place is not None else None
    if bounds is None or row.file is None:
        raise Http404(f"No line {code} on page {page}.")
    with row.file.file.open("rb") as content:
        return HttpResponse(pictures.cut(content, bounds), content_type="image/jpeg")


# --- Typed -----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.paper_typed", per_person="600/1h")
def typed(request: HttpRequest, pk: str, number: str) -> HttpResponse:
    """One sheet after the other, with figures."""
    found = _found_or_404(request, pk, number)
    pages = queries.layout_of(found)
    form = SheetForm(request.POST or None, pages=pages, initial={"serie": paper_sheets.new_series()})
    if request.method == "POST" and form.is_valid():
        try:
            services.enter(
                found, form.said(), series=form.cleaned_data["serie"], by=member_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("La feuille est enregistrée. À la suivante."))
            return redirect(_address(found, "paper_typed"))
    context = {
        "crumbs": _crumbs(found, (_("Saisir à la main"), "")),
        "diagnostic": found,
        "form": form,
        "pages": [_side(each, form) for each in pages],
        "paper_url": _address(found),
    }
    return render(request, "learning/paper_typed.html", context, status=422 if form.errors else 200)


def _side(page: Any, form: SheetForm) -> dict[str, Any]:
    """A printed side, as one looks at it: its lines in their order, under the names of levers."""
    marks = [
        *((each.y, each.title, None) for each in page.headings),
        *((row.y, "", form[row.code]) for row in page.rows),
        *((note.y, "", form[note.code]) for note in (page.note,) if note is not None),
    ]
    return {
        "number": page.number,
        "lines": [(title, field) for _y, title, field in sorted(marks, key=lambda each: each[0])],
    }
