"""The organiser's list of those who come: counts, people, seats by hand, capacities, letters, exports."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.secret_links import private
from alliage.events import permissions
from alliage.events.enums import Audience
from alliage.events.forms.attendees import AddForm, CapacityForm, LetterForm
from alliage.events.models import Attendee, Event, Seat, Sequence
from alliage.events.queries import attendees as queries
from alliage.events.services import attendee_mails, organising_seats
from alliage.events.services import attendees as life
from alliage.events.views.finding import event_or_404
from alliage.events.views.registrations import crumbs
from alliage.formats import csv, xlsx
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar
from alliage.ui.limits import limit


def _organised_or_403(request: HttpRequest, slug: str) -> Event:
    event = event_or_404(request, slug)
    if not permissions.can_organise(request.user, event):
        raise PermissionDenied
    return event


def _filters(request: HttpRequest) -> queries.Filters:
    asked = request.GET
    audience, sequence = asked.get("qui", ""), asked.get("sequence", "")
    return queries.Filters(
        audience=audience if audience in Audience.values else Audience.ALL,
        sequence=int(sequence) if sequence.isascii() and sequence.isdecimal() and len(sequence) < 19 else None,
        words=" ".join(asked.get("q", "").replace("\0", " ").split())[:100],
        profile=asked.get("categorie", "")[:60].replace("\0", ""),
        unconfirmed="a-confirmer" in asked,
    )


def _query(filters: queries.Filters) -> str:
    said = {
        "qui": "" if filters.audience == Audience.ALL else filters.audience,
        "sequence": filters.sequence or "",
        "q": filters.words,
        "categorie": filters.profile,
        "a-confirmer": "1" if filters.unconfirmed else "",
    }
    return urlencode({name: value for name, value in said.items() if value})


@never_cache
@require_safe
@login_required
def attendees(request: HttpRequest, slug: str) -> HttpResponse:
    """Counts first, then people."""
    event = _organised_or_403(request, slug)
    filters = _filters(request)
    page = Paginator(queries.people(event, filters), queries.PER_PAGE).get_page(request.GET.get("page"))
    sequences = queries.sequences_of(event)
    query = _query(filters)
    context = {
        "crumbs": crumbs(event, (_("Inscrits"), "")),
        "event": event,
        "sequences": sequences,
        "filters": filters,
        "query": query,
        "page": page,
        "audiences": Audience.choices,
        "sequence_choices": [(each.sequence.pk, each.sequence.title) for each in sequences],
        "profiles": [(term.code, term.label) for term in taxonomy.terms(Vocabulary.CATEGORIES)],
        "by_profile": [(label or _("non précisé"), count) for label, count in queries.by_profile(event)],
        "by_territory": [
            (grammar.title(territory) if territory else _("non précisé"), count)
            for territory, count in queries.by_territory(event)
        ],
        "letters": list(queries.letters(event)[:10]),
        "exports": [
            {"label": each.upper(), "url": f"{reverse('events:attendees_export', args=[event.slug, each])}?{query}"}
            for each in ("csv", "xlsx")
        ],
    }
    answer = render(request, "events/attendees.html", context)
    private(answer)
    return answer


@never_cache
@require_safe
@login_required
def export(request: HttpRequest, slug: str, extension: str) -> HttpResponseBase:
    """Everyone behind the page, with the same filters."""
    event = _organised_or_403(request, slug)
    sequences = queries.sequences_of(event)
    header = queries.header(event, sequences)
    rows = queries.rows(event, sequences, queries.people(event, _filters(request)))
    answer = (
        xlsx.response("inscrits.xlsx", header, rows, sheet=_("Inscrits"))
        if extension == "xlsx"
        else csv.response("inscrits.csv", header, rows, excel="excel" in request.GET)
    )
    private(answer)
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("events.attendee_add", per_person="200/10m")
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Register someone by hand."""
    event = _organised_or_403(request, slug)
    given = request.POST if request.method == "POST" else None
    form = AddForm(given, sequences=queries.sequences_of(event), zone=event.zone)
    if given is not None and form.is_valid():
        try:
            organising_seats.add(event, form.said(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("La personne est inscrite\u00a0; un courriel le lui dit."))
            return redirect("events:attendees", event.slug)
    context = {"crumbs": _crumbs(event, _("Ajouter quelqu’un")), "event": event, "form": form}
    return render(request, "events/attendee_add.html", context, status=422 if form.errors else 200)


def _crumbs(event: Event, last: str) -> list[tuple[str, str]]:
    return crumbs(event, (_("Inscrits"), reverse("events:attendees", args=[event.slug])), (last, ""))


@never_cache
@require_POST
@login_required
def capacity(request: HttpRequest, slug: str) -> HttpResponse:
    """Another number of seats: those who wait move up."""
    event = _organised_or_403(request, slug)
    form = CapacityForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("events:attendees", event.slug)
    sequence = get_object_or_404(Sequence, event=event, pk=form.cleaned_data["sequence"])
    try:
        seated = organising_seats.set_capacity(
            sequence, form.cleaned_data["capacity"], by=request.user, now=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        told = ngettext(
            "C’est enregistré. %(count)d personne qui attendait a une place, elle est prévenue.",
            "C’est enregistré. %(count)d personnes qui attendaient ont une place, elles sont prévenues.",
            len(seated),
        )
        messages.success(request, told % {"count": len(seated)} if seated else _("C’est enregistré."))
    return redirect("events:attendees", event.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("events.attendees_write", per_person="20/1h")
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Write to those who come."""
    event = _organised_or_403(request, slug)
    sequences = queries.sequences_of(event)
    given = request.POST if request.method == "POST" else None
    initial = {"sent": secrets.token_urlsafe(16), "sequence": request.GET.get("sequence", ""),
               "audience": request.GET.get("qui", Audience.SEATED)}  # fmt: skip
    form = LetterForm(given, sequences=sequences, initial=initial)
    if given is not None and form.is_valid():
        answer = _written(request, event, form.cleaned_data)
        if isinstance(answer, HttpResponse):
            return answer
        form.add_error(None, answer)
    context = {"crumbs": _crumbs(event, _("Écrire")), "event": event, "form": form}
    return render(request, "events/attendees_write.html", context, status=422 if form.errors else 200)


def _written(request: HttpRequest, event: Event, given: dict[str, Any]) -> HttpResponse | str:
    sequence = Sequence.objects.filter(event=event, pk=given["sequence"]).first() if given["sequence"] else None
    try:
        letter = attendee_mails.write(
            event, audience=given["audience"], sequence=sequence, subject=given["subject"], text=given["text"],
            sent_key=given["sent"], by=request.user, now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return refusal.message
    told = ngettext("Le courriel part à %(count)d personne.", "Le courriel part à %(count)d personnes.", letter.people)
    messages.success(request, told % {"count": letter.people})
    return redirect("events:attendees", event.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def attendee(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One person: their seats, their answers; seats given, moved, taken back."""
    event = _organised_or_403(request, slug)
    found = queries.with_seats(Attendee.objects.filter(event=event, pk=pk, forgotten_at=None)).first()
    if found is None:
        raise Http404(f"No attendee {pk} here.")
    if request.method == "POST":
        return _acted(request, event, found)
    questions = queries.asked_of(event)
    context = {
        "crumbs": _crumbs(event, found.name),
        "event": event,
        "attendee": found,
        "seats": [seat for seat in found.seats.all() if seat.state != "left"],
        "left": [seat for seat in found.seats.all() if seat.state == "left"],
        "answers": [(each.title, queries.answered(each, found.answers.get(each.code))) for each in questions],
        "sequence_choices": [
            (each.sequence.pk, each.sequence.title) for each in queries.sequences_of(event)
        ],
        "place": grammar.title(found.territory) if found.territory else "",
    }  # fmt: skip
    answer = render(request, "events/attendee.html", context)
    private(answer)
    return answer


def _acted(request: HttpRequest, event: Event, found: Attendee) -> HttpResponse:
    act, now, by = request.POST.get("act", ""), timezone.now(), request.user
    try:
        if act == "erase":
            life.cancel_registration(found, by=by, now=now)
            messages.success(request, _("L’inscription est effacée."))
            return redirect("events:attendees", event.slug)
        if act == "remove":
            organising_seats.remove(found, by=by, now=now)
        elif act in ("first", "out", "move"):
            _seat_acted(request, event, found, act)
        messages.success(request, _("C’est enregistré. La personne est prévenue."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("events:attendee", event.slug, found.pk)


def _seat_acted(request: HttpRequest, event: Event, found: Attendee, act: str) -> None:
    now, by = timezone.now(), request.user
    seat = get_object_or_404(Seat, attendee=found, sequence=_number(request, "sequence"))
    if act == "first":
        organising_seats.seat_first(seat, by=by, now=now)
    elif act == "out":
        organising_seats.take_out(seat, by=by, now=now)
    else:
        to = get_object_or_404(Sequence, event=event, pk=_number(request, "to"))
        organising_seats.move(seat, to, by=by, now=now)


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0
