"""Sessions for tests: an encounter of a group, its room, its people in it, and what the page table needs."""

from datetime import datetime, timedelta
from typing import Any

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import session_steps
from alliage.codev.models import Encounter, Lesson, Session
from alliage.codev.services import encounters, lessons, session_subjects, sessions
from alliage.codev.services.sessions import Wanted
from alliage.codev.tests.factories import NOW, group_of
from alliage.rooms.enums import Role
from alliage.rooms.models import Participant, Room
from alliage.rooms.services import cards, clock, people, rooms


class Worked:
    """A group of five: Fanta facilitates, Camille brings the situation, Driss and Inès consult, Omar observes."""

    def __init__(self, run_sheet: str = "codev", *, now: datetime = NOW, **group: Any) -> None:
        self.now = now
        self.fanta, self.camille, self.driss, self.ines, self.omar = (
            MemberFactory(name=name)
            for name in ("Fanta Keita", "Camille Roche", "Driss Alaoui", "Inès Payet", "Omar Sy")
        )
        self.group = group_of(self.camille, self.driss, self.ines, self.omar, facilitator=self.fanta, **group)
        self.encounter = self.planned(now + timedelta(days=1))
        self.session = sessions.of_encounter(self.encounter, now=now)
        self.run_sheet = run_sheet

    def planned(self, starts_at: datetime) -> Encounter:
        return encounters.plan(self.group, encounters.Fixed(starts_at), by=self.fanta, now=self.now)

    def bring(self, text: str = "Une situation", *, by: Member | None = None, **more: Any) -> Any:
        said = session_subjects.Brought(text, **more)
        return session_subjects.propose(self.session, said, by=by or self.camille, now=self.now)

    def prepare(self, **more: Any) -> "Worked":
        sessions.observe(self.session, wanted=True, by=self.omar, now=self.now)
        wanted = Wanted(run_sheet=self.run_sheet, client=self.camille, **more)
        sessions.prepare(self.session, wanted, by=self.fanta, now=self.now)
        self.session.refresh_from_db()
        return self

    @property
    def room(self) -> Room:
        return Room.objects.get(purpose=sessions.PURPOSE, purpose_id=str(self.session.pk))

    def enter(self, member: Member) -> Participant:
        entry = sessions.entry(member, self.room)
        assert entry is not None
        return people.join(self.room, entry, name=member.name, member=member, now=self.now)

    def open(self) -> "Worked":
        for member in (self.fanta, self.camille, self.driss, self.ines, self.omar):
            self.enter(member)
        rooms.open_room(self.room, by=self.in_room(self.fanta), now=self.now)
        return self

    def in_room(self, member: Member) -> Participant:
        return Participant.objects.get(room=self.room, member=member)

    def go(self, code: str) -> None:
        room = self.room
        rank = room.sheet.rank(code)
        assert rank is not None
        if rank != room.phase:
            clock.go_to(room, rank, seen=room.phase, by=self.in_room(self.fanta), now=self.now)

    def write(self, phase: str, kind: str, text: str, *, by: Member) -> None:
        self.go(phase)
        cards.write(self.room, kind, text, by=self.in_room(by), now=self.now)

    def work(self, marker: str = "") -> "Worked":
        """Every capture of the session, from beginning to end."""
        for phase in self.room.sheet.phases:
            for capture in phase.captures:
                for member, role in (
                    (self.camille, Role.CLIENT),
                    (self.driss, Role.CONSULTANT),
                    (self.fanta, Role.FACILITATOR),
                ):
                    if role in capture.by:
                        self.write(phase.code, capture.code, f"{marker}{capture.code} de {member.name}", by=member)
        return self

    def close(self) -> "Worked":
        rooms.close_room(self.room, by=self.in_room(self.fanta), now=self.now)
        self.session.refresh_from_db()
        return self


def ended(**group: Any) -> Worked:
    """A session worked from beginning to end."""
    return Worked(**group).prepare().open().work().close()


def begun_lesson(worked: Worked, **texts: str) -> Lesson:
    lesson = lessons.begin(worked.session, by=worked.camille, now=worked.now)
    if texts:
        lessons.write(lesson, {"title": "Ce que l’on a appris", **texts}, by=worked.camille, now=worked.now)
    return lesson


def ids(member: Member, other: Member, *, now: datetime) -> dict[str, Any]:
    """For the page table: the session of the world's encounter, where `member` brings a subject, and one that ended."""
    row = Encounter.objects.filter(group__name="Pairs de la Loire").earliest("pk")
    session = sessions.of_encounter(row, now=now)
    brought = session_subjects.propose(session, session_subjects.Brought("Relancer un collectif"), by=member, now=now)
    over = encounters.plan(row.group, encounters.Fixed(now + timedelta(days=3020)), by=member, now=now)
    done = sessions.of_encounter(over, now=now)
    sessions.prepare(done, Wanted(client=member, facilitator=other), by=member, now=now)
    rooms.close_room(Room.objects.get(purpose_id=str(done.pk), purpose=sessions.PURPOSE), by=None, now=now)
    done = Session.objects.get(pk=done.pk)
    lesson = lessons.begin(done, by=member, now=now)
    texts = {"title": "Un titre", "contexte": "Un contexte."}
    lessons.write(lesson, texts, by=member, now=now)
    link = session_steps.path(session, member).rstrip("/").rpartition("/")[2]
    return {"subject": brought.pk, "ended": over.pk, "lesson": lesson.pk, "session_link": link}
