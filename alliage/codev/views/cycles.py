"""A cycle and its sessions; the choice of a date."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.accounts import when
from alliage.codev.enums import Rhythm
from alliage.codev.forms.cycles import CycleForm, PollAnswerForm, PollForm
from alliage.codev.models import DatePoll, Group, Turn
from alliage.codev.permissions import Standing
from alliage.codev.queries import cycles as queries
from alliage.codev.queries import memberships
from alliage.codev.services import cycles as services
from alliage.codev.views.groups import group_crumbs, inside_or_403, tended_or_403
from alliage.refusals import Refusal
from alliage.ui import limits

# --- Cycle ---------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions of the cycle and their clients; facilitators open it, follow the members, finish it."""
    group, standing = inside_or_403(request, pk)
    given = request.POST if request.method == "POST" else None
    initial = {"starts_on": timezone.localdate(), "rhythm": group.rhythm or Rhythm.FIVE}
    form = CycleForm(given if given is not None and "act" not in given else None, initial=initial)
    if given is not None:
        if not standing.facilitates:
            raise PermissionDenied
        if _cycle_done(request, group, form):
            return redirect("codev:cycle", group.pk)
    return _cycle_page(request, group, standing, form)


def _cycle_done(request: HttpRequest, group: Group, form: CycleForm) -> bool:
    """Do what was asked; a refusal is written on the form."""
    act, now, row = request.POST.get("act", ""), timezone.now(), queries.open_cycle(group)
    try:
        if act == "finish" and row is not None:
            services.finish_cycle(row, by=request.user, now=now)
            messages.success(request, _("Le cycle est terminé."))
        elif act == "follow" and row is not None:
            services.follow_members(row, by=request.user, now=now)
            messages.success(request, _("Il y a de nouveau autant de séances que de membres."))
        elif not act:
            if not form.is_valid():
                return False
            services.open_cycle(group, **form.cleaned_data, by=request.user, now=now)
            messages.success(request, _("Le cycle est ouvert\u00a0: chaque membre y apporte une situation à son tour."))
    except Refusal as refusal:
        if act:
            messages.error(request, refusal.message)
            return True
        form.add_error(None, refusal.message)
        return False
    return True


def _cycle_page(request: HttpRequest, group: Group, standing: Standing, form: CycleForm) -> HttpResponse:
    turns = queries.turns(group)
    context = {
        "crumbs": group_crumbs(group, (_("Cycle"), "")),
        "group": group,
        "standing": standing,
        "turns": [{"row": each, "expected_on": queries.expected_on(each)} for each in turns],
        "free": queries.without_a_turn(group) if turns else [],
        "count_differs": bool(turns) and len(turns) != group.member_count,
        "form": form,
    }
    return render(request, "codev/cycle.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def turn(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Who is the client of a session: a member takes or leaves it for herself, facilitators say for others."""
    group, standing = inside_or_403(request, pk)
    row = queries.turn(group, number)
    if row is None:
        raise Http404(f"No session {number} in the cycle of group {pk}.")
    try:
        services.set_client(row, _client(request, group, standing, row), by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("C’est noté."))
    return redirect("codev:cycle", group.pk)


def _client(request: HttpRequest, group: Group, standing: Standing, row: Turn) -> Any:
    """The member named, oneself, or nobody."""
    said = request.POST.get("client", "")
    if said == "me" and row.client_id in (None, request.user.pk):
        return request.user
    if said == "nobody" and (standing.facilitates or row.client_id == request.user.pk):
        return None
    if standing.facilitates and said.isascii() and said.isdecimal() and len(said) <= 18:
        found = memberships.of_group(group, int(said))
        if found is not None:
            return found.member
    raise PermissionDenied


# --- Choose a date -------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("codev.poll", per_person="30/1h")
def new_poll(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose dates to the group."""
    group = tended_or_403(request, pk)
    turns = [each for each in queries.turns(group) if each.encounter is None]
    initial = {"turn": request.GET.get("seance", "")}
    form = PollForm(request.POST if request.method == "POST" else None, turns=turns, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.open_poll(group, form.said(), by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Les dates sont proposées. Les membres du groupe sont prévenus."))
            return redirect("codev:poll", group.pk, made.pk)
    context = {
        "crumbs": group_crumbs(group, (_("Proposer des dates"), "")),
        "group": group,
        "form": form,
        "zone": when.zone_words(),
    }
    return render(request, "codev/cycle_poll_new.html", context, status=422 if form.errors else 200)


def _poll_or_404(group: Group, number: int) -> DatePoll:
    row = queries.poll(group, number)
    if row is None:
        raise Http404(f"No choice {number} in group {group.pk}.")
    return row


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def poll(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Say what suits; see what suits the others and the date that suits most."""
    group, standing = inside_or_403(request, pk)
    row = _poll_or_404(group, number)
    table = queries.table(row, request.user)
    dates = [(line.date, when.said(line.date.starts_at, row.minutes), line.mine) for line in table.lines]
    form = PollAnswerForm(request.POST if request.method == "POST" else None, dates=dates)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_poll(row, form.said(), by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("C’est noté, merci."))
        return redirect(request.path)
    context = {
        "crumbs": group_crumbs(group, (_("Choisir une date"), "")),
        "group": group,
        "standing": standing,
        "poll": row,
        "table": table,
        "form": form,
    }
    return render(request, "codev/cycle_poll.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def choose(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Facilitators choose the date, or give the choice up."""
    group = tended_or_403(request, pk)
    row = _poll_or_404(group, number)
    if request.POST.get("act") == "close":
        services.close_poll(row, by=request.user, now=timezone.now())
        messages.success(request, _("Le choix de cette date est abandonné."))
        return redirect(group)
    said = request.POST.get("date", "")
    is_number = said.isascii() and said.isdecimal() and len(said) <= 18
    chosen = queries.poll_date(row, int(said)) if is_number else None
    if chosen is None:
        raise Http404("No such date.")
    try:
        made = services.choose_date(row, chosen, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("codev:poll", group.pk, row.pk)
    messages.success(request, _("La rencontre est fixée. Les membres du groupe sont prévenus."))
    return redirect(made)
