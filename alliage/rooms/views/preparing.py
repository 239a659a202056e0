"""Prepare a room, find one's own again, give its address."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.formats import qr as codes
from alliage.refusals import Refusal
from alliage.rooms.forms.preparing import PreparingForm
from alliage.rooms.queries import rooms as queries
from alliage.rooms.registers.free import FREE
from alliage.rooms.registry import way_in
from alliage.rooms.services import people, rooms
from alliage.rooms.views.rooms import entry_of, inside_or_404
from alliage.ui import limits


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Salles"), reverse("rooms:index")), *more]


@never_cache
@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """My rooms, and what may be prepared."""
    context = {
        "crumbs": [(_("Salles"), "")],
        "rooms": queries.mine(request.user),
        "run_sheets": queries.run_sheets(request.user),
    }
    return render(request, "rooms/index.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("rooms.prepare", per_person="30/h")
def prepare(request: HttpRequest) -> HttpResponse:
    """A new room, from a run sheet; whoever prepares it facilitates it."""
    chosen = request.GET.get("deroule", "")
    form = PreparingForm(
        request.POST if request.method == "POST" else None,
        run_sheets=queries.run_sheets(request.user),
        initial={"run_sheet": chosen},
    )
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            room = rooms.prepare(form.prepared(purpose=FREE), by=request.user, now=now)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            entry = entry_of(request, room)
            assert entry is not None
            people.join(room, entry, name=str(request.user), member=request.user, now=now)
            return redirect(room)
    context = {"crumbs": crumbs((_("Préparer une salle"), "")), "form": form}
    return render(request, "rooms/prepare.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """The address of the room, to be photographed; for those who are inside."""
    room, _person = inside_or_404(request, code)
    address = request.build_absolute_uri(way_in(room))
    drawn = codes.svg(address, title=_("Entrer dans la salle"), module=8)
    return HttpResponse(drawn, content_type="image/svg+xml")
