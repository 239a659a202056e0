"""A workshop: what is asked, what introduces it, its sub-groups and their doors, its mirrors; and how it is prepared."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliage.accounts import when
from alliage.events.enums import SequenceKind
from alliage.events.forms.workshops import CountForm, DrawForm, NameForm
from alliage.events.models import Sequence, Specification
from alliage.events.queries import needs
from alliage.events.queries import workshops as queries
from alliage.events.services import subgroups as services
from alliage.events.views.workshop_doors import at_workshop, crumbs
from alliage.events.workshop_people import Place
from alliage.refusals import Refusal
from alliage.writing import queries as writing


def hours(session: Sequence) -> str:
    """In the reader’s zone and in Paris; over several days, from when to when."""
    length = session.ends_at - session.starts_at
    if length.days < 1:
        return when.said(session.starts_at, int(length.total_seconds() // 60))
    words = {"start": when.said(session.starts_at), "end": when.said(session.ends_at)}
    return _("du %(start)s au %(end)s") % words


@require_safe
@at_workshop(reads=False)
def workshop(request: HttpRequest, place: Place) -> HttpResponse:
    """Everyone reads what it is about; those who come find their sub-group, their room and the board."""
    if place.root.kind == SequenceKind.WORKSHOPS:
        return _gathering(request, place)
    sessions = queries.sessions(place.root)
    reads = place.standing.reads
    groups = queries.subgroups(sessions) if reads else []
    mine = place.person.attendee.pk if place.person.attendee is not None else None
    for group in groups:
        group.is_mine = any(seat.attendee_id == mine for seat in group.seats.all())  # type: ignore[attr-defined]
    context = {
        "crumbs": crumbs(place),
        "place": place,
        "session": place.session,
        "root": place.root,
        "event": place.event,
        "hours": hours(place.session),
        "others": [(each, hours(each)) for each in sessions if each.pk != place.session.pk and not each.is_cancelled],
        "examples": queries.examples(place.root),
        "groups": groups,
        "mine": next((group for group in groups if group.is_mine), None),  # type: ignore[attr-defined]
        "specification": _specification(place),
        "is_over": place.session.ends_at < timezone.now(),
        "zone": when.zone_words(),
    }
    return render(request, "events/workshop.html", context)


def _gathering(request: HttpRequest, place: Place) -> HttpResponse:
    """Workshops side by side: the way to each, and the wall."""
    rows = queries.workshops_of(place.root)
    context = {
        "crumbs": crumbs(place),
        "place": place,
        "session": place.session,
        "hours": hours(place.session),
        "workshops": [(each, hours(each)) for each in rows],
    }
    return render(request, "events/workshops.html", context)


def _specification(place: Place) -> Specification | None:
    """What came out of it, for those who may read it."""
    if place.board is None:
        return None
    found = Specification.objects.filter(board=place.board).first()
    return found if found is not None and (found.is_public or place.standing.reads) else None


# --- Prepare ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@at_workshop(holds=True)
def prepare(request: HttpRequest, place: Place) -> HttpResponse:
    """How many sub-groups, who sits where, who holds each, their rooms."""
    if place.root.kind != SequenceKind.WORKSHOP:
        raise Http404("A gathering has no sub-groups of its own.")
    groups = queries.subgroups([place.session])
    holders = queries.holders([place.session, place.root])
    deed = request.POST.get("act", "")
    count = CountForm(request.POST if deed == "make" else None, initial={"count": len(groups) or 3})
    draw = DrawForm(request.POST if deed == "draw" else None, initial={"seed": place.session.pk % 1000, "keeps": False})
    names = [NameForm(request.POST if deed == "name" else None, subgroup=each, holders=holders) for each in groups]
    refused: str = ""
    if request.method == "POST":
        try:
            said = _prepared(request, place, deed, count, draw, names, now=timezone.now())
        except Refusal as refusal:
            refused = refusal.message
        else:
            if said:
                messages.success(request, said)
                return redirect("events:workshop_prepare", place.session.pk)
    errors = bool(refused or count.errors or draw.errors or any(form.errors for form in names))
    if refused:
        messages.error(request, refused)
    context = {
        "crumbs": crumbs(place, (_("Préparer"), "")),
        "session": place.session,
        "groups": groups,
        "count": count,
        "draw": draw,
        "names": names,
        "sittings": queries.sittings(place.session),
        "lacks_rooms": any(group.room_id is None for group in groups),
    }
    return render(request, "events/workshop_prepare.html", context, status=422 if errors else 200)


def _prepared(
    request: HttpRequest,
    place: Place,
    deed: str,
    count: CountForm,
    draw: DrawForm,
    names: list[NameForm],
    *,
    now: datetime,
) -> str:
    """What was done, in words; nothing when the form is to be seen again."""
    by, session = place.person, place.session
    if deed == "make" and count.is_valid():
        services.make(session, count.cleaned_data["count"], by=by, now=now)
        return _("Les sous-groupes sont prêts.")
    if deed == "draw" and draw.is_valid():
        given = draw.cleaned_data
        sitting = services.draw(session, seed=given["seed"], keeps=given["keeps"], by=by, now=now)
        return _("Le tirage est fait\u00a0: %(count)s personnes placées.") % {"count": sitting}
    if deed == "name" and all(form.is_valid() for form in names):
        services.name_all([(form.subgroup, form.named()) for form in names], by=by, now=now)
        return _("C’est enregistré.")
    if deed == "seat":
        services.seat_many(session, _wanted(request), by=by, now=now)
        return _("Les places sont enregistrées.")
    if deed == "rooms":
        services.open_rooms(session, by=by, now=now)
        return _("Chaque sous-groupe a sa salle et sa page.")
    return ""


def _wanted(request: HttpRequest) -> dict[int, int | None]:
    """{attendee: sub-group} from the fields « p-<number> »."""
    found: dict[int, int | None] = {}
    for name in request.POST:
        value = request.POST.get(name, "")
        key = name.removeprefix("p-")
        if name.startswith("p-") and key.isascii() and key.isdigit() and len(key) < 19:
            found[int(key)] = int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
    return found


# --- A sub-group -----------------------------------------------------------------------------------------------------


@require_safe
@at_workshop()
def subgroup(request: HttpRequest, place: Place, rank: str) -> HttpResponse:
    """Its room, the page that it writes, what it put on the board."""
    found = queries.subgroup(place.session, int(rank))
    if found is None:
        raise Http404(f"No sub-group {rank} here.")
    rows: list[Any] = (
        needs.of_board(place.board, place.person, holds=place.standing.holds, subgroup=found.pk) if place.board else []
    )
    context = {
        "crumbs": crumbs(place, (found.title, "")),
        "place": place,
        "session": place.session,
        "group": found,
        "people": [seat.attendee.name for seat in found.seats.select_related("attendee").order_by("attendee__name")],
        "document": writing.of_scope(services.PURPOSE, found.pk).first(),
        "needs": rows,
        "board_url": f"{reverse('events:board', args=[place.session.pk])}?sous-groupe={found.pk}",
    }
    return render(request, "events/subgroup.html", context)
