"""The addresses of the live process: a web socket that any Yjs client speaks, and plain requests for networks that refuse it."""

import asyncio
import logging
from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from alliage.formats.json import dumps
from alliage.writing import updates, wire
from alliage.writing.live import limits, storing
from alliage.writing.live.connections import NOT_YOURS, TOO_FAST, TOO_SLOW, Connection
from alliage.writing.live.opened import NotAllowed, Opened
from alliage.writing.live.process import process
from alliage.writing.registry import Writer
from alliage.writing.replicas import Missing
from alliage.writing.services import TooLong

logger = logging.getLogger(__name__)
LONG_POLL_SECONDS = 25.0
MOST_PIECES = 500
BINARY = "application/octet-stream"
PLAIN = {"Cache-Control": "no-store"}


def is_ours(connection: HTTPConnection) -> bool:
    """Whether the page that asks is one of our site. Programs that are no browser say nothing, and hold no one's cookies."""
    origin = connection.headers.get("origin")
    if origin is None or origin == settings.ORIGIN:
        return True
    return origin.partition("://")[2] == connection.headers.get("host", "") != ""


# --- Web socket


async def write_together(socket: WebSocket) -> None:
    document_id: UUID = socket.path_params["document_id"]
    if not is_ours(socket):
        await socket.close(NOT_YOURS)
        return
    await socket.accept()
    entered = await process.enter(document_id, socket.cookies)
    if entered is None:
        await socket.close(NOT_YOURS)
        return
    opened, writer = entered
    if process.connections >= limits.MOST_CONNECTIONS or len(opened.connections) >= limits.MOST_OF_ONE_DOCUMENT:
        await socket.close(TOO_SLOW)
        return
    connection = Connection(writer, socket.cookies, speaks_ours=socket.query_params.get("accuse") == "1")
    opened.join(connection)
    sending = asyncio.create_task(_send_all(socket, connection))
    try:
        await _receive_all(socket, connection, opened)
    finally:
        opened.leave(connection)
        sending.cancel()


async def _send_all(socket: WebSocket, connection: Connection) -> None:
    try:
        while True:
            message = await connection.outbox.get()
            if isinstance(message, int):
                await socket.close(message)
                return
            await socket.send_bytes(message)
    except (WebSocketDisconnect, RuntimeError):
        connection.is_ended = True


async def _receive_all(socket: WebSocket, connection: Connection, opened: Opened) -> None:
    while True:
        event = await socket.receive()
        if event["type"] != "websocket.receive":
            return
        message = event.get("bytes") or b""
        if len(message) > limits.LONGEST_MESSAGE or not connection.pace.allows(len(message)):
            connection.end(TOO_FAST)
        elif not connection.is_ended:
            try:
                hear(message, connection, opened)
            except wire.Unreadable:
                logger.info("A message was not understood.")
                connection.say({"refused": ""})


def hear(message: bytes, connection: Connection, opened: Opened) -> None:
    """Answer one message."""
    reader = wire.Reader(message)
    kind = reader.number()
    if kind == wire.AWARENESS:
        if len(message) <= limits.LONGEST_AWARENESS:
            opened.relay(connection, message)
        return
    if kind != wire.SYNC:
        return
    step, content = reader.number(), reader.piece()
    if step == wire.VECTOR:
        _answer_vector(content, connection, opened)
        return
    try:
        opened.receive(connection, content)
    except Missing:
        connection.send(wire.sync(wire.VECTOR, opened.replica.vector()))
    except NotAllowed:
        _refuse(content, connection, opened)
    except TooLong as refusal:
        connection.say({"refused": refusal.message, "reset": True})


def _answer_vector(content: bytes, connection: Connection, opened: Opened) -> None:
    """Give what they lack; ask for what we lack."""
    known = updates.read_vector(content)
    connection.send(wire.sync(wire.LACKING, opened.replica.update(content)))
    if any(opened.replica.known.get(author, 0) < clock for author, clock in known.items()):
        connection.send(wire.sync(wire.VECTOR, opened.replica.vector()))


def _refuse(content: bytes, connection: Connection, opened: Opened) -> None:
    """What they only read back to us is no attempt to write."""
    claims = updates.read(content)
    if any(opened.replica.known.get(author, 0) < end for author, end in claims.ends.items()):
        connection.say({"writes": False, "reset": True})


# --- Plain requests


async def changes(request: Request) -> Response:
    """GET: what is kept after `?depuis=`, as soon as there is any; POST: changes, answered once they are kept."""
    if not is_ours(request):
        return _refused(_("Cette demande ne vient pas du site."), 403)
    entered = await process.enter(request.path_params["document_id"], request.cookies)
    if entered is None:
        return _refused(_("Cet écrit n’existe pas, ou il n’est pas à vous."), 404)
    opened, writer = entered
    opened.seen_polling(writer, request.cookies)
    if request.method == "POST":
        return await _post(request, opened, writer)
    return await _long_poll(opened, writer, request.query_params.get("depuis", ""))


def _refused(message: str, status: int) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status, headers=PLAIN)


async def _long_poll(opened: Opened, writer: Writer, written: str) -> Response:
    """Without `depuis`, everything, at once."""
    since = int(written) if written.isascii() and written.isdecimal() and len(written) < 16 else 0
    if written and opened.number <= since:
        with suppress(TimeoutError):
            await asyncio.wait_for(opened.moved.wait(), LONG_POLL_SECONDS)
    if opened.is_erased:
        return _refused(_("Cet écrit n’existe plus."), 410)
    now = opened.polling_now(writer)
    if now is None:
        return _refused(_("Cet écrit n’existe pas, ou il n’est pas à vous."), 404)
    number, found = await storing.in_thread(storing.since, opened.document_id, since)
    said = {**opened.people(), "number": number, "writes": now.can_write}
    content = wire.piece(dumps(said).encode()) + wire.pieces([payload for _at, payload in found])
    return Response(content, media_type=BINARY, headers=PLAIN)


async def _post(request: Request, opened: Opened, writer: Writer) -> Response:
    if request.headers.get("content-type", "") != BINARY:
        return _refused(_("Cette demande n’est pas comprise."), 415)
    content = await _body(request)
    if content is None:
        return _refused(_("Cet envoi est trop long."), 413)
    if not writer.can_write:
        return _refused(_("Vous ne pouvez pas écrire ici en ce moment."), 403)
    try:
        return await _kept(opened, writer, wire.read_pieces(content, MOST_PIECES))
    except wire.Unreadable:
        return _refused(_("Cette demande n’est pas comprise."), 400)


async def _kept(opened: Opened, writer: Writer, received: list[bytes]) -> Response:
    restarts = opened.restarts
    try:
        for each in received:
            opened.post(writer, each)
    except Missing:
        return _lacking(opened)
    except TooLong as refusal:
        return _refused(refusal.message, 422)
    await opened.keep()
    if opened.is_erased:
        return _refused(_("Cet écrit n’existe plus."), 410)
    if opened.restarts != restarts:
        return _refused(opened.refusal, 422) if opened.refusal else _lacking(opened)
    return JSONResponse({"number": opened.number}, headers=PLAIN)


def _lacking(opened: Opened) -> Response:
    """What we know: send what we do not."""
    return Response(opened.replica.vector(), status_code=409, media_type=BINARY, headers=PLAIN)


async def _body(request: Request) -> bytes | None:
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > limits.LONGEST_MESSAGE:
            return None
    return content


routes = [
    WebSocketRoute("/ecriture/{document_id:uuid}", write_together),
    Route("/ecriture/{document_id:uuid}/changements", changes, methods=["GET", "POST"]),
]
