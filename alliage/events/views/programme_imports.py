"""Bringing a programme: paste it, or send a file; read what was understood; accept it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.events import programme_columns
from alliage.events.forms.programme_imports import PasteForm, UploadForm
from alliage.events.models import Event
from alliage.events.queries.planning import day_of
from alliage.events.reading import schedules, tables, text
from alliage.events.reading.plans import Plan, moment, plan_of
from alliage.events.services import programme_imports as services
from alliage.events.views.organising import crumbs, prepared_or_404
from alliage.imports.tables import FileRefused, read_table
from alliage.refusals import Refusal
from alliage.ui import limits

_SALT = "alliage.events.plan"
PER_PERSON = "60/10m"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("events.paste", per_person=PER_PERSON)
def paste(request: HttpRequest, slug: str) -> HttpResponse:
    """« Coller un programme »: how one really starts."""
    event = prepared_or_404(request, slug)
    if request.method == "POST" and "plan" in request.POST:
        return _accepted(request, event, "events:programme_paste")
    form = PasteForm(request.POST if request.method == "POST" else None)
    plan = None
    if request.method == "POST" and form.is_valid():
        plan = text.read(form.cleaned_data["text"], day_of(event))
        if not plan.sequences:
            form.add_error(
                "text", _("Aucune ligne ne commence par des heures, comme «\u00a09h00 – 9h45 – Titre\u00a0».")
            )
            plan = None
    context = {
        "crumbs": _crumbs(event, _("Coller un programme")),
        "event": event,
        "form": form,
        **(_shown(event, plan) if plan is not None else {}),
    }
    return render(request, "events/programme_paste.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("events.import", per_person=PER_PERSON)
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """A table or a `schedule.json`: what each row gives, or why it is refused, before anything is written."""
    event = prepared_or_404(request, slug)
    if request.method == "POST" and "plan" in request.POST:
        return _accepted(request, event, "events:programme_import")
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    context: dict[str, Any] = {
        "crumbs": _crumbs(event, _("Importer un programme")),
        "event": event,
        "form": form,
        "columns": programme_columns.COLUMNS,
    }
    if request.method == "POST" and form.is_valid():
        try:
            context |= _read(event, form.cleaned_data["file"], getattr(request.FILES["file"], "name", None) or "")
        except (Refusal, FileRefused) as refusal:
            form.add_error("file", str(refusal))
    return render(request, "events/programme_import.html", context, status=422 if form.errors else 200)


def _crumbs(event: Event, here: str) -> list[tuple[str, str]]:
    return crumbs(event, (_("Grille du programme"), reverse("events:grid", args=[event.slug])), (here, ""))


def _read(event: Event, content: bytes, name: str) -> dict[str, Any]:
    """What the page shows of a file: rows refused, or a plan to accept."""
    if schedules.looks_like(content):
        return _shown(event, schedules.read(content, event.clock))
    read = tables.read(read_table(content, filename=name), day_of(event))
    if read.refused:
        return {"refused": read.refused[:200], "refused_count": len(read.refused), "rows": read.rows}
    return {"rows": read.rows, "unused": read.unused, **_shown(event, read.plan)}


def _shown(event: Event, plan: Plan) -> dict[str, Any]:
    """A plan, put on the day of the Rencontre, and the same signed for the form that accepts it."""
    moved = plan.moved_to(day_of(event))
    temps = [each.title for each in plan.temps]
    lines = [
        {
            "plan": each,
            "starts": moment(each.starts),
            "ends": moment(each.ends),
            "temps": temps[each.temps] if each.temps is not None else "",
        }
        for each in plan.sequences
    ]
    return {
        "plan": plan,
        "lines": lines,
        "signed": signing.dumps({"event": event.pk, "plan": plan.as_data()}, salt=_SALT, compress=True),
        "moved": moved,
        "there": event.sequences.count(),
    }


def _accepted(request: HttpRequest, event: Event, name: str) -> HttpResponse:
    """Write those that are ticked."""
    try:
        data = signing.loads(request.POST["plan"], salt=_SALT, max_age=24 * 3600)
    except signing.BadSignature:
        data = {}
    if data.get("event") != event.pk:
        messages.error(request, _("Cette lecture n’est plus valable\u00a0: recommencez, rien n’a été écrit."))
        return redirect(name, event.slug)
    ticked = {int(each) for each in request.POST.getlist("keep") if each.isascii() and each.isdecimal()}
    plan = plan_of(data["plan"]).kept(ticked)
    try:
        done = services.write(
            event, plan, by=request.user, now=timezone.now(), replaces=request.POST.get("replaces") == "1"
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(name, event.slug)
    told = ngettext("%(count)s séquence est ajoutée.", "%(count)s séquences sont ajoutées.", done.written)
    messages.success(request, told % {"count": done.written})
    if done.known:
        again = ngettext("%(count)s y était déjà.", "%(count)s y étaient déjà.", done.known)
        messages.info(request, again % {"count": done.known})
    return redirect("events:grid", event.slug)
