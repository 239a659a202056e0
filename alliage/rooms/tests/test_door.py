"""The door of a room: a name is enough for a person, and too much for a robot."""

from html import unescape

import pytest

from alliage.rooms.models import Participant
from alliage.rooms.tests.factories import Session

pytestmark = pytest.mark.django_db


def test_a_robot_that_fills_every_field_does_not_come_in(client):
    room = Session("webinaire").room
    before = Participant.objects.count()
    answer = client.post(room.get_absolute_url(), {"name": "Robot", "site_internet": "x"})
    assert answer.status_code == 422
    assert "ressemble à celui d’un robot" in unescape(answer.content.decode())
    assert Participant.objects.count() == before
