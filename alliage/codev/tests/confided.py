"""Confidential sessions worked from beginning to end, where everything typed bears a marker; then what follows by itself."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from alliage.accounts.models import Member
from alliage.codev.models import Commitment, Lesson
from alliage.codev.services import commitments, session_subjects, session_words, sessions
from alliage.codev.tests.sessioned import Worked, begun_lesson
from alliage.notifications.services import compose_due, send_waiting
from alliage.rooms.services import cards, spread

MARKER = "zibeline"


class Confided:
    """One live session, one in writing over some days, in two groups."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or timezone.now()
        self.live = self._work(Worked(now=self.now).prepare())
        self.written = self._in_writing(Worked("codev_differe", now=self.now).prepare())

    def _said(self, member: Member) -> str:
        return f"{MARKER} {member.name}"

    def _work(self, w: Worked) -> Worked:
        brought = w.bring(f"{MARKER} sujet", stakes=f"{MARKER} enjeux")
        session_subjects.vote(brought, wanted=True, by=w.driss, now=self.now)
        session_subjects.choose(brought, by=w.fanta, now=self.now)
        w.open().work(f"{MARKER} ").close()
        session_words.learn(w.session, self._said(w.driss), by=w.driss, now=self.now)
        said = commitments.Promised(f"{MARKER} promis", timezone.localdate(self.now), "partly", f"{MARKER} advenu")
        commitments.write(Commitment.objects.filter(session=w.session).first(), said, by=w.camille, now=self.now)
        commitments.add(
            w.session,
            commitments.Promised(f"{MARKER} encore", timezone.localdate(self.now)),
            by=w.camille,
            now=self.now,
        )
        begun_lesson(w, contexte=f"{MARKER} à masquer", echecs=MARKER)
        return w

    def _in_writing(self, w: Worked) -> Worked:
        for member in (w.camille, w.driss):
            w.enter(member)
        sessions.open_in_writing(w.session, by=w.fanta, now=self.now)
        now = self.now
        while w.room.is_open:
            phase = w.room.current
            for capture in phase.captures:
                person = w.in_room(w.camille)
                if person.role in capture.by:
                    cards.write(w.room, capture.code, f"{MARKER} {capture.code}", by=person, now=now)
            now += timedelta(days=phase.length)
            spread.move_on(now=now)
        w.session.refresh_from_db()
        return w

    def tell(self) -> None:
        """Every reminder and every mail of the weeks that follow."""
        commitments.remind(self.now + timedelta(days=45))
        later = self.now + timedelta(days=46)
        compose_due(now=later)
        send_waiting(clock=lambda: later)

    def addresses(self) -> list[str]:
        """The pages of the two sessions, of their rooms and of their groups."""
        found = [Lesson.objects.get(session=self.live.session).get_absolute_url()]
        for w in (self.live, self.written):
            session, room, group = w.session.get_absolute_url(), w.room.get_absolute_url(), w.group
            inside: tuple[Any, ...] = ("", "engagements/", "effacer/")
            found += [f"{session}{page}" for page in inside]
            found += [f"{room}{page}" for page in ("", "projeter/", "minuteur/", "suivre/")]
            found += [group.get_absolute_url()]
            found += [f"/codev/groupes/{group.pk}/{page}" for page in ("seances/", "emporter.json")]
        return found
