"""The facilitator's board: a line per territory, who waits, binômes; a territory's line, read by its team too; the table to take away."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.formats import csv
from alliage.learning import permissions
from alliage.learning.enums import Means
from alliage.learning.forms.cohorts import PairForm, WordsForm
from alliage.learning.levels import levels
from alliage.learning.queries import cohort_board as queries
from alliage.learning.queries import cohort_report
from alliage.learning.queries import cohorts as cohort_queries
from alliage.learning.queries.statements import lever_titles
from alliage.learning.services import cohort_places, cohort_space
from alliage.learning.views.cohort_editor import held_or_404
from alliage.learning.views.cohorts import cohort_crumbs, cohort_or_404, number
from alliage.learning.views.finding import member_of
from alliage.refusals import Refusal


def _shown(line: queries.Line) -> dict[str, Any]:
    """A line with its level in words."""
    return {"line": line, "level": levels().name(line.level) if line.level else ""}


@never_cache
@require_safe
@login_required
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Those who are silent first, then by name."""
    cohort = held_or_404(request, slug)
    found = queries.lines(cohort, now=timezone.now())
    titles = lever_titles()
    context = {
        "crumbs": cohort_crumbs(cohort, (_("Suivi"), "")),
        "cohort": cohort,
        "left": cohort_queries.seats_left(cohort),
        "rows": [_shown(line) for line in sorted(found, key=lambda line: -line.silent_weeks)],
        "waiting": queries.waiting(cohort),
        "least": queries.least_equipped(found),
        "proposals": [
            (pair, *([title for code, title in titles.items() if code in side] for side in (pair.gives, pair.receives)))
            for pair in queries.proposals(found)
        ],
        "pair_form": PairForm(places=[line.place for line in found]) if len(found) > 1 else None,
        "exports": [{"label": "CSV", "url": reverse("learning:cohort_board_data", args=[cohort.slug])}],
    }
    return render(request, "learning/cohort_board.html", context)


_ACTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "accept": (cohort_places.accept, lambda: _("Ce territoire est dans la cohorte. Son équipe est prévenue.")),
    "refuse": (cohort_places.refuse, lambda: _("La réponse est partie.")),
    "out": (cohort_places.put_out, lambda: _("Ce territoire n’est plus dans la cohorte. Son équipe est prévenue.")),
    "remind": (cohort_places.remind, lambda: _("Un courriel demande des nouvelles à son équipe.")),
    "unpair": (cohort_places.unpair, lambda: _("Ce binôme est défait.")),
}


@never_cache
@require_POST
@login_required
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """« accept:place », « refuse », « out », « remind », « unpair »; « pair » with two places."""
    cohort = held_or_404(request, slug)
    asked, _colon, key = request.POST.get("act", "").partition(":")
    said: dict[str, Any] = {"by": member_of(request), "now": timezone.now()}
    try:
        if asked == "pair":
            first, second = (number(request.POST.get(name, "")) for name in ("first", "second"))
            cohort_places.pair(cohort, first, second, **said)
            messages.success(request, _("Le binôme est fait. Les deux équipes sont prévenues."))
        elif asked in _ACTS:
            done, words = _ACTS[asked]
            done(cohort, number(key), **said)
            messages.success(request, words())
        else:
            return HttpResponse(status=400)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return redirect("learning:cohort_board", cohort.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def line(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """A territory in the cohort: what the facilitator sees of it, which its team reads too; notes are the facilitator's."""
    cohort = cohort_or_404(request, slug)
    place = cohort_queries.place(cohort, int(pk))
    if place is None or not place.is_in or not permissions.can_see_place(request.user, place):
        raise Http404(f"No place {pk} for this person.")
    holds = permissions.holds_cohort(request.user, cohort)
    if request.method == "POST" and not holds:
        raise Http404("Notes are the facilitator's.")
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        label=_("Une note"),
        help_text=_("L’équipe du territoire la lira."),
    )
    asked, _colon, key = request.POST.get("act", "").partition(":")
    if asked == "drop":
        cohort_space.drop_note(place, number(key), by=member_of(request), now=timezone.now())
        messages.success(request, _("La note est effacée."))
        return redirect(request.path)
    if request.method == "POST" and form.is_valid():
        try:
            cohort_space.note(place, form.cleaned_data["text"], by=member_of(request), now=timezone.now())
        except Refusal as refusal:
            form.add_error("text", refusal.message)
        else:
            messages.success(request, _("La note est écrite. L’équipe est prévenue qu’il y a quelque chose à lire."))
            return redirect(request.path)
    now = timezone.now()
    context = {
        "crumbs": cohort_crumbs(cohort, (place.file.territory.name, "")),
        "cohort": cohort,
        "place": place,
        **_shown(queries.lines(cohort, now=now, only=place.pk)[0]),
        **_span(cohort_report.spans(cohort, [place.file_id], now=now)[place.file_id]),
        "notes": cohort_queries.notes(place),
        "form": form,
        "holds": holds,
    }
    return render(request, "learning/cohort_line.html", context, status=422 if form.errors else 200)


def _span(span: cohort_report.Span) -> dict[str, Any]:
    """Before and after: the overall level in words, then each lever's."""
    if not span.is_measured:
        return {"span": None}
    before, after = (dict(each.result) if each is not None else {} for each in (span.before, span.after))
    names = levels()
    levers = [
        (title, *(names.name(one["level"]) if one.get("level") else _("pas su") for one in two))
        for code, title in lever_titles().items()
        for two in [[each.get("levers", {}).get(code, {}) for each in (before, after)]]
    ]
    overall = [names.name(each["level"]) if each.get("level") else _("pas su") for each in (before, after)]
    return {"span": span, "overall": overall, "span_levers": levers}


HEADER = (
    "territoire", "moyens", "dernier_diagnostic", "niveau", "actions_faites", "actions_en_retard", "actions_a_mener",
    "parcours", "etapes_faites", "etapes", "dernier_signe", "semaines_de_silence", "binome",
)  # fmt: skip


@never_cache
@require_safe
@login_required
def data(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The board without its notes."""
    cohort = held_or_404(request, slug)
    rows = [_row(each) for each in queries.lines(cohort, now=timezone.now())]
    return csv.response(f"cohorte-{cohort.pk}.csv", HEADER, rows, excel=bool(request.GET.get("excel")))


def _row(line: queries.Line) -> tuple[Any, ...]:
    deeds, last = line.deeds, line.diagnostic
    return (
        line.title,
        Means(line.place.file.means).label,
        timezone.localdate(last.closed_at) if last is not None else None,
        line.level,
        deeds.done,
        deeds.late,
        deeds.pending,
        deeds.paths,
        deeds.steps_done,
        deeds.steps,
        timezone.localdate(line.last_sign),
        line.silent_weeks,
        line.buddy,
    )
