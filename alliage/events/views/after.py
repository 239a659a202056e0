"""Where a sequence leads, once it is over: what to read, who to ask, with whom to go on."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.events.queries import after as queries
from alliage.events.views.finding import sequence_or_404
from alliage.events.views.rencontres import crumbs


@require_safe
def after(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """A page of its own: each function that offers something asks its own rows."""
    found = sequence_or_404(request, int(pk), slug)
    if found.ends_at > timezone.now() or found.event.is_cancelled:
        raise Http404(f"Sequence {pk} is not over.")
    up = [(found.event.title, found.event.get_absolute_url())]
    if found.event.is_rencontre:
        up += [(found.title, found.get_absolute_url())]
    context = {
        "crumbs": crumbs(*up, (_("Et ensuite"), "")),
        "sequence": found,
        "offers": queries.offers(found, request),
        "proceedings_url": f"{reverse('events:proceedings', args=[slug])}#sequence-{found.pk}",
    }
    return render(request, "events/after.html", context)
