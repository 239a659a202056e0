"""The retro-planning: what is due when, what is late, what is done; the same for a calendar."""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.events.forms.planning import TaskForm
from alliage.events.models import Event, Task
from alliage.events.queries import planning as queries
from alliage.events.services import planning as services
from alliage.events.views.grid import number_of
from alliage.events.views.organising import crumbs, prepared_or_404
from alliage.formats import ics
from alliage.refusals import Refusal


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def planning(request: HttpRequest, slug: str) -> HttpResponse:
    """From ninety days before to thirty days after; `?modifier=12` opens a line."""
    event = prepared_or_404(request, slug)
    act = request.POST.get("act", "write") if request.method == "POST" else ""
    editing = _task(event, request.POST.get("pk") or request.GET.get("modifier"))
    form = TaskForm(request.POST if act == "write" else None, event=event, row=editing)
    said: dict[str, Any] = {"by": request.user, "now": timezone.now()}
    try:
        if act == "write" and form.is_valid():
            services.write(event, editing, **form.said(), **said)
            return redirect("events:planning", slug)
        if act not in {"", "write"}:
            _acted(event, act, said)
            return redirect("events:planning", slug)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
    lines = queries.lines(event, timezone.now())
    done = sum(1 for line in lines if line.is_done)
    context = {
        "crumbs": crumbs(event, (_("Rétroplanning"), "")),
        "event": event,
        "lines": lines,
        "done": done,
        "late": sum(1 for line in lines if line.is_late),
        "form": form,
        "editing": editing,
    }
    return render(request, "events/planning.html", context, status=422 if form.is_bound and form.errors else 200)


def _task(event: Event, pk: Any) -> Task | None:
    number = number_of(f":{pk or ''}")
    return Task.objects.filter(event=event, pk=number).first() if number else None


def _acted(event: Event, act: str, said: dict[str, Any]) -> None:
    name = act.partition(":")[0]
    if name == "begin":
        services.begin(event, **said)
        return
    if name not in {"done", "undone", "off"}:
        raise Http404("No such gesture.")
    task = _task(event, number_of(act))
    if task is None:
        return
    if name == "off":
        services.remove(task, **said)
    else:
        services.settle(task, done=name == "done", **said)


@never_cache
@require_safe
@login_required
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """What is not done yet, at nine o'clock on its day."""
    event = prepared_or_404(request, slug)
    page = settings.ORIGIN + reverse("events:planning", args=[slug])
    entries = []
    for line in queries.lines(event, timezone.now()):
        if line.is_done:
            continue
        starts_at = datetime.combine(line.due, time(9), tzinfo=event.clock)
        entry = ics.Entry(
            uid=f"preparation-{line.task.pk}",
            title=line.task.title,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=30),
            changed_at=event.changed_at,
            url=page,
            description=line.task.text,
            private=True,
        )
        entries.append(entry)
    name = _("Rétroplanning\u00a0: %s") % event.title
    return ics.response(entries, zone=event.clock, name=name, filename=f"retroplanning-{event.slug}.ics")
