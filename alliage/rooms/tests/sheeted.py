"""What the page table needs of run sheets: one of the platform, one of a member, a rehearsal that she facilitates."""

from datetime import datetime
from typing import Any

from alliage.rooms.enums import Role
from alliage.rooms.models import RunSheet
from alliage.rooms.registers.free import FREE
from alliage.rooms.registry import Entry
from alliage.rooms.services import people, rooms, run_sheets


def ids(member: Any, *, now: datetime) -> dict[str, Any]:
    run_sheets.load(now=now)
    platform = RunSheet.objects.get(code="codev")
    wanted = rooms.Prepared(title="Une répétition", sheet=platform.sheet, purpose=FREE, is_rehearsal=True)
    room = rooms.prepare(wanted, by=member, now=now)
    people.join(room, Entry(Role.FACILITATOR), name=str(member), member=member, now=now)
    return {
        "platform_sheet": platform.pk,
        "run_sheet": run_sheets.clone(platform, by=member, now=now).pk,
        "rehearsal": room.code,
    }
