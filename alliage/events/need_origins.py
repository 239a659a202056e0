"""A need written after a sequence, as its author posts it on the board of needs; the page of the gathering, as everyone reads it.

The contribution itself is not shown there. One may have written it without a name: the post, which bears one, does not say where it
was born.
"""

from django.http import HttpRequest
from django.utils.text import Truncator

from alliage.directory.registry import Begun, Born
from alliage.events import live_people, workshop_people
from alliage.events.live_enums import ContributionKind
from alliage.events.live_people import Visitor
from alliage.events.models import Contribution
from alliage.events.queries import live as queries

CODE = "events.contribution"
LONGEST_TITLE = 140


def _need(number: int) -> Contribution | None:
    found = Contribution.objects.filter(pk=number, kind=ContributionKind.NEED)
    return found.select_related("sequence__event").first()


def begun(request: HttpRequest, number: int) -> Begun | None:
    """For whoever wrote it, signed in or by the personal link that this browser opened."""
    found = _need(number)
    if found is None:
        return None
    attendee = workshop_people.person_of_event(request.user, request.COOKIES, found.sequence.event_id)
    visitor = Visitor(live_people.member_of(request.user), attendee)
    if found not in queries.written_by(found.sequence, visitor):
        return None
    title = Truncator(" ".join(found.text.split())).chars(LONGEST_TITLE)
    return Begun(title, found.text if found.text != title else "")


def born(number: int) -> Born | None:
    found = _need(number)
    if found is None or not found.signed or not found.sequence.event.is_public:
        return None
    sequence = found.sequence
    place = sequence if sequence.event.is_rencontre else sequence.event
    return Born(place.title, place.get_absolute_url())
