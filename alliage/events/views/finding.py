"""Events and sequences that the person may see: for the others, they do not exist."""

from django.http import Http404, HttpRequest

from alliage.events.enums import EventKind
from alliage.events.models import Event, Sequence
from alliage.events.permissions import can_see_event


def event_or_404(request: HttpRequest, slug: str) -> Event:
    """An event of any kind."""
    found = Event.objects.filter(slug=slug).select_related("host", "territory").first()
    if found is None or not can_see_event(request.user, found):
        raise Http404(f"No event {slug} for this person.")
    return found


def rencontre_or_404(request: HttpRequest, slug: str) -> Event:
    """A Rencontre."""
    found = event_or_404(request, slug)
    if found.kind != EventKind.RENCONTRE:
        raise Http404(f"{slug} is no Rencontre.")
    return found


def sequence_or_404(request: HttpRequest, pk: int, slug: str = "") -> Sequence:
    """A sequence, with its event at hand; of the event that the address names, if it names one."""
    found = Sequence.objects.filter(pk=pk).select_related("event", "temps", "parent", "mirror_of", "minutes").first()
    if found is None or (slug and found.event.slug != slug) or not can_see_event(request.user, found.event):
        raise Http404(f"No sequence {pk} for this person.")
    return found
