"""Reads of questions widened from a group: what the group sees of it, what its author rereads, whose answers are asked for."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from alliage.accounts.models import Member
from alliage.codev import masking, permissions
from alliage.codev.masking import Finding, Names
from alliage.codev.models import Carrying, CarryState, Message, Thread, Widening
from alliage.codev.permissions import Standing
from alliage.codev.queries.groups import active_members
from alliage.codev.queries.lessons import with_directory
from alliage.codev.session_enums import Masked

# Masked in what one begins from; places are kept, and shown again.
AT_ONCE = {Masked.PERSON, Masked.ORGANISATION, Masked.CONTACT}


@dataclass(frozen=True)
class Seen:
    """What a member of the group reads of it in the thread. `mine`: her own answers that are asked for."""

    question: Any
    is_mine: bool
    agreed: int
    mine: list[Carrying] = field(default_factory=list)


def of_thread(thread: Thread) -> Widening | None:
    count = Count("carryings", filter=Q(carryings__state=CarryState.AGREED, carryings__answer__isnull=False))
    found = Widening.objects.filter(thread=thread).select_related("question", "thread")
    return found.annotate(agreed=count).first()


def seen(thread: Thread, found: Standing, member: Any) -> Seen | None:
    """Two queries; one where nothing was widened. Who asked without a name is not betrayed by her question."""
    widening: Any = of_thread(thread)
    opening = Message(thread=thread, position=1, author_id=thread.author_id)
    if widening is None or not permissions.knows_who_wrote(member, found, opening):
        return None
    mine = Carrying.objects.filter(widening=widening, message__author=member).exclude(state=CarryState.AGREED)
    rows = mine.select_related("message") if thread.author_id != member.pk else Carrying.objects.none()
    return Seen(widening.question, thread.author_id == member.pk, widening.agreed, list(rows))


def may_ask(widening: Widening) -> bool:
    """Whether there is anyone left to ask."""
    thread = widening.thread
    if thread.is_pseudonymous:
        return False
    return to_ask(thread).exclude(author=thread.author_id).exists()


def to_ask(thread: Thread) -> QuerySet[Message]:
    """What the group still reads, of members who are still in it: each is asked of once."""
    inside = active_members(thread.group)
    return thread.messages.filter(removed_at=None, is_hidden=False, author__in=inside, carrying=None)


def carrying_of(message: Message) -> Carrying | None:
    return Carrying.objects.filter(message=message).select_related("widening__question", "answer__question").first()


def names_of(group: Any, *, but: Any) -> Names:
    """Who is in the group, its name, then the directory and the territories; three queries."""
    names = Names()
    names.add(group.name, Masked.ORGANISATION)
    members = Member.objects.filter(codev_memberships__group=group).exclude(pk=but.pk)
    for name in sorted(members.values_list("name", flat=True)):
        names.add_person(name, is_close=True)
    return with_directory(names)


def begun(text: str, names: Names) -> str:
    """What one begins to rewrite from: people, organisations and their addresses give way to neutral words."""
    found = masking.findings([text], names)
    return masking.masked(text, names, {each.key: {"do": masking.MASK} for each in found if each.kind in AT_ONCE})


def still_named(text: str, names: Names) -> list[Finding]:
    return masking.findings([text], names)
