"""What travels: pages are compressed, and not sent again when nothing changed."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from alliage.ui.middleware import CompressionMiddleware

WORDS = "<p>Une page faite de mots qui reviennent.</p>" * 40


def through(response, accepts="gzip, br", path="/"):
    request = RequestFactory().get(path, headers={"accept-encoding": accepts})
    return CompressionMiddleware(lambda _request: response)(request)


def test_a_page_is_compressed():
    sent = through(HttpResponse(WORDS))
    assert sent["Content-Encoding"] == "gzip"
    assert int(sent["Content-Length"]) == len(sent.content) < len(WORDS) / 4
    assert sent["Vary"] == "Accept-Encoding"
    assert gzip.decompress(sent.content).decode() == WORDS


def test_the_size_of_a_page_does_not_tell_what_it_holds():
    assert len({len(through(HttpResponse(WORDS)).content) for _ in range(40)}) > 5


def test_a_compressed_page_has_a_weak_etag():
    assert through(HttpResponse(WORDS, headers={"ETag": '"a"'}))["ETag"] == 'W/"a"'
    assert through(HttpResponse(WORDS, headers={"ETag": 'W/"a"'}))["ETag"] == 'W/"a"'


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("court"),
        HttpResponse(WORDS, headers={"Content-Encoding": "br"}),
    ],
)
def test_what_gains_nothing_is_left_alone(response):
    assert through(response).headers.get("Content-Encoding") != "gzip"


def test_a_browser_that_does_not_read_gzip_gets_plain_text():
    sent = through(HttpResponse(WORDS), accepts="")
    assert not sent.has_header("Content-Encoding")
    assert sent["Vary"] == "Accept-Encoding"


def test_exports_are_compressed_as_they_go():
    sent = through(StreamingHttpResponse(iter([WORDS.encode()] * 3), content_type="text/csv"))
    assert gzip.decompress(b"".join(sent.streaming_content)).decode() == WORDS * 3


@pytest.mark.django_db
def test_a_page_that_did_not_change_is_not_sent_again(client, settings):
    settings.DEMO = False  # the demonstration bar holds forms, so a token that changes
    first = client.get("/charte-graphique/", headers={"accept-encoding": "gzip"})
    again = client.get("/charte-graphique/", headers={"accept-encoding": "gzip", "if-none-match": first["ETag"]})
    assert first.status_code == 200
    assert (again.status_code, again.content) == (304, b"")
