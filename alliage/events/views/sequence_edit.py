"""A sequence as organisers write it: what it is, what it holds, who is in it, its partners, who holds it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.accounts.models import Member
from alliage.accounts.permissions import is_animator
from alliage.events import moments
from alliage.events.enums import Standing
from alliage.events.forms.organising import AppearanceForm, ItemForm, PartnerForm, SequenceForm, StewardForm
from alliage.events.models import Appearance, Event, Item, Partner, Sequence, Steward
from alliage.events.queries import grid as grid_queries
from alliage.events.services import contents, programme, speakers
from alliage.events.services.speakers import SpeakerSaid
from alliage.events.views.grid import number_of
from alliage.events.views.organising import crumbs, prepared_or_404
from alliage.refusals import Refusal


def _crumbs(event: Event, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs(event, (_("Grille du programme"), reverse("events:grid", args=[event.slug])), *more)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A sequence more; the grid's « + » gives its hour."""
    event = prepared_or_404(request, slug)
    form = SequenceForm(request.POST if request.method == "POST" else None, event=event, initial=_asked(request, event))
    if request.method == "POST" and form.is_valid():
        try:
            made = programme.add_sequence(event, form.said(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request, _("La séquence est dans la grille. Ajoutez ce qu’elle contient, ou revenez plus tard.")
            )
            return redirect("events:sequence_edit", slug, made.pk)
    context = {
        "crumbs": _crumbs(event, (_("Nouvelle séquence"), "")),
        "event": event,
        "form": form,
        "clock": moments.clock_words(event.zone),
    }
    return render(request, "events/sequence_new.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, event: Event) -> dict[str, Any]:
    try:
        begins = parse_datetime(request.GET.get("debut", "")[:40])
    except ValueError:
        begins = None
    if begins is None or timezone.is_naive(begins):
        return {}
    local = begins.astimezone(event.clock)
    within = event.temps.filter(starts_at__lte=begins, ends_at__gt=begins).order_by("rank").first()
    return {"day": local.date(), "start": local.time(), "temps": within}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Everything of one sequence."""
    event = prepared_or_404(request, slug)
    found = grid_queries.programme(event)
    row = next((each for each in found.sequences if each.pk == int(pk)), None)
    if row is None:
        raise Http404("No such sequence in this programme.")
    row.event = event
    act = request.POST.get("act", "save") if request.method == "POST" else ""
    forms = {
        "save": SequenceForm(request.POST if act == "save" else None, event=event, row=row, programme=found),
        "item": ItemForm(request.POST if act == "item" else None, prefix="i"),
        "partner": PartnerForm(request.POST if act == "partner" else None, prefix="p"),
        "steward": StewardForm(request.POST if act == "steward" else None, prefix="t"),
    }
    if act and (answer := _acted(request, event, row, act, forms)) is not None:
        return answer
    people = Appearance.objects.select_related("speaker").order_by("rank", "pk")
    context = {
        "crumbs": _crumbs(event, (row.title, "")),
        "event": event,
        "row": row,
        "form": forms["save"],
        "item_form": forms["item"],
        "partner_form": forms["partner"],
        "steward_form": forms["steward"],
        "items": list(row.items.prefetch_related(Prefetch("appearances", queryset=people)).order_by("rank")),
        "partners": list(row.partners.all()),
        "stewards": found.held_by.get(row.pk, []),
        "clashes": grid_queries.clashes(found).get(row.pk, []),
        "clock": moments.clock_words(event.zone),
    }
    refused = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "events/sequence_edit.html", context, status=422 if refused else 200)


def _acted(request: HttpRequest, event: Event, row: Sequence, act: str, forms: dict[str, Any]) -> HttpResponse | None:
    """Where to go once it is done; None when a form is to be shown again."""
    said: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    here = redirect("events:sequence_edit", event.slug, row.pk)
    form: Any = forms.get(act)
    try:
        if form is not None:
            return _form_acted(row, act, form, here, request, said)
        if act in {"cancel", "restore"}:
            programme.cancel_sequence(row, cancelled=act == "cancel", **said)
            messages.success(request, _("La séquence est annulée.") if act == "cancel" else _("La séquence a lieu."))
        elif act == "remove":
            programme.remove_sequence(row, **said)
            messages.success(request, _("La séquence est supprimée."))
            return redirect("events:grid", event.slug)
        else:
            _small_act(row, act, said)
    except programme.ChangedMeanwhile as refusal:
        form.show_again(programme.mark_of(Sequence.objects.get(pk=row.pk)), refusal.message)
        return None
    except Refusal as refusal:
        if form is None:
            messages.error(request, refusal.message)
            return here
        form.add_error(None, refusal.message)
        return None
    return here


def _form_acted(
    row: Sequence, act: str, form: Any, here: HttpResponse, request: HttpRequest, said: dict[str, Any]
) -> HttpResponse | None:
    if not form.is_valid():
        return None
    if act == "save":
        programme.change_sequence(row, form.said(), seen=form.seen, **said)
        messages.success(request, _("C’est enregistré."))
    elif act == "item":
        made = contents.add_item(row, form.said(), **said)
        return redirect("events:item_edit", row.event.slug, made.pk)
    elif act == "partner":
        contents.add_partner(row, form.said(), **said)
    else:
        member = _member(row.event, form.cleaned_data["email"])
        if member is None:
            raise programme.ProgrammeRefused(
                _("Personne n’a cette adresse parmi l’équipe, les organisateurs et les membres inscrits.")
            )
        contents.add_steward(row, member, form.cleaned_data["role"], **said)
    return here


def _member(event: Event, email: str) -> Member | None:
    """Among those that who organises may know: the team, the organisers, the members who are registered."""
    found = Member.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        return None
    near = Q(attendances__event=event) | Q(organised_events=event)
    known = found.pk == event.owner_id or is_animator(found) or Member.objects.filter(near, pk=found.pk).exists()
    return found if known else None


def _small_act(row: Sequence, act: str, said: dict[str, Any]) -> None:
    """« item-up:12 », « partner-off:3 »: one button."""
    name, number = act.partition(":")[0], number_of(act)
    item = Item.objects.filter(sequence=row, pk=number).select_related("sequence").first()
    partner = Partner.objects.filter(sequence=row, pk=number).select_related("sequence").first()
    steward = Steward.objects.filter(sequence=row, pk=number).select_related("sequence").first()
    acts: dict[str, tuple[Any, Callable[[], Any]]] = {
        "item-up": (item, lambda: contents.move_item(item, -1, **said)),  # type: ignore[arg-type]
        "item-down": (item, lambda: contents.move_item(item, 1, **said)),  # type: ignore[arg-type]
        "item-off": (item, lambda: contents.remove_item(item, **said)),  # type: ignore[arg-type]
        "partner-off": (partner, lambda: contents.remove_partner(partner, **said)),  # type: ignore[arg-type]
        "steward-off": (steward, lambda: contents.remove_steward(steward, **said)),  # type: ignore[arg-type]
    }
    if name not in acts:
        raise Http404("No such gesture.")
    what, done = acts[name]
    if what is not None:
        done()


# --- One content -----------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def item(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """A content of a sequence, and who is in it."""
    event = prepared_or_404(request, slug)
    row = Item.objects.filter(sequence__event=event, pk=pk).select_related("sequence", "resource").first()
    if row is None:
        raise Http404("No such content in this programme.")
    act = request.POST.get("act", "save") if request.method == "POST" else ""
    form = ItemForm(request.POST if act == "save" else None, row=row)
    someone = AppearanceForm(request.POST if act == "someone" else None, event=event, prefix="a")
    said: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    here = redirect("events:item_edit", slug, row.pk)
    try:
        if act == "save" and form.is_valid():
            contents.change_item(row, form.said(), seen=form.seen, **said)
            messages.success(request, _("C’est enregistré."))
            return redirect("events:sequence_edit", slug, row.sequence_id)
        if act == "someone" and someone.is_valid():
            _appears(event, row, someone.cleaned_data, said)
            return here
        if act not in {"", "save", "someone"}:
            _appearance_act(row, act, said)
            return here
    except programme.ChangedMeanwhile as refusal:
        form.show_again(programme.mark_of(Item.objects.get(pk=row.pk)), refusal.message)
    except Refusal as refusal:
        (form if act == "save" else someone).add_error(None, refusal.message)
    back = (row.sequence.title, reverse("events:sequence_edit", args=[slug, row.sequence_id]))
    context = {
        "crumbs": _crumbs(event, back, (str(row), "")),
        "event": event,
        "row": row,
        "form": form,
        "someone_form": someone,
        "appearances": list(row.appearances.select_related("speaker").order_by("rank", "pk")),
        "standings": Standing.choices,
    }
    refused = (form.is_bound and form.errors) or (someone.is_bound and someone.errors)
    return render(request, "events/item_edit.html", context, status=422 if refused else 200)


def _appears(event: Event, row: Item, given: dict[str, Any], said: dict[str, Any]) -> None:
    speaker = given["speaker"] or speakers.add_speaker(event, SpeakerSaid(given["name"]), **said)
    appearance = speakers.add_appearance(row, speaker, part=given["part"], **said)
    if given["standing"] != Standing.EXPECTED:
        speakers.set_standing(appearance, given["standing"], **said)


def _appearance_act(row: Item, act: str, said: dict[str, Any]) -> None:
    """« off:12 », « confirmed:12 »: one button."""
    name = act.partition(":")[0]
    found = Appearance.objects.filter(item=row, pk=number_of(act)).select_related("speaker").first()
    if name != "off" and name not in Standing.values:
        raise Http404("No such gesture.")
    if found is None:
        return
    if name == "off":
        speakers.remove_appearance(found, **said)
    else:
        speakers.set_standing(found, name, **said)
