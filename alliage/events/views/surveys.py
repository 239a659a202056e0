"""The satisfaction survey of an event: one address, that of its questions."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from alliage.events.services import surveys
from alliage.events.views.finding import event_or_404
from alliage.questionnaires import links


@require_safe
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever came answers without signing in; once closed, its page says so and shows the results."""
    opening = surveys.of_event(event_or_404(request, slug))
    if opening is None:
        raise Http404("Nobody is asked yet.")
    return redirect(links.path(opening))
