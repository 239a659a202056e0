"""Who may do what in codev: questions, no writes."""

from dataclasses import dataclass
from typing import Any

from alliage.accounts.permissions import is_animator
from alliage.codev.enums import MemberRole, MemberState
from alliage.codev.models import Group, Membership, Message, Session, Thread
from alliage.rooms.enums import Role
from alliage.rooms.models import Participant


def _is_member(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


# --- Groups --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """Where someone stands in a group: `membership` whatever its state, None for who never had to do with it."""

    membership: Membership | None = None

    @property
    def is_in(self) -> bool:
        return self.membership is not None and self.membership.state == MemberState.ACTIVE

    @property
    def facilitates(self) -> bool:
        return self.membership is not None and self.is_in and self.membership.role == MemberRole.FACILITATOR

    @property
    def is_invited(self) -> bool:
        return self.membership is not None and self.membership.state == MemberState.INVITED

    @property
    def has_asked(self) -> bool:
        return self.membership is not None and self.membership.state == MemberState.ASKED


def standing(user: Any, group: Group) -> Standing:
    """One query, none for a visitor: pages ask it once."""
    if not _is_member(user):
        return Standing()
    return Standing(Membership.objects.filter(group=group, member=user.pk).first())


def is_in(user: Any, group: Group) -> bool:
    """In the group now: who reads what is written in it. An animator who is not in it reads nothing."""
    return standing(user, group).is_in


def facilitates(user: Any, group: Group) -> bool:
    """Tends the group: its people, its dates, its charter."""
    return standing(user, group).facilitates


def can_open_group(user: Any) -> bool:
    """Any member opens a group, and facilitates it."""
    return _is_member(user)


def can_see_group(user: Any, group: Group) -> bool:
    """The public page; what moderation hid is seen by its members and by animators."""
    return not group.is_hidden or is_animator(user) or is_in(user, group)


def can_tend_people(user: Any, group: Group) -> bool:
    """Answer, invite, hand over: facilitators; animators for a group that nobody facilitates, without reading it."""
    if facilitates(user, group):
        return True
    if not is_animator(user):
        return False
    tended = Membership.objects.filter(group=group, state=MemberState.ACTIVE, role=MemberRole.FACILITATOR)
    return not tended.exists()


def can_close_group(user: Any, group: Group) -> bool:
    return facilitates(user, group) or may_close_from_outside(user)


def may_close_from_outside(user: Any) -> bool:
    """Animators end or reopen any group, without reading it."""
    return is_animator(user)


# --- Sessions ------------------------------------------------------------------------------------------------------


def can_choose_subject(user: Any, found: Standing, session: Session) -> bool:
    """Who facilitates the group, and who animates this session: designated, or in the room itself."""
    if found.facilitates or (found.is_in and session.facilitator_id == user.pk):
        return True
    there = Participant.objects.filter(room=session.room_id, member=user.pk, role=Role.FACILITATOR)
    return found.is_in and session.room_id is not None and there.exists()


# --- Threads -------------------------------------------------------------------------------------------------------
# A page asks `standing` once; these answer from it, without a query.


def can_open_thread(found: Standing, group: Group) -> bool:
    return found.is_in and group.is_active


def can_reply(found: Standing, thread: Thread) -> bool:
    return found.is_in and thread.group.is_active and thread.is_open


def can_close_thread(user: Any, found: Standing, thread: Thread) -> bool:
    """Who opened it, and facilitators."""
    return found.facilitates or (found.is_in and thread.author_id == user.pk)


def can_read_message(user: Any, found: Standing, message: Message) -> bool:
    """What was hidden is read by who wrote it and by facilitators."""
    return found.is_in and (not message.is_hidden or found.facilitates or message.author_id == user.pk)


def can_change_message(user: Any, found: Standing, message: Message) -> bool:
    """Its author, as long as it stands there for everyone and the group is under way."""
    return can_take_back(user, found, message) and not message.is_hidden and message.thread.group.is_active


def can_take_back(user: Any, found: Standing, message: Message) -> bool:
    """Its author, at any time: even in a group that ended."""
    return found.is_in and message.author_id == user.pk and message.removed_at is None


def can_keep_answer(user: Any, found: Standing, message: Message) -> bool:
    """Say that this message answered: who asked, and facilitators. Never the opening itself."""
    stands = message.removed_at is None and not message.is_hidden and not message.is_opening
    return stands and can_close_thread(user, found, message.thread)


def can_react(user: Any, found: Standing, message: Message) -> bool:
    """To what others wrote."""
    return found.is_in and message.removed_at is None and not message.is_hidden and message.author_id != user.pk


def knows_who_wrote(user: Any, found: Standing, message: Message) -> bool:
    """Whether this person may learn who wrote: of a pseudonymous question, facilitators and its author alone."""
    return not message.is_pseudonymous or found.facilitates or message.author_id == user.pk


def can_widen(user: Any, found: Standing, thread: Thread) -> bool:
    """Ask it to the whole network: who opened it, and nobody else."""
    return found.is_in and thread.author_id == user.pk and thread.group.is_active


# --- Composing groups ----------------------------------------------------------------------------------------------


def can_compose(user: Any) -> bool:
    """Animators call for groups, compose them, and read who answered."""
    return is_animator(user)
