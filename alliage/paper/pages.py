"""Pages that every kind of slip shares: print, send photographs, go through what was read. Upper folders say who may, and the words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.formats import pdf
from alliage.paper import pictures, queries, services, sheets
from alliage.paper.enums import PaperState
from alliage.paper.forms import PhotographsForm, SlipsForm
from alliage.paper.kinds import Kind
from alliage.paper.layout import around
from alliage.refusals import Refusal


@dataclass(frozen=True)
class Desk:
    """Where the slips of an object are handled. `closed`: why it takes none any more, else "". `word`: « Bulletin », « Carte ».

    `url(name, *args)`: the address of « paper », « paper_sheets », « paper_slip », « paper_line » for this object.
    """

    kind: Kind
    about: Any
    url: Callable[..., str]
    title: str
    heading: str
    lead: str
    word: str
    closed: str
    advice: Sequence[str]
    back: tuple[str, str]
    crumbs: Sequence[tuple[str, str]] = ()

    def name_of(self, slip: Any) -> str:
        return f"{self.word}\u00a0{sheets.number_of(slip.series, slip.copy)}" if slip.series else _("Une photo")


def _member(request: HttpRequest) -> Any:
    """Whoever handles slips signed in: upper folders let nobody else in."""
    return request.user


def papers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The three steps: print, photograph, confirm."""
    form = PhotographsForm(request.POST, request.FILES) if request.method == "POST" else PhotographsForm()
    if request.method == "POST" and form.is_valid():
        try:
            job = services.send(
                desk.kind, desk.about, form.cleaned_data["photos"], by=_member(request), now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error("photos", refusal.message)
        else:
            return redirect(job)
    counts = queries.counts(desk.kind, desk.about)
    context = {
        "desk": desk,
        "copies": SlipsForm(),
        "form": form,
        "sheets_url": desk.url("paper_sheets"),
        "waiting": [
            {"slip": each, "title": desk.name_of(each), "url": desk.url("paper_slip", each.pk)}
            for each in queries.waiting(desk.kind, desk.about)
        ],
        "confirmed": counts.get(PaperState.CONFIRMED, 0),
        "erased": counts.get(PaperState.ERASED, 0),
    }
    return render(request, "paper/papers.html", context, status=422 if form.errors else 200)


def printed(request: HttpRequest, desk: Desk, printing: sheets.Printing, name: str) -> HttpResponse:
    """The file to print; a printing has its own numbers."""
    form = SlipsForm(request.GET or {"exemplaires": "1"})
    if desk.closed or not form.is_valid():
        messages.error(request, desk.closed or _("De un à cent vingt exemplaires à la fois."))
        return redirect(desk.url("paper"))
    made = sheets.printed(printing, form.cleaned_data["exemplaires"], series=sheets.new_series(), now=timezone.now())
    return pdf.response(made, name)


def slip_or_404(desk: Desk, number: str) -> Any:
    slip = queries.slip_of(desk.kind, desk.about, int(number))
    if slip is None:
        raise Http404(f"No slip {number} waits.")
    return slip


def removed(request: HttpRequest, desk: Desk, slip: Any) -> HttpResponse:
    services.remove(desk.kind, slip, by=_member(request), now=timezone.now())
    messages.success(request, _("La photo est effacée. Elle ne compte pas."))
    return redirect(desk.url("paper"))


def next_of(desk: Desk) -> str:
    """The next that waits, so that one goes through the pile."""
    found = queries.next_of(desk.kind, desk.about)
    return desk.url("paper_slip", found.pk) if found is not None else desk.url("paper")


def line(desk: Desk, slip: Any, code: str) -> HttpResponse:
    """One row of the picture."""
    laid = desk.kind.laid(desk.about, slip.edition)
    row = laid.page.row(code) if laid is not None else None
    if laid is None or row is None or slip.file is None:
        raise Http404(f"No row {code} on this slip.")
    with slip.file.file.open("rb") as content:
        return HttpResponse(pictures.cut(content, around(laid, row)), content_type="image/jpeg")
