"""The commitments of a session's client: their days, and what came of them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.codev.forms.commitments import CommitmentForm
from alliage.codev.forms.threads import without_nul
from alliage.codev.models import Commitment, Session
from alliage.codev.queries import sessions as queries
from alliage.codev.services import commitments as services
from alliage.codev.views.sessions import own_crumbs, own_or_403, way_back
from alliage.notifications.services import mark_read_about
from alliage.refusals import Refusal


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def commitments(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Give each its day, say what came of it, add one, take one away. The client alone; the group reads them on the session's page."""
    found = own_or_403(request, pk, number)
    if not found.is_ended:
        raise PermissionDenied
    if request.method == "POST":
        return _written(request, found)
    mark_read_about(request.user, found, now=timezone.now())  # type: ignore[arg-type]
    return _shown(request, found)


def _shown(request: HttpRequest, found: Session, refused: CommitmentForm | None = None) -> HttpResponse:
    by_prefix = {refused.prefix: refused} if refused is not None else {}
    month = (timezone.now() + services.AFTER).date()
    back = way_back(request, found)
    context = {
        "crumbs": own_crumbs(found, back, _("Mes engagements")),
        "session": found,
        "is_in": back == found.get_absolute_url(),
        "forms": [
            (each, by_prefix.get(f"c{each.pk}") or CommitmentForm(commitment=each))
            for each in queries.commitments(found)
        ],
        "new_form": by_prefix.get(None) or CommitmentForm(due_on=month),
    }
    return render(request, "codev/session_commitments.html", context, status=422 if refused else 200)


def _written(request: HttpRequest, found: Session) -> HttpResponse:
    which = request.POST.get("which", "")
    row = queries.commitment(found, int(which), request.user) if which.isdecimal() and len(which) < 19 else None
    if which and row is None:
        messages.error(request, _("Cet engagement n’est plus là."))
        return redirect(request.path)
    if row is not None and request.POST.get("act") == "drop":
        services.drop(row, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("L’engagement est retiré."))
        return redirect(request.path)
    form = CommitmentForm(without_nul(request.POST), commitment=row)
    if form.is_valid():
        try:
            _keep(found, row, form, request.user)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(request.path)
    return _shown(request, found, form)


def _keep(found: Session, row: Commitment | None, form: CommitmentForm, by: Any) -> None:
    if row is None:
        services.add(found, form.said(), by=by, now=timezone.now())
    else:
        services.write(row, form.said(), by=by, now=timezone.now())
