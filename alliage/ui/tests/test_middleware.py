"""The NUL character never reaches a view."""

import pytest


@pytest.mark.parametrize("path", ["/%00/", "/territoires/commune/4221%00/", "/charte-graphique/%00/"])
def test_a_path_that_holds_nul_is_an_unknown_address(client, db, path):
    response = client.get(path)
    assert response.status_code == 404
    assert b"<h1" in response.content
    assert response["Content-Security-Policy"]


@pytest.mark.parametrize("query", ["q=sa%00int", "q=sa%0%000int", "q=sa\x00int", "%00q=saint%00"])
def test_nul_is_left_out_of_the_query(client, db, query):
    response = client.get("/charte-graphique/", QUERY_STRING=query)
    assert response.status_code == 200
    assert response.wsgi_request.GET["q"] == "saint"


def test_a_percent_sign_that_was_written_stays(client, db):
    response = client.get("/charte-graphique/", QUERY_STRING="q=%2500")
    assert response.wsgi_request.GET["q"] == "%00"


def test_a_cookie_that_writes_nul_is_no_session(client, db):
    client.cookies.clear()
    response = client.get("/mon-espace/", headers={"Cookie": 'sessionid="\\000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"'})
    assert response.status_code == 302
    assert response.wsgi_request.COOKIES["sessionid"] == "a" * 32
