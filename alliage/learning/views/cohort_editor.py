"""Whoever keeps a cohort company makes it, describes it, dates it, opens it, closes it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.learning import permissions
from alliage.learning.enums import COHORT_MOVES, CohortState
from alliage.learning.forms.cohorts import CohortForm, DateForm
from alliage.learning.models import Cohort
from alliage.learning.queries import cohorts as queries
from alliage.learning.services import cohorts as services
from alliage.learning.views.cohorts import cohort_crumbs, cohort_or_404, number
from alliage.learning.views.finding import crumbs, member_of
from alliage.refusals import Refusal
from alliage.ui import limits


def held_or_404(request: HttpRequest, slug: str) -> Cohort:
    """For its facilitator alone."""
    found = cohort_or_404(request, slug)
    if not permissions.holds_cohort(request.user, found):
        raise Http404(f"Cohort {slug} is not held by this person.")
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.cohort_new", per_person="30/1h")
def new(request: HttpRequest) -> HttpResponse:
    """A draft: its dates come next, then one opens it."""
    if not permissions.can_make_cohorts(request.user):
        raise PermissionDenied
    form = CohortForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = services.make(form.said(), by=member_of(request), now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("learning:cohort_edit", made.slug)
    context = {
        "crumbs": crumbs((_("Cohortes"), reverse("learning:cohorts")), (_("Nouvelle cohorte"), "")),
        "form": form,
    }
    return render(request, "learning/cohort_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What is said of it; « open », « closed », « drop », « date:pk » take a step."""
    found = held_or_404(request, slug)
    if "act" in request.POST:
        return _act(request, found)
    form = CohortForm(request.POST if request.method == "POST" else None, cohort=found)
    if form.is_bound and form.is_valid():
        try:
            services.describe(found, form.said(), by=member_of(request), now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect("learning:cohort_edit", found.slug)
    return _edit_page(request, found, form, DateForm())


def _edit_page(request: HttpRequest, cohort: Cohort, form: CohortForm, dates: DateForm) -> HttpResponse:
    context = {
        "crumbs": cohort_crumbs(cohort, (_("Préparer"), "")),
        "cohort": cohort,
        "form": form,
        "date_form": dates,
        "days": queries.calendar(cohort),
        "moves": COHORT_MOVES[cohort.state],
    }
    return render(request, "learning/cohort_edit.html", context, status=422 if form.errors or dates.errors else 200)


def _act(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    asked, _colon, key = request.POST["act"].partition(":")
    said: dict[str, Any] = {"by": member_of(request), "now": timezone.now()}
    try:
        if asked == CohortState.CLOSED and "sure" not in request.POST:
            messages.warning(request, _("Cochez la case pour confirmer\u00a0: une cohorte close ne s’ouvre plus."))
        elif asked in CohortState.values:
            services.move(cohort, asked, **said)
            messages.success(request, _("La cohorte est ouverte\u00a0: tout le monde peut la lire, les territoires peuvent demander une place.") if asked == CohortState.OPEN else _("La cohorte est close. Son bilan est dans l’espace commun."))  # fmt: skip
        elif asked == "date":
            services.remove_date(cohort, number(key), **said)
            messages.success(request, _("Cette date n’est plus au calendrier."))
        elif asked == "drop":
            services.drop(cohort, **said)
            messages.success(request, _("Ce brouillon est effacé."))
            return redirect("learning:cohorts")
        else:
            return HttpResponse(status=400)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return redirect("learning:cohort_edit", cohort.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def date(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a date to its calendar."""
    found = held_or_404(request, slug)
    if request.method != "POST":
        return redirect(f"{reverse('learning:cohort_edit', args=[found.slug])}#dates")
    form = DateForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.add_date(
                found,
                given["title"],
                day=given["day"],
                event=given["event"],
                by=member_of(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est au calendrier de la cohorte, et à l’agenda de chacun."))
            return redirect(f"{reverse('learning:cohort_edit', args=[found.slug])}#dates")
    return _edit_page(request, found, CohortForm(cohort=found), form)
