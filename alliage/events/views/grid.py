"""The programme on one grid: move, lengthen, place, change in place; its temps. Plain forms: no script, no mouse needed; a script
lets a mouse or a finger fill and send the form that places (`events/grid.js`)."""

from datetime import datetime
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
from django.views.decorators.http import require_http_methods

from alliage.events import moments
from alliage.events.forms.organising import PartnerForm, PlaceForm, QuickForm, TempsForm
from alliage.events.models import Event, Partner, Sequence, Temps
from alliage.events.queries import grid as queries
from alliage.events.services import contents, programme
from alliage.events.services import temps as temps_services
from alliage.events.views.organising import crumbs, prepared_or_404
from alliage.refusals import Refusal

STEPS = (5, 10, 15, 30, 60)
UNDO = "events.undo"
PLACE = "place"
GESTURES = (
    ("earlier", gettext_lazy("Plus tôt")),
    ("later", gettext_lazy("Plus tard")),
    ("shorter", gettext_lazy("Raccourcir")),
    ("longer", gettext_lazy("Allonger")),
    ("left", gettext_lazy("Salle précédente")),
    ("right", gettext_lazy("Salle suivante")),
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def grid(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole day; `?modifier=12` opens a sequence in its place."""
    event = prepared_or_404(request, slug)
    placing = request.POST.get("act") == PLACE
    if "act" in request.POST and not placing:
        return _moved(request, event)
    found = queries.programme(event)
    place = PlaceForm(request.POST if placing else None, event=event, programme=found)
    if placing:
        return _placed(request, event, place) or _drawn(request, event, found, place)
    return _edited(request, event, found, place)


def _edited(request: HttpRequest, event: Event, found: queries.Programme, place: PlaceForm) -> HttpResponse:
    """With one sequence open in its place, or none."""
    editing = _sequence(event, request.POST.get("pk") or request.GET.get("modifier"))
    form = None
    if editing is not None:
        form = QuickForm(request.POST if request.method == "POST" else None, event=event, row=editing)
        if request.method == "POST" and form.is_valid() and _written(request, event, editing, form):
            return redirect(f"{reverse('events:grid', args=[event.slug])}#s{editing.pk}")
    return _drawn(request, event, found, place, editing=editing, form=form)


def _drawn(
    request: HttpRequest,
    event: Event,
    found: queries.Programme,
    place: PlaceForm,
    *,
    editing: Sequence | None = None,
    form: QuickForm | None = None,
) -> HttpResponse:
    table, told = queries.table(found), queries.clashes(found)
    context = {
        "crumbs": crumbs(event, (_("Grille du programme"), "")),
        "event": event,
        "table": table,
        "temps_count": len(found.temps),
        "count": len(found.sequences),
        "clashes": [(each, told[each.pk]) for each in found.sequences if each.pk in told],
        "editing": editing.pk if editing else None,
        "form": form,
        "place_form": place,
        "steps": STEPS,
        "acts": GESTURES if len(table.columns) > 1 else GESTURES[:4],
        "step": request.session.get("events.step", 15),
        "undo": request.session.get(UNDO, {}).get("title") if _undo_of(request, event) else None,
        "clock": moments.clock_words(event.zone),
    }
    refused = place.errors or (form is not None and form.errors)
    with timezone.override(event.clock):
        return render(request, "events/grid.html", context, status=422 if refused else 200)


def _sequence(event: Event, pk: Any) -> Sequence | None:
    typed = str(pk or "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 18):
        return None
    return Sequence.objects.filter(event=event, pk=int(typed)).select_related("temps").first()


def _written(request: HttpRequest, event: Event, row: Sequence, form: QuickForm) -> bool:
    before = _place(row)
    try:
        programme.change_sequence(row, form.said(), by=request.user, now=timezone.now(), seen=form.seen)
    except programme.ChangedMeanwhile as refusal:
        form.show_again(programme.mark_of(Sequence.objects.get(pk=row.pk)), refusal.message)
        return False
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    _remember(request, event, row, before)
    messages.success(request, _("C’est enregistré."))
    return True


def _placed(request: HttpRequest, event: Event, form: PlaceForm) -> HttpResponse | None:
    """Elsewhere in the grid, as long as it was; None when the form says why not."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    row, starts_at = given["sequence"], given["starts_at"]
    before = _place(row)
    try:
        programme.place_sequence(
            row, track=given["track"], temps=row.temps, starts_at=starts_at, ends_at=starts_at + (row.ends_at - row.starts_at),
            by=request.user, now=timezone.now(), seen=form.seen,
        )  # fmt: skip
    except programme.ChangedMeanwhile as refusal:
        form.show_again(programme.mark_of(Sequence.objects.get(pk=row.pk)), refusal.message)
        return None
    _remember(request, event, row, before)
    return redirect(f"{reverse('events:grid', args=[event.slug])}#s{row.pk}")


# --- One gesture -----------------------------------------------------------------------------------------------------


def _moved(request: HttpRequest, event: Event) -> HttpResponse:
    """`act` is « earlier:12 », « undo »…: one button, one gesture."""
    act, _colon, pk = request.POST["act"].partition(":")
    here = reverse("events:grid", args=[event.slug])
    if act == "undo":
        return _undone(request, event)
    row = _sequence(event, pk)
    if row is None:
        raise Http404("No such sequence in this programme.")
    minutes = _step(request)
    before, now = _place(row), timezone.now()
    try:
        if act in {"earlier", "later"}:
            programme.shift_sequence(row, minutes if act == "later" else -minutes, by=request.user, now=now)
        elif act in {"longer", "shorter"}:
            programme.resize_sequence(row, minutes if act == "longer" else -minutes, by=request.user, now=now)
        elif act in {"left", "right"}:
            _beside(request, event, row, 1 if act == "right" else -1)
        else:
            raise Http404("No such gesture.")
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        _remember(request, event, row, before)
    return redirect(f"{here}#s{row.pk}")


def _step(request: HttpRequest) -> int:
    typed = request.POST.get("step", "")
    minutes = int(typed) if typed in {str(each) for each in STEPS} else 15
    request.session["events.step"] = minutes
    return minutes


def _beside(request: HttpRequest, event: Event, row: Sequence, step: int) -> None:
    tracks = queries.programme(event).tracks
    rank = tracks.index(row.track) + step
    if 0 <= rank < len(tracks):
        programme.place_sequence(
            row, track=tracks[rank], temps=row.temps, starts_at=row.starts_at, ends_at=row.ends_at,
            by=request.user, now=timezone.now(),
        )  # fmt: skip


def _place(row: Sequence) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "title": row.title,
        "track": row.track,
        "temps": row.temps_id,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
    }


def _remember(request: HttpRequest, event: Event, row: Sequence, before: dict[str, Any]) -> None:
    """What the last gesture changed, in this session: one step back."""
    after = Sequence.objects.get(pk=row.pk)
    if _place(after) | {"title": ""} != before | {"title": ""}:
        request.session[UNDO] = before | {"event": event.pk, "after": programme.mark_of(after)}


def _undo_of(request: HttpRequest, event: Event) -> dict[str, Any] | None:
    kept: dict[str, Any] = request.session.get(UNDO) or {}
    return kept if kept.get("event") == event.pk else None


def _undone(request: HttpRequest, event: Event) -> HttpResponse:
    kept = _undo_of(request, event)
    row = _sequence(event, kept["pk"]) if kept else None
    here = reverse("events:grid", args=[event.slug])
    if kept is None or row is None or kept["after"] != programme.mark_of(row):
        request.session.pop(UNDO, None)
        messages.error(request, _("Ce changement ne peut plus être défait\u00a0: la séquence a encore changé depuis."))
        return redirect(here)
    programme.place_sequence(
        row, track=kept["track"], temps=Temps.objects.filter(event=event, pk=kept["temps"] or 0).first(),
        starts_at=datetime.fromisoformat(kept["starts_at"]), ends_at=datetime.fromisoformat(kept["ends_at"]),
        by=request.user, now=timezone.now(),
    )  # fmt: skip
    request.session.pop(UNDO, None)
    messages.success(request, _("Le dernier changement est défait."))
    return redirect(f"{here}#s{row.pk}")


# --- Temps -----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def temps(request: HttpRequest, slug: str, pk: str | None = None) -> HttpResponse:
    """A new temps, or one to change, to move, to remove; its partners."""
    event = prepared_or_404(request, slug)
    row = Temps.objects.filter(event=event, pk=pk).first() if pk else None
    if pk and row is None:
        raise Http404("No such temps in this programme.")
    act = request.POST.get("act", "save")
    saves = request.method == "POST" and act == "save"
    form = TempsForm(request.POST if saves else None, event=event, row=row)
    partner = PartnerForm(request.POST if request.method == "POST" and act == "partner" else None, prefix="p")
    try:
        if saves and form.is_valid():
            said: dict[str, Any] = {"by": request.user, "now": timezone.now()}
            if row is None:
                temps_services.add_temps(event, form.said(), **said)
            else:
                temps_services.change_temps(row, form.said(), seen=form.seen, **said)
            messages.success(request, _("C’est enregistré."))
            return redirect("events:grid", slug)
        if row is not None and request.method == "POST" and not saves and _temps_act(request, row, act, partner):
            return redirect(*(("events:grid", slug) if act == "remove" else ("events:temps_edit", slug, row.pk)))
    except programme.ChangedMeanwhile as refusal:
        form.show_again(programme.mark_of(Temps.objects.get(pk=pk or 0)), refusal.message)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
    title = row.title if row else _("Nouveau temps")
    context = {
        "crumbs": crumbs(event, (_("Grille du programme"), reverse("events:grid", args=[slug])), (title, "")),
        "event": event,
        "row": row,
        "form": form,
        "partner_form": partner,
        "partners": list(row.partners.all()) if row else [],
        "clock": moments.clock_words(event.zone),
    }
    refused = form.errors or (partner.is_bound and partner.errors)
    return render(request, "events/temps_edit.html", context, status=422 if refused else 200)


def _temps_act(request: HttpRequest, row: Temps, act: str, partner: PartnerForm) -> bool:
    """Done, or not when a form is to be shown again."""
    said: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    if act in {"up", "down"}:
        temps_services.move_temps(row, 1 if act == "down" else -1, **said)
    elif act == "remove":
        temps_services.remove_temps(row, **said)
        messages.success(request, _("Le temps est retiré. Ses séquences restent dans la grille."))
    elif act == "partner":
        if not partner.is_valid():
            return False
        contents.add_partner(row, partner.said(), **said)
    elif act.startswith("partner-off:"):
        found = Partner.objects.filter(temps=row, pk=number_of(act)).first()
        if found is not None:
            contents.remove_partner(found, **said)
    else:
        raise Http404("No such gesture.")
    return True


def number_of(act: str) -> int:
    typed = act.partition(":")[2]
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 18 else 0
