"""A line at 2G, as TCP tells it: 250 kbit/s shared by all its connections, 400 ms there and back, one packet lost in a hundred.

    python -m tests.journeys.losing <port> <port of the site>

A lost packet is sent again after a while, and those behind it wait: TCP gives no other sign of a loss.
"""

import asyncio
import random
import sys
import time

PACKET = 1_460
BYTES_A_SECOND = 250_000 / 8
ONE_WAY = 0.2
ONE_IN = 100
# What sending again costs: the sender waits for about one way and back before it does.
LATE = 0.4


class Way:
    """One direction of the line: what is sent first leaves first, whatever its connection."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.free_at = 0.0

    def arrives_at(self, length: int) -> float:
        self.free_at = max(self.free_at, time.monotonic()) + length / BYTES_A_SECOND
        return self.free_at + ONE_WAY + (LATE if self.chance.randrange(ONE_IN) == 0 else 0)


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
    sent: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)
    giving = asyncio.create_task(_give(sent, writer))
    try:
        while piece := await reader.read(PACKET):
            await sent.put((way.arrives_at(len(piece)), piece))
            # The line takes no more than it carries.
            await asyncio.sleep(max(0.0, way.free_at - time.monotonic()))
    except OSError:
        pass
    await sent.put((0, b""))
    await giving


async def _give(sent: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    try:
        while (found := await sent.get())[1]:
            await asyncio.sleep(max(0.0, found[0] - time.monotonic()))
            writer.write(found[1])
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, site: int, ways: tuple[Way, Way]) -> None:
    # A connection begins by going there and back.
    await asyncio.sleep(2 * ONE_WAY)
    try:
        heard, said = await asyncio.open_connection("127.0.0.1", site)
    except OSError:
        writer.close()
        return
    await asyncio.gather(carry(reader, said, ways[0]), carry(heard, writer, ways[1]))


async def main(port: int, site: int) -> None:
    # The same losses at each run.
    ways = (Way(random.Random(1)), Way(random.Random(2)))
    server = await asyncio.start_server(lambda reader, writer: pass_on(reader, writer, site, ways), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
