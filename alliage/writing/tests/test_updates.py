"""Changes read before the library does: what a text says passes, everything else is refused, and nothing hangs."""

import random
import time

import pytest
from pycrdt import Array, Doc, Map, Text, merge_updates

from alliage.writing import updates
from alliage.writing.replicas import Missing, Replica
from alliage.writing.tests.peers import Peer
from alliage.writing.wire import Unreadable


def test_what_a_person_types_is_read_and_says_how_far_it_goes():
    peer = Peer()
    first, emoji, gone = peer.type("Été"), peer.type("😀"), peer.cut(0, 2)
    me = peer.doc.client_id
    assert updates.read(first).ends == {me: 3}
    assert updates.read(emoji).ends == {me: 5}  # as browsers count
    assert (updates.read(emoji).needs, updates.read(gone).needs) == ({me: 3}, {me: 1})
    assert updates.read(merge_updates(first, emoji, gone)).ends == {me: 5}
    assert updates.read(peer.doc.get_update()).needs == {me: 0}
    other = Peer(peer.doc.get_update())
    assert updates.read(other.type("ici", at=1)).needs == {me: 3, other.doc.client_id: 0}
    assert updates.read(b"\x00\x00").is_empty


def other_shapes():
    for root in (Array([1]), Map({"a": "b"})):
        doc = Doc()
        doc["text"] = root
        yield doc.get_update()
    doc = Doc()
    doc["autre"] = Text("ailleurs")
    yield doc.get_update()
    doc = Doc()
    doc["text"] = text = Text("gras")
    text.format(0, 2, {"bold": True})
    yield doc.get_update()
    text.insert_embed(0, {"image": "x"})
    yield doc.get_update()


def test_anything_but_a_plain_text_is_refused():
    for content in other_shapes():
        with pytest.raises(Unreadable):
            updates.read(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        b"\x00\x00\x00",
        b"\x80" * 20,
        b"\x01\x01\x05\x00\x84\x05\x00\x01a\x00",  # beside itself
        b"\x01\x01\x05\x00\x04\x01\x04text\x00\x00",  # nothing, at length
        b"\x01\x01\x05\x00\x04\x01\x04text\x02\xc3\x28\x00",  # no UTF-8
        b"\x01\x01\x05\x00\x04\x01\x04autr\x01a\x00",
        b"\x01\x01\x05\x00\x04\x00\x04text\x01a\x00",
        b"\x01\x01\x05\x00\x24\x01\x04text\x01a\x00",
        b"\x01\x01\x05\x00\x00\x00\x00",  # a gap of no length
        b"\x01\x01\x05\xff\xff\xff\xff\x07\x00\xff\xff\xff\xff\x07\x00",  # beyond what is counted
        b"\x02\x01\x05\x00\x00\x01\x01\x05\x00\x00\x01\x00",  # one author twice
        b"\x00\x01\x05\x01\x00\xff\xff\xff\xff\xff\x7f",
        bytes(updates.MAX_BYTES + 1),
        bytes.fromhex("fbf0f8083d64ec480f62f177cd60c1fc9113a208c8fdef380ad483ecac0693ded03d42a31c02"),  # the library never ends
    ],
    ids=[
        "empty", "no deletions", "more after", "endless number", "beside itself", "empty text", "not utf-8", "other root",
        "other parent", "map", "gap", "too far", "twice", "long deletion", "too heavy", "hangs",
    ],
)  # fmt: skip
def test_what_is_no_change_is_refused(content):
    with pytest.raises(Unreadable):
        updates.read(content)


def test_deletions_of_nothing_say_nothing():
    assert updates.read(b"\x00\x01\x05\x00").is_empty
    assert updates.read(b"\x01\x00\x05\x00\x00").is_empty


def test_a_gap_and_what_was_forgotten_are_read():
    gap = updates.read(b"\x01\x01\x05\x02\x0a\x03\x00")
    assert (gap.ends, gap.needs) == ({5: 5}, {5: 5})
    assert updates.read(b"\x01\x01\x05\x02\x00\x03\x00").ends == {5: 5}
    assert updates.read(b"\x01\x01\x05\x00\x01\x01\x04text\x03\x00").ends == {5: 3}


def test_a_vector_is_read_and_what_is_none_refused():
    peer = Peer()
    peer.type("abc")
    assert updates.read_vector(peer.doc.get_state()) == {peer.doc.client_id: 3}
    for content in (b"", b"\x01", b"\x00\x00", b"\xff" * 9):
        with pytest.raises(Unreadable):
            updates.read_vector(content)


def mangled(seed):
    """Changes that a person could have made, with a few bytes changed."""
    chance = random.Random(seed)
    peer = Peer()
    for _act in range(6):
        peer.act(chance)
    whole = merge_updates(*peer.sent)
    yield whole, whole
    for _time in range(60):
        content = bytearray(chance.choice([*peer.sent, whole]))
        for _byte in range(chance.randint(1, 3)):
            content[chance.randrange(len(content))] = chance.choice([0, 1, 2, 5, 0x84, 0xC4, chance.randrange(256)])
        yield whole, bytes(content)


@pytest.mark.parametrize("seed", range(20))
def test_a_forged_change_never_hangs_a_replica(seed):
    taken = refused = 0
    for known, content in mangled(seed):
        replica = Replica([known])
        begun = time.monotonic()
        try:
            replica.apply(content)
            taken += 1
        except (Unreadable, Missing):
            refused += 1
        assert time.monotonic() - begun < 2
    assert taken
    assert refused
