"""A funder's portfolio: what it supports and what came of it, as anyone may read it."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.directory import queries
from alliage.directory.enums import EntryKind, NeedSide
from alliage.directory.models import Alliance, Entry, Need
from alliage.directory.queries import needs as needs_queries
from alliage.directory.queries import supports as reads
from alliage.directory.views.alliances import card as alliance_card
from alliage.directory.views.needs import card as need_card
from alliage.formats import csv
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary

COLUMNS = (
    "what", "subject", "with", "partnership", "odd", "territory_kind", "territory_code", "territory_name", "since",
    "until", "outcome", "is_demo", "url",
)  # fmt: skip


def _found(slug: str) -> Entry:
    found = queries.visible().exclude(kind=EntryKind.CATALYST).filter(slug=slug).first()
    if found is None:
        raise Http404(f"No public organisation {slug}.")
    return found


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    entry, now = _found(slug), timezone.now()
    totals = reads.totals(entry, now=now)
    alliances = list(reads.supports_of(entry)[: reads.MOST_SHOWN]) if totals.alliances else []
    needs = list(reads.given_by(entry, now=now)[: reads.MOST_SHOWN])
    context = {
        "crumbs": [
            (_("Annuaire"), reverse("directory:index")),
            (entry.name, entry.get_absolute_url()),
            (_("Ce qui est soutenu"), ""),
        ],
        "entry": entry,
        "totals": totals,
        "alliances": [alliance_card(each) | {"outcome": each.outcome} for each in alliances],
        "more": totals.alliances - len(alliances),
        "needs": [need_card(each) for each in needs],
        "exports": [{"label": "CSV", "url": reverse("directory:supports_export", args=[slug])}],
    }
    return render(request, "directory/supports.html", context)


@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    entry, now = _found(slug), timezone.now()
    rows = (
        [row[name] for name in COLUMNS] for row in (_record(entry, each) for each in reads.everything(entry, now=now))
    )
    return csv.response("soutiens.csv", COLUMNS, rows, excel="excel" in request.GET)


def _record(entry: Entry, row: Alliance | Need) -> dict[str, Any]:
    partnership = taxonomy.term_by_id(Vocabulary.PARTNERSHIPS, row.partnership_id)
    place = row.territory
    if isinstance(row, Alliance):
        goals = sorted((term.code for term in row.goals.all()), key=int)
        said = {"what": "alliance", "subject": row.subject, "with": row.other_side(entry.pk).name}
        said |= {"since": str(row.since), "until": str(row.until or ""), "odd": " ".join(goals)}
    else:
        goals = [term.code for term in needs_queries.terms_of(row, Vocabulary.ODD)]
        said = {"what": NeedSide(row.side).value, "subject": row.title, "with": "", "odd": " ".join(goals)}
        said["since"] = row.opened_at.date().isoformat() if row.opened_at else ""
        said["until"] = row.ended_at.date().isoformat() if row.ended_at else ""
    return said | {
        "partnership": partnership.code if partnership else "",
        "territory_kind": place.kind if place else "",
        "territory_code": place.code if place else "",
        "territory_name": place.name if place else "",
        "outcome": row.outcome,
        "is_demo": row.is_demo,
        "url": settings.ORIGIN + row.get_absolute_url(),
    }
