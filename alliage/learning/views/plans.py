"""A territory's plan: its table, its months, what one takes away."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliage.formats import csv, ics, pdf
from alliage.learning import plan_documents
from alliage.learning.forms.plans import FilterForm
from alliage.learning.models import TerritoryFile
from alliage.learning.permissions import can_write_file
from alliage.learning.queries import agenda
from alliage.learning.queries import plans as queries
from alliage.learning.views.finding import file_crumbs, file_or_404
from alliage.notifications.timing import zone_of

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def plan_crumbs(file: TerritoryFile, *more: tuple[str, str]) -> list[tuple[str, str]]:
    url = reverse("learning:plan", args=[file.pk])
    return file_crumbs(file, (_("Plan d’action"), url if more else ""), *more)


def _asked(filters: queries.Filters) -> dict[str, str]:
    """What narrows the table, as an address says it."""
    said = {"etat": filters.state, "levier": filters.lever, "retard": "1" if filters.late else ""}
    said["tri"] = filters.order if filters.order != queries.BY_DATE else ""
    return {name: value for name, value in said.items() if value}


def _without(asked: dict[str, str], name: str, value: str = "") -> str:
    """The same address but for one of its words; « ? » is the page with none."""
    left = {key: each for key, each in asked.items() if key != name} | ({name: value} if value else {})
    return f"?{urlencode(left)}"


def _chips(form: FilterForm, asked: dict[str, str]) -> list[dict[str, str]]:
    fields: Any = form.fields
    return [
        {
            "label": dict(fields[name].choices)[value] if name != "retard" else _("en retard"),
            "url": _without(asked, name),
        }
        for name, value in asked.items()
        if name != "tri"
    ]


def _tabs(file: TerritoryFile, current: str) -> list[dict[str, Any]]:
    views = (("plan", _("En liste")), ("plan_calendar", _("Par mois")))
    return [
        {"label": label, "url": reverse(f"learning:{name}", args=[file.pk]), "current": name == current}
        for name, label in views
    ]


def _exports(file: TerritoryFile, asked: dict[str, str]) -> list[dict[str, str]]:
    query = f"?{urlencode(asked)}" if asked else ""
    labels = (("pdf", _("PDF pour le conseil")), ("csv", "CSV"), ("ics", "iCal"))
    return [
        {"label": label, "url": reverse("learning:plan_export", args=[file.pk, form]) + query} for form, label in labels
    ]


@never_cache
@require_safe
@login_required
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """What is decided, who carries it, how far it is."""
    file, now = file_or_404(request, number), timezone.now()
    form = FilterForm(request.GET.dict())
    filters = form.filters(request.GET.get("tri", ""))
    lines, asked = queries.lines(file, filters, now=now), _asked(filters)
    chips = _chips(form, asked)
    heads = ((queries.BY_DATE, _("Pour le")), (queries.BY_LEVER, _("Levier")), (queries.BY_STATE, _("Avancement")))
    context = {
        "crumbs": plan_crumbs(file),
        "file": file,
        "lines": lines,
        "late": sum(line.is_late for line in lines),
        "done": sum(line.action.state == "done" for line in lines),
        "form": form,
        "chips": chips,
        "clear_url": f"?{urlencode({'tri': filters.order})}",
        "sorts": {
            name: {"label": label, "url": _without(asked, "tri", name), "current": filters.order == name}
            for name, label in heads
        },
        "tabs": _tabs(file, "plan"),
        "exports": _exports(file, asked),
        "can_write": can_write_file(request.user, file),
        "here": request.get_full_path(),
    }
    return render(request, "learning/plan.html", context)


@never_cache
@require_safe
@login_required
def calendar(request: HttpRequest, number: str) -> HttpResponse:
    """One month at a time, `?mois=2026-12`; a list of its days on a phone."""
    file, now = file_or_404(request, number), timezone.now()
    today = timezone.localdate(now)
    asked = _MONTH.fullmatch(request.GET.get("mois", ""))
    first = date(int(asked[1]), int(asked[2]), 1) if asked else today.replace(day=1)
    lines = queries.lines(file, now=now)
    context = {
        "crumbs": plan_crumbs(file, (_("Par mois"), "")),
        "file": file,
        "month": queries.month(lines, first, today=today),
        "late": [line for line in lines if line.is_late and line.action.due_on and line.action.due_on < first],
        "tabs": _tabs(file, "plan_calendar"),
        "exports": _exports(file, {}),
        "can_write": can_write_file(request.user, file),
    }
    return render(request, "learning/plan_calendar.html", context)


@never_cache
@require_safe
@login_required
def export(request: HttpRequest, number: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """With the filters of the page. Nothing of who answered what."""
    file, now = file_or_404(request, number), timezone.now()
    filters = FilterForm(request.GET.dict()).filters(request.GET.get("tri", ""))
    lines = queries.lines(file, filters, now=now)
    name = plan_documents.filename(file, form)
    if form == "csv":
        excel = bool(request.GET.get("excel"))
        return csv.response(name, plan_documents.HEADER, map(plan_documents.row, lines), excel=excel)
    if form == "ics":
        member: Any = request.user
        waiting = [line for line in lines if line.is_pending]
        title = _("Plan d’action\u00a0: %s") % file.territory.name
        return ics.response(agenda.titled(waiting), zone=zone_of(member.time_zone), name=title, filename=name)
    return pdf.response(plan_documents.printed(file, lines, now=now), name)
