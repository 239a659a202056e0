"""« Un an après »: three questions to whoever held a place of a cohort; answered, changed, taken back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliage.learning.forms.cohorts import LaterForm
from alliage.learning.models import CohortLater
from alliage.learning.queries import cohort_later as queries
from alliage.learning.services import cohort_later as services
from alliage.learning.views.cohorts import cohort_crumbs, cohort_or_404
from alliage.learning.views.finding import member_of
from alliage.refusals import Refusal
from alliage.ui import limits


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("learning.cohort_later", per_person="60/1h")
def later(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """For whoever holds the file, as long as nobody answered; then for whoever answered, alone."""
    cohort = cohort_or_404(request, slug)
    found = queries.one(request.user, cohort, int(pk))
    if found is None:
        raise Http404(f"Nothing is asked of this person about place {pk}.")
    by, now = member_of(request), timezone.now()
    if request.POST.get("act") == "withdraw":
        services.take_back(found, by=by, now=now)
        messages.success(request, _("Votre réponse est effacée. Plus personne ne la lit, elle n’est plus comptée."))
        return redirect(cohort)
    form = LaterForm(request.POST if request.method == "POST" else None, initial=_said(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(found, form.answer(), by=by, now=now)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Merci. Vous pouvez changer votre réponse, ou l’effacer, sur cette page."))
            return redirect(request.path)
    context = {
        "crumbs": cohort_crumbs(cohort, (_("Un an après"), "")),
        "cohort": cohort,
        "later": found,
        "form": form,
    }
    return render(request, "learning/cohort_later.html", context, status=422 if form.errors else 200)


def _said(found: CohortLater) -> dict[str, object]:
    return {name: getattr(found, name) for name in ("held", "helped", "otherwise", "is_shared")}
