"""Writing at several, as it happens: web sockets and plain requests, through losses, faults and changes of rights."""

import asyncio
import time

import pytest
from django.db import OperationalError
from django.test import Client
from starlette.websockets import WebSocketDisconnect

from alliage.writing import queries, services, wire
from alliage.writing.live import addresses, limits, opened, storing
from alliage.writing.live import process as processes
from alliage.writing.models import Document
from alliage.writing.replicas import Replica
from alliage.writing.services import changes
from alliage.writing.tests.factories import ALIX, BADO, NOW, essay
from alliage.writing.tests.lively import BINARY, Site, never_endless, starting, wait_for
from alliage.writing.tests.peers import COOKIE, Peer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _in_time():
    with never_endless():
        yield


@pytest.fixture
def start(monkeypatch):
    """`start()` begins another live process on the same database."""
    with starting(monkeypatch) as begin:
        yield begin


@pytest.fixture
def site(start) -> Site:
    return start()


# --- Who enters


def test_what_one_types_is_read_by_the_others_and_kept(site):
    document = essay("Bonjour")
    alix, bado = site.open(document), site.open(document, "Bado")
    alix.hear_text("Bonjour")
    bado.hear_text("Bonjour")
    alix.type(" à tous")
    bado.hear_text("Bonjour à tous")
    alix.hear_saved()
    assert queries.text_of(document) == "Bonjour à tous"
    assert sorted(queries.authors_of(document)) == ["Alix", "Alix Démo"]


def test_a_member_enters_by_their_session(site, member):
    document = essay("À moi", scope_id=member.pk)
    browser = Client()
    browser.force_login(member)
    session = f"sessionid={browser.cookies['sessionid'].value}"
    speaker = site.open(document, "", headers={"cookie": session})
    speaker.hear_said(writes=True)
    speaker.hear_text("À moi")


def closed_with(session):
    for _message in range(50):
        try:
            session.receive_bytes()
        except WebSocketDisconnect as ended:
            return ended.code
    raise AssertionError("It stayed open.")


@pytest.mark.parametrize("cookie", ["", "sessionid=forged", 'sessionid="a\\000b"'], ids=["none", "forged", "nul"])
def test_a_document_of_others_does_not_exist(site, cookie):
    document = essay("Secret", scope_id=0)
    speaker = site.open(document, "", headers={"cookie": cookie} if cookie else None)
    assert closed_with(speaker.socket) == 4404
    address = f"/ecriture/{document.pk}/changements"
    assert site.client.get(address, headers={"cookie": cookie}).status_code == 404
    assert site.client.post(address, content=b"\x00", headers=BINARY).status_code == 404


def test_a_document_that_does_not_exist_is_the_same(site):
    document = essay()
    services.erase(document, by=ALIX, now=NOW)
    assert closed_with(site.open(document).socket) == 4404
    assert site.get(document).status_code == 404


@pytest.mark.parametrize("origin", ["https://ailleurs.example", "null", "http://testserver.ailleurs.example"])
def test_a_page_of_another_site_enters_nowhere(site, origin):
    document = essay("Secret")
    with pytest.raises(WebSocketDisconnect):
        site.open(document, headers={"origin": origin})
    assert site.post(document, b"\x00", origin=origin).status_code == 403


def test_a_page_of_ours_enters(site, settings):
    document = essay("Bonjour")
    site.open(document, headers={"origin": "http://testserver"}).hear_text("Bonjour")
    site.open(document, headers={"origin": settings.ORIGIN}).hear_text("Bonjour")


def test_who_only_reads_changes_nothing(site):
    document = essay("Bonjour")
    reader, writer = site.open(document, "lit Caro"), site.open(document, "Bado")
    reader.hear_said(writes=False)
    reader.hear_text("Bonjour")
    reader.type("Piraté")
    reader.hear_said(reset=True)
    writer.hear_text("Bonjour")
    writer.type(".")
    writer.hear_saved()
    assert queries.text_of(document) == "Bonjour."
    peer = Peer()
    assert site.post(document, wire.pieces([peer.type("Piraté")]), "lit Caro").status_code == 403


def test_who_is_here_is_told_in_names(site):
    document = essay()
    alix, caro = site.open(document), site.open(document, "lit Caro")
    alix.hear_said(people=["Alix"], readers=1)
    site.get(document, name="Dina")
    alix.hear_said(people=["Alix", "Dina"], readers=1)
    caro.socket.close()
    alix.hear_said(people=["Alix", "Dina"], readers=0)


def test_any_yjs_client_is_given_nothing_but_the_protocol(site):
    document = essay("Bonjour")
    plain, other = site.open(document, ours=False), site.open(document, "Bado")
    kinds = [plain.hear() for _message in range(2)]
    assert sorted(kinds) == [(wire.SYNC, wire.VECTOR), (wire.SYNC, wire.LACKING)]
    other.hear_text("Bonjour")
    other.type(" !")
    plain.hear_text("Bonjour !")


def test_where_carets_are_is_relayed_and_never_too_long(site):
    document = essay()
    alix, bado = site.open(document), site.open(document, "Bado")
    bado.hear_said(people=["Alix", "Bado"])
    alix.socket.send_bytes(wire.awareness(b"x" * 5000))
    alix.socket.send_bytes(wire.awareness(b"ici"))
    bado.hear_until(lambda one: one.relayed)
    assert bado.relayed == [b"ici"]


# --- Losses


def test_what_lacks_others_is_asked_for(site):
    document, peer = essay(), Peer()
    lost, late = peer.type("un"), peer.type(" deux")
    alix = site.open(document, peer=Peer())
    alix.hear_saved()
    alix.peer = peer
    alix.give(late)
    wait_for(lambda: alix.hear() and queries.text_of(document) == "un deux")
    alix.give(lost)
    alix.give(lost)
    alix.hear_saved()
    assert queries.text_of(document) == "un deux"


def test_what_was_typed_without_a_network_comes_with_the_return(site):
    document, peer = essay("Bonjour"), Peer()
    site.open(document, peer=peer).hear_text("Bonjour")
    peer.type(" hors ligne")
    back = site.open(document, peer=peer)
    back.hear_saved()
    assert queries.text_of(document) == "Bonjour hors ligne"


def test_two_live_processes_converge_through_the_log(start):
    document = essay("Bonjour")
    one, two = start(), start()
    alix, bado = one.open(document), two.open(document, "Bado")
    alix.hear_text("Bonjour")
    bado.hear_text("Bonjour")
    for turn in range(5):
        alix.type(f" a{turn}")
        bado.type(f" b{turn}")
    alix.hear_until(lambda one: all(f"b{turn}" in one.text for turn in range(5)))
    bado.hear_until(lambda one: all(f"a{turn}" in one.text for turn in range(5)))
    assert alix.text == bado.text
    wait_for(lambda: queries.text_of(document) == alix.text)
    services.compact(document, now=NOW)
    alix.type(" fin")
    bado.hear_until(lambda one: one.text.endswith("fin") or " fin" in one.text)


def test_a_page_writes_in_what_is_open(site):
    document = essay("Bonjour")
    alix = site.open(document)
    alix.hear_text("Bonjour")
    services.write(document, "Bonjour à tous", by=BADO, now=NOW)
    services.compact(document, now=NOW)
    alix.hear_text("Bonjour à tous")


def test_a_database_that_does_not_answer_loses_nothing(site, monkeypatch):
    document, real = essay(), storing.keep
    answers = iter([True, True])

    def keep(*args):
        if next(answers, False):
            raise OperationalError
        return real(*args)

    monkeypatch.setattr(storing, "keep", keep)
    alix = site.open(document)
    alix.type("Gardé")
    alix.hear_saved()
    assert queries.text_of(document) == "Gardé"


def test_a_database_that_does_not_follow_is_asked_again(site, monkeypatch):
    document, real = essay(), storing.states
    answers = iter([True] * 3)

    def states(*args):
        if next(answers, False):
            raise OperationalError
        return real(*args)

    monkeypatch.setattr(storing, "states", states)
    alix = site.open(document)
    services.write(document, "Suivi", by=BADO, now=NOW)
    alix.hear_text("Suivi")


# --- Rights


def names_written(monkeypatch, allowed):
    """The purpose of tests, where only these names write from now on."""
    from alliage.writing import permissions
    from alliage.writing.registry import Writer

    def writer_of(document, visit):
        name = visit.cookies.get(COOKIE, "")
        if name in allowed.get("gone", ()):
            return None
        return Writer(f"guest:{name}", name, can_write=document.is_open and name in allowed["write"])

    monkeypatch.setattr(permissions, "writer_of", writer_of)


def test_rights_are_asked_again_when_they_change(site, monkeypatch):
    document, allowed = essay("Bonjour"), {"write": {"Alix", "Bado"}}
    names_written(monkeypatch, allowed)
    alix, bado = site.open(document), site.open(document, "Bado")
    for each in (alix, bado):
        each.hear_said(writes=True)
        each.hear_text("Bonjour")
    allowed["write"] = {"Bado"}
    services.changed_rights(document)
    alix.hear_said(writes=False)
    alix.type("Trop tard")
    alix.hear_said(reset=True)
    bado.type(".")
    bado.hear_saved()
    assert queries.text_of(document) == "Bonjour."
    allowed["gone"] = {"Bado"}
    services.changed_rights(document)
    assert closed_with(bado.socket) == 4404


def test_what_was_sent_while_rights_changed_is_refused_and_the_others_keep_theirs(site, monkeypatch):
    """The change of rights is not followed yet: what arrives meanwhile is refused when it would be kept."""
    document, allowed = essay("Bonjour"), {"write": {"Alix", "Bado", "Dina"}}
    names_written(monkeypatch, allowed)
    monkeypatch.setattr(opened, "KEEP_SECONDS", 0.3)
    monkeypatch.setattr(storing, "states", lambda ids: {each: storing.State(0, 0) for each in ids})
    alix, bado = site.open(document), site.open(document, "Bado")
    alix.hear_text("Bonjour")
    bado.hear_text("Bonjour")
    bado.type(" [Bado]")
    bado.hear_until(lambda one: True)
    alix.type("[Alix] ")
    bado.hear_until(lambda one: "[Alix]" in one.text)
    allowed["write"] = {"Bado"}
    services.changed_rights(document)
    alix.hear_said(reset=True)
    bado.hear_said(reset=True)
    wait_for(lambda: queries.text_of(document) == "Bonjour [Bado]")
    monkeypatch.setattr(opened, "KEEP_SECONDS", 0.02)
    assert site.post(document, wire.pieces([Peer().type("Dina")]), "Dina").status_code == 403
    services.changed_rights(document)
    bado.give(Peer().type("Encore"))
    wait_for(lambda: "Encore" in queries.text_of(document))


def test_what_someone_sent_before_leaving_is_kept_under_changed_rights(site, monkeypatch):
    document, allowed = essay(), {"write": {"Alix", "Bado"}}
    names_written(monkeypatch, allowed)
    monkeypatch.setattr(opened, "KEEP_SECONDS", 0.3)
    monkeypatch.setattr(storing, "states", lambda ids: {each: storing.State(0, 0) for each in ids})
    bado, alix = site.open(document, "Bado"), site.open(document)
    alix.type("Avant de partir")
    bado.hear_text("Avant de partir")
    alix.socket.close()
    services.changed_rights(document)
    wait_for(lambda: queries.text_of(document) == "Avant de partir")


def test_what_was_posted_while_rights_changed_is_refused(site, monkeypatch):
    document, allowed = essay(), {"write": {"Alix"}}
    names_written(monkeypatch, allowed)
    real = storing.keep

    def keep(*args):
        allowed["write"] = set()
        services.changed_rights(document)
        monkeypatch.setattr(storing, "keep", real)
        return real(*args)

    monkeypatch.setattr(storing, "keep", keep)
    content = wire.pieces([Peer().type("Trop tard")])
    assert site.post(document, content).status_code == 409
    assert site.post(document, content).status_code == 403
    assert queries.text_of(document) == ""


def test_a_closed_document_is_read_only_at_once(site):
    document = essay("Fini")
    alix = site.open(document)
    alix.hear_text("Fini")
    services.close(document, by=ALIX, now=NOW)
    alix.hear_said(writes=False)
    assert site.post(document, wire.pieces([Peer().type("Encore")])).status_code == 403


def test_an_erased_document_is_forgotten_by_browsers(site):
    document = essay("Secret")
    alix = site.open(document)
    alix.hear_text("Secret")
    services.erase(document, by=ALIX, now=NOW)
    assert closed_with(alix.socket) == 4410


class Followed:
    """In place of an open document: what the process told it."""

    def __init__(self, then=lambda: None):
        self.told, self.then, self.is_erased = [], then, False
        self.connections, self.pending, self.quiet_since, self.uncompacted = {"one"}, [], 0, 0

    async def follow(self, state):
        self.told.append(state)
        self.is_erased = state is None
        self.then()


def test_a_document_that_opens_while_the_others_are_followed_is_not_taken_for_erased(monkeypatch):
    process, first, late, again = processes.Process(), Followed(), Followed(), Followed()
    gone = Followed(then=lambda: process.opened.update(gone=again))
    process.opened = {"first": first, "gone": gone}

    async def answer(_function, asked):
        assert asked == ["first", "gone"]
        process.opened["late"] = late
        return {"first": "as it is"}

    monkeypatch.setattr(storing, "in_thread", answer)
    asyncio.run(process._round())
    assert (first.told, late.told, gone.told) == (["as it is"], [], [None])
    # And what opens again in the place of an erased one stays open.
    assert process.opened == {"first": first, "gone": again, "late": late}


def test_a_document_erased_while_it_is_written_is_gone(site, monkeypatch):
    document = essay("Secret")
    monkeypatch.setattr(storing, "states", lambda ids: {each: storing.State(0, 0) for each in ids})
    alix = site.open(document)
    alix.hear_text("Secret")
    services.erase(document, by=ALIX, now=NOW)
    alix.type(" encore")
    assert closed_with(alix.socket) == 4410


def test_who_signed_out_is_put_out(site, monkeypatch):
    document, allowed = essay(), {"write": {"Alix"}}
    names_written(monkeypatch, allowed)
    monkeypatch.setattr(processes, "ASK_SECONDS", 0.05)
    alix = site.open(document)
    alix.hear_said(writes=True)
    allowed["gone"] = {"Alix"}
    assert closed_with(alix.socket) == 4404


# --- Limits


def test_a_text_too_long_is_refused_and_told(site, monkeypatch):
    monkeypatch.setattr(changes, "MOST_BYTES", 300)
    document = essay("Bonjour")
    alix = site.open(document)
    alix.hear_text("Bonjour")
    alix.type("a" * 500)
    alix.hear_until(lambda one: any("trop long" in said.get("refused", "") for said in one.said))
    alix.hear_said(reset=True)
    assert queries.text_of(document) == "Bonjour"


@pytest.mark.parametrize("change", [None, b"\x01\x01\x05"], ids=["too many characters", "no change"])
def test_what_is_never_taken_in_is_never_said_to_be_kept(site, monkeypatch, change):
    monkeypatch.setattr(opened, "MOST_CHARACTERS", 12)
    document = essay("Bonjour")
    alix, bado = site.open(document), site.open(document, "Bado")
    for each in (alix, bado):
        each.hear_text("Bonjour")
        each.hear_saved()
    alix.said.clear()
    alix.give(change or Peer().type("bien trop long"))
    alix.hear_said(reset=True)
    bado.type(" !")
    alix.hear_text("Bonjour !")
    assert [said["refused"] for said in alix.said if "refused" in said] == [services.TooLong().message]
    wait_for(lambda: queries.text_of(document) == "Bonjour !")
    alix.give(Peer().type("?"))  # counted from what was taken in
    alix.hear_until(lambda one: any(said.get("saved") == one.sent - 1 for said in one.said))
    assert not any(said.get("saved", 0) >= alix.sent for said in alix.said)


def test_a_text_too_long_sent_by_a_plain_request_is_refused_in_words(site, monkeypatch):
    monkeypatch.setattr(changes, "MOST_BYTES", 300)
    document = essay("Bonjour")
    answer = site.post(document, wire.pieces([Peer().type("a" * 500)]))
    assert (answer.status_code, "trop long" in answer.json()["error"]) == (422, True)
    assert queries.text_of(document) == "Bonjour"


@pytest.mark.parametrize(
    "message",
    [b"", b"\x00", b"\x00\x02\x05abc", wire.sync(wire.VECTOR, b"\x05")],
    ids=["empty", "short", "cut", "no vector"],
)
def test_what_is_not_understood_is_told_and_harms_nobody(site, message):
    document = essay("Bonjour")
    alix = site.open(document)
    alix.socket.send_bytes(message)
    alix.hear_said(refused="")
    alix.socket.send_bytes(b"\x63\x00")  # another kind of message
    alix.socket.send_text("bonjour")
    alix.type(".")
    alix.hear_saved()


def test_who_sends_too_much_or_too_fast_is_put_out(site, monkeypatch):
    document = essay()
    alix = site.open(document)
    alix.socket.send_bytes(bytes(limits.LONGEST_MESSAGE + 1))
    assert closed_with(alix.socket) == 4429
    monkeypatch.setattr(limits.Pace, "RESERVE", 0)
    assert closed_with(site.open(document).socket) == 4429


def test_who_reads_too_slowly_comes_back(site, monkeypatch):
    monkeypatch.setattr("alliage.writing.live.connections.MOST_WAITING", 1)
    assert closed_with(site.open(essay("Bonjour")).socket) == 1013


def test_there_are_so_many_connections_and_no_more(site, monkeypatch):
    document = essay()
    site.open(document).hear_said(writes=True)
    monkeypatch.setattr(limits, "MOST_OF_ONE_DOCUMENT", 1)
    assert closed_with(site.open(document, "Bado").socket) == 1013


def test_changes_are_compacted_as_they_come_and_when_all_leave(site, monkeypatch):
    monkeypatch.setattr(opened, "COMPACT_EVERY", 3)
    monkeypatch.setattr(processes, "CLOSE_SECONDS", 0.05)
    monkeypatch.setattr(processes, "WORTH_COMPACTING", 1)
    document = essay()
    alix = site.open(document)
    for turn in range(4):
        alix.type(f"{turn} ")
        alix.hear_saved()
    wait_for(lambda: Document.objects.filter(snapshot__isnull=False).exists())
    alix.type("fin")
    alix.hear_saved()
    alix.socket.close()
    wait_for(lambda: not document.updates.exists())
    assert queries.text_of(document) == "0 1 2 3 fin"
    site.open(document).hear_text("0 1 2 3 fin")


def test_compaction_that_fails_is_only_said(site, monkeypatch):
    def compact(document_id):
        raise OperationalError

    monkeypatch.setattr(storing, "compact", compact)
    monkeypatch.setattr(opened, "COMPACT_EVERY", 1)
    alix = site.open(essay())
    alix.type("un")
    alix.hear_saved()
    alix.type(" deux")
    alix.hear_saved()


# --- Plain requests


def read(response):
    import json

    reader = wire.Reader(response.content)
    said = json.loads(reader.text())
    return said, wire.read_pieces(reader.content[reader.place :], 1000)


def test_without_a_web_socket_one_reads_and_writes_by_plain_requests(site):
    document, peer = essay("Bonjour"), Peer()
    said, found = read(site.get(document))
    assert (said["number"], said["writes"], said["people"]) == (1, True, ["Alix"])
    for each in found:
        peer.take(each)
    bado = site.open(document, "Bado")
    bado.hear_text("Bonjour")
    posted = site.post(document, wire.pieces([peer.type(" à"), peer.type(" tous")]))
    assert posted.json() == {"number": 2}
    bado.hear_text("Bonjour à tous")
    bado.type(".")
    bado.hear_saved()
    said, found = read(site.get(document, 2))
    for each in found:
        peer.take(each)
    assert (said["number"], str(peer)) == (3, "Bonjour à tous.")
    said, found = read(site.get(document, 3))  # nothing came: the same number
    assert (said["number"], found) == (3, [])


def test_a_waiting_request_is_answered_as_soon_as_something_is_kept(site, monkeypatch):
    monkeypatch.setattr(addresses, "LONG_POLL_SECONDS", 20.0)
    document = essay("Bonjour")
    site.get(document)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(site.get, document, 1)
        time.sleep(0.2)
        services.write(document, "Bonsoir", by=BADO, now=NOW)
        said, found = read(waiting.result(10))
        assert (said["number"], Replica([*queries.changes_since(document.pk, 0)[1][0][1:], *found]).text) == (
            2,
            "Bonsoir",
        )
        waiting = pool.submit(site.get, document, 2)
        time.sleep(0.2)
        services.erase(document, by=ALIX, now=NOW)
        assert waiting.result(10).status_code == 410


def test_a_waiting_request_is_answered_when_one_may_not_read_any_more(site, monkeypatch):
    monkeypatch.setattr(addresses, "LONG_POLL_SECONDS", 20.0)
    document, allowed = essay(), {"write": {"Alix"}}
    names_written(monkeypatch, allowed)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(site.get, document, 0)
        time.sleep(0.3)
        allowed["gone"] = {"Alix"}
        services.changed_rights(document)
        assert waiting.result(10).status_code == 404


def test_a_plain_request_that_lacks_others_is_told_what_is_known(site):
    document, peer = essay(), Peer()
    lost, late = peer.type("un"), peer.type(" deux")
    answer = site.post(document, wire.pieces([late]))
    assert answer.status_code == 409
    whole = peer.doc.get_update(answer.content)
    assert site.post(document, wire.pieces([whole])).status_code == 200
    assert site.post(document, wire.pieces([lost])).status_code == 200
    assert queries.text_of(document) == "un deux"


def test_a_plain_request_that_is_not_one_is_refused(site):
    document = essay()
    assert site.post(document, b"\x05").status_code == 400
    assert site.post(document, wire.pieces([b"abc"])).status_code == 422
    assert site.post(document, b"\x00\x01").status_code == 400
    assert site.post(document, wire.pieces([b"a"] * 501)).status_code == 400
    assert site.post(document, bytes(limits.LONGEST_MESSAGE + 1)).status_code == 413
    address = f"/ecriture/{document.pk}/changements"
    assert site.client.post(address, content=b"\x00", headers={"cookie": f"{COOKIE}=Alix"}).status_code == 415


def test_a_text_erased_while_it_is_posted_is_gone(site, monkeypatch):
    document, real = essay(), storing.keep

    def keep(*args):
        services.erase(document, by=ALIX, now=NOW)
        return real(*args)

    monkeypatch.setattr(storing, "keep", keep)
    assert site.post(document, wire.pieces([Peer().type("a")])).status_code == 410
