"""A pages process visits its own pages once at start."""

import ctypes
import threading
from wsgiref.validate import validator

from django.core.wsgi import get_wsgi_application

from alliage.config.warming import ADDRESSES, SUGGESTIONS, give_memory_back, request_for, warm_up


def test_every_visit_reaches_a_page_beside_the_visitors():
    asked, threads = [], set()

    def application(environ, start_response):
        asked.append(environ["PATH_INFO"])
        threads.add(threading.current_thread().name)
        return [b""]

    warm_up(application).join(5)
    assert asked == [address.partition("?")[0] for address in ADDRESSES]
    assert threads == {"warming"}


def test_memory_is_given_back_after_the_index_of_names_and_once_pages_were_visited(monkeypatch):
    done = []

    class Libc:
        def malloc_trim(self, kept):
            done.append("given back")

    monkeypatch.setattr(ctypes, "CDLL", lambda name: Libc())
    warm_up(lambda environ, start_response: done.append(environ["PATH_INFO"]) or [b""]).join(5)
    suggestions = SUGGESTIONS.partition("?")[0]
    visited = [address.partition("?")[0] for address in ADDRESSES]
    after = visited.index(suggestions) + 1
    assert done == [*visited[:after], "given back", *visited[after:], "given back"]


def test_a_system_that_cannot_take_memory_back_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    give_memory_back()


def test_the_request_is_one_of_our_public_address(settings):
    settings.ORIGIN = "https://alliage.exemple.fr"
    environ = request_for("/territoires/?q=saint")
    assert (environ["HTTP_HOST"], environ["wsgi.url_scheme"]) == ("alliage.exemple.fr", "https")
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/territoires/", "q=saint")


def test_a_page_answers_such_a_request(client, db):
    statuses = []

    def start_response(status, headers, exc_info=None):
        statuses.append(status)
        return lambda data: None

    answer = validator(get_wsgi_application())(request_for("/robots.txt"), start_response)
    assert b"".join(answer)
    answer.close()
    assert statuses == ["200 OK"]
