"""Accounts of sequences, for those who write and sign them; what organisers say of the whole."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.events.forms.minutes import MinutesForm, ProceedingsForm
from alliage.events.models import Event, Minutes, Sequence
from alliage.events.permissions import can_organise, holds_sequence
from alliage.events.queries import minutes as sources
from alliage.events.queries import proceedings as queries
from alliage.events.services import minutes as services
from alliage.events.services import proceedings as whole
from alliage.events.services import surveys
from alliage.events.services.minutes import Line
from alliage.events.views.finding import event_or_404, sequence_or_404
from alliage.events.views.proceedings import crumbs
from alliage.refusals import Refusal

# --- The whole -----------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def prepare(request: HttpRequest, slug: str) -> HttpResponse:
    """What is signed and what is not; what is read before; the versions; the survey. For those who organise."""
    event = event_or_404(request, slug)
    if not can_organise(request.user, event):
        raise PermissionDenied
    found = queries.of_event(event)
    form = None
    if found is not None:
        form = ProceedingsForm(request.POST if request.POST.get("act") == "describe" else None, proceedings=found)
    if request.method == "POST" and (answer := _done(request, event, form)) is not None:
        return answer
    context = {
        "event": event,
        "crumbs": crumbs(event, (_("Préparer"), "")),
        "proceedings": found,
        "form": form,
        "left": queries.left(event),
        "versions": queries.versions(found) if found else [],
        "survey": surveys.of_event(event),
        "is_over": event.ends_at <= timezone.now(),
    }
    return render(request, "events/proceedings_prepare.html", context, status=422 if form and form.errors else 200)


def _done(request: HttpRequest, event: Event, form: ProceedingsForm | None) -> HttpResponse | None:
    """The page to go to; None for a form to be corrected."""
    act, now, here = (
        request.POST.get("act", ""),
        timezone.now(),
        reverse("events:proceedings_prepare", args=[event.slug]),
    )
    if act == "open" and event.ends_at <= now:
        whole.close(event, now=now)
    elif act == "stop":
        made = whole.stop(event, now=now)
        if made is not None:
            messages.success(request, _("La version %(number)s est arrêtée.") % {"number": made.number})
    elif act == "describe" and form is not None:
        if not form.is_valid():
            return None
        said = form.cleaned_data
        by: Any = request.user
        whole.describe(event, text=said["text"], links=form.links(), replay_url=said["replay_url"], by=by, now=now)
        messages.success(request, _("C’est enregistré."))
    return redirect(here)


# --- One sequence --------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def write(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """The account of a sequence, line by line, each with its source; kept, signed, taken back."""
    sequence = sequence_or_404(request, int(pk), slug)
    if not holds_sequence(request.user, sequence):
        raise PermissionDenied
    if request.method == "POST":
        return _written(request, sequence)
    return _page(request, *queries.with_account(sequence), None)


def _written(request: HttpRequest, sequence: Sequence) -> HttpResponse:
    now, act = timezone.now(), request.POST.get("act", "")
    here = reverse("events:minutes", args=[sequence.event.slug, sequence.pk])
    if act == "take_back":
        whole.take_back(sequence, by=request.user, now=now)  # type: ignore[arg-type]
        messages.success(request, _("Le compte rendu est de nouveau en préparation."))
        return redirect(here)
    sequence, found = queries.with_account(sequence)
    form = MinutesForm(request.POST, minutes=found)
    if not form.is_valid():
        return _page(request, sequence, found, form)
    try:
        if act == "sign":
            whole.sign(sequence, form.said(), by=request.user, now=now)  # type: ignore[arg-type]
            messages.success(request, _("Le compte rendu est signé de votre nom, et publié."))
            return redirect(f"{reverse('events:proceedings', args=[sequence.event.slug])}#sequence-{sequence.pk}")
        services.write(sequence, form.said(), by=request.user, now=now)  # type: ignore[arg-type]
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _page(request, sequence, found, form)
    messages.success(request, _("C’est enregistré. Personne d’autre que vous et l’organisation ne le lit encore."))
    return redirect(here)


def _page(request: HttpRequest, sequence: Sequence, found: Minutes | None, form: MinutesForm | None) -> HttpResponse:
    """A refused form shows beside it what is written by then, and may be sent again over it."""
    kept = sources.of_sequence(sequence)
    shown = form or MinutesForm(minutes=found, draft=[Line(each.sentence, each.ref) for each in kept])
    used = {line.ref for line in shown.lines}
    context: dict[str, Any] = {
        "event": sequence.event,
        "sequence": sequence,
        "crumbs": crumbs(sequence.event, (sequence.title, "")),
        "minutes": found,
        "form": shown,
        "edition": found.edition if found else 0,
        "lines": _with_sources(shown, kept),
        "others": [each for each in kept if each.ref not in used],
        "refused": services.not_to_be_recorded(sequence),
        "name": request.user.get_full_name() if request.user.is_authenticated else "",
        "is_over": sequence.ends_at <= timezone.now(),
    }
    return render(request, "events/minutes.html", context, status=422 if form is not None else 200)


def _with_sources(form: MinutesForm, kept: list[sources.Source]) -> list[dict[str, Any]]:
    known = {each.ref: each for each in kept}
    return [{"rank": rank, "line": line, "source": known.get(line.ref)} for rank, line in enumerate(form.lines)]
