"""Alliances: a list, a timeline and a drawing of the same filters; declared by one side, confirmed by the other."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.permissions import is_animator
from alliage.directory import graph, queries
from alliage.directory.enums import AllianceState, EntryKind
from alliage.directory.forms.alliances import AllianceForm, initial
from alliage.directory.models import Alliance, Entry
from alliage.directory.queries import alliances as reads
from alliage.directory.queries.snapshot import snapshot
from alliage.directory.services import alliances as services
from alliage.formats import csv, json, rss, xlsx
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

COLUMNS = (
    "id", "first", "first_name", "second", "second_name", "subject", "partnership", "partnership_label", "odd",
    "territory_kind", "territory_code", "territory_name", "since", "until", "outcome", "source", "source_url",
    "is_demo", "url",
)  # fmt: skip
EXTENSIONS = ("csv", "xlsx", "json", "rss")
SUGGESTED = 400


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Annuaire"), reverse("directory:index")), *more]


def _address(filters: reads.AllianceFilters, **more: str) -> str:
    query = "&".join(part for part in (filters.query(), *(f"{name}={value}" for name, value in more.items())) if part)
    return f"{reverse('directory:alliances')}?{query}" if query else reverse("directory:alliances")


def years(alliance: Alliance) -> str:
    """« depuis 2019 », « de 2015 à 2018 », « en 2017 »."""
    if alliance.until is None:
        return _("depuis %(since)s") % {"since": alliance.since}
    if alliance.until == alliance.since:
        return _("en %(since)s") % {"since": alliance.since}
    return _("de %(since)s à %(until)s") % {"since": alliance.since, "until": alliance.until}


def card(alliance: Alliance, goals: Iterable[Term] | None = None) -> dict[str, Any]:
    """One alliance for a list; `goals` when they are known already."""
    partnership = taxonomy.term_by_id(Vocabulary.PARTNERSHIPS, alliance.partnership_id)
    return {
        "alliance": alliance,
        "years": years(alliance),
        "partnership": partnership.label if partnership else "",
        "goals": sorted(alliance.goals.all() if goals is None else goals, key=lambda term: int(term.code)),
    }


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    filters = reads.alliance_filters(request.GET.dict(), request.user)
    seen = request.GET.get("vue", "")
    seen = seen if seen in VIEWS else VIEWS[0]
    if "lieu" in request.GET and not filters.ignored:
        return redirect(_seen_as(filters, seen))
    found = reads.filtered_alliances(reads.visible_alliances(request.user), filters)
    page = Paginator(reads.with_goals(found), reads.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "crumbs": _crumbs((_("Alliances"), "")),
        "filters": filters,
        "parameters": filters.parameters(),
        "place_asked": filters.territory.name if filters.territory else request.GET.get("lieu", ""),
        "chips": [{"label": label, "url": _seen_as(filters.without(name), seen)} for name, label in filters.active()],
        "clear_url": reverse("directory:alliances"),
        "partnerships": taxonomy.terms(Vocabulary.PARTNERSHIPS),
        "goals": taxonomy.terms(Vocabulary.ODD),
        "tabs": _tabs(filters, seen),
        "view": seen,
        "page": page,
        "cards": [card(each) for each in page] if seen == "liste" else [],
        "events": _timeline(found) if seen == "frise" else [],
        "most_events": MOST_EVENTS,
        **(_drawn(found, filters, request.user) if seen == "graphe" else {}),
        "query": filters.query(),
        "exports": _exports(filters),
        "can_declare": request.user.is_authenticated,
    }
    return render(request, "directory/alliances.html", context)


def _drawn(found: Any, filters: reads.AllianceFilters, user: Any) -> dict[str, Any]:
    """The drawing and its SVG: made once until the directory changes."""

    def draw() -> dict[str, Any]:
        drawing = graph.draw(reads.network(found, most=graph.MOST))
        svg = render_to_string("directory/_alliance_graph.html", {"drawing": drawing})
        return {"drawing": drawing, "graph": svg}

    kept: dict[str, Any] = snapshot().keep(("alliances", filters.query(), user.is_authenticated), draw)
    return kept


VIEWS = ("liste", "frise", "graphe")


def _seen_as(filters: reads.AllianceFilters, view: str) -> str:
    return _address(filters, **({} if view == VIEWS[0] else {"vue": view}))


def _tabs(filters: reads.AllianceFilters, seen: str) -> list[dict[str, Any]]:
    labels = (_("Liste"), _("Frise"), _("Graphe"))
    return [
        {"label": label, "url": _seen_as(filters, code), "current": code == seen}
        for code, label in zip(VIEWS, labels, strict=True)
    ]


def _exports(filters: reads.AllianceFilters) -> list[dict[str, str]]:
    tail = f"?{filters.query()}" if filters.query() else ""
    return [
        {"label": extension.upper(), "url": reverse("directory:alliances_export", args=[extension]) + tail}
        for extension in EXTENSIONS
    ]


MOST_EVENTS = 200


def _timeline(found: Any) -> list[dict[str, str]]:
    """What began, year by year, the latest first."""
    return [
        {
            "when": years(each),
            "what": each.subject,
            "url": each.get_absolute_url(),
            "text": f"{each.first.name} – {each.second.name}",
        }
        for each in found.order_by("-since", "-pk")[:MOST_EVENTS]
    ]


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The whole list, with the same filters: what everyone may read."""
    filters = reads.alliance_filters(request.GET.dict(), _Nobody())
    found = reads.with_goals(reads.filtered_alliances(reads.visible_alliances(), filters))
    return _WRITERS[extension](request, filters, found)


class _Nobody:
    is_authenticated = False


def _as_csv(request: HttpRequest, _filters: reads.AllianceFilters, found: Any) -> HttpResponseBase:
    return csv.response("alliances.csv", COLUMNS, _lines(found), excel="excel" in request.GET)


def _as_xlsx(_request: HttpRequest, _filters: reads.AllianceFilters, found: Any) -> HttpResponseBase:
    return xlsx.response("alliances.xlsx", COLUMNS, _lines(found), sheet=_("Alliances"))


def _lines(found: Any) -> Iterator[list[Any]]:
    """One cell each: the codes of a list are joined."""
    for row in map(record, found.iterator(chunk_size=500)):
        yield [" ".join(row[name]) if isinstance(row[name], list) else row[name] for name in COLUMNS]


def _as_json(_request: HttpRequest, _filters: reads.AllianceFilters, found: Any) -> HttpResponseBase:
    return json.response(found.count(), (record(each) for each in found.iterator(chunk_size=500)))


def _as_rss(request: HttpRequest, filters: reads.AllianceFilters, found: Any) -> HttpResponseBase:
    page = rss.page(request)
    entries = (
        rss.Entry(
            each.subject, each.get_absolute_url(), f"{each.first.name} – {each.second.name}", each.created_at,
            each.updated_at,
        )
        for each in found.order_by("-confirmed_at", "-pk")[page.rows]
    )  # fmt: skip
    title, lead = _("Alliances du réseau"), _("Qui fait alliance avec qui, les dernières confirmées d’abord.")
    return rss.response(title, _address(filters), lead, entries, feed_url=request.get_full_path(), page=page)


_WRITERS: dict[str, Callable[[HttpRequest, reads.AllianceFilters, Any], HttpResponseBase]] = {
    "csv": _as_csv,
    "xlsx": _as_xlsx,
    "json": _as_json,
    "rss": _as_rss,
}


def record(alliance: Alliance) -> dict[str, Any]:
    """One alliance as plain data: codes, and labels beside them."""
    partnership = taxonomy.term_by_id(Vocabulary.PARTNERSHIPS, alliance.partnership_id)
    place = alliance.territory
    return {
        "id": alliance.pk,
        "first": alliance.first.slug,
        "first_name": alliance.first.name,
        "second": alliance.second.slug,
        "second_name": alliance.second.name,
        "subject": alliance.subject,
        "partnership": partnership.code if partnership else None,
        "partnership_label": partnership.label if partnership else None,
        "odd": sorted((term.code for term in alliance.goals.all()), key=int),
        "territory_kind": place.kind if place else None,
        "territory_code": place.code if place else None,
        "territory_name": place.name if place else None,
        "since": alliance.since,
        "until": alliance.until,
        "outcome": alliance.outcome,
        "source": alliance.source,
        "source_url": alliance.source_url,
        "is_demo": alliance.is_demo,
        "url": settings.ORIGIN + alliance.get_absolute_url(),
    }


def _found(request: HttpRequest, pk: int) -> Alliance:
    found = reads.alliance(pk, request.user)
    if found is None:
        raise Http404(f"No alliance {pk}.")
    return found


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    context = card(found) | {
        "crumbs": _crumbs((_("Alliances"), reverse("directory:alliances")), (found.subject, "")),
        "sides": (found.first, found.second),
        "is_shown": found.state == AllianceState.CONFIRMED,
        "can_answer": _can_answer(request.user, found),
        "can_edit": _can_edit(request.user, found),
        "neighbours": [
            card(each)
            for each in reads.with_goals(reads.alliances_of(found.first, request.user)).exclude(pk=found.pk)[:5]
        ],
    }
    return render(request, "directory/alliance.html", context)


def _can_answer(user: Any, found: Alliance) -> bool:
    """The side that did not declare it, or an animator."""
    others = [side for side in reads.sides_of(found, user) if side.pk != found.declared_for_id]
    return bool(others) or is_animator(user)


def _can_edit(user: Any, found: Alliance) -> bool:
    return bool(reads.sides_of(found, user)) or is_animator(user)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Say that two organisations act together, in the name of one of them."""
    mine = list(reads.spoken_for(request.user))
    if not mine:
        return render(request, "directory/alliance_none.html", {"crumbs": _declare_crumbs()})
    start = {"mine": request.GET.get("organisation", ""), "other": _name_of(request.GET.get("avec", ""))}
    said = {"subject": "objet", "outcome": "sorti", "place": "lieu", "partnership": "partenariat"}
    start |= {field: request.GET.get(word, "")[:SUGGESTED] for field, word in said.items()}
    form = AllianceForm(request.POST or None, user=request.user, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.declare_alliance(
                form.cleaned_data["mine"], form.cleaned_data["other"], form.said(), by=request.user, now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est noté. L’autre organisation est invitée à confirmer."))
            return redirect(made)
    context = {"form": form, "crumbs": _declare_crumbs(), "known": _names(mine)}
    return render(request, "directory/alliance_form.html", context)


def _declare_crumbs() -> list[tuple[str, str]]:
    return _crumbs((_("Alliances"), reverse("directory:alliances")), (_("Déclarer une alliance"), ""))


def _name_of(slug: str) -> str:
    found = queries.visible(to_members=True).filter(slug=slug).first() if slug else None
    return found.name if found else ""


def _names(mine: Iterable[Entry]) -> list[str]:
    """Names offered beside the field."""
    others = queries.visible(to_members=True).exclude(kind=EntryKind.CATALYST)
    others = others.exclude(pk__in=[each.pk for each in mine]) if len(list(mine)) == 1 else others
    return list(others.order_by("sort_name").values_list("name", flat=True)[:SUGGESTED])


def _side_of(user: Any, found: Alliance) -> Entry | None:
    """The side that this member speaks for; the one that declared it when it is both."""
    sides = reads.sides_of(found, user)
    return next((side for side in sides if side.pk == found.declared_for_id), sides[0] if sides else None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    if not _can_edit(request.user, found):
        raise PermissionDenied
    form = AllianceForm(request.POST or None, user=request.user, alliance=found, initial=initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            side = _side_of(request.user, found)
            services.edit_alliance(found, form.said(), by=request.user, now=timezone.now(), side=side)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("L’alliance est à jour."))
            return redirect(found)
    crumbs = _crumbs((_("Alliances"), reverse("directory:alliances")), (found.subject, found.get_absolute_url()))
    context = {"form": form, "crumbs": [*crumbs, (_("Modifier"), "")], "alliance": found}
    return render(request, "directory/alliance_form.html", context)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, or not recognise; a side may also take back what it said."""
    found = _found(request, pk)
    now, act = timezone.now(), request.POST.get("act")
    takes_back = act == "delete" or (act == "refuse" and found.state == AllianceState.CONFIRMED)
    if not (_can_answer(request.user, found) or (takes_back and _can_edit(request.user, found))):
        raise PermissionDenied
    try:
        if act == "confirm":
            services.confirm_alliance(found, by=request.user, now=now)
            messages.success(request, _("L’alliance est confirmée\u00a0: elle est maintenant visible de tous."))
        elif act == "refuse":
            services.refuse_alliance(found, by=request.user, now=now)
            messages.success(request, _("C’est noté\u00a0: cette alliance n’est montrée à personne d’autre."))
        elif act == "delete":
            services.delete_alliance(found, by=request.user, now=now)
            messages.success(request, _("L’alliance est supprimée."))
            return redirect("directory:alliances")
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(found)
