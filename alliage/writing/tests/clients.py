"""Writers for tests: a Yjs client over a web socket, and one that has plain requests only."""

import json
from typing import Any

from alliage.writing import wire
from alliage.writing.tests.peers import Peer


class Speaker:
    """Speaks the protocol over a test session of Starlette (or anything with `send_bytes` and `receive_bytes`)."""

    def __init__(self, socket: Any, peer: Peer | None = None) -> None:
        self.socket = socket
        self.peer = peer or Peer()
        self.said: list[dict[str, Any]] = []
        self.relayed: list[bytes] = []
        self.sent = 0

    @property
    def text(self) -> str:
        return str(self.peer)

    def ask(self) -> None:
        self.socket.send_bytes(wire.sync(wire.VECTOR, self.peer.doc.get_state()))

    def give(self, change: bytes) -> None:
        self.sent += 1
        self.socket.send_bytes(wire.sync(wire.CHANGE, change))

    def type(self, words: str) -> None:
        self.give(self.peer.type(words))

    def hear(self) -> tuple[int, int]:
        """Take one message in, as any client does; return its kind and its step."""
        reader = wire.Reader(self.socket.receive_bytes())
        kind = reader.number()
        if kind == wire.OURS:
            self.said.append(json.loads(reader.text()))
            return kind, 0
        if kind == wire.AWARENESS:
            self.relayed.append(reader.piece())
            return kind, 0
        step, content = reader.number(), reader.piece()
        if step == wire.VECTOR:
            self.sent += 1
            self.socket.send_bytes(wire.sync(wire.LACKING, self.peer.doc.get_update(content)))
        elif content != b"\x00\x00":
            self.peer.take(content)
        return kind, step

    def hear_until(self, done: Any) -> None:
        for _message in range(300):
            if done(self):
                return
            self.hear()
        raise AssertionError("It was never heard.")

    def hear_saved(self) -> None:
        """Until all that was sent is kept."""
        self.hear_until(lambda one: one.sent and any(said.get("saved", 0) >= one.sent for said in one.said))

    def hear_text(self, text: str) -> None:
        self.hear_until(lambda one: one.text == text)

    def hear_said(self, **said: Any) -> None:
        self.hear_until(lambda one: any(said.items() <= each.items() for each in one.said))
