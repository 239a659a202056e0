"""What was planted is there for its people: otherwise the test of confidentiality would see nothing whatever happens."""

import pytest
from django.utils import timezone

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.events.models import Event
from alliage.events.tests.hidden import OPEN, plant, secret_links_of

pytestmark = pytest.mark.django_db


def test_what_is_hidden_opens_for_who_organises_and_by_the_links_of_its_people(client):
    owner = MemberFactory()
    addresses, _acts = plant(owner, now=timezone.now())
    organising = MemberClient()
    organising.force_login(owner)
    read = {
        path: organising.get(path) for path in addresses if not path.startswith(("/inscriptions/", "/intervenants/"))
    }
    assert {path: answer.status_code for path, answer in read.items() if answer.status_code not in {200, 302}} == {}
    assert (
        sum("canari" in answer.getvalue().decode(errors="ignore") for path, answer in read.items() if OPEN not in path)
        > 10
    )
    for path in secret_links_of(Event.objects.get(slug="jour-ouvert")):
        assert "canari" in client.get(path).content.decode(), path
