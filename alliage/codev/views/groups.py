"""Groups: the list that everyone reads, one group for everyone then for its members, opening, settings, taking away."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.codev import permissions, taken
from alliage.codev.enums import GroupKind
from alliage.codev.forms.groups import GroupForm
from alliage.codev.models import Group
from alliage.codev.permissions import Standing
from alliage.codev.queries import cycles, dormancy, encounters, memberships, threads
from alliage.codev.queries import groups as queries
from alliage.codev.services import dormancy as waking
from alliage.codev.services import groups as services
from alliage.directory.views.lists import CountedPaginator
from alliage.formats import csv, documents, docx, json
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.ui import limits

PER_PAGE = 30
PER_PERSON = "60/10m"
NEXT = 5


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Codéveloppement"), reverse("codev:index")), *more]


def group_crumbs(group: Group, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((group.name, group.get_absolute_url()), *more)


def found_or_404(request: HttpRequest, pk: int) -> Group:
    """The group, for those who may see its page; for others it does not exist."""
    group = queries.by_number(pk)
    if group is None or (group.is_hidden and not permissions.can_see_group(request.user, group)):
        raise Http404(f"No group {pk} for this person.")
    return group


def inside_or_403(request: HttpRequest, pk: int) -> tuple[Group, Standing]:
    """The group, for its members: what is inside is for nobody else, animators included."""
    group = queries.by_number(pk)
    if group is None:
        raise Http404(f"No group {pk}.")
    standing = permissions.standing(request.user, group)
    if not standing.is_in:
        raise PermissionDenied
    return group, standing


def tended_or_403(request: HttpRequest, pk: int) -> Group:
    """The group, for those who facilitate it."""
    group, standing = inside_or_403(request, pk)
    if not standing.facilitates:
        raise PermissionDenied
    return group


# --- The list ------------------------------------------------------------------------------------------------------


def _asked(request: HttpRequest) -> tuple[str, bool]:
    kind = request.GET.get("nature", "")
    return (kind if kind in GroupKind.values else ""), request.GET.get("places") == "1"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What codevelopment is, how one joins, one's own groups, the groups under way."""
    kind, with_seats = _asked(request)
    found = queries.public(kind, with_seats=with_seats)
    page = CountedPaginator(PER_PAGE, count=found.count()).get_page(request.GET.get("page"))
    start = max(page.start_index() - 1, 0)
    member = request.user if request.user.is_authenticated else None
    query = "&".join(each for each in (f"nature={kind}" if kind else "", "places=1" if with_seats else "") if each)
    context = {
        "crumbs": [(_("Codéveloppement"), "")],
        "groups": list(found[start : start + PER_PAGE]),
        "page": page,
        "tabs": _tabs(kind),
        "query": query,
        "is_filtered": bool(query),
        "with_seats": with_seats,
        "kind": kind,
        **_mine(member),
        "invitations": [each for each in memberships.my_waiting(member) if each.state == "invited"] if member else [],
        "exports": [
            {"label": each.upper(), "url": reverse("codev:groups_export", args=[each]) + (f"?{query}" if query else "")}
            for each in ("csv", "json")
        ],
    }
    return render(request, "codev/groups.html", context)


def _mine(member: Any) -> dict[str, Any]:
    """One's own groups, and which of them sleep."""
    now = timezone.now()
    mine = list(queries.mine(member, now)) if member else []
    return {"mine": mine, "dormant": dormancy.among([each.group for each in mine], now) if mine else set()}


def _tabs(kind: str) -> list[dict[str, Any]]:
    url, counts = reverse("codev:index"), queries.counts()
    names = {"": _("Tous"), "codev": _("Codéveloppement"), "thematic": _("Thématiques"), "cohort": _("Promotions")}
    return [
        {
            "label": label,
            "url": (f"{url}?nature={code}" if code else url) + "#groupes",
            "current": kind == code,
            "count": counts[code] if code else sum(counts.values()),
        }
        for code, label in names.items()
    ]


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The whole list behind the page, with the same filters: what everyone may read of each group."""
    kind, with_seats = _asked(request)
    found = queries.public(kind, with_seats=with_seats)
    if extension == "json":
        return json.response(found.count(), queries.records(found))
    rows = ([each[name] for name in queries.COLUMNS] for each in queries.records(found))
    return csv.response("groupes.csv", queries.COLUMNS, rows, excel="excel" in request.GET)


# --- One group -----------------------------------------------------------------------------------------------------


@require_safe
def group(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Everyone reads what the group says of itself; its members find their next encounter first."""
    found = found_or_404(request, pk)
    if found.slug != slug:
        return redirect(found)
    standing = permissions.standing(request.user, found)
    context = {"crumbs": crumbs((found.name, "")), "group": found, "standing": standing, "facts": _facts(found)}
    now = timezone.now()
    if standing.is_in:
        return render(request, "codev/group.html", context | _inside(request, found, standing, now))
    if permissions.may_close_from_outside(request.user):
        context |= {"can_close": True, "dormant_since": dormancy.dormant_since(found, now)}
    context["names"] = queries.shown_names(found)
    context["can_tend"] = request.user.is_authenticated and permissions.can_tend_people(request.user, found)
    return render(request, "codev/group_public.html", context)


def _facts(found: Group) -> list[dict[str, Any]]:
    facts = [
        {"label": _("Places"), "value": _seats(found)},
        {"label": _("Entrée"), "value": found.get_access_display()},
        {"label": _("Rythme"), "value": found.get_rhythm_display()},
    ]
    codes = found.excluded_categories
    labels = [term.label for term in taxonomy.terms(Vocabulary.CATEGORIES) if term.code in codes] if codes else []
    if labels:
        facts.append({"label": _("N’accueille pas"), "value": ", ".join(labels)})
    return facts


def _seats(found: Group) -> str:
    if found.free_seats <= 0:
        return _("%(count)s membres, complet") % {"count": found.member_count}
    return _("%(free)s libres sur %(seats)s") % {"free": found.free_seats, "seats": found.seats}


def _inside(request: HttpRequest, found: Group, standing: Standing, now: datetime) -> dict[str, Any]:
    """What members read: at most seven queries."""
    coming = list(encounters.coming_up(found, request.user, now)[:NEXT])
    planned = [each for each in coming if each.is_planned]
    people = list(memberships.active(found))
    turns = cycles.turns(found)
    return {
        "first": planned[0] if planned else None,
        "later": [each for each in coming if not planned or each.pk != planned[0].pk],
        "polls": list(cycles.open_polls(found, request.user)),
        "turns": [{"row": each, "expected_on": cycles.expected_on(each)} for each in turns],
        "people": people,
        "threads": threads.latest(found, standing, request.user),
        "may_open": permissions.can_open_thread(standing, found),
        "waits": queries.waits(found) if standing.facilitates else None,
        "must_accept": standing.membership is not None and standing.membership.charter_version != found.charter_version,
        "dormant_since": dormancy.dormant_since(found, now),
        "missing": max(5 - found.member_count, 0) if found.is_codev else 0,
    }


# --- Open, change, close -------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("codev.group", per_person="10/1h")
def new(request: HttpRequest) -> HttpResponse:
    """Any member opens a group and facilitates it."""
    form = GroupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.open_group(form.said(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request, _("Le groupe est ouvert, et vous en tenez la facilitation. Invitez les premières personnes.")
            )
            return redirect("codev:group_people", made.pk)
    context = {"crumbs": crumbs((_("Ouvrir un groupe"), "")), "form": form}
    return render(request, "codev/group_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("codev.group_settings", per_person=PER_PERSON)
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """What the group says of itself, its charter, its video link."""
    found = tended_or_403(request, pk)
    form = GroupForm(request.POST if request.method == "POST" else None, group=found)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_group(found, form.said(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(changed)
    context = {"crumbs": group_crumbs(found, (_("Réglages"), "")), "group": found, "form": form}
    return render(request, "codev/group_settings.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what ends, then end it."""
    found = found_or_404(request, pk)
    if not permissions.can_close_group(request.user, found):
        raise PermissionDenied
    if request.method == "POST":
        services.close_group(found, by=request.user, now=timezone.now())
        messages.success(request, _("Le groupe est terminé. Ses membres lisent encore ce qu’ils y ont écrit."))
        return redirect(found)
    context = {"crumbs": group_crumbs(found, (_("Terminer"), "")), "group": found}
    return render(request, "codev/group_close.html", context)


@never_cache
@require_POST
@login_required
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """A group that ended begins again: those who may end it."""
    found = found_or_404(request, pk)
    if not permissions.can_close_group(request.user, found):
        raise PermissionDenied
    waking.reopen(found, by=request.user, now=timezone.now())
    messages.success(request, _("Le groupe reprend, avec ses membres et ce qu’ils y ont écrit. Proposez des dates."))
    return redirect(found)


@never_cache
@require_safe
@login_required
def take(request: HttpRequest, pk: int, extension: str) -> HttpResponseBase:
    """Everything of the group, for each of its members, in one click: data, or a document to read."""
    found, _standing = inside_or_403(request, pk)
    now = timezone.now()
    if extension == "json":
        answer = HttpResponse(json.dumps(taken.as_data(found, request.user)), content_type="application/json")
        name = documents.filename(found.name, "json")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    return docx.response(
        taken.as_document(found, request.user), now=now, filename=documents.filename(found.name, "docx")
    )
