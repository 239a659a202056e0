"""« Qu’a-t-on fait des besoins ? »: where each need of a published specification stands, for everyone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.events.forms.specifications import FollowUpForm
from alliage.events.models import SpecificationVersion
from alliage.events.queries import specifications as queries
from alliage.events.services import followups as services
from alliage.events.views.specifications import Opened, crumbs, member_of, opened_or_404, shown_with_followups
from alliage.formats import csv
from alliage.refusals import Refusal


def _published_or_404(request: HttpRequest, pk: str) -> tuple[Opened, SpecificationVersion]:
    opened = opened_or_404(request, pk)
    number = opened.specification.published_number
    version = queries.version_of(opened.specification, number) if number else None
    if version is None:
        raise Http404("What is not published has no follow-up.")
    return opened, version


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def followup(request: HttpRequest, pk: str) -> HttpResponse:
    opened, version = _published_or_404(request, pk)
    found = opened.specification
    needs = shown_with_followups(found, version)
    form = None
    if opened.writes:
        choices = [(need.plain["number"], need.sentence) for need in needs]
        initial = {"on": timezone.localdate(), "need": request.GET.get("besoin", "")}
        form = FollowUpForm(request.POST if request.method == "POST" else None, needs=choices, initial=initial)
    elif request.method == "POST":
        raise PermissionDenied
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            services.tell(
                found, form.told(), by=member_of(request), now=timezone.now(), act=form.cleaned_data["act_key"]
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est noté."))
            return redirect(f"{reverse('events:followup', args=[found.pk])}#besoin-{form.cleaned_data['need']}")
    context = {
        "crumbs": crumbs(found, (_("Suites"), "")),
        "specification": found,
        "needs": needs,
        "told": queries.told(needs),
        "form": form,
        "exports": [{"label": "CSV", "url": reverse("events:followup_csv", args=[found.pk])}],
    }
    return render(request, "events/followup.html", context, status=422 if form is not None and form.errors else 200)


@require_safe
def export(request: HttpRequest, pk: str) -> HttpResponseBase:
    """Everything that was said, the last first, need by need."""
    opened, version = _published_or_404(request, pk)
    header = ["numero", "besoin", "suite", "le", "note", "lien"]
    lines = (
        [need.plain["number"], need.sentence, each.get_outcome_display(), each.on.isoformat(), each.note, each.url]
        for need in shown_with_followups(opened.specification, version)
        for each in need.followups
    )
    name = f"suites-{opened.specification.pk}.csv"
    return csv.response(name, header, lines, excel=request.GET.get("excel") == "1")
