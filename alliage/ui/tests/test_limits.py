"""A robot is stopped; a hall of people behind one address gets in."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory

from alliage.ui import limits
from alliage.ui.limits import Rate


@limits.limit("test.form", per_person="3/10m", per_address="400/10m")
def form_view(request):
    return HttpResponse("bien reçu")


def ask(method="post", *, user=None, cookies=None, address="192.0.2.1", data=None, **meta):
    request = getattr(RequestFactory(REMOTE_ADDR=address), method)("/formulaire/", data or {}, **meta)
    request.user = user or AnonymousUser()
    request.COOKIES.update(cookies or {})
    return form_view(request)


def open_form(address="192.0.2.1"):
    """Open the form as a new browser: its cookie."""
    return {limits.COOKIE: ask("get", address=address).cookies[limits.COOKIE].value}


@pytest.mark.parametrize(("text", "count", "seconds"), [("5/m", 5, 60), ("10/10m", 10, 600), ("1/2d", 1, 172800)])
def test_a_rate_is_read_from_a_few_letters(text, count, seconds):
    assert Rate.parse(text) == Rate(count, seconds)


@pytest.mark.parametrize("text", ["", "5", "5/", "5/x", "-1/m"])
def test_a_rate_that_means_nothing_is_an_error(text):
    with pytest.raises(ValueError, match="no rate"):
        Rate.parse(text)


def test_a_hall_of_350_people_behind_one_address_gets_in():
    browsers = [open_form() for _ in range(350)]
    assert len({cookie[limits.COOKIE] for cookie in browsers}) == 350
    assert {ask(cookies=cookie).status_code for cookie in browsers} == {200}


def test_one_browser_that_hammers_is_stopped_and_told_when_to_come_back():
    cookie = open_form()
    assert [ask(cookies=cookie).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = ask(cookies=cookie)
    assert 1 <= int(refused["Retry-After"]) <= 600
    assert ask(cookies=open_form()).status_code == 200


def test_what_was_typed_is_kept_but_not_the_secrets(rf):
    cookie = open_form()
    for _ in range(3):
        ask(cookies=cookie)
    page = ask(
        cookies=cookie,
        data={"text": "Un <long> texte", "password": "très secret", "moment": "1:a b", "site_internet": "x y"},
    ).content.decode()
    assert "Un &lt;long&gt; texte</textarea>" in page
    assert 'name="text" value="Un &lt;long&gt; texte"' in page
    assert 'name="moment"' in page
    assert "1:a b</textarea>" not in page
    assert "très secret" not in page
    assert "x y" not in page


def test_a_robot_that_keeps_no_cookie_counts_as_one_person_per_address():
    assert [ask().status_code for _ in range(4)][-1] == 429
    assert ask(address="192.0.2.2").status_code == 200


def test_a_forged_cookie_is_no_cookie():
    codes = [ask(cookies={limits.COOKIE: f"forged{rank}:1:x"}).status_code for rank in range(4)]
    assert codes[-1] == 429


def test_a_robot_that_takes_a_new_cookie_each_time_meets_the_limit_of_the_address():
    codes = [ask(cookies=open_form()).status_code for _ in range(401)]
    assert codes[399] == 200
    assert codes[400] == 429


def test_a_member_is_counted_as_such_and_receives_no_cookie(db):
    one, two = (get_user_model().objects.create_user(f"{name}@exemple.fr") for name in ("un", "deux"))
    assert limits.COOKIE not in ask("get", user=one).cookies
    codes = [ask(user=one, address=f"192.0.2.{rank}").status_code for rank in range(4)]
    assert codes == [200, 200, 200, 429]
    assert ask(user=two).status_code == 200


def test_the_cookie_stays_on_the_form_and_out_of_scripts():
    cookie = ask("get").cookies[limits.COOKIE]
    assert cookie["path"] == "/formulaire/"
    assert cookie["httponly"]
    assert "private" in ask("get")["Cache-Control"]


def test_a_browser_that_has_a_token_keeps_it():
    assert limits.COOKIE not in ask("get", cookies=open_form()).cookies


@pytest.mark.parametrize(
    ("remote", "forwarded", "behind_proxy", "expected"),
    [
        ("192.0.2.1", "203.0.113.9", False, "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9", True, "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9", True, "203.0.113.9"),
        ("10.0.0.1", "", True, "10.0.0.1"),
        ("10.0.0.1", "nonsense", True, "unknown"),
        ("", "", False, "unknown"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:0db8:0001:0002"),
        ("::ffff:192.0.2.1", "", False, "192.0.2.1"),
    ],
)
def test_the_address_is_the_one_our_proxy_saw(rf, settings, remote, forwarded, behind_proxy, expected):
    settings.BEHIND_PROXY = behind_proxy
    assert limits.client_address(rf.get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)) == expected


def test_people_get_in_when_the_cache_is_down(monkeypatch):
    def broken(*args, **kwargs):
        raise ConnectionError("down")

    monkeypatch.setattr(type(cache._connections[cache._alias]), "incr", broken)
    cookie = open_form()
    assert {ask(cookies=cookie).status_code for _ in range(6)} == {200}


def test_the_message_counts_minutes():
    assert "dans une minute" in limits.Excess(30).message
    assert "dans 3 minutes" in limits.Excess(130).message


def test_a_request_without_user_is_a_visitor():
    request = RequestFactory().get("/")
    assert limits.remember_browser(request, HttpResponse()).cookies[limits.COOKIE].value


def test_the_counters_say_nothing_about_who(monkeypatch):
    seen = []
    monkeypatch.setattr(
        type(cache._connections[cache._alias]), "add", lambda self, key, *a, **k: seen.append(key) or True
    )
    ask(address="192.0.2.77")
    assert seen
    assert not any("192.0.2.77" in key for key in seen)
