"""The notes of a room, taken away as one document."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliage.rooms import permissions, visits
from alliage.rooms.queries import notes
from alliage.rooms.views.rooms import room_or_404
from alliage.writing import exports


@never_cache
@require_safe
def take(request: HttpRequest, code: str, extension: str) -> HttpResponse:
    """Whoever reads the room takes its notes away; for others there is no such room. Those of a confidential one stay there."""
    found = room_or_404(code)
    if not notes.may_take(found) or not permissions.can_read(request.user, found, visits.person_of(request, found)):
        raise Http404("Not in this room.")
    return exports.together(found.title, notes.written(found), extension, now=timezone.now())
