"""The log of a room: two people write at the same moment, and whoever reads up to a number has all that came before it."""

import threading

import pytest
from django.db import connections

from alliage.rooms.models import Room
from alliage.rooms.queries import rooms as queries
from alliage.rooms.services import cards, log
from alliage.rooms.tests.factories import NOW, Session
from tests.concurrency import at_once


@pytest.mark.django_db(transaction=True)
def test_two_writers_who_commit_in_reverse_order_leave_no_hole(monkeypatch):
    """The first holds its transaction open while the second tries to overtake it: it waits, and no number shows before a lower one."""
    session = Session()
    since = session.room.last_number
    first_is_inside, second_tries = threading.Event(), threading.Event()
    told, read = log.Act.tell, []

    def tell(act, kind, **data):
        event = told(act, kind, **data)
        if act.by == session.client:
            first_is_inside.set()
            assert second_tries.wait(10)
            # Nothing of an act that is not committed is read, and nothing numbered after it either.
            read.append(_numbers(session.room.pk, since))
        return event

    monkeypatch.setattr(log.Act, "tell", tell)

    def first():
        return cards.write(session.room, "sujet", "Le premier", by=session.client, now=NOW)

    def second():
        room = Room.objects.get(pk=session.room.pk)
        assert first_is_inside.wait(10)
        threading.Timer(0.2, second_tries.set).start()
        return cards.write(room, "sujet", "Le second", by=session.consultant, now=NOW)

    assert at_once(first, second) == [since + 1, since + 2]
    assert read == [[]]
    assert _numbers(session.room.pk, since) == [since + 1, since + 2]
    texts = [card.text for card in session.room.cards.order_by("number")]
    assert texts == ["Le premier", "Le second"]


def _numbers(room_id, since):
    """What a third one reads at this moment, on a connection of its own."""
    found = []

    def read():
        try:
            found.extend(event.number for event in queries.events_after(room_id, since))
        finally:
            connections.close_all()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(10)
    return found
