"""The result of a diagnostic: read, taken away, compared or not; the result of a try, by its link."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.accounts.secret_links import private
from alliage.formats import csv, docx, json, pdf, pptx
from alliage.learning import radar, respondent_links, result_documents
from alliage.learning.models import Diagnostic
from alliage.learning.permissions import can_see_file, can_write_file
from alliage.learning.queries import comparison, proposals
from alliage.learning.queries import results as queries
from alliage.learning.queries.results import Found
from alliage.learning.result_documents import Taken
from alliage.learning.result_words import Priority, Reading
from alliage.learning.services import comparison as services
from alliage.learning.views.finding import file_crumbs
from alliage.refusals import Refusal
from alliage.rooms.queries import run_sheets
from alliage.ui import limits

TALK = "ecarts"
PER_PERSON = "60/10m"


def _found_or_404(request: HttpRequest, number: str, rank: str) -> Found | Diagnostic:
    """For whoever is in the file; for others it does not exist. Two queries."""
    found = queries.in_file(int(number), int(rank))
    diagnostic = found.diagnostic if isinstance(found, Found) else found
    if (
        found is None
        or diagnostic is None
        or diagnostic.file is None
        or not can_see_file(request.user, diagnostic.file)
    ):
        raise Http404(f"No result {rank} in file {number} for this person.")
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def result(request: HttpRequest, number: str, rank: str) -> HttpResponse:
    """Where the territory stands and what comes next. While the diagnostic is open there is none."""
    found = _found_or_404(request, number, rank)
    if isinstance(found, Diagnostic):
        messages.info(request, _("Le résultat se lit à la clôture\u00a0: avant, on devinerait qui a répondu quoi."))
        return redirect(found)
    if request.method == "POST":
        return _compared(request, found.diagnostic)
    file: Any = found.diagnostic.file
    url = _url(found.diagnostic)
    context = _context(request, found, now=timezone.now()) | {
        "file": file,
        "crumbs": file_crumbs(
            file, (_name(found.diagnostic), found.diagnostic.get_absolute_url()), (_("Résultat"), "")
        ),
        "can_write": can_write_file(request.user, file),
        "standing": comparison.standing(found.diagnostic),
        "add_url": reverse("learning:action_new", args=[file.pk]),
        "back": f"{request.get_full_path()}#suite",
        "roles_table": result_documents.roles_of(found.reading),
        "exports": [{"label": label, "url": f"{url[:-1]}.{form}"} for form, label in _forms(found.reading)],
    }
    return render(request, "learning/result.html", context)


def _url(diagnostic: Diagnostic) -> str:
    return reverse("learning:result", args=[diagnostic.file_id, diagnostic.number])


def _name(diagnostic: Diagnostic) -> str:
    return _("Diagnostic n°\u00a0%(number)d") % {"number": diagnostic.number}


def _forms(reading: Reading) -> list[tuple[str, str]]:
    """All of them, answers from three people on."""
    forms = [
        ("pdf", _("PDF de deux pages, pour les élus")),
        ("docx", "DOCX"),
        ("pptx", _("six diapositives (PPTX)")),
        ("csv", _("toutes les réponses (CSV)")),
        ("json", "JSON"),
    ]
    return [each for each in forms if each[0] != "csv" or reading.shows_detail]


def _compared(request: HttpRequest, diagnostic: Diagnostic) -> HttpResponse:
    """The team lets its result count, or takes it back."""
    assert diagnostic.file is not None  # _found_or_404
    if not can_write_file(request.user, diagnostic.file):
        raise Http404("Only the team decides that.")
    act = request.POST.get("act", "")
    try:
        if act == "compare":
            services.join(diagnostic, by=request.user, now=timezone.now())
            messages.success(
                request, _("Merci\u00a0: votre résultat comptera, sans votre nom, dès que cinq territoires attendent.")
            )
        elif act == "leave":
            services.leave(diagnostic, by=request.user, now=timezone.now())
            messages.success(request, _("Votre résultat ne compte plus dans les comparaisons."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(f"{_url(diagnostic)}#semblables")


def _context(request: HttpRequest, found: Found, *, now: datetime) -> dict[str, Any]:
    """What a file's result and a try's have in common."""
    reading, territory = found.reading, found.diagnostic.territory
    figures = comparison.beside(found.diagnostic)
    chosen = _chosen(reading, request.GET.get("levier", ""))
    return {
        "found": found,
        "diagnostic": found.diagnostic,
        "reading": reading,
        "change": found.change,
        "figures": figures,
        "group": comparison.group_of(territory) if territory is not None else None,
        "table": result_documents.table_of(reading, figures),
        "radar": _radar(found),
        "chosen": chosen,
        "tabs": _tabs(reading, chosen),
        "loop": proposals.loop(chosen.term, territory, request, now=now) if chosen else None,
    }


def _chosen(reading: Reading, asked: str) -> Priority | None:
    """The priority whose proposals are shown; the first unless another is asked."""
    known = {each.term.code: each for each in reading.priorities}
    return known.get(asked) or next(iter(reading.priorities), None)


def _tabs(reading: Reading, chosen: Priority | None) -> list[dict[str, Any]]:
    return [
        {"label": each.term.short, "url": f"?levier={each.term.code}#suite", "current": each is chosen}
        for each in reading.priorities
    ]


def _radar(found: Found) -> SafeString | str:
    axes = found.reading.axes(found.reading_before)
    if not radar.is_drawable(axes):
        return ""
    return mark_safe(radar.svg(axes, words=found.reading.in_words))  # noqa: S308 escaped where it is drawn


# --- To take away --------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
@limits.limit("learning.result_export", per_person=PER_PERSON)
def export(request: HttpRequest, number: str, rank: str, form: str) -> HttpResponse:
    """Whoever reads the page takes it away."""
    found = _found_or_404(request, number, rank)
    if isinstance(found, Diagnostic):
        raise Http404("Still open: there is no result.")
    name = f"resultat-{found.diagnostic.number}.{form}"
    if form == "csv":
        columns = queries.columns(found.diagnostic.opening)
        if columns.are_hidden:
            raise Http404("Below three people, answers are someone's.")
        streamed: Any = csv.response(name, columns.header, columns.rows, excel="excel" in request.GET)
        return streamed
    now = timezone.now()
    taken = _taken(request, found, now=now)
    if form == "json":
        answer = HttpResponse(json.dumps(result_documents.data(taken)), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    if form == "docx":
        return docx.response(result_documents.document(taken), now=now, filename=name)
    if form == "pptx":
        return pptx.response(result_documents.slides(taken), now=now, filename=name)
    return pdf.response(result_documents.two_pages(taken, now=now), name)


def _taken(request: HttpRequest, found: Found, *, now: datetime) -> Taken:
    territory = found.diagnostic.territory
    figures = comparison.beside(found.diagnostic)
    loops = [proposals.loop(each.term, territory, request, now=now) for each in found.reading.priorities]
    return Taken(found, figures, loops)


# --- By a link -----------------------------------------------------------------------------------------------------


@never_cache
@require_safe
def try_result(request: HttpRequest, token: str) -> HttpResponse:
    """What someone who tries without an account reads, by their link alone. A respondent of a file has none: it is the file's."""
    respondent = respondent_links.respondent_of(token)
    if respondent is None or respondent.diagnostic.file_id is not None:
        raise Http404("No try has this link.")
    found = queries.of_try(respondent)
    if found is None:
        return private(redirect(reverse("learning:answer", args=[token])))
    context = _context(request, found, now=timezone.now()) | {
        "crumbs": [(_("Diagnostic"), reverse("learning:home")), (_("Mon essai"), "")],
        "answer_url": reverse("learning:answer", args=[token]),
        "keep_url": reverse("learning:try_keep", args=[token]),
    }
    return private(render(request, "learning/result_try.html", context))


@require_safe
def talk(request: HttpRequest) -> HttpResponse:
    """The run sheet to discuss gaps in a room; the list of run sheets while it is not loaded."""
    found = run_sheets.of_platform(TALK)
    return redirect(reverse("rooms:run_sheet", args=[found.pk]) if found else reverse("rooms:run_sheets"))
