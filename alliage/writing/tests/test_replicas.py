"""Copies of one text: they converge whatever the order, the duplicates and the losses, once what is missing is asked for."""

import random

import pytest

from alliage.writing.replicas import Missing, Replica
from alliage.writing.tests.peers import Peer
from alliage.writing.wire import Unreadable


def give(server: Replica, change: bytes) -> bytes:
    """As the server does: what lacks others is left out."""
    try:
        return server.apply(change)
    except Missing:
        return b""


def converge(seed: int) -> None:
    """Five people type at once; a third of what they send is lost, a third comes twice, in any order; then each asks the
    server for what it lacks, by its vector, and gives what the server lacks. All texts are the same."""
    chance = random.Random(seed)
    peers, server = [Peer() for _ in range(5)], Replica()
    relayed: list[bytes] = []
    for _act in range(60):
        peer = chance.choice(peers)
        peer.act(chance)
        if chance.random() < 0.3:
            lost_or_late = chance.choice(peer.sent)
            relayed += [fresh for fresh in [give(server, lost_or_late)] if fresh]
        if relayed and chance.random() < 0.5:
            chance.choice(peers).take(chance.choice(relayed))
    everything = [change for peer in peers for change in peer.sent]
    chance.shuffle(everything)
    for change in everything[: 2 * len(everything) // 3] + everything[: len(everything) // 3]:
        give(server, change)
        chance.choice(peers).take(change)
    for _round in range(3):
        for peer in peers:
            give(server, peer.doc.get_update(server.vector()))
            peer.take(server.update(peer.doc.get_state()))
    assert {str(peer) for peer in peers} == {server.text}
    assert len(server.text) > 20
    assert Replica([server.update()]).text == server.text


@pytest.mark.parametrize("seed", range(20))
def test_five_replicas_end_alike(seed):
    converge(seed)


@pytest.mark.parametrize("seed", range(20))
def test_what_a_replica_says_is_new_rebuilds_it_in_that_order(seed):
    chance = random.Random(seed)
    peers, server, log = [Peer() for _ in range(3)], Replica(), []
    for _act in range(40):
        peer = chance.choice(peers)
        peer.act(chance)
        for other in peers:
            if other is not peer:
                other.take(peer.sent[-1])
    everything = [change for peer in peers for change in peer.sent]
    chance.shuffle(everything)
    for _time in range(len(everything)):  # as long as some wait for others
        log += [fresh for change in everything for fresh in [give(server, change)] if fresh]
    assert len(log) == len(everything)
    grown = Replica()
    for change in log:
        assert grown.apply(change)
    assert {grown.text, server.text} == {str(peer) for peer in peers}


def test_what_lacks_others_is_left_out_until_they_come():
    peer, replica = Peer(), Replica()
    first, second, gone = peer.type("un"), peer.type(" deux"), peer.cut(2, 4)
    for early in (second, gone):
        with pytest.raises(Missing):
            replica.apply(early)
    assert replica.text == ""
    for change in (first, second, gone):
        assert replica.apply(change)
    assert replica.text == str(peer) == "uneux"
    assert replica.apply(first) == replica.apply(b"\x00\x00") == b""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "été"),
        ("été", ""),
        ("un deux trois", "un DEUX trois"),
        ("aaaa", "aaa"),
        ("😀 été", "😁 été"),
        ("été\nici", "étés\nici"),
    ],
    ids=["begun", "emptied", "middle", "repeated", "emoji", "accent"],
)
def test_setting_a_text_changes_only_what_differs(before, after):
    peer = Peer()
    replica = Replica()
    if before:
        replica.apply(peer.type(before))
    change = replica.set_text(after)
    peer.take(change)
    assert replica.text == str(peer) == after
    assert replica.set_text(after) == b""


def test_a_nul_never_reaches_a_page():
    replica = Replica()
    replica.apply(Peer().type("a\x00b"))
    assert replica.text == "ab"


def test_what_the_library_cannot_read_is_refused():
    with pytest.raises(Unreadable):
        Replica().apply(b"\x05\x05\x05")


def test_a_text_that_is_full_takes_what_makes_it_no_longer():
    peer, server = Peer(), Replica()
    server.apply(peer.type("é" * 10))
    for most, words, fits in ((60, "abc", True), (13, "abc", True), (12, "abc", False), (8, "abc", False)):
        assert server.fits(Peer(server.update()).type(words), most) is fits
    assert server.fits(peer.cut(0, 2), 8)
    assert not server.fits(peer.type("abc"), 8)
