"""End a rehearsal: everything in it is erased at once. What is done during it is in `acts`."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from alliage.refusals import Refusal
from alliage.rooms.registry import purpose_of
from alliage.rooms.services import rehearsals
from alliage.rooms.views.rooms import inside_or_404, shown


@never_cache
@require_POST
def erase(request: HttpRequest, code: str) -> HttpResponse:
    room, person = inside_or_404(request, code)
    try:
        rehearsals.erase(room, by=person, now=timezone.now())
    except Refusal as refusal:
        return shown(request, room, person, error=refusal.message)
    messages.success(request, _("La répétition est effacée."))
    purpose = purpose_of(room)
    if purpose is not None and purpose.url is not None:
        return redirect(purpose.url(room))
    return redirect("rooms:index" if request.user.is_authenticated else "rooms:run_sheets")
