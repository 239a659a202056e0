"""The leak test: a marker typed everywhere in confidential sessions is found in their group's pages, and nowhere else at all.

Every other page of the site is read by each role in `tests/test_confidentiality.py`, where the same sessions are worked.
"""

import logging
import re
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.test import override_settings

from alliage.accounts.enums import Role
from alliage.accounts.registry import personal_data
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.models import Session
from alliage.codev.services import session_erasing
from alliage.codev.tests.confided import MARKER, Confided
from alliage.rooms import live
from alliage.rooms.models import Room
from alliage.search import services as search
from alliage.writing.permissions import writer_of
from alliage.writing.registry import Visit
from tests.test_confidentiality import words
from tests.world import lasting

# The only tables that may hold what was typed in a session.
HOLD_IT = {
    "codev.subject", "codev.commitment", "codev.learning", "codev.lesson", "rooms.card", "rooms.caption",
    "writing.snapshot", "writing.version", "questionnaires.questionnaire", "questionnaires.version",
    "questionnaires.response",
}  # fmt: skip
ELSEWHERE = (
    f"/recherche/?q={MARKER}", f"/recherche.json?q={MARKER}", f"/ressources/?q={MARKER}", f"/ressources.json?q={MARKER}",
    f"/annuaire.json?q={MARKER}", f"/entraide/?q={MARKER}",
)  # fmt: skip


@contextmanager
def everything_logged():
    """Every line of every log, as it is written."""
    lines = []
    handler = logging.Handler(logging.DEBUG)
    handler.emit = lambda record: lines.append(f"{logging.Formatter().format(record)} {record.args}")
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, tmp_path_factory):
    """The sessions, what was logged while they were worked and afterwards, the mails that followed."""
    folder = tmp_path_factory.mktemp("told")
    with django_db_blocker.unblock(), lasting(), override_settings(VAR_DIR=folder):
        mail.outbox.clear()
        with everything_logged() as lines:
            confided = Confided()
            confided.tell()
            search.rebuild()
        yield confided, "\n".join(lines), [f"{each.subject}{each.body}{each.alternatives}" for each in mail.outbox]


@pytest.fixture
def flow(told, db):
    return told[0]


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


def test_no_mail_no_log_and_no_name_of_an_object_says_it(told, db):
    _flow, log, sent = told
    assert any("attend votre retour" in each for each in sent)
    assert any("étape" in each for each in sent)
    assert not any(MARKER in each for each in sent)
    assert log
    assert MARKER not in log
    for model in apps.get_models():
        if model._meta.app_label in ("codev", "rooms"):
            assert not any(MARKER in f"{each}{each!r}" for each in model.objects.all()), model


def test_its_own_export_alone_says_it_to_who_wrote_it(flow):
    w = flow.live
    strangers = [MemberFactory(), MemberFactory(role=Role.ADMINISTRATOR)]
    for member in [*strangers, w.ines, w.omar, flow.written.ines]:
        assert MARKER not in str([each.export(member) for each in personal_data]), member
    for member in (w.camille, w.driss):
        copy = str([each.export(member) for each in personal_data])
        assert MARKER in copy
        others = {"Camille Roche", "Driss Alaoui"} - {member.name}
        assert not any(f"{MARKER} {name}" in copy for name in others)


@pytest.mark.parametrize("role", ["visitor", "member", "administrator", "gone", "elsewhere"])
def test_no_page_of_theirs_nor_search_says_it_to_anyone_else(flow, role):
    """`gone` was in the group and in the room; `elsewhere` facilitates another group."""
    client, user = MemberClient(), AnonymousUser()
    if role != "visitor":
        user = getattr(flow, role, None) or MemberFactory(role=role)
        client.force_login(user)
    assert len(flow.addresses()) > 60
    for path in [*flow.addresses(), *ELSEWHERE]:
        # A search says again what was asked, and no word more.
        text = words(client.get(path))
        assert not re.search(f"{MARKER} \\w" if path in ELSEWHERE else MARKER, text), path
    # The live addresses, which another process answers: what they ask before they say anything.
    for w in (flow.live, flow.written):
        assert live.seat_of(w.room.code, client.session.session_key or "", {}) is None
        for document in flow.documents(w):
            assert writer_of(document, Visit(user)) is None


def test_the_group_does_read_it(flow):
    """A test that looks for nothing would find nothing."""
    client = MemberClient()
    client.force_login(flow.live.ines)
    assert MARKER in words(client.get(flow.live.session.get_absolute_url()))
    read = {path for path in flow.addresses() if MARKER in words(client.get(path))}
    for part in ("/sujets/", "/transcription/", "/ecrits/", "/versions/", "/emporter.json", "/emporter.docx"):
        assert any(part in path for path in read), part
    assert live.seat_of(flow.live.room.code, client.session.session_key, {}) is not None
    assert Session.objects.filter(state="ended").count() >= 2
    assert Room.objects.filter(is_confidential=True).exists()
