"""Outside sources: list, add, try, bring up to date, pause, stop following."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliage.imports import permissions, queries, services
from alliage.imports.forms import SourceForm, StopForm
from alliage.imports.models import Source
from alliage.imports.registry import kinds
from alliage.imports.services import following
from alliage.imports.services import sources as rules
from alliage.imports.views.runs import asked_kind, crumbs
from alliage.jobs.queries import snapshot
from alliage.refusals import Refusal

RUNS_SHOWN = 10


def _crumbs(*here: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Sources suivies"), reverse("imports:sources")), *here)


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    if not permissions.can_import(request.user):
        raise PermissionDenied
    context = {
        "listed": queries.sources_visible_to(request.user),
        "kinds": queries.followable(request.user),
        "crumbs": crumbs((_("Sources suivies"), "")),
    }
    return render(request, "imports/sources.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest, code: str) -> HttpResponse:
    kind = asked_kind(request, code)
    if not permissions.can_follow(request.user, kind):
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = SourceForm(posted)
    if posted is not None and form.is_valid():
        try:
            source = services.follow_source(form.cleaned_data, kind=kind, by=request.user, now=timezone.now())
            services.read_source(source, writes=False, by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error("url", refusal.message)
        else:
            return redirect(source)
    context = {"kind": kind, "form": form, "crumbs": _crumbs((_("Suivre une source"), ""))}
    return render(request, "imports/source_form.html", context, status=422 if form.errors else 200)


def _source(request: HttpRequest, source_id: int) -> Source:
    source = get_object_or_404(Source.objects.select_related("job"), pk=source_id)
    if not permissions.can_manage(request.user, source):
        raise PermissionDenied
    return source


@never_cache
@require_GET
@login_required
def detail(request: HttpRequest, source_id: int) -> HttpResponse:
    source = _source(request, source_id)
    kind = kinds.get(source.kind)
    context = {
        "source": source,
        "kind": kind,
        "runs": queries.listed(queries.runs_of(source)[:RUNS_SHOWN]),
        "working": rules.is_reading(source),
        "asks_for_changes": bool(source.mapping) and following.is_list(source.url) and not source.is_personal,
        "job": source.job,
        "now": snapshot(source.job) if source.job else None,
        "crumbs": _crumbs((source.name, "")),
    }
    return render(request, "imports/source.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, source_id: int) -> HttpResponse:
    source = _source(request, source_id)
    kind = kinds.get(source.kind)
    if kind is None:
        return redirect(source)
    posted = request.POST if request.method == "POST" else None
    form = SourceForm(posted, instance=Source.objects.get(pk=source.pk))
    if posted is not None and form.is_valid():
        try:
            services.change_source(source, form.cleaned_data, kind=kind, now=timezone.now())
        except Refusal as refusal:
            form.add_error("url", refusal.message)
        else:
            messages.success(request, _("La source est modifiée."))
            return redirect(source)
    context = {
        "kind": kind,
        "form": form,
        "source": source,
        "crumbs": _crumbs((source.name, source.get_absolute_url()), (_("Modifier"), "")),
    }
    return render(request, "imports/source_form.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest, source_id: int, act: Any) -> HttpResponse:
    source = _source(request, source_id)
    try:
        act(source)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(source)


@require_POST
@login_required
def try_out(request: HttpRequest, source_id: int) -> HttpResponse:
    return _act(
        request,
        source_id,
        lambda source: services.read_source(source, writes=False, by=request.user, now=timezone.now()),
    )


@require_POST
@login_required
def read(request: HttpRequest, source_id: int) -> HttpResponse:
    return _act(
        request,
        source_id,
        lambda source: services.read_source(
            source, writes=True, by=request.user, now=timezone.now(), whole="tout" in request.POST
        ),
    )


@require_POST
@login_required
def pause(request: HttpRequest, source_id: int) -> HttpResponse:
    return _act(request, source_id, services.pause)


@require_POST
@login_required
def resume(request: HttpRequest, source_id: int) -> HttpResponse:
    return _act(request, source_id, lambda source: services.resume(source, now=timezone.now()))


@require_http_methods(["GET", "POST"])
@login_required
def stop(request: HttpRequest, source_id: int) -> HttpResponse:
    """Say what becomes of the records, then stop following."""
    source = _source(request, source_id)
    posted = request.POST if request.method == "POST" else None
    form = StopForm(posted, can_keep=rules.can_keep_records(source))
    if posted is not None and form.is_valid():
        keep = form.cleaned_data["records"] == "keep"
        services.stop_following(source, keep_records=keep, now=timezone.now())
        done = (
            _("La source n’est plus suivie ; ses fiches sont gardées.")
            if keep
            else _("La source n’est plus suivie ; ses fiches sont retirées.")
        )
        messages.success(request, done)
        return redirect("imports:sources")
    context = {
        "source": source,
        "form": form,
        "crumbs": _crumbs((source.name, source.get_absolute_url()), (_("Ne plus suivre"), "")),
    }
    return render(request, "imports/source_stop.html", context, status=422 if form.errors else 200)
