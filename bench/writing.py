"""Co-writing: people who type at once in one document, others who only read; how long until each change reaches everyone.

    python -m bench.writing [writers] [connected]

Two processes of their own: the live one, and this one, whose clients are Yjs replicas. At the end all texts are the same.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from alliage.writing import wire
from alliage.writing.tests.peers import COOKIE, Peer
from alliage.writing.tests.served import Served, served
from bench.server import family, megabytes, processor_seconds

CHANGES = 100
PER_SECOND = 10.0


class CoWriting(NamedTuple):
    """`p50`, `p95`: from a change sent to each other one who has it (ms). `same`: all texts, and what is kept, are alike."""

    writers: int
    connected: int
    p50: float
    p95: float
    heard: int
    expected: int
    same: bool
    cpu_ms_per_change: float
    memory_mb: float


class Client:
    """The few lines of a web socket that the measure needs: binary frames, masked as a browser's."""

    def __init__(self, name: str) -> None:
        self.name, self.peer = name, Peer()
        self.mark = ""
        self.heard: dict[str, float] = {}

    async def open(self, site: Served, document: str) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", site.port, limit=2**22)
        head = (
            f"GET /direct/ecriture/{document} HTTP/1.1\r\nHost: localhost:{site.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            f"Cookie: {COOKIE}={self.name}\r\n\r\n"
        )
        self.writer.write(head.encode())
        while (await self.reader.readline()).strip():
            pass
        self.send(wire.sync(wire.VECTOR, self.peer.doc.get_state()))

    def send(self, content: bytes) -> None:
        size = len(content)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self.writer.write(b"\x82" + length + b"\0\0\0\0" + content)  # a mask of zeros changes nothing

    async def receive(self) -> bytes:
        while True:
            first, second = await self.reader.readexactly(2)
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
            content = await self.reader.readexactly(size)
            if first & 0x0F == 2:
                return content

    async def follow(self) -> None:
        while True:
            content = await self.receive()
            now = time.perf_counter()
            reader = wire.Reader(content)
            if reader.number() != wire.SYNC:
                continue
            step, piece = reader.number(), reader.piece()
            if step == wire.VECTOR:
                self.send(wire.sync(wire.LACKING, self.peer.doc.get_update(piece)))
            elif piece != b"\x00\x00":
                at = piece.find(b"<")
                if step == wire.CHANGE and at >= 0:
                    self.heard[piece[at : piece.index(b">", at)].decode()] = now
                self.peer.doc.apply_update(piece)


async def _type(clients: list[Client], sent: dict[str, float]) -> None:
    chance = random.Random(1)
    for turn in range(CHANGES):
        client = chance.choice(clients)
        words = f"<{turn}> "
        change = client.peer.type(words, at=0 if chance.random() < 0.5 else None)
        sent[f"<{turn}"] = time.perf_counter()
        client.send(wire.sync(wire.CHANGE, change))
        await asyncio.sleep(1 / PER_SECOND)


async def _measure(site: Served, writers: int, connected: int) -> CoWriting:
    document = await asyncio.to_thread(site.essay, "Début. ")
    clients = [Client(f"P{rank}" if rank < writers else f"lit{rank}") for rank in range(connected)]
    for client in clients:
        await client.open(site, document)
    tasks = [asyncio.create_task(client.follow()) for client in clients]
    await asyncio.sleep(3)
    sent: dict[str, float] = {}
    pids = family(site.process.pid)
    before = processor_seconds(pids)
    await _type(clients[:writers], sent)
    await asyncio.sleep(3)
    spent = processor_seconds(pids) - before
    for task in tasks:
        task.cancel()
    delays = [(at - sent[mark]) * 1000 for client in clients for mark, at in client.heard.items()]
    texts = {str(client.peer) for client in clients} | {await asyncio.to_thread(site.text, document)}
    return CoWriting(
        writers, connected, median(delays), quantiles(delays, n=20)[-1], len(delays), CHANGES * (connected - 1),
        len({text.strip() for text in texts}) == 1, spent * 1000 / CHANGES, megabytes(pids),
    )  # fmt: skip


def run(sizes: tuple[tuple[int, int], ...] = ((60, 60), (60, 350))) -> list[CoWriting]:
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as site:
        return [asyncio.run(_measure(site, writers, connected)) for writers, connected in sizes]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliage.config.settings")
    asked = [int(each) for each in sys.argv[1:3]]
    for found in run(((asked[0], asked[1]),) if len(asked) == 2 else ((60, 60), (60, 350))):
        print(found)
