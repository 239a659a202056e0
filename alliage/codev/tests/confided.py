"""Confidential sessions worked from beginning to end, where everything typed bears a marker; then what follows by itself."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import session_steps, session_urls
from alliage.codev.models import Commitment, Lesson, Membership, Subject
from alliage.codev.services import commitments, memberships, session_subjects, session_words, sessions
from alliage.codev.tests.factories import MembershipFactory, group_of
from alliage.codev.tests.sessioned import Worked, begun_lesson
from alliage.notifications.services import compose_due, send_waiting
from alliage.questionnaires import queries as questionnaires
from alliage.rooms import run_sheet_urls
from alliage.rooms import urls as room_urls
from alliage.rooms.queries import notes
from alliage.rooms.services import captions, cards, polls, spread
from alliage.writing import services as writing
from alliage.writing import urls as writing_urls
from alliage.writing.models import Document, Version

MARKER = "zibeline"


class Confided:
    """One live session, one in writing over some days, in two groups. `gone` was in both rooms, then left both groups; `elsewhere`
    facilitates a third group."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or timezone.now()
        self.gone, self.elsewhere = MemberFactory(name="Léa Partie"), MemberFactory(name="Noé Ailleurs")
        group_of(facilitator=self.elsewhere)
        self.live = self._work(Worked(now=self.now).prepare())
        self.written = self._in_writing(Worked("codev_differe", now=self.now).prepare())

    def _said(self, member: Member) -> str:
        return f"{MARKER} {member.name}"

    def _work(self, w: Worked) -> Worked:
        brought = w.bring(f"{MARKER} sujet", stakes=f"{MARKER} enjeux")
        session_subjects.vote(brought, wanted=True, by=w.driss, now=self.now)
        session_subjects.choose(brought, by=w.fanta, now=self.now)
        w.open()
        self._come_and_go(w)
        self._say_otherwise(w)
        w.work(f"{MARKER} ").close()
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

    def _come_and_go(self, w: Worked) -> None:
        """Somebody who entered, and is in the group no longer."""
        place = MembershipFactory(group=w.group, member=self.gone)
        w.enter(self.gone)
        memberships.leave(Membership.objects.get(pk=place.pk), by=self.gone, now=self.now)

    def _say_otherwise(self, w: Worked) -> None:
        """What is typed in a room beside cards: a poll and its answer, captions, notes and a version of them that bears a name."""
        host, person = w.in_room(w.fanta), w.in_room(w.driss)
        polls.ask(w.room, polls.question("text", f"{MARKER} sondage", ""), by=host, now=self.now)
        asked = questionnaires.openings_of(polls.scope_of(w.room)).get()
        polls.answer(w.room, asked, QueryDict(f"q.q={MARKER} sondé"), by=person, now=self.now)
        captions.entrust(w.room, person, wanted=True, by=host, now=self.now)
        captions.say(w.room, f"{MARKER} dit", by=person, now=self.now)
        w.go("expose")
        document = notes.of_room(w.room).present
        assert document is not None
        writing.write(document, f"# {MARKER} noté\nÀ suivre.", by=notes.writer(w.room, person, "expose"), now=self.now)
        writing.name_version(document, f"{MARKER} nommé", by=notes.writer(w.room, host, "expose"), now=self.now)

    def _in_writing(self, w: Worked) -> Worked:
        for member in (w.camille, w.driss):
            w.enter(member)
        self._come_and_go(w)
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
        """Every address of the two sessions, of their rooms and of what is written there: those of `urls.py`, one by one."""
        found = []
        for w in (self.live, self.written):
            group, session = w.group, w.session
            subject = Subject.objects.filter(session=session).first()
            known: dict[str, Iterable[Any]] = {
                "pk": [group.pk],
                "number": [session.encounter_id],
                "which": [subject.pk if subject else 1],
                "token": [session_steps.path(session, w.driss).split("/")[-2]],
            }
            ours = [each for each in session_urls.urlpatterns if not _is_of_a_lesson(each)]
            found += _addresses("codev", ours, known)
            inside: dict[str, Iterable[Any]] = {"code": [w.room.code], "kind": ["txt", "vtt"], "extension": EXTENSIONS}
            rooms = [*room_urls.urlpatterns, *run_sheet_urls.urlpatterns]
            found += _addresses("rooms", [each for each in rooms if "pk" not in _names(each)], inside)
            for document in self.documents(w):
                pks = list(Version.objects.filter(document=document).values_list("pk", flat=True))
                of_it: dict[str, Iterable[Any]] = {"document_id": [document.pk], "extension": EXTENSIONS, "pk": pks}
                found += _addresses("writing", writing_urls.urlpatterns, of_it)
            found += [
                group.get_absolute_url(),
                *(f"/codev/groupes/{group.pk}/emporter.{kind}" for kind in ("json", "docx")),
            ]
        lesson: dict[str, Iterable[Any]] = {"pk": [Lesson.objects.get(session=self.live.session).pk]}
        found += _addresses("codev", [each for each in session_urls.urlpatterns if _is_of_a_lesson(each)], lesson)
        # Lists are the same for the two sessions.
        return list(dict.fromkeys(found))

    def documents(self, w: Worked) -> list[Document]:
        """The notes of its room, and the file of each of their steps."""
        return list(Document.objects.filter(scope_id__startswith=f"{w.room.code}:"))


EXTENSIONS = ("md", "html", "docx", "txt")


def _names(pattern: Any) -> set[str]:
    return set(pattern.pattern.regex.groupindex)


def _is_of_a_lesson(pattern: Any) -> bool:
    return pattern.name.startswith("lesson") and pattern.name != "lesson_begin"


def _addresses(namespace: str, patterns: Iterable[Any], known: dict[str, Iterable[Any]]) -> Iterator[str]:
    for pattern in patterns:
        names = sorted(_names(pattern))
        for values in product(*(known[name] for name in names)):
            yield reverse(f"{namespace}:{pattern.name}", kwargs=dict(zip(names, values, strict=True)))
