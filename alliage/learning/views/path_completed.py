"""What a completed path gives: a practice sheet, an attestation and its check, an open badge."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alliage.formats import json, pdf
from alliage.formats.documents import filename
from alliage.learning import attestations
from alliage.learning.models import Follow
from alliage.learning.queries import following as reads
from alliage.learning.queries import paths as path_reads
from alliage.learning.services import following as services
from alliage.learning.views.following import followed_or_404
from alliage.refusals import Refusal


@login_required
@require_POST
def practice(request: HttpRequest, slug: str) -> HttpResponse:
    """A practice sheet begun with one's exercises; nobody reads it before one proposes it."""
    found = followed_or_404(request, slug)
    try:
        proposal = services.practice(found, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect(found.path)
    messages.success(request, _("Voici une fiche commencée avec vos textes. Personne d’autre ne la lit\u00a0: relisez, nommez, proposez."))  # fmt: skip
    return redirect("library:edit", proposal.resource_id)


@never_cache
@login_required
@require_safe
def attestation(request: HttpRequest, slug: str) -> HttpResponse:
    found = followed_or_404(request, slug)
    if found.completed_at is None:
        raise Http404("Not completed: nothing to certify.")
    now = timezone.now()
    progress = reads.progress(found, path_reads.steps(found.path))
    made = pdf.sheet(attestations.document(found, progress, now=now), now=now)
    response = pdf.response(made, filename(f"attestation {found.path.title}", "pdf"))
    response["X-Robots-Tag"] = "noindex"
    return response


def _certified_or_404(code: str) -> Follow:
    found = attestations.follow_of(code, now=timezone.now())
    if found is None:
        raise Http404("No attestation bears that code.")
    return found


@never_cache
@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """What an attestation says, for whoever holds it: to be compared with the paper."""
    found = _certified_or_404(code)
    progress = reads.progress(found, path_reads.steps(found.path))
    context = {
        "follow": found,
        "path": found.path,
        "facts": attestations.facts(found, progress),
        "steps": progress.steps,
        "badge_url": reverse("learning:path_badge", args=[code]),
    }
    return render(request, "learning/path_check.html", context)


@never_cache
@require_safe
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """Open Badges 3.0, unsigned: verified by this very address."""
    answer = HttpResponse(json.dumps(attestations.badge(_certified_or_404(code))), content_type="application/ld+json")
    answer["X-Robots-Tag"] = "noindex"
    return answer
