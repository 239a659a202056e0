"""Attestations: by one's account, by one's personal link; and the check of the one that somebody shows."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliage.events import attestations, registration_links
from alliage.events.models import Attendee
from alliage.events.queries import live as queries
from alliage.events.views.finding import event_or_404
from alliage.formats import pdf


@never_cache
@require_safe
@login_required
def by_account(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_or_404(request, slug)
    found = Attendee.objects.select_related("event__host").filter(
        event=event, member=request.user.pk, forgotten_at=None
    )
    return _made(found.first())


@never_cache
@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    return _made(registration_links.attendee_of(token))


def _made(attendee: Attendee | None) -> HttpResponse:
    """Nothing measured, nothing to certify."""
    presences = queries.presences_of(attendee) if attendee is not None else []
    if attendee is None or not any(each.minutes for each in presences):
        raise Http404("Nothing to certify.")
    now = timezone.now()
    made = pdf.sheet(attestations.document(attendee, presences, now=now), now=now)
    response = pdf.response(made, f"attestation-{attendee.event.slug}.pdf")
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """What an attestation says, for whoever holds it: to be compared with the paper."""
    attendee = attestations.attendee_of(code)
    if attendee is None:
        raise Http404("No attestation bears that code.")
    presences = queries.presences_of(attendee)
    context = {
        "attendee": attendee,
        "event": attendee.event,
        "presences": presences,
        "total": sum(each.minutes for each in presences),
    }
    return render(request, "events/attestation_check.html", context)
