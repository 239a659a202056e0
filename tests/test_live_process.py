"""Pages and live endpoints on one port, as `make run` starts them."""

import asyncio

import pytest
from django.db import connections

from alliage.config import asgi


def ask(method, path, body=b"", headers=()):
    """Ask the application as granian does: `receive` gives an awaitable that is no coroutine."""
    sent = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"content-length", str(len(body)).encode()), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }

    async def run():
        messages = [{"type": "http.request", "body": body, "more_body": False}]

        def receive():
            future = asyncio.get_running_loop().create_future()
            if messages:
                future.set_result(messages.pop())
            return future

        async def send(message):
            sent.append(message)

        await asyncio.wait_for(asgi.application(scope, receive, send), 20)

    asyncio.run(run())
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.django_db(transaction=True)
def test_a_form_is_posted_through_the_one_port():
    status, body = ask("POST", "/travaux/", b"a=1", [(b"content-type", b"application/x-www-form-urlencoded")])
    assert status in {403, 405}
    assert body
    asgi._pages.executor.submit(connections.close_all).result()


def test_the_live_process_says_how_it_is(monkeypatch):
    monkeypatch.setattr(asgi, "_database_answers", lambda: True)
    assert ask("GET", "/direct/sante") == (200, b'{"state":"ok","database":true,"listeners":0}')
    monkeypatch.setattr(asgi, "_database_answers", lambda: False)
    assert ask("GET", "/direct/sante")[0] == 503


def test_an_unknown_live_address_is_not_a_page():
    assert ask("GET", "/direct/rien")[0] == 404


@pytest.mark.django_db
def test_the_database_is_asked(monkeypatch):
    assert asgi._database_answers()
