"""Pages of jobs: those one asked for, or all of them for those who keep the platform going."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from alliage.jobs import permissions, queries, services
from alliage.jobs.enums import State
from alliage.jobs.models import Job
from alliage.jobs.registry import kinds


def _crumbs(*here: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Mon espace"), "/mon-espace/"), *here]


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    everyone = permissions.can_see_all(request.user)
    page = Paginator(queries.jobs_of(request.user, everyone=everyone), 30).get_page(request.GET.get("page"))
    return render(
        request, "jobs/index.html", {"page": page, "everyone": everyone, "crumbs": _crumbs((_("Travaux"), ""))}
    )


def _visible(request: HttpRequest, job_id: UUID) -> Job:
    job = get_object_or_404(Job, pk=job_id)
    if not permissions.can_see(request.user, job):
        raise Http404
    return job


@never_cache
@require_GET
@login_required
def detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = _visible(request, job_id)
    kind = kinds.get(job.kind)
    result_url = kind.result_url(job) if kind and kind.result_url and job.state == State.DONE else ""
    context = {
        "job": job,
        "crumbs": _crumbs((_("Travaux"), reverse("jobs:index")), (job.label, "")),
        "now": queries.snapshot(job),
        "result_url": result_url,
        "can_cancel": permissions.can_cancel(request.user, job),
        "cancelling": services.is_being_cancelled(job),
    }
    return render(request, "jobs/detail.html", context)


@require_POST
@login_required
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = _visible(request, job_id)
    try:
        services.cancel(job, now=timezone.now())
    except services.JobRefused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("L’annulation est demandée."))
    return redirect(job)
