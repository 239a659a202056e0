"""Pages and live endpoints on one port, as `make run` starts them."""

import asyncio

import pytest
from django.db import Error, connections

from alliage.ui import sentences

with pytest.MonkeyPatch.context() as _patch:
    # What page servers keep for themselves would be kept for every test that follows.
    _patch.setattr(sentences, "keep", lambda: None)
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


def test_every_live_answer_is_data_and_nothing_else(monkeypatch):
    monkeypatch.setattr(asgi, "_database_answers", lambda: True)
    for path in ("/direct/sante", "/direct/rien", "/direct/../gestion/", "/direct/travaux/x"):
        sent = []
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
        }

        async def send(message, sent=sent):
            sent.append(message)

        async def receive():
            return {"type": "http.request", "body": b""}

        asyncio.run(asgi.application(scope, receive, send))
        headers = dict(sent[0]["headers"])
        assert headers[b"content-security-policy"] == b"default-src 'none'; frame-ancestors 'none'"
        assert headers[b"x-content-type-options"] == b"nosniff"


def test_a_database_that_does_not_answer_is_said_to_those_who_follow():
    response = asyncio.run(asgi.unavailable(None, Error()))
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"


def test_names_of_hosts_are_those_of_the_pages():
    assert asgi.allowed_hosts([".exemple.fr", "[::1]", "localhost"]) == [
        "*.exemple.fr",
        "exemple.fr",
        "::1",
        "localhost",
    ]
