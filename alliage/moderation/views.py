"""Pages of moderation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.formats import csv
from alliage.moderation import permissions, queries, references, services
from alliage.moderation.enums import Reason
from alliage.moderation.forms import ContestationForm, DecisionForm, ReportForm
from alliage.moderation.models import Decision, Report
from alliage.moderation.registry import reportable
from alliage.refusals import Refusal
from alliage.ui import limits
from alliage.ui.honeypot import MOMENT

PER_PAGE = 30
REPORTS_PER_PERSON = "6/10m"


# --- Report ---------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The public form, with or without an account. What was typed stays on the page whatever the answer."""
    found = references.read(request.GET.get("objet", ""))
    if found is None or not permissions.can_report(request.user, *found):
        return render(request, "moderation/report_unknown.html", status=404)
    kind, obj = found
    form = ReportForm(request.POST or None, signed_in=request.user.is_authenticated)
    excess = None
    if request.method == "POST":
        excess = limits.count(request, "moderation.report", per_person=REPORTS_PER_PERSON)
        if excess:
            form.add_error(None, excess.message)
        elif form.is_valid() and _take_report(request, kind, obj, form):
            return redirect("moderation:thanks")
    context = {"form": form, "kind": kind, "title": kind.title(obj), "url": kind.url(obj)}
    response = limits.remember_browser(request, render(request, "moderation/report.html", context))
    return limits.too_many(response, excess) if excess else response


def _take_report(request: HttpRequest, kind: Any, obj: Any, form: ReportForm) -> bool:
    """True when the report was taken; otherwise the form says why not."""
    member: Any = request.user if request.user.is_authenticated else None
    answers = form.cleaned_data
    try:
        services.report(
            kind,
            obj,
            reason=answers["reason"],
            text=answers["text"],
            by=member,
            email=answers.get("email", ""),
            sent=f"{limits.browser_token(request)}|{request.POST.get(MOMENT, '')}",
            now=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "moderation/thanks.html")


# --- The animators' desk --------------------------------------------------------------------------------------------


def _refuse_others(request: HttpRequest) -> None:
    if not permissions.can_moderate(request.user):
        raise PermissionDenied


@require_safe
@never_cache
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    _refuse_others(request)
    return render(request, "moderation/desk.html", {"queues": queries.desk()})


@require_safe
@never_cache
@login_required
def reports(request: HttpRequest) -> HttpResponse:
    _refuse_others(request)
    handled = request.GET.get("etat") == "traites"
    reason = request.GET.get("motif", "")
    kind = request.GET.get("sorte", "")
    reason = reason if reason in Reason.values else ""
    kind = kind if kind in reportable else ""
    page = Paginator(queries.reports(handled=handled, reason=reason, kind=kind), PER_PAGE).get_page(
        request.GET.get("page")
    )
    asked = {"etat": "traites" if handled else "", "motif": reason, "sorte": kind}
    context = {
        "page": page,
        "handled": handled,
        "reason": reason,
        "kind": kind,
        "reasons": Reason.choices,
        "kinds": list(reportable),
        "query": urlencode({name: value for name, value in asked.items() if value}),
    }
    return render(request, "moderation/reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what is said, what was decided before, and the decision to take."""
    _refuse_others(request)
    row = get_object_or_404(Report.objects.select_related("reporter", "decision", "contests"), pk=pk)
    kind = reportable.get(row.object_kind)
    form = DecisionForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            services.decide(row, by=request.user, now=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Votre décision est prise. Les personnes concernées sont prévenues."))
            return redirect("moderation:reports")
    earlier = list(queries.decisions_about(row))
    context = {
        "report": row,
        "kind": kind,
        "form": form,
        "others": list(queries.same_object(row)),
        "earlier": [(decision, queries.names_of(earlier).get(decision.by_id)) for decision in earlier],
        "decided_before": any(decision.by_id == request.user.pk for decision in earlier),
    }
    return render(request, "moderation/report_detail.html", context)


# --- Decisions ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """What was decided and why, for those concerned; the author may contest it here, once."""
    row = get_object_or_404(Decision, pk=pk)
    member: Any = request.user
    if not permissions.can_read_decision(member, row):
        raise Http404
    may_contest = permissions.is_author(member, row) and not queries.has_contested(member, row)
    form = ContestationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.contest(row, text=form.cleaned_data["text"], by=member, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request, _("Votre contestation est reçue. L’équipe d’animation vous répondra ici et par courriel.")
            )
            return redirect(row)
    context = {
        "decision": row,
        "form": form,
        "may_contest": may_contest,
        "is_author": permissions.is_author(member, row),
    }
    return render(request, "moderation/decision.html", context)


@require_safe
@never_cache
@login_required
def log(request: HttpRequest) -> HttpResponse:
    _refuse_others(request)
    page = Paginator(queries.log(), PER_PAGE).get_page(request.GET.get("page"))
    names = queries.names_of(page.object_list)
    context = {"page": page, "rows": [(row, names.get(row.by_id)) for row in page.object_list]}
    return render(request, "moderation/log.html", context)


@require_safe
@never_cache
@login_required
def log_csv(request: HttpRequest) -> StreamingHttpResponse:
    _refuse_others(request)
    header = ["numero", "date", "sorte", "objet", "titre", "decision", "raison", "signalements", "par"]
    rows = list(queries.log())
    names = queries.names_of(rows)
    return csv.response(
        "journal-de-moderation.csv",
        header,
        (
            [
                row.pk,
                row.decided_at,
                row.object_kind,
                row.object_id,
                row.title,
                row.act,
                row.reason,
                row.report_count,
                names.get(row.by_id, ""),
            ]
            for row in rows
        ),
        excel=request.GET.get("excel") == "1",
    )
