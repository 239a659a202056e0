"""`/agenda/`: the list and its filters; the same for calendars, feeds and files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.accounts.when import PARIS
from alliage.directory.views.lists import CountedPaginator
from alliage.events import moments, permissions
from alliage.events.enums import EventKind
from alliage.events.lines import line
from alliage.events.models import Event
from alliage.events.queries import agenda as reads
from alliage.events.queries import events as event_reads
from alliage.events.queries import months as month_reads
from alliage.events.queries.agenda import Filters
from alliage.formats import csv, ics, json, rss
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar

COLUMNS = (
    "id", "kind", "kind_label", "title", "theme", "edition", "summary", "state", "starts_at", "ends_at", "zone", "venue",
    "place", "territory_kind", "territory_code", "territory_name", "leviers", "host", "host_slug", "registration", "join_url",
    "is_demo", "url",
)  # fmt: skip
FORMS = ("ics", "rss", "json", "csv")
AT_ONCE = 500


MONTH = "mois"  # the view of the address, and the name of its month


def address_of(filters: Filters, month: str | None = None) -> str:
    """`month` is that of the grid, empty for this one; None for the list."""
    query = filters.query()
    if month is not None:
        seen = urlencode({"vue": MONTH} | ({MONTH: month} if month else {}))
        query = f"{query}&{seen}" if query else seen
    return f"{reverse('events:agenda')}?{query}" if query else reverse("events:agenda")


@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """What is to come, month by month; what took place behind a tab; a grid of one month behind another."""
    filters = reads.parse(request.GET)
    is_month = request.GET.get("vue") == MONTH
    if "ou" in request.GET and not filters.ignored:
        return redirect(address_of(filters, request.GET.get(MONTH, "")[:7] if is_month else None))
    return _month(request, filters) if is_month else _list(request, filters)


def _list(request: HttpRequest, filters: Filters) -> HttpResponse:
    now = timezone.now()
    counts = reads.counts(filters, now=now)
    total = counts.past if filters.past else counts.coming
    page = CountedPaginator(reads.PER_PAGE, count=total).get_page(request.GET.get("page"))
    start = page.start_index() - 1 if total else 0
    found = reads.lines(filters, now=now)[start : start + reads.PER_PAGE] if total else []
    context = {
        **_shared(request, filters, counts),
        "kinds": _kinds(counts),
        "kept": {"quand": reads.PAST} if filters.past else {},
        "total": total,
        "page": page,
        "months": months(list(found)),
        "ways_out": [] if total else _ways_out(filters, now),
    }
    return render(request, "events/agenda.html", context)


def _month(request: HttpRequest, filters: Filters) -> HttpResponse:
    """`?vue=mois&mois=2026-12`: the days of a month at the clock of who reads, whether they are over or not."""
    now = timezone.now()
    asked = request.GET.get(MONTH, "")
    first, is_known = month_reads.read(asked, today=timezone.localdate(now))
    filters = replace(filters, past=False, ignored=filters.ignored if is_known else (*filters.ignored, asked[:20]))
    month, written = month_reads.month(filters, first, now=now), f"{first:%Y-%m}"
    steps = {"previous": month.previous, "following": month.following, "next_one": month.next_one, "today": None}
    context = {
        **_shared(request, filters, reads.counts(filters, now=now), month=written),
        "kinds": [(value, str(label).capitalize()) for value, label in EventKind.choices],
        "kept": {"vue": MONTH, MONTH: written},
        "month": month,
        "title": month_words(first),
        "weekdays": [str(WEEKDAYS[rank]).capitalize() for rank in range(7)],
        "is_now": first == timezone.localdate(now).replace(day=1),
        "steps": {name: address_of(filters, f"{day:%Y-%m}" if day else "") for name, day in steps.items()},
    }
    return render(request, "events/agenda_month.html", context)


def _shared(request: HttpRequest, filters: Filters, counts: reads.Counts, month: str | None = None) -> dict[str, Any]:
    """What the list and the grid say alike."""
    query = filters.query()
    return {
        "crumbs": [(_("Agenda"), "")],
        "filters": filters,
        "parameters": filters.parameters(),
        "place_asked": grammar.title(filters.territory) if filters.territory else request.GET.get("ou", ""),
        "tabs": _tabs(filters, counts, is_month=month is not None),
        "chips": [
            {"label": label, "url": address_of(filters.without(name), month)} for name, label in filters.active()
        ],
        "clear_url": address_of(Filters(past=filters.past), month),
        "leviers": [(term.code, term.label) for term in taxonomy.terms(Vocabulary.LEVIERS)],
        "venues": list(reads.venues().items()),
        "query": query,
        "exports": _exports(query),
        "calendar_url": settings.ORIGIN + reverse("events:agenda_data", args=["ics"]) + (f"?{query}" if query else ""),
        "may_propose": permissions.can_propose_event(request.user),
        "clock": moments.clock_words(timezone.get_current_timezone_name()),
    }


def months(found: list[Event]) -> list[tuple[str, list[dict[str, Any]]]]:
    """« janvier 2027 » and its lines, in the order of the list; the month is that of the reader's clock."""
    local = [(timezone.localtime(event.starts_at), event) for event in found]
    groups = groupby(local, key=lambda pair: (pair[0].year, pair[0].month))
    return [
        (month_words(date(year, month, 1)), [line(event) for _start, event in pairs]) for (year, month), pairs in groups
    ]


def month_words(first: date) -> str:
    return f"{str(MONTHS[first.month]).capitalize()} {first.year}"


def _tabs(filters: Filters, counts: reads.Counts, *, is_month: bool) -> list[dict[str, Any]]:
    lists = [
        {
            "label": label,
            "url": address_of(replace(filters, past=past)),
            "current": filters.past == past and not is_month,
            "count": count,
        }
        for label, past, count in ((_("À venir"), False, counts.coming), (_("Passés"), True, counts.past))
    ]
    return [*lists, {"label": _("Par mois"), "url": address_of(replace(filters, past=False), ""), "current": is_month}]


def _kinds(counts: reads.Counts) -> list[tuple[str, str]]:
    """Natures, with how many each holds."""
    return [(value, f"{str(label).capitalize()} ({counts.kinds.get(value, 0)})") for value, label in EventKind.choices]


def _ways_out(filters: Filters, now: datetime) -> list[dict[str, Any]]:
    labels = dict(filters.active())
    return [
        {
            "removed": labels.get(way.removed, ""),
            "place": grammar.title(way.filters.territory) if way.filters.territory and not way.removed else "",
            "count": way.count,
            "url": address_of(way.filters),
        }
        for way in reads.ways_out(filters, now=now)
    ]


def _exports(query: str) -> list[dict[str, str]]:
    tail = f"?{query}" if query else ""
    return [
        {"label": "iCal" if form == "ics" else form.upper(), "url": reverse("events:agenda_data", args=[form]) + tail}
        for form in FORMS
    ]


# --- Open formats --------------------------------------------------------------------------------------------------


@require_safe
def agenda_data(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The whole list behind the page, with the same filters: what everyone may read, whoever asks."""
    return _WRITERS[extension](request, reads.parse(request.GET), timezone.now())


def _as_csv(request: HttpRequest, filters: Filters, now: datetime) -> HttpResponseBase:
    found = reads.rows(filters, now=now).iterator(chunk_size=AT_ONCE)
    return csv.response("agenda.csv", COLUMNS, map(_flat, found), excel="excel" in request.GET)


def _flat(event: Event) -> list[Any]:
    row = event_reads.record(event)
    return [" ".join(row[name]) if isinstance(row[name], list) else row[name] for name in COLUMNS]


def _as_json(_request: HttpRequest, filters: Filters, now: datetime) -> HttpResponseBase:
    found = reads.rows(filters, now=now)
    return json.response(found.count(), (event_reads.record(row) for row in found.iterator(chunk_size=AT_ONCE)))


def _as_rss(request: HttpRequest, filters: Filters, now: datetime) -> HttpResponseBase:
    """What was announced last, first."""
    page = rss.page(request)
    found = reads.rows(filters, now=now).order_by("-published_at", "-pk")[page.rows]
    entries = [
        rss.Entry(_titled(event), event.get_absolute_url(), _summed(event), event.published_at or event.created_at, event.changed_at)
        for event in found
    ]  # fmt: skip
    lead = _("Les rendez-vous du réseau, les derniers annoncés d’abord.")
    return rss.response(_("Agenda"), address_of(filters), lead, entries, feed_url=request.get_full_path(), page=page)


def _titled(event: Event) -> str:
    return _("Annulé\u00a0: %s") % event.title if event.is_cancelled else event.title


def _summed(event: Event) -> str:
    when = moments.said(event.starts_at, event.ends_at, event.zone)
    return f"{when}. {event.summary}".strip()


def _as_ics(_request: HttpRequest, filters: Filters, now: datetime) -> HttpResponseBase:
    """To be followed by a calendar: without the links that are for those who register."""
    entries = [entry(event) for event in reads.in_calendars(filters, now=now)]
    return ics.response(entries, zone=PARIS, name=_("Agenda Alliage"))


def entry(event: Event) -> ics.Entry:
    """One event in a calendar, as anyone may have it."""
    page = settings.ORIGIN + event.get_absolute_url()
    join = event.join_url if event_reads.opens(event) else ""
    where = event.place or (grammar.title(event.territory) if event.territory else "")
    told = [event.summary, _("Rejoindre\u00a0: %s") % join if join else "", _("La page\u00a0: %s") % page]
    return ics.Entry(
        uid=f"evenement-{event.pk}",
        title=_titled(event),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        changed_at=event.changed_at,
        url=page,
        location=where or join or _("En ligne"),
        description="\n".join(line for line in told if line),
        sequence=event.change,
        cancelled=event.is_cancelled,
        categories=(str(EventKind(event.kind).label),),
    )


_WRITERS: dict[str, Callable[[HttpRequest, Filters, datetime], HttpResponseBase]] = {
    "csv": _as_csv,
    "ics": _as_ics,
    "json": _as_json,
    "rss": _as_rss,
}
