"""« La vue des besoins »: the page and its data for everyone; what a territory decides for itself."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.accounts.permissions import is_animator
from alliage.formats import csv
from alliage.learning import permissions
from alliage.learning.enums import NeedsMeasure
from alliage.learning.lots import FLOOR
from alliage.learning.queries import needs as queries
from alliage.learning.services import needs as services
from alliage.learning.views.finding import crumbs, file_crumbs, file_or_404, member_of
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind
from alliage.ui import limits


def _tabs(chosen: str) -> list[dict[str, Any]]:
    base = reverse("learning:needs")
    labels = {
        NeedsMeasure.WANTED: _("Les priorités"),
        NeedsMeasure.PLANNED: _("Au plan d’action"),
        NeedsMeasure.STUCK: _("Ce qui bloque"),
    }
    return [
        {
            "label": label,
            "url": base if code == NeedsMeasure.WANTED else f"{base}?mesure={code}",
            "current": code == chosen,
        }
        for code, label in labels.items()
    ]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A line for each département that has five territories, its région before it; one measure at a time. One query."""
    asked = request.GET.get("mesure", "")
    measure = asked if asked in NeedsMeasure.values else NeedsMeasure.WANTED.value
    levers = taxonomy.terms(Vocabulary.LEVIERS)
    found = queries.reading()
    rows = found.rows if found is not None else []
    context = {
        "crumbs": crumbs((_("La vue des besoins"), "")),
        "tabs": _tabs(measure),
        "measure": measure,
        "levers": [(lever.short, lever.label) for lever in levers],
        "reading": found,
        "rows": [
            {
                "row": row,
                "is_region": row["kind"] == Kind.REGION,
                "cells": [(lever.short, queries.value(row, lever.code, measure)) for lever in levers],
            }
            for row in rows
        ],
        "floor": FLOOR,
        "animates": is_animator(request.user),
        "exports": [{"label": "CSV", "url": reverse("learning:needs_data")}],
    }
    return render(request, "learning/needs.html", context)


HEADER = (
    "nature", "code", "nom", "region", "levier", "libelle", "territoires_comptes", "priorite_au_moins", "au_plan_au_moins", "bloque_au_moins",
)  # fmt: skip


@require_safe
def data(request: HttpRequest) -> StreamingHttpResponse:
    """The same for every measure, a line for each place and lever; an empty cell is fewer than five territories."""
    found = queries.reading()
    rows = found.rows if found is not None else []
    return csv.response("besoins.csv", HEADER, _lines(rows), excel=bool(request.GET.get("excel")))


def _lines(rows: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        place = (row["kind"], row["code"], row["name"], row["region"])
        for lever in taxonomy.terms(Vocabulary.LEVIERS):
            counts = (queries.value(row, lever.code, measure) for measure in NeedsMeasure.values)
            yield (*place, lever.code, lever.label, row["territories"], *counts)


# --- What a territory decides ------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.file_needs", per_person="60/1h")
def decide(request: HttpRequest, pk: str) -> HttpResponse:
    """What is counted, how, until when; whoever holds the file says yes, anyone of its team says no again."""
    file = file_or_404(request, pk)
    holds, writes = permissions.holds_file(request.user, file), permissions.can_write_file(request.user, file)
    if not writes:
        raise Http404(f"File {pk} is not written by this person.")
    if request.method == "POST":
        act, by, now = request.POST.get("act", ""), member_of(request), timezone.now()
        try:
            if act == "agree" and holds:
                services.agree(file, by=by, now=now)
                messages.success(request, _("C’est noté\u00a0: vos priorités compteront, sans votre nom."))
            elif act == "withdraw":
                services.withdraw(file, by=by, now=now)
                messages.success(
                    request, _("C’est noté\u00a0: vos chiffres quittent la vue des besoins au plus tard cette nuit.")
                )
        except Refusal as refusal:
            messages.error(request, refusal.message)
        return redirect(request.path)
    context = {
        "crumbs": file_crumbs(file, (_("La vue des besoins"), "")),
        "file": file,
        "holds": holds,
        "standing": queries.standing(file),
        "floor": FLOOR,
    }
    return render(request, "learning/file_needs.html", context)
