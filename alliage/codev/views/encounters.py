"""Encounters: their page, fixing and changing them, who comes; calendars."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts import when
from alliage.accounts.models import Member
from alliage.accounts.secret_links import change, private
from alliage.codev import calendars
from alliage.codev.enums import Coming
from alliage.codev.forms.encounters import EncounterForm
from alliage.codev.models import Encounter, Group
from alliage.codev.queries import encounters as queries
from alliage.codev.services import encounters as services
from alliage.codev.views.groups import group_crumbs, inside_or_403, tended_or_403
from alliage.notifications.timing import zone_of
from alliage.refusals import Refusal

PAST = 60
CALENDAR = "text/calendar; charset=utf-8"


def _found_or_404(group: Group, number: int, user: Any) -> Any:
    found = queries.of_group(group, number, user)
    if found is None:
        raise Http404(f"No encounter {number} in group {group.pk}.")
    return found


@never_cache
@require_safe
@login_required
def encounter(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """When, where one joins, who comes."""
    group, standing = inside_or_403(request, pk)
    found = _found_or_404(group, number, request.user)
    context = {
        "crumbs": group_crumbs(group, (found.title, "")),
        "group": group,
        "standing": standing,
        "encounter": found,
        "join_url": found.video_url or group.video_url,
        "answers": queries.answers(found),
        "is_over": found.ends_at <= timezone.now(),
    }
    return render(request, "codev/encounter.html", context)


@never_cache
@require_safe
@login_required
def past(request: HttpRequest, pk: int) -> HttpResponse:
    """Those that took place."""
    group, _standing = inside_or_403(request, pk)
    context = {
        "crumbs": group_crumbs(group, (_("Rencontres passées"), "")),
        "group": group,
        "encounters": list(queries.past(group, timezone.now())[:PAST]),
    }
    return render(request, "codev/encounters_past.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix a date at once, when everyone already agreed."""
    group = tended_or_403(request, pk)
    form = EncounterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.plan(group, form.said(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("La rencontre est fixée. Les membres du groupe sont prévenus."))
            return redirect(made)
    return _written(request, group, form, crumb=_("Fixer une rencontre"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Change it, or cancel it."""
    group = tended_or_403(request, pk)
    found = _found_or_404(group, number, request.user)
    is_cancelled = request.method == "POST" and "cancel" in request.POST
    form = EncounterForm(request.POST if request.method == "POST" and not is_cancelled else None, encounter=found)
    try:
        if is_cancelled:
            services.cancel(found, by=request.user, now=timezone.now())
            messages.success(request, _("La rencontre est annulée. Celles et ceux qui venaient sont prévenus."))
            return redirect(found)
        if request.method == "POST" and form.is_valid():
            services.change(found, form.said(), by=request.user, now=timezone.now())
            messages.success(request, _("C’est enregistré."))
            return redirect(found)
    except Refusal as refusal:
        if is_cancelled:
            messages.error(request, refusal.message)
            return redirect(found)
        form.add_error(None, refusal.message)
    return _written(request, group, form, crumb=_("Modifier"), found=found)


def _written(
    request: HttpRequest, group: Group, form: EncounterForm, *, crumb: str, found: Encounter | None = None
) -> HttpResponse:
    before = [(found.title, found.get_absolute_url())] if found is not None else []
    context = {
        "crumbs": group_crumbs(group, *before, (crumb, "")),
        "group": group,
        "encounter": found,
        "form": form,
        "zone": when.zone_words(),
    }
    return render(request, "codev/encounter_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def presence(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """« Je viens », « je ne peux pas »: one gesture."""
    group, _standing = inside_or_403(request, pk)
    found = _found_or_404(group, number, request.user)
    said, member = request.POST.get("coming", ""), request.user
    if said in Coming.values:
        try:
            services.say_presence(found, said, by=member, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("C’est noté, merci."))
    return redirect(group if request.POST.get("from") == "group" else found)


# --- Calendars -----------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def ics(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One encounter for a calendar, with the join link and a neutral title."""
    group, _standing = inside_or_403(request, pk)
    found = _found_or_404(group, number, request.user)
    return _calendar([found], _zone(request.user), filename=f"rencontre-{found.pk}.ics")


def _zone(member: Any) -> ZoneInfo:
    return zone_of(member.time_zone)


def _calendar(found: Any, zone: ZoneInfo, *, filename: str = "") -> HttpResponse:
    answer = HttpResponse(calendars.calendar(found, zone, name=_("Mes rencontres Alliage")), content_type=CALENDAR)
    if filename:
        answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    private(answer)
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """One's next encounters, and the secret link that one's own calendar follows."""
    member: Any = request.user
    if request.method == "POST":
        return _link_changed(request, member)
    context = {
        "crumbs": [(_("Codéveloppement"), reverse("codev:index")), (_("Mes rencontres"), "")],
        "encounters": list(queries.mine(member, timezone.now())[:PAST]),
        "link": queries.link_of(member),
    }
    return render(request, "codev/encounter_calendar.html", context)


def _link_changed(request: HttpRequest, member: Member) -> HttpResponse:
    said: Any = {"by": member, "now": timezone.now()}
    change(request, make=partial(services.make_link, **said), revoke=partial(services.revoke_link, **said))
    return redirect("codev:calendar")


@never_cache
@require_safe
def feed(_request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar reads by the secret link: no sign-in, no cookie."""
    member = queries.by_token(token)
    if member is None:
        raise Http404("No calendar for this link, or no longer.")
    return _calendar(queries.for_calendar(member, timezone.now()), _zone(member))
