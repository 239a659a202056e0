"""Polls of a room on paper: the facilitator finds the way to ballots, and nobody else does."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.questionnaires import polls
from alliage.rooms.enums import Role
from alliage.rooms.models import Room
from alliage.rooms.permissions import can_hold_polls
from alliage.rooms.queries import polls as queries
from alliage.rooms.registers.polls import can_hold
from alliage.rooms.services.polls import SCOPE
from alliage.rooms.tests.factories import NOW, Session, person

pytestmark = pytest.mark.django_db


def asked(session, kind="one", **more):
    said = {"kind": kind, "title": "On continue\u00a0?"} | more
    return polls.quick(said, scope=SCOPE, scope_id=session.room.pk, by=session.facilitator.member, now=NOW)


def test_those_who_facilitate_hold_the_polls_of_their_room(client):
    session = Session(is_confidential=False)
    opening = asked(session, options=[{"code": "r1", "title": "Oui"}, {"code": "r2", "title": "Non"}])
    path = reverse("questionnaires:paper", args=[opening.pk])
    other = person(session.room, Role.FACILITATOR, member=MemberFactory()).member
    guest = person(session.room, member=MemberFactory()).member
    for who, seen in ((session.facilitator.member, 200), (other, 200), (guest, 404)):
        client.force_login(who)
        assert client.get(path).status_code == seen
    Room.objects.filter(pk=session.room.pk).update(is_confidential=True)
    assert client.get(path).status_code == 404
    client.force_login(other)
    assert client.get(path).status_code == 404, "the function that holds a confidential room does not know them"
    assert not can_hold_polls(AnonymousUser(), session.room)
    assert not can_hold(other, str(uuid.uuid4()))


def test_what_is_typed_is_not_answered_on_paper():
    session = Session()
    asked(session, "text")
    asked(session, options=[{"code": "r1", "title": "Oui"}, {"code": "r2", "title": "Non"}])
    assert [poll.on_paper for poll in queries.of_room(session.room, session.facilitator)] == [True, False]
