"""Marks that the shared cache holds, each asked once for a page: they say which state of the data is the current one.

A page reads territories, taxonomy and directory dozens of times, and each time the cache is asked whether what this process keeps
is still of the current state. A page that only reads asks once, and is of one state from its first line to its last.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse

_page: ContextVar[dict[str, Any] | None] = ContextVar("marks of the page", default=None)


def mark(key: str, ask: Callable[[], Any]) -> Any:
    """What `ask` answers: for the first time on this page, each time outside pages."""
    known = _page.get()
    if known is None:
        return ask()
    if key not in known:
        known[key] = ask()
    return known[key]


def forget(key: str) -> None:
    """To be called by whoever changes the mark: what follows on this very page is of the new state."""
    known = _page.get()
    if known is not None:
        known.pop(key, None)


class MarksMiddleware:
    """For requests that only read: what a form writes is always compared with the cache itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        before = _page.set({})
        try:
            return self.get_response(request)
        finally:
            _page.reset(before)
