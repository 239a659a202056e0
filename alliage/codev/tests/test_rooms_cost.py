"""Every page of a session, its room included, asks few questions of the database, in each step and whoever reads it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliage.accounts.tests.clients import MemberClient
from alliage.codev.models import Commitment
from alliage.codev.services import sessions
from alliage.codev.services.sessions import Wanted
from alliage.codev.tests.sessioned import Worked

pytestmark = pytest.mark.django_db
SIGNED_IN_QUERIES = 12


@pytest.fixture
def met():
    """The second session of a group, at its welcome; Camille was the client of the first one, Driss brings a subject."""
    w = Worked(now=timezone.now()).prepare().open().work().close()
    Commitment.objects.filter(session=w.session).update(text="Appeler le maire", news="Il a répondu.")
    w.encounter = w.planned(w.now + timedelta(days=30))
    w.session = sessions.of_encounter(w.encounter, now=w.now)
    w.subject = w.bring("Un collectif à relancer", by=w.driss, stakes="La confiance")
    sessions.prepare(w.session, Wanted(), by=w.fanta, now=w.now)
    w.session.refresh_from_db()
    return w.open()


def asked(member, path):
    client = MemberClient()
    client.force_login(member)
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [each["sql"] for each in captured]


def pages_of(w):
    path = w.room.get_absolute_url()
    return [path, *(f"{path}{part}" for part in ("?partie=1", "projeter/", "minuteur/", "parler/", "suivre/"))]


@pytest.mark.parametrize("who", ["fanta", "camille", "ines", "omar"])
def test_the_room_of_a_session_in_each_of_its_steps(met, who):
    w, cost = met, {}
    for phase in w.room.sheet.phases:
        w.go(phase.code)
        # The page itself in every step; the others where most is shown.
        pages = pages_of(w) if phase.code == "accueil" else pages_of(w)[:1]
        cost |= {(phase.code, page): len(asked(getattr(w, who), page)) for page in pages}
    assert max(cost.values()) <= SIGNED_IN_QUERIES, cost


def test_the_pages_around_the_room(met):
    w = met
    base = f"/codev/groupes/{w.group.pk}"
    pages = [w.session.get_absolute_url(), f"{base}/seances/", w.group.get_absolute_url(), w.subject.get_absolute_url()]
    cost = {page: len(asked(w.fanta, page)) for page in pages}
    assert max(cost.values()) <= SIGNED_IN_QUERIES, cost
