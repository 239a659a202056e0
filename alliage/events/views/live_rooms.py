"""All the rooms of an event, made ready in one gesture by those who organise it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.events.live_people import member_of
from alliage.events.permissions import can_organise
from alliage.events.queries import live as queries
from alliage.events.services import live as services
from alliage.events.views.finding import event_or_404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rooms(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_or_404(request, slug)
    if not can_organise(request.user, event):
        raise PermissionDenied
    if request.method == "POST":
        made = len(services.prepare_all(event, by=member_of(request.user), now=timezone.now()))
        said = ngettext("%(count)s salle est prête.", "%(count)s salles sont prêtes.", made) % {"count": made}
        messages.success(request, said)
        return redirect("events:live_rooms", slug)
    crumbs = [(event.title, event.get_absolute_url()), (_("Les salles"), "")]
    context = {"event": event, "sequences": queries.of_event(event), "crumbs": crumbs}
    return render(request, "events/live_rooms.html", context)
