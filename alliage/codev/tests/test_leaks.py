"""The leak test: a marker typed everywhere in confidential sessions is found in their group's pages, and nowhere else at all."""

import logging
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.utils import timezone

from alliage.accounts.registry import personal_data
from alliage.codev.models import Commitment, Lesson, Session
from alliage.codev.services import commitments, session_erasing, session_subjects, session_words, sessions
from alliage.codev.tests.sessioned import Worked, begun_lesson
from alliage.notifications.services import compose_due, send_waiting
from alliage.rooms.models import Room
from alliage.rooms.services import cards, spread
from alliage.search import services as search
from tests.pages import PAGES
from tests.test_confidentiality import words
from tests.world import VISITOR, build, lasting

MARKER = "zibeline"
# The only tables that may hold what was typed in a session.
HOLD_IT = {"codev.subject", "codev.commitment", "codev.learning", "codev.lesson", "rooms.card"}
ELSEWHERE = (
    f"/recherche/?q={MARKER}", f"/recherche.json?q={MARKER}", f"/ressources/?q={MARKER}", f"/ressources.json?q={MARKER}",
    f"/annuaire.json?q={MARKER}", f"/entraide/?q={MARKER}",
)  # fmt: skip


class Flow:
    """Two sessions worked from beginning to end by their pages' services, the log of all of it, and its readers."""

    def __init__(self, caplog):
        with caplog.at_level(logging.DEBUG):
            self.now = timezone.now()
            self.live = self._work(Worked(now=self.now).prepare())
            self.written = self._in_writing(Worked("codev_differe", now=self.now).prepare())
            self._after()
        self.log = "\n".join(record.getMessage() for record in caplog.records) + caplog.text

    def _said(self, member):
        return f"{MARKER} {member.name}"

    def _work(self, w):
        brought = w.bring(f"{MARKER} sujet", stakes=f"{MARKER} enjeux")
        session_subjects.vote(brought, wanted=True, by=w.driss, now=self.now)
        session_subjects.choose(brought, by=w.fanta, now=self.now)
        w.open().work(f"{MARKER} ").close()
        session_words.learn(w.session, self._said(w.driss), by=w.driss, now=self.now)
        said = commitments.Promised(f"{MARKER} promis", self.now.date(), "partly", f"{MARKER} advenu")
        commitments.write(Commitment.objects.filter(session=w.session).first(), said, by=w.camille, now=self.now)
        commitments.add(
            w.session, commitments.Promised(f"{MARKER} encore", self.now.date()), by=w.camille, now=self.now
        )
        begun_lesson(w, contexte=f"{MARKER} à masquer", echecs=MARKER)
        return w

    def _in_writing(self, w):
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

    def _after(self):
        commitments.remind(self.now + timedelta(days=45))
        search.rebuild()
        later = self.now + timedelta(days=46)
        compose_due(now=later)
        send_waiting(clock=lambda: later)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), lasting():
        yield build()


@pytest.fixture
def flow(world, db, caplog, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return Flow(caplog)


def tables_with(marker):
    """Every table of the site, ours and others', that holds the marker in any column."""
    found = set()
    for model in apps.get_models():
        fields = [field.attname for field in model._meta.concrete_fields]
        if any(marker in str(value) for row in model.objects.order_by().values_list(*fields) for value in row):
            found.add(model._meta.label_lower)
    return found


def test_what_is_typed_in_a_session_is_kept_in_its_own_tables_and_leaves_nothing_once_erased(flow):
    assert tables_with(MARKER) == HOLD_IT
    for w in (flow.live, flow.written):
        session_erasing.erase(w.session, by=w.camille, now=flow.now)
    assert tables_with(MARKER) == set()


def test_no_mail_no_log_and_no_name_of_an_object_says_it(flow):
    sent = [f"{each.subject}{each.body}{each.alternatives}" for each in mail.outbox]
    assert any("attend votre retour" in each for each in sent)
    assert any("étape" in each for each in sent)
    assert not any(MARKER in each for each in sent)
    assert MARKER not in flow.log
    for model in apps.get_models():
        if model._meta.app_label in ("codev", "rooms"):
            assert not any(MARKER in f"{each}{each!r}" for each in model.objects.all()), model


def test_its_own_export_alone_says_it_to_who_wrote_it(flow, world):
    w = flow.live
    wrote = [w.camille, w.driss, w.fanta, flow.written.camille, flow.written.driss, flow.written.fanta]
    for member in [*world.people.values(), w.ines, w.omar, flow.written.ines]:
        assert MARKER not in str([each.export(member) for each in personal_data]), member
    for member in wrote[:2]:
        copy = str([each.export(member) for each in personal_data])
        assert MARKER in copy
        others = {"Camille Roche", "Driss Alaoui"} - {member.name}
        assert not any(f"{MARKER} {name}" in copy for name in others)


@pytest.mark.parametrize("role", [VISITOR, "member", "administrator"])
def test_no_page_feed_export_or_search_says_it_to_anyone_else(flow, world, role):
    client = world.client(role)
    paths = [page.path.format(**world.ids) for page in PAGES if page.kind != "act"]
    paths += ELSEWHERE
    for w in (flow.live, flow.written):
        session, room, group = w.session.get_absolute_url(), w.room.get_absolute_url(), w.group
        paths += [
            session,
            f"{session}engagements/",
            f"{session}effacer/",
            room,
            f"{room}projeter/",
            f"{room}minuteur/",
            f"{room}suivre/",
        ]
        paths += [
            group.get_absolute_url(),
            f"/codev/groupes/{group.pk}/seances/",
            f"/codev/groupes/{group.pk}/emporter.json",
        ]
    paths += [Lesson.objects.get(session=flow.live.session).get_absolute_url()]
    for path in paths:
        text = words(client.get(path))
        # A search says again what was asked, and no word more.
        assert not re.search(f"{MARKER} \\w" if path in ELSEWHERE else MARKER, text), path


def test_the_group_does_read_it(flow, world):
    """A test that looks for nothing would find nothing."""
    from alliage.accounts.tests.clients import MemberClient

    client = MemberClient()
    client.force_login(flow.live.ines)
    assert MARKER in words(client.get(flow.live.session.get_absolute_url()))
    assert Session.objects.filter(state="ended").count() >= 2
    assert Room.objects.filter(is_confidential=True).exists()
