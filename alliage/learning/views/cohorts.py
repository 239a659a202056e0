"""Cohorts: the list, the page of one (public face, shared space), asking for a place, leaving, erasing a message."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.learning import permissions
from alliage.learning.forms.cohorts import AskForm, WordsForm
from alliage.learning.levels import levels
from alliage.learning.models import Cohort, CohortPlace
from alliage.learning.queries import cohort_board, cohort_later, cohort_report
from alliage.learning.queries import cohorts as queries
from alliage.learning.queries.statements import lever_titles
from alliage.learning.services import cohort_places, cohort_space
from alliage.learning.services import cohorts as services
from alliage.learning.views.finding import Crumbs, crumbs, member_of
from alliage.refusals import Refusal
from alliage.ui import limits

_NUMBER = re.compile(r"[0-9]{1,18}")


def cohort_or_404(request: HttpRequest, slug: str) -> Cohort:
    """An open or closed one for everyone; a draft for whoever prepares it."""
    found = queries.by_slug(slug)
    if found is None or not permissions.can_see_cohort(request.user, found):
        raise Http404(f"No cohort {slug} for this person.")
    return found


def cohort_crumbs(cohort: Cohort, *more: tuple[str, str]) -> Crumbs:
    url = cohort.get_absolute_url() if more else ""
    return crumbs((_("Cohortes"), reverse("learning:cohorts")), (cohort.title, url), *more)


def number(text: str) -> int:
    """What a button named; 0 names nothing."""
    return int(text) if _NUMBER.fullmatch(text) else 0


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is said to everyone; never who is in it."""
    context = {
        "crumbs": crumbs((_("Cohortes"), "")),
        "cohorts": [(each, queries.seats_left(each)) for each in queries.shown(request.user)],
        "may_make": permissions.can_make_cohorts(request.user),
    }
    return render(request, "learning/cohorts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("learning.cohort", per_person="60/1h")
def cohort(request: HttpRequest, slug: str) -> HttpResponse:
    """Its public face; for those who are in it, the shared space, where one writes."""
    found = cohort_or_404(request, slug)
    place = permissions.place_in(request.user, found)
    inside = permissions.is_in_cohort(request.user, found)
    if request.method == "POST" and not inside:
        raise Http404("Only those who are in it write in it.")
    form = WordsForm(request.POST if request.method == "POST" else None, label=_("Votre message"))
    if request.method == "POST" and form.is_valid():
        try:
            cohort_space.post(found, form.cleaned_data["text"], place=place, by=member_of(request), now=timezone.now())
        except Refusal as refusal:
            form.add_error("text", refusal.message)
        else:
            messages.success(request, _("Votre message est dans l’espace de la cohorte."))
            return redirect(f"{found.get_absolute_url()}#messages")
    answer = render(request, "learning/cohort.html", _page(request, found, place, form, inside=inside), status=422 if form.errors else 200)  # fmt: skip
    if request.user.is_authenticated:
        answer["Cache-Control"] = "private, no-store"
    return answer


def _page(
    request: HttpRequest, cohort: Cohort, place: CohortPlace | None, form: WordsForm, *, inside: bool
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "crumbs": cohort_crumbs(cohort),
        "cohort": cohort,
        "left": queries.seats_left(cohort),
        "paths": queries.paths(cohort),
        "inside": inside,
        "place": place,
        "holds": permissions.holds_cohort(request.user, cohort),
        "can_take": permissions.can_take_cohort(request.user, cohort),
        "later": cohort_later.asked(request.user, cohort) if cohort.closed_at and request.user.is_authenticated else [],
    }
    if not inside:
        asks = request.user.is_authenticated and cohort.is_open
        return context | {
            "named": queries.named(cohort),
            "waiting": queries.waiting_of(request.user, cohort) if asks else [],
        }
    titles = lever_titles()
    return context | {
        "form": form,
        "days": queries.calendar(cohort),
        "today": timezone.localdate(),
        "teams": queries.teams(cohort),
        "messages_said": queries.messages(cohort),
        "report": _report(cohort, titles),
        "floor": cohort_report.FLOOR,
        **_earlier(cohort, place, titles),
        "told": cohort_later.told(but=cohort),
    }


def _report(cohort: Cohort, titles: dict[str, str]) -> dict[str, Any] | None:
    """What was made when it closed; levers in their order."""
    if not cohort.closed_at:
        return None
    said = cohort.report.get("levers", {})
    return {
        "files": cohort.report.get("files", 0),
        "levers": [
            (title, said[code]["before"], said[code]["after"]) for code, title in titles.items() if code in said
        ],
    }


def _earlier(cohort: Cohort, place: CohortPlace | None, titles: dict[str, str]) -> dict[str, Any]:
    """For a team: what others did from where it stands."""
    level = cohort_board.level_of(cohort_board.closed_of([place.file_id]).first()) if place is not None else None
    found = cohort_report.earlier(level, but=cohort)
    if found is None or level is None:
        return {"earlier": None}
    chosen = [(titles.get(code, code), count) for code, count in found.levers]
    return {"earlier": found, "earlier_level": levels().name(level), "earlier_levers": chosen}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.cohort_ask", per_person="20/1h")
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """What will be seen, and by whom; then the request."""
    found = cohort_or_404(request, slug)
    form = AskForm(request.POST if request.method == "POST" else None, files=queries.askable(request.user, found))
    if request.method == "POST" and form.is_valid():
        try:
            cohort_places.ask(
                found,
                form.chosen(),
                is_shown=form.cleaned_data["is_shown"],
                by=member_of(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("La demande est partie. La réponse arrivera dans vos notifications."))
            return redirect(found)
    context = {
        "crumbs": cohort_crumbs(found, (_("Demander une place"), "")),
        "cohort": found,
        "form": form,
        "has_files": bool(form.known),
    }
    return render(request, "learning/cohort_ask.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """« leave:place » for its team; « erase:message » for who wrote it or the facilitator; « take » for an animator."""
    found = cohort_or_404(request, slug)
    asked, _colon, key = request.POST.get("act", "").partition(":")
    by, now = member_of(request), timezone.now()
    if asked == "leave":
        return _leave(request, found, number(key))
    if asked == "erase" and permissions.is_in_cohort(request.user, found):
        holds = permissions.holds_cohort(request.user, found)
        cohort_space.erase(found, number(key), is_facilitator=holds, by=by, now=now)
        messages.success(request, _("Ce message n’est plus là."))
        return redirect(f"{found.get_absolute_url()}#messages")
    if asked == "take" and permissions.can_take_cohort(request.user, found):
        services.take_over(found, by=by, now=now)
        messages.success(request, _("Vous animez cette cohorte. Ses équipes sont prévenues."))
        return redirect(found)
    raise Http404(f"No act {asked} here for this person.")


def _leave(request: HttpRequest, cohort: Cohort, pk: int) -> HttpResponse:
    place = queries.place(cohort, pk)
    if place is None or not permissions.can_write_file(request.user, place.file):
        raise Http404(f"No place {pk} for this person.")
    if place.joined_at is not None and "sure" not in request.POST:
        messages.warning(request, _("Cochez la case pour confirmer\u00a0: rien n’a changé."))
        return redirect(cohort)
    cohort_places.withdraw(cohort, pk, by=member_of(request), now=timezone.now())
    messages.success(request, _("C’est noté\u00a0: la personne qui anime ne lit plus rien de votre dossier ici."))
    return redirect(cohort)
