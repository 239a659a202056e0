"""Import a file: choose it, match its columns, try it, read the report, write, undo."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliage.formats import csv
from alliage.imports import permissions, queries, services
from alliage.imports.engine import Refused, Report
from alliage.imports.enums import RowOutcome, State
from alliage.imports.forms import ConfirmForm, DuplicatesForm, MappingForm, UploadForm, WordsForm
from alliage.imports.mapping import answers, unused
from alliage.imports.models import ImportRun
from alliage.imports.registry import ImportKind, kinds
from alliage.jobs.queries import snapshot
from alliage.refusals import Refusal

REFUSED_SHOWN = 100
JUST_NOW = timedelta(minutes=2)
# Bytes from which reading, trying and writing take minutes, and the page says so.
LARGE = 1_000_000


def crumbs(*here: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Mon espace"), "/mon-espace/"), (_("Imports"), reverse("imports:index")), *here]


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    if not permissions.can_import(request.user):
        raise PermissionDenied
    page = Paginator(queries.runs_visible_to(request.user), 30).get_page(request.GET.get("page"))
    context = {
        "kinds": queries.runnable(request.user),
        "page": page,
        "listed": queries.listed(page.object_list),
        "follows": bool(queries.followable(request.user)),
        "crumbs": [(_("Mon espace"), "/mon-espace/"), (_("Imports"), "")],
    }
    return render(request, "imports/index.html", context)


def asked_kind(request: HttpRequest, code: str) -> ImportKind:
    kind = kinds.get(code)
    if kind is None:
        raise Http404
    if not permissions.can_run(request.user, kind):
        raise PermissionDenied
    return kind


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest, code: str) -> HttpResponse:
    kind = asked_kind(request, code)
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    if posted and form.is_valid():
        try:
            run = services.receive(form.cleaned_data["file"], kind=kind, by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("imports:columns", run.pk)
    status = 422 if form.errors else 200
    context = {"kind": kind, "form": form, "step": 1, "crumbs": crumbs((str(kind.label), ""))}
    return render(request, "imports/new.html", context, status=status)


@require_GET
@login_required
def model_file(request: HttpRequest, code: str) -> HttpResponseBase:
    kind = asked_kind(request, code)
    columns = [column for column in kind.columns if not column.typed]
    example = [str(column.example) for column in columns]
    return csv.response(
        f"modele-{kind.code.replace('.', '-')}.csv",
        [str(column.label) for column in columns],
        [example] if any(example) else [],
        excel=True,
    )


def _run(request: HttpRequest, run_id: UUID) -> ImportRun:
    run = get_object_or_404(ImportRun.objects.select_related("job", "file"), pk=run_id)
    if not permissions.can_see(request.user, run):
        raise PermissionDenied
    return run


@require_http_methods(["GET", "POST"])
@login_required
def columns(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    kind = kinds.get(run.kind)
    if kind is None or run.state != State.UPLOADED:
        return redirect(run)
    posted = request.POST if request.method == "POST" else None
    form = MappingForm(posted, initial=answers(run.mapping), kind=kind, names=run.columns)
    if posted is not None and form.is_valid():
        try:
            services.try_out(run, mapping=form.cleaned_data, by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect(run)
    rows = queries.first_rows(run)
    context = {
        "run": run,
        "kind": kind,
        "form": form,
        "rows": [list(row.values.values()) for row in rows],
        "unused": queries.unused_with_examples(unused(run.columns, run.mapping), rows),
        "step": 2,
        "crumbs": crumbs((run.file_name, "")),
    }
    return render(request, "imports/columns.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
@login_required
def detail(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    if run.state == State.UPLOADED:
        return redirect("imports:columns", run.pk)
    _refresh(run)
    return render(request, "imports/detail.html", _detail(run))


def _refresh(run: ImportRun) -> None:
    """The person who just imported sees it at once, though another process wrote it."""
    kind = kinds.get(run.kind)
    recent = run.finished_at is not None and timezone.now() - run.finished_at < JUST_NOW
    if run.state == State.DONE and kind is not None and kind.refresh is not None and recent:
        kind.refresh()


def _beginning(refused: Refused) -> str:
    """Give enough of a row to recognise it."""
    return " · ".join(value for value in refused.values.values() if value)


_STEPS = {State.TRYING: 3, State.TRIED: 3, State.FAILED: 3, State.WRITING: 4, State.DONE: 5}
_WORKING = {State.TRYING, State.WRITING, State.UNDOING}


ROWS_A_PAGE = 50


def _detail(run: ImportRun) -> dict[str, Any]:
    report = Report.from_json(run.report) if run.report else None
    kind = kinds.get(run.kind)
    return {
        "run": run,
        "kind": kind,
        "crumbs": crumbs((run.file_name, "")),
        "step": _STEPS.get(State(run.state)),
        "working": run.state in _WORKING and not services.is_stuck(run),
        "large": run.file is not None and run.file.size > LARGE,
        "stuck": services.is_stuck(run),
        "job": run.job,
        "now": snapshot(run.job) if run.job else None,
        "report": report,
        **(_told(run, kind, report) if report else {}),
        "undone": services.UndoReport.from_json(run.undo_report) if run.undo_report else None,
        "can_undo": run.is_undoable
        and (run.state == State.DONE or (run.state == State.UNDOING and services.is_stuck(run)))
        and kind is not None
        and kind.undo is not None,
        "form": ConfirmForm(),
        "then": kind.then(run.pk) if kind is not None and kind.then is not None and run.state == State.DONE else None,
    }


def _told(run: ImportRun, kind: ImportKind | None, report: Report) -> dict[str, Any]:
    """What the report says on screen: words asked about once are not repeated row by row."""
    refused = [row for row in report.refused if not row.of_values]
    of_values = report.of_values_count
    return {
        "shown": [(row, _beginning(row)) for row in refused[:REFUSED_SHOWN]],
        "more": max(0, report.refused_count - of_values - min(len(refused), REFUSED_SHOWN)),
        "of_values": of_values,
        "first_rows": queries.first_of_each(run, report),
        "has_rows": queries.rows_of(run).exists(),
        "more_duplicates": max(0, report.duplicate_count - REFUSED_SHOWN),
        "words": queries.unknown_words(kind, report) if kind else [],
        "duplicates": report.duplicates[:REFUSED_SHOWN],
        "duplicates_form": DuplicatesForm(initial={"choice": run.duplicates}),
    }


@never_cache
@require_GET
@login_required
def refused_rows(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """Every refused row, ready to be mended and sent again."""
    run = _run(request, run_id)
    if not run.report:
        raise Http404
    if queries.has_refused_rows(run):
        lines = queries.refused_lines(run)
        return csv.response("lignes-refusees.csv", queries.refused_columns(run), lines, excel=True)
    answer = HttpResponse(Report.from_json(run.report).report_csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="lignes-refusees.csv"'
    return answer


@never_cache
@require_GET
@login_required
def rows(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Row by row: what is created, what changes and how, what is left aside or refused and why."""
    run = _run(request, run_id)
    if not run.report or run.state in _WORKING:
        return redirect(run)
    report, base = Report.from_json(run.report), reverse("imports:rows", args=[run.pk])
    asked = request.GET.get("sorte", "")
    chosen = next((outcome for outcome, address in queries.ROW_ADDRESSES.items() if address == asked), None)
    counts = {
        RowOutcome.CREATED: report.created,
        RowOutcome.UPDATED: report.updated,
        RowOutcome.UNCHANGED: report.unchanged,
        RowOutcome.SKIPPED: report.skipped,
        RowOutcome.REFUSED: report.refused_count,
    }
    page = Paginator(queries.rows_of(run, chosen or ""), ROWS_A_PAGE).get_page(request.GET.get("page"))
    tabs = [{"label": _("Toutes"), "url": base, "current": chosen is None}]
    tabs += [
        {
            "label": f"{_OUTCOMES[outcome]} ({count})",
            "url": f"{base}?sorte={queries.ROW_ADDRESSES[outcome]}",
            "current": chosen == outcome,
        }
        for outcome, count in counts.items()
        if count
    ]
    context = {
        "run": run,
        "kind": kinds.get(run.kind),
        "page": page,
        "query": f"sorte={asked}" if chosen else "",
        "tabs": tabs,
        "most": queries.MOST_CHANGES_SHOWN,
        "crumbs": crumbs((run.file_name, run.get_absolute_url()), (_("Ligne par ligne"), "")),
    }
    return render(request, "imports/rows.html", context)


_OUTCOMES = {
    RowOutcome.CREATED: gettext_lazy("Créées"),
    RowOutcome.UPDATED: gettext_lazy("Modifiées"),
    RowOutcome.UNCHANGED: gettext_lazy("Inchangées"),
    RowOutcome.SKIPPED: gettext_lazy("Laissées de côté"),
    RowOutcome.REFUSED: gettext_lazy("Refusées"),
}


@never_cache
@require_GET
@login_required
def whole_report(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """The report of every row, whatever their number."""
    run = _run(request, run_id)
    if not run.report:
        raise Http404
    return csv.response("compte-rendu.csv", queries.REPORT_COLUMNS, queries.report_lines(run), excel=True)


@require_http_methods(["GET", "POST"])
@login_required
def words(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What the unknown words of coded columns mean, asked once for the whole file."""
    run = _run(request, run_id)
    kind = kinds.get(run.kind)
    report = Report.from_json(run.report) if run.report else None
    if kind is None or report is None or not report.unknown or run.state != State.TRIED:
        return redirect(run)
    posted = request.POST if request.method == "POST" else None
    form = WordsForm(posted, asked=queries.unknown_words(kind, report))
    if posted is not None and form.is_valid():
        try:
            services.explain_words(run, meanings=form.meanings(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect(run)
    context = {
        "run": run,
        "kind": kind,
        "form": form,
        "step": 3,
        "crumbs": crumbs((run.file_name, run.get_absolute_url()), (_("Mots à préciser"), "")),
    }
    return render(request, "imports/words.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def duplicates(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    form = DuplicatesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choisissez ce que deviennent ces lignes."))
        return redirect(run)
    try:
        services.settle_duplicates(run, choice=form.cleaned_data["choice"], by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(run)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def undo(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Say what would be undone, then undo it."""
    run = _run(request, run_id)
    if not permissions.can_undo(request.user, run):
        return redirect(run)
    if request.method == "POST":
        try:
            services.undo(run, by=request.user, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, refusal.message)
        return redirect(run)
    context = {
        "run": run,
        "kind": kinds.get(run.kind),
        "changes": queries.changes(run),
        "crumbs": crumbs((run.file_name, run.get_absolute_url()), (_("Annuler l’import"), "")),
    }
    return render(request, "imports/undo.html", context)


@require_POST
@login_required
def confirm(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    form = ConfirmForm(request.POST)
    form.full_clean()
    try:
        services.write(run, skip_refused=form.cleaned_data["skip_refused"], by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(run)


@require_POST
@login_required
def go_back(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    try:
        services.go_back(run)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(run)


@require_POST
@login_required
def give_up(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = _run(request, run_id)
    try:
        services.give_up(run, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(run)
    messages.success(request, _("L’import est abandonné : rien n’a été enregistré, et le fichier est effacé."))
    return redirect("imports:index")
