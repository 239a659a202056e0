"""A proxy as some networks have: it refuses web sockets and gives an answer only once it is whole, so that a stream never comes.

    python -m tests.journeys.buffering <port> <port of the site>

One request a connection, bytes untouched otherwise.
"""

import asyncio
import sys

MOST = 32 * 2**20


async def _body(head: bytes, reader: asyncio.StreamReader) -> bytes:
    length = next(
        (line.split(b":")[1] for line in head.lower().splitlines() if line.startswith(b"content-length:")), b"0"
    )
    return await reader.readexactly(int(length))


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, site: int) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"\r\nupgrade:" in head.lower():
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        request = head + await _body(head, reader)
        kept = [
            line
            for line in request.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
            if not line.lower().startswith(b"connection:")
        ]
        heard, said = await asyncio.open_connection("127.0.0.1", site)
        try:
            said.write(b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n" + request.split(b"\r\n\r\n", 1)[1])
            # Nothing before the end: what has no end never comes.
            writer.write(await heard.read(-1))
        finally:
            said.close()
    except (OSError, asyncio.IncompleteReadError):
        return
    finally:
        await _end(writer)


async def _end(writer: asyncio.StreamWriter) -> None:
    try:
        await writer.drain()
        writer.close()
    except OSError:
        return


async def main(port: int, site: int) -> None:
    server = await asyncio.start_server(
        lambda reader, writer: pass_on(reader, writer, site), "127.0.0.1", port, limit=MOST
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
