"""Preparing a Rencontre: the home of those who organise, and its state."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.events import moments
from alliage.events.enums import EventKind
from alliage.events.forms.organising import RencontreForm
from alliage.events.models import Event
from alliage.events.permissions import can_organise
from alliage.events.queries import planning as planning_queries
from alliage.events.queries import speakers as speaker_queries
from alliage.events.services import events, rencontres
from alliage.events.services.programme import ChangedMeanwhile, mark_of
from alliage.refusals import Refusal

FEW = 5


def prepared_or_404(request: HttpRequest, slug: str) -> Event:
    """The Rencontre, for those who organise it and for animators; for others this page does not exist."""
    found = Event.objects.filter(slug=slug, kind=EventKind.RENCONTRE).first()
    if found is None or not can_organise(request.user, found):
        raise Http404(f"No Rencontre {slug} that this person prepares.")
    return found


def crumbs(event: Event, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Rencontres"), reverse("events:rencontres")),
        (event.title, event.get_absolute_url()),
        (_("Préparer"), reverse("events:organise", args=[event.slug]) if more else ""),
        *more,
    ]


@never_cache
@require_safe
@login_required
def organise(request: HttpRequest, slug: str) -> HttpResponse:
    """What is missing, what is due, and the doors to each part."""
    event, now = prepared_or_404(request, slug), timezone.now()
    rows, gaps = speaker_queries.rows(event), speaker_queries.gaps(event)
    context = {
        "crumbs": crumbs(event),
        "event": event,
        "gaps": gaps,
        "groups": _groups(event, gaps, rows),
        "speakers": len(rows),
        "waiting": sum(1 for row in rows if row.missing),
        "pressing": planning_queries.pressing(event, now)[: 2 * FEW],
        "is_over": event.ends_at <= now,
        "zone": event.zone,
    }
    return render(request, "events/organise.html", context)


def _groups(event: Event, gaps: Any, rows: list[Any]) -> list[dict[str, Any]]:
    """What is missing, as lists of names with the page where it is put right."""
    desk = reverse("events:speakers", args=[event.slug])
    sequences = [
        (_("Séquences sans intervenant"), gaps.without_speaker),
        (_("Séquences sans salle ni lien"), gaps.without_room),
        (_("Séquences que personne ne tient"), gaps.without_steward),
    ]
    groups = [
        {
            "title": title,
            "count": len(found),
            "links": [
                (each.title, reverse("events:sequence_edit", args=[event.slug, each.pk])) for each in found[:FEW]
            ],
            "more": reverse("events:grid", args=[event.slug]),
        }
        for title, found in sequences
    ]
    wanted: dict[str, list[Any]] = {}
    for row in rows:
        for missing in row.missing:
            wanted.setdefault(str(missing.label), []).append(row.who)
    groups += [
        {
            "title": _("Intervenants\u00a0: %(what)s à recevoir") % {"what": label},
            "count": len(found),
            "links": [(each.name, reverse("events:speaker_edit", args=[event.slug, each.pk])) for each in found[:FEW]],
            "more": desk,
        }
        for label, found in wanted.items()
    ]
    return [group for group in groups if group["count"]]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Title, date, presentation, place. Another day takes the whole programme along."""
    event = prepared_or_404(request, slug)
    form = RencontreForm(request.POST if request.method == "POST" else None, event=event)
    if request.method == "POST" and form.is_valid():
        try:
            rencontres.change(event, form.said(), by=request.user, now=timezone.now(), seen=form.seen)
        except ChangedMeanwhile as refusal:
            form.show_again(mark_of(Event.objects.get(pk=event.pk)), refusal.message)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect("events:organise", slug)
    context = {
        "crumbs": crumbs(event, (_("Titre, date, présentation"), "")),
        "event": event,
        "form": form,
        "clock": moments.clock_words(event.zone),
    }
    return render(request, "events/organise_settings.html", context, status=422 if form.errors else 200)


ACTS = {
    "publish": (events.publish, gettext_lazy("La Rencontre est publiée.")),
    "withdraw": (events.withdraw, gettext_lazy("La Rencontre est de nouveau un brouillon.")),
    "cancel": (events.cancel, gettext_lazy("La Rencontre est annulée. Les personnes inscrites sont prévenues.")),
    "reopen": (events.reopen, gettext_lazy("La Rencontre a bien lieu. Les personnes inscrites sont prévenues.")),
}


@never_cache
@require_POST
@login_required
def state(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish, withdraw, cancel, hold after all."""
    event, said = prepared_or_404(request, slug), request.POST.get("act", "")
    try:
        if said in ACTS:
            act, words = ACTS[said]
            act(event, by=request.user, now=timezone.now())
            messages.success(request, words)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("events:organise", event.slug)
