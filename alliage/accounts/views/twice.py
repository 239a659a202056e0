"""A form sent twice, by a double click: the second answer leads where the first went, and takes nothing back."""

from collections.abc import Callable
from functools import wraps
from time import sleep
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import salted_hmac

# Longer than any double click or new attempt of a browser, too short for another person at the same machine.
SECONDS = 30


def redirect_again(request: HttpRequest, place: str) -> HttpResponse:
    """Lead there, leaving the browser the session that the first answer gave it.

    The second request still shows the session of before signing in, which is gone: Django would have the browser forget
    its cookie, which is now that of the new session.
    """
    request.session = None  # type: ignore[assignment]  # Django's middleware then touches no cookie
    return HttpResponseRedirect(place)


def second_goes_where_first_went(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For a form that works once. What leads on is kept; the same words from the same browser lead there too."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        key = _key(request)
        if place := cache.get(key):
            return redirect_again(request, place)
        is_first = cache.add(f"{key}:first", value=True, timeout=SECONDS)
        try:
            response = view(request, *args, **kwargs)
        except IntegrityError:  # the first is being written at this very moment
            if place := _place_of_the_first(key):
                return redirect_again(request, place)
            raise
        if _starts_over(response):
            # The first has taken the session of before signing in, and has not said yet where it leads.
            place = "" if is_first else _place_of_the_first(key)
            return redirect_again(request, place) if place else response
        if response.status_code == 302 and response["Location"] != request.get_full_path():
            cache.set(key, response["Location"], SECONDS)
        return response

    return answer


def _starts_over(response: HttpResponseBase) -> bool:
    return response.status_code == 302 and response["Location"].partition("?")[0] == reverse("account_login")


def _place_of_the_first(key: str) -> str:
    """Where the first answer leads, waited for: two seconds at most."""
    for _try in range(20):
        if place := cache.get(key):
            return str(place)
        sleep(0.1)
    return ""


def _key(request: HttpRequest) -> str:
    """What was sent, and from which browser. Nothing of it can be read there."""
    cookies = [request.COOKIES.get(name, "") for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)]
    sent = sorted((name, *request.POST.getlist(name)) for name in request.POST)
    return "twice:" + salted_hmac("accounts.twice", repr([request.path, cookies, sent]), algorithm="sha256").hexdigest()
