"""Notes as they are written: who may is asked at the door, and again at each change of phase, on a web socket as by plain requests."""

import pytest

from alliage.rooms import visits
from alliage.rooms.enums import Role
from alliage.rooms.models import Participant
from alliage.rooms.services import notes, people, rooms
from alliage.rooms.tests.factories import NOW, Session
from alliage.writing.models import Document
from alliage.writing.queries import text_of
from alliage.writing.tests.lively import BINARY, never_endless, starting, wait_for
from alliage.writing.tests.peers import Peer
from alliage.writing.wire import pieces

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held(monkeypatch):
    """A room at its synthesis, where the client may write, and a live process."""
    with never_endless(), starting(monkeypatch) as start:
        session = Session()
        session.go("synthese")
        document = Document.objects.get(scope_id=notes.scope_id(session.room, "synthese"))
        yield session, document, start()


def key(person) -> dict[str, str]:
    """The cookie of a browser without an account."""
    Participant.objects.filter(pk=person.pk).update(key_digest=people.digest(f"cle-{person.pk}"))
    return {"cookie": f"{visits.COOKIE}=cle-{person.pk}"}


def test_the_phase_and_the_role_are_asked_again_of_those_who_are_connected(held):
    session, document, site = held
    client, karim, omar = (
        site.open(document, "", headers=key(each)) for each in (session.client, session.consultant, session.observer)
    )
    client.hear_said(writes=True)
    omar.hear_said(writes=False)
    client.type("Un rendez-vous")
    client.hear_saved()
    for each in (karim, omar):
        each.hear_text("Un rendez-vous")
    # Whoever observes is refused by the server, whatever their page sends.
    omar.type("Moi aussi")
    omar.hear_said(writes=False, reset=True)
    people.give_role(session.room, session.consultant, Role.OBSERVER, by=session.facilitator, now=NOW)
    karim.hear_said(writes=False)
    session.go("apprentissages")
    client.hear_said(writes=False)
    client.type(" trop tard")
    client.hear_said(reset=True)
    assert text_of(document) == "Un rendez-vous"
    rooms.erase(session.room, now=NOW)
    assert not Document.objects.exists()


def test_plain_requests_are_asked_as_well(held):
    session, document, site = held
    address = f"/ecriture/{document.pk}/changements"

    def post(change, person):
        return site.client.post(address, content=pieces([change]), headers=key(person) | BINARY).status_code

    peer = Peer()
    assert post(peer.type("Un rendez-vous"), session.client) == 200
    assert post(Peer().type("x"), session.observer) == 403
    session.go("apprentissages")
    assert post(peer.type(" trop tard"), session.client) == 403
    assert site.client.get(address, headers={"cookie": f"{visits.COOKIE}=x"}).status_code == 404
    assert site.client.get(address, headers=key(session.observer)).status_code == 200
    wait_for(lambda: text_of(document) == "Un rendez-vous")
