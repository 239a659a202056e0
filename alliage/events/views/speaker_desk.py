"""Speakers and partners, for those who organise: who misses what; invite, remind, copy a link; moments to rehearse."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.events import moments, speaker_links
from alliage.events.forms.speakers import ContactForm, RehearsalForm, SpeakerForm
from alliage.events.models import Event, Partner, Rehearsal
from alliage.events.queries import speakers as queries
from alliage.events.services import invitations, programme, sheets
from alliage.events.services import rehearsals as rehearsal_services
from alliage.events.services import speakers as services
from alliage.events.services.contents import event_of
from alliage.events.views.grid import number_of
from alliage.events.views.organising import crumbs, prepared_or_404
from alliage.refusals import Refusal


def _desk_crumbs(event: Event, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs(event, (_("Intervenants"), reverse("events:speakers", args=[event.slug]) if more else ""), *more)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def speakers(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody who is expected, what each still has to give, and the gestures that ask for it."""
    event = prepared_or_404(request, slug)
    act = request.POST.get("act", "add") if request.method == "POST" else ""
    form = SpeakerForm(request.POST if act == "add" else None)
    said: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    try:
        if act == "add" and form.is_valid():
            made = services.add_speaker(event, form.said(), **said)
            messages.success(request, _("%(name)s est dans la liste.") % {"name": made.name})
            return redirect("events:speakers", slug)
        if act not in {"", "add"}:
            _desk_act(request, event, act, said)
            return redirect("events:speakers", slug)
    except Refusal as refusal:
        if act != "add":
            messages.error(request, refusal.message)
            return redirect("events:speakers", slug)
        form.add_error(None, refusal.message)
    rows, partners = queries.rows(event), queries.partner_rows(event)
    both = [*rows, *partners]
    context = {
        "crumbs": _desk_crumbs(event),
        "event": event,
        "form": form,
        "rows": rows,
        "partners": partners,
        "to_invite": sum(1 for row in both if row.address and not row.is_invited),
        "to_remind": sum(1 for row in both if row.address and row.is_invited and row.missing),
        "without_address": sum(1 for row in rows if not row.address),
        "confirmed": sum(1 for row in rows if row.standing == "confirmed"),
    }
    return render(request, "events/speakers.html", context, status=422 if form.is_bound and form.errors else 200)


def _desk_act(request: HttpRequest, event: Event, act: str, said: dict[str, Any]) -> None:
    """« invite », « remind » (everybody), « invite:12 », « remind:12 », « remind-partner:3 » (one)."""
    name, number = act.partition(":")[0], number_of(act)
    everybody = ":" not in act
    partners = name.endswith("-partner")
    name = name.removesuffix("-partner")
    rows = [] if partners else queries.rows(event)
    rows += queries.partner_rows(event) if partners or everybody else []
    chosen = [row for row in rows if everybody or row.who.pk == number]
    if name == "invite":
        sent = invitations.invite(event, [row.who for row in chosen], **said)
        _tell(request, sent, _("Personne à inviter\u00a0: il manque une adresse, ou l’invitation est déjà partie."))
    elif name == "remind":
        invited = [(row.sheet, row.missing) for row in chosen if row.sheet is not None and row.is_invited]
        sent, already = invitations.remind(event, invited, **said)
        none = _("Déjà écrit aujourd’hui\u00a0: personne n’est relancé deux fois le même jour.")
        _tell(request, sent, none if already else _("Personne à relancer."))
    else:
        raise Http404("No such gesture.")


def _tell(request: HttpRequest, sent: int, none: str) -> None:
    if not sent:
        messages.info(request, none)
        return
    told = ngettext("Un courriel est parti.", "%(count)s courriels sont partis.", sent) % {"count": sent}
    messages.success(request, told)


# --- One speaker -----------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def speaker(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """What is known of a speaker, what they gave, their link."""
    event = prepared_or_404(request, slug)
    row = next((each for each in queries.rows(event) if each.who.pk == int(pk)), None)
    if row is None:
        raise Http404("No such speaker in this programme.")
    found: Any = row.who
    act = request.POST.get("act", "save") if request.method == "POST" else ""
    form = SpeakerForm(request.POST if act == "save" else None, row=found)
    said: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    try:
        if act == "save" and form.is_valid():
            services.change_speaker(found, form.said(), seen=form.seen, **said)
            messages.success(request, _("C’est enregistré."))
            return redirect("events:speakers", slug)
        if act == "remove":
            services.remove_speaker(found, **said)
            messages.success(request, _("%(name)s n’est plus au programme.") % {"name": found.name})
            return redirect("events:speakers", slug)
        if act in {"link", "off", "renew"}:
            _link_act(request, found, act, said)
            return redirect("events:speaker_edit", slug, pk)
    except programme.ChangedMeanwhile as refusal:
        form.show_again(programme.mark_of(type(found).objects.get(pk=found.pk)), refusal.message)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
    context = {
        "crumbs": _desk_crumbs(event, (found.name, "")),
        "event": event,
        "row": row,
        "form": form,
        "link": speaker_links.address_of(row.sheet) if row.sheet else "",
    }
    return render(request, "events/speaker_edit.html", context, status=422 if form.is_bound and form.errors else 200)


def _link_act(request: HttpRequest, found: Any, act: str, said: dict[str, Any]) -> None:
    if act == "link":
        sheets.ensure(found)
    elif act == "renew":
        sheets.renew_link(found)
        messages.success(request, _("L’ancien lien n’ouvre plus rien. Envoyez le nouveau."))
    elif (sheet := sheets.of(found)) is not None:
        sheets.take_off(sheet, **said)
        messages.success(request, _("Présentation, photo et liens ne sont plus publiés."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def partner(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """A partner's address and link."""
    event = prepared_or_404(request, slug)
    found = Partner.objects.select_related("temps", "sequence", "sheet").filter(pk=pk).first()
    if found is None or event_of(found) != event.pk:
        raise Http404("No such partner of this Rencontre.")
    sheet = queries.sheet_of(found)
    form = ContactForm(request.POST or None, initial={"contact": sheet.contact if sheet else ""})
    if request.method == "POST" and form.is_valid():
        invitations.set_contact(found, form.cleaned_data["contact"], by=request.user, now=timezone.now())
        messages.success(request, _("C’est enregistré. Vous pouvez inviter ce partenaire."))
        return redirect("events:speakers", slug)
    context = {
        "crumbs": _desk_crumbs(event, (found.name, "")),
        "event": event,
        "partner": found,
        "sheet": sheet,
        "form": form,
        "link": speaker_links.address_of(sheet) if sheet else "",
    }
    return render(request, "events/partner_edit.html", context, status=422 if form.errors else 200)


# --- Rehearsals ------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rehearsals(request: HttpRequest, slug: str) -> HttpResponse:
    """Moments offered, and who took them."""
    event = prepared_or_404(request, slug)
    act = request.POST.get("act", "add") if request.method == "POST" else ""
    form = RehearsalForm(request.POST if act == "add" else None, event=event)
    said: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    try:
        if act == "add" and form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("starts_at", "minutes", "seats", "join_url")}
            rehearsal_services.offer(event, **given, **said)
            return redirect("events:rehearsals", slug)
        if act.startswith("off:"):
            found = Rehearsal.objects.filter(event=event, pk=number_of(act)).first()
            if found is not None:
                rehearsal_services.withdraw(found, **said)
            return redirect("events:rehearsals", slug)
    except Refusal as refusal:
        if act != "add":
            messages.error(request, refusal.message)
            return redirect("events:rehearsals", slug)
        form.add_error(None, refusal.message)
    context = {
        "crumbs": _desk_crumbs(event, (_("Répétitions"), "")),
        "event": event,
        "form": form,
        "rehearsals": list(event.rehearsals.prefetch_related("sheets__speaker")),
        "clock": moments.clock_words(event.zone),
    }
    with timezone.override(event.clock):
        return render(request, "events/rehearsals.html", context, status=422 if form.is_bound and form.errors else 200)
