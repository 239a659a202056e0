"""Rooms for tests: prepared from a run sheet of the platform, with people in them."""

import uuid
from datetime import UTC, datetime

from alliage.accounts.tests.factories import MemberFactory
from alliage.rooms.enums import Role
from alliage.rooms.models import Participant, Room
from alliage.rooms.registers.free import FREE
from alliage.rooms.registry import Entry
from alliage.rooms.services import people, rooms
from alliage.rooms.services.run_sheets import of_platform

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def prepared(code="codev", *, by=None, **more) -> Room:
    wanted = {"title": "Une séance", "purpose": FREE} | more
    return rooms.prepare(rooms.Prepared(sheet=of_platform(code), **wanted), by=by or MemberFactory(), now=NOW)


def person(room, role=Role.CONSULTANT, *, name="", member=None, may_facilitate=False) -> Participant:
    name = name or f"Personne {uuid.uuid4().hex[:4]}"
    key = "" if member is not None else uuid.uuid4().hex
    entry = Entry(role, may_facilitate=may_facilitate)
    return people.join(room, entry, name=name, member=member, key=key, now=NOW)


class Session:
    """A room with someone who facilitates, a client, two consultants, one who observes."""

    def __init__(self, code="codev", *, is_open=True, **more):
        self.room = prepared(code, **more)
        self.facilitator = person(self.room, Role.FACILITATOR, name="Aude", member=self.room.created_by)
        self.client = person(self.room, Role.CLIENT, name="Clara")
        self.consultant = person(self.room, name="Karim")
        self.other = person(self.room, name="Ketty")
        self.observer = person(self.room, Role.OBSERVER, name="Omar")
        if is_open:
            rooms.open_room(self.room, by=self.facilitator, now=NOW)

    def go(self, code: str) -> None:
        from alliage.rooms.services import clock

        rank = self.room.sheet.rank(code)
        clock.go_to(self.room, rank, seen=self.room.phase, by=self.facilitator, now=NOW)
