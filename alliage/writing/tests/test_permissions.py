"""Who reads and writes: the purpose says, the state limits."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from alliage.writing import permissions, queries, services
from alliage.writing.models import Document
from alliage.writing.registry import Purpose, Visit, Writer, purposes
from alliage.writing.tests.factories import ALIX, NOW, PURPOSE, essay
from alliage.writing.tests.peers import COOKIE

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def test_the_purpose_says_who_one_is(member):
    document = essay("a")
    visitor = permissions.writer_of(document, Visit(NOBODY))
    assert (visitor.can_read, visitor.can_write) == (True, False)
    assert permissions.writer_of(document, Visit(member)).can_write
    guest = permissions.writer_of(document, Visit(NOBODY, {COOKIE: "Dina"}))
    assert (guest.key, guest.can_write) == ("guest:Dina", True)


def test_a_document_of_others_does_not_exist(member):
    assert permissions.writer_of(essay(scope_id="0"), Visit(member)) is None
    assert permissions.writer_of(essay(scope_id=member.pk), Visit(member)) is not None


def test_a_closed_document_is_read_by_the_same_people_and_written_by_none(member):
    document = essay("a")
    services.close(document, by=ALIX, now=NOW)
    writer = permissions.writer_of(document, Visit(member))
    assert (writer.can_read, writer.can_write, writer.can_manage) == (True, False, True)


def test_a_document_without_a_purpose_exists_for_nobody(member):
    document = essay("a")
    Document.objects.update(scope="inconnu")
    document.refresh_from_db()
    assert permissions.writer_of(document, Visit(member)) is None


def test_who_may_not_read_is_nobody(member):
    code = "tests.writing.blind"
    if code not in purposes:
        purposes.add(Purpose(code, "Aveugle", lambda visit, scope_id: Writer("x", "X", can_read=False, can_write=True)))
    document = essay("a")
    Document.objects.update(scope=code)
    document.refresh_from_db()
    assert permissions.writer_of(document, Visit(member)) is None


def test_documents_of_one_thing_are_listed_in_order():
    first, second = essay(), essay()
    Document.objects.filter(pk=second.pk).update(created_at=NOW + timedelta(minutes=1))
    essay(scope_id="ailleurs")
    assert list(queries.of_scope(PURPOSE, "everyone")) == [first, second]
    assert list(queries.versions_of(first)) == []
    assert queries.by_id(first.pk) == first
    assert queries.version_of(first, 1) is None
