"""What is written in the seven days after a sequence; shown or hidden by those who hold it."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.permissions import is_animator
from alliage.events import live_people
from alliage.events.forms.live import ContributionForm
from alliage.events.models import Sequence
from alliage.events.queries import live as queries
from alliage.events.services import contributions as services
from alliage.events.views.finding import sequence_or_404
from alliage.events.views.live import by_link, crumbs, visitor_of
from alliage.refusals import Refusal
from alliage.rooms import visits
from alliage.ui import limits


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("events.contribute", per_person="30/10m")
def contribute(request: HttpRequest, pk: int) -> HttpResponse:
    """Write, see what others wrote and what became of one's own."""
    sequence = sequence_or_404(request, pk)
    if request.method != "POST":
        found = by_link(request, sequence)
        return found or _shown(request, sequence, ContributionForm(initial={"act": uuid.uuid4()}))
    form = ContributionForm(request.POST)
    if not form.is_valid():
        return _shown(request, sequence, form, status=422)
    said = form.cleaned_data
    try:
        services.contribute(
            sequence, said["kind"], said["text"], signed=said["signed"], by=visitor_of(request, sequence), act=said["act"], now=timezone.now()
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _shown(request, sequence, form, status=422)
    messages.success(request, _("C’est noté\u00a0: votre texte sera lu, puis montré à tous."))
    return redirect("events:contribute", pk)


def _shown(request: HttpRequest, sequence: Sequence, form: ContributionForm, *, status: int = 200) -> HttpResponse:
    visitor = visitor_of(request, sequence)
    door = queries.door(sequence, visitor, key=visits.key_of(request.COOKIES), now=timezone.now())
    context: dict[str, Any] = {
        "sequence": sequence,
        "event": sequence.event,
        "door": door,
        "form": form,
        "contributions": list(queries.contributions_of(sequence)),
        "mine": queries.written_by(sequence, visitor) if visitor.member or visitor.attendee else [],
        "to_decide": queries.to_decide(sequence) if door.holds else [],
        "crumbs": crumbs(sequence, _("Contribuer")),
    }
    return render(request, "events/contribute.html", context, status=status)


@never_cache
@require_POST
@limits.limit("events.contribute", per_person="60/10m")
def decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show, hide, or take back one's own."""
    sequence = sequence_or_404(request, pk)
    found = queries.contribution(sequence, number)
    visitor = visitor_of(request, sequence)
    if found is None or (visitor.member is None and visitor.attendee is None):
        raise Http404("No such contribution for this person.")
    try:
        if "take_back" in request.POST:
            services.take_back(found, by=visitor, now=timezone.now())
        elif visitor.member is None or not live_people.holds(visitor.member, sequence):
            raise PermissionDenied
        else:
            services.decide(found, request.POST.get("state", ""), by=visitor.member, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return redirect("events:contribute", pk)


@never_cache
@require_safe
@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """Where contributions wait for a decision: for animators."""
    if not is_animator(request.user):
        raise PermissionDenied
    return render(request, "events/contributions.html", {"places": queries.where_they_wait()})
