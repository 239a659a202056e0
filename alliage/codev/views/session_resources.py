"""Resources of the library that go with a session: anyone of the group links one; who did, and who facilitates, take it away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from alliage.codev.forms.sessions import ResourceForm
from alliage.codev.forms.threads import without_nul
from alliage.codev.queries import resources as queries
from alliage.codev.services import session_resources as services
from alliage.codev.views.sessions import found_or_404, saved, shown
from alliage.refusals import Refusal
from alliage.ui import limits


@never_cache
@require_POST
@login_required
@limits.limit("codev.session_resource", per_person="60/10m")
def link(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found, standing = found_or_404(request, pk, number)
    form = ResourceForm(without_nul(request.POST))
    if form.is_valid() and (resource := queries.chosen(form.cleaned_data["resource"])) is not None:
        try:
            services.link(saved(found), resource, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error("resource", refusal.message)
        else:
            messages.success(request, _("Cette ressource est liée à la séance. Le groupe seul le sait."))
            return redirect(f"{found.get_absolute_url()}#ressources")
    return shown(request, found, standing, resource_form=form)


@never_cache
@require_POST
@login_required
def unlink(request: HttpRequest, pk: int, number: int, which: str) -> HttpResponse:
    found, standing = found_or_404(request, pk, number)
    linked = queries.link_of_session(found, int(which)) if found.pk else None
    if linked is None:
        raise Http404(f"No such resource in session {number}.")
    if not (standing.facilitates or linked.by_id == request.user.pk):
        raise PermissionDenied
    services.unlink(linked, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("Cette ressource n’est plus liée à la séance."))
    return redirect(f"{found.get_absolute_url()}#ressources")
