"""One's ordinary week: ticked in one's own time, used to compose groups and duos."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.codev.forms.availabilities import AvailabilityForm
from alliage.codev.queries import availabilities as queries
from alliage.codev.services import availabilities as services
from alliage.codev.views.groups import crumbs
from alliage.ui import limits


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("codev.availability", per_person="60/1h")
def availability(request: HttpRequest) -> HttpResponse:
    member: Any = request.user
    now = timezone.now()
    form = AvailabilityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.say_availability(form.blocks(), by=member, now=now)
        messages.success(request, _("Vos disponibilités sont enregistrées."))
        return redirect(_next(request))
    zone = queries.zone_name(member)
    context = {
        "crumbs": crumbs((_("Mes disponibilités"), "")),
        "form": form,
        "days": queries.days(),
        "rows": queries.grid(queries.ticked(member), zone, timezone.localdate(now)),
        "place": queries.place(zone),
        "next": request.GET.get("suite", ""),
    }
    return render(request, "codev/availability.html", context, status=422 if form.errors else 200)


def _next(request: HttpRequest) -> str:
    """Where one came from, on this site."""
    asked = request.POST.get("suite", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if safe and asked.startswith("/") else "codev:availability"
