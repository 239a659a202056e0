"""What workshops do when somebody leaves: their names go, what they said stays with the workshop."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from alliage.events.models import Attendee, NeedAuthor, NeedVote, Signature, SubgroupSeat


@transaction.atomic
def forget_member(member: Any) -> None:
    """Their words belong to what was decided with others; nothing says any more that they are theirs."""
    theirs = Q(member=member) | Q(attendee__member=member)
    NeedAuthor.objects.filter(theirs).update(name="", is_public=False, member=None, attendee=None)
    NeedVote.objects.filter(theirs).delete()
    SubgroupSeat.objects.filter(attendee__member=member).delete()
    Signature.objects.filter(member=member).update(name="", member=None)


@transaction.atomic
def forget_attendee(attendee: Any) -> None:
    """Someone without an account asks to be forgotten."""
    NeedAuthor.objects.filter(attendee=attendee).update(name="", is_public=False, attendee=None)
    NeedVote.objects.filter(attendee=attendee).delete()
    SubgroupSeat.objects.filter(attendee=attendee).delete()


def unname_authors(attendees: QuerySet[Attendee]) -> None:
    """Those who did not agree to be named are no longer known as the authors of needs; the others stay so, as what they signed."""
    NeedAuthor.objects.filter(attendee__in=attendees, is_public=False).update(name="", member=None, attendee=None)
