"""Who may prepare, enter, read a room: questions, no writes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from alliage.rooms.enums import Pace, Role
from alliage.rooms.models import Participant, Room, RunSheet
from alliage.rooms.presence import nobody_facilitates
from alliage.rooms.registry import Entry, purpose_of


def entry(user: Any, room: Room) -> Entry | None:
    """What this person is in the room; None: the room answers as if it did not exist."""
    purpose = purpose_of(room)
    return purpose.entry(user, room) if purpose is not None else None


def may_enter_by_link(room: Room) -> bool:
    purpose = purpose_of(room)
    return purpose is not None and purpose.by_link and not room.is_confidential


def can_read(user: Any, room: Room, participant: Participant | None) -> bool:
    """Whoever was there reads what was said; in a confidential room, only while its function still lets them in."""
    if room.is_confidential:
        return entry(user, room) is not None
    return participant is not None or entry(user, room) is not None


def can_hold_polls(user: Any, room: Room) -> bool:
    """Whoever facilitates, for as long as they may read what was said there."""
    if not (user.is_authenticated and user.is_active):
        return False
    person = Participant.objects.filter(room=room, member=user, role=Role.FACILITATOR).first()
    return person is not None and can_read(user, room, person)


def may_step_in(room: Room, person: Participant, people: Iterable[Participant], *, now: datetime) -> bool:
    """Whether someone whom nobody designated may facilitate, because all who do are away and the room would stand still.

    A member who takes part, and whom the function that holds the room expects there: having its link is not enough, and the log must say
    who. Where phases last days, nobody is expected to be there.
    """
    takes_part = person.member_id is not None and person.role not in {Role.OBSERVER, Role.CLIENT}
    stands_still = room.is_open and room.sheet.pace == Pace.LIVE and nobody_facilitates(people, now=now)
    # Asked last: it costs a query.
    return takes_part and stands_still and entry(person.member, room) is not None


def can_use(user: Any, run_sheet: RunSheet) -> bool:
    """Those of the platform, one's own, and those shared by members."""
    return bool(user.is_authenticated) and (
        run_sheet.owner_id is None or run_sheet.owner_id == user.pk or run_sheet.is_shared
    )


def can_read_run_sheet(user: Any, run_sheet: RunSheet) -> bool:
    """Those of the platform are for everyone to read; others, for whoever may use them."""
    return run_sheet.owner_id is None or can_use(user, run_sheet)


def can_edit(user: Any, run_sheet: RunSheet) -> bool:
    return bool(user.is_authenticated) and run_sheet.owner_id == user.pk


def can_see_card(card: Any, viewer: Participant | None) -> bool:
    """Shown to all; what waits or is hidden, to facilitators and its author; private notes to their author alone."""
    if card.state == "shown":
        return True
    if viewer is None:
        return False
    mine = card.author_id == viewer.pk
    return mine or (card.state != "private" and viewer.facilitates)
