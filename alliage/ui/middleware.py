"""Compression and content policy of every answer, words for a refused method, forms of those who are signed out."""

import gzip
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers

from alliage.ui.kept import typed
from alliage.ui.views import signed_out

PERMISSIONS_POLICY = "camera=(), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"

# The CMS' own templates hold inline scripts and styles, and frame the previewed page: only there are they allowed.
CMS_PREFIX = "/gestion/"
CMS_DIRECTIVES: dict[str, Any] = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}


class CompressionMiddleware(GZipMiddleware):
    """Django's compression of answers, at level 4 for pages: 2 % heavier than its level 6, for less than half the work.

    A name of random length goes in the header, as Django does, so that a size never tells what the page holds (BREACH).
    """

    level = 4
    smallest = 200

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if self._is_page(request, response):
            response.content = self._compressed(response.content)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
            etag = response.get("ETag", "")
            if etag.startswith('"'):
                response.headers["ETag"] = f"W/{etag}"
            patch_vary_headers(response, ("Accept-Encoding",))
            return response
        return super().process_response(request, response)

    def _is_page(self, request: HttpRequest, response: Any) -> bool:
        return (
            not response.streaming
            and response.get("Content-Type", "").startswith("text/html")
            and not response.has_header("Content-Encoding")
            and len(response.content) >= self.smallest
            and bool(re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")))
        )

    def _compressed(self, content: bytes) -> bytes:
        packed = gzip.compress(content, self.level, mtime=0)
        name = b"a" * secrets.randbelow(self.max_random_bytes) + b"\0"
        return packed[:3] + bytes([gzip.FNAME]) + packed[4:10] + name + packed[10:]


NUL = "\x00"


class NulMiddleware:
    """The NUL character means nothing in an address, and PostgreSQL refuses it in any text: no view ever meets one.

    In the path, it is an unknown address; in the query and in cookies, it is left out. Fields of forms refuse it by
    themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info:
            raise Http404("NUL in the path.")
        query = request.META.get("QUERY_STRING", "")
        while "%00" in query or NUL in query:  # leaving one out may bring another together
            query = query.replace("%00", "").replace(NUL, "")
            request.META["QUERY_STRING"] = query
        if "\\000" in request.META.get("HTTP_COOKIE", ""):  # how a quoted cookie writes it
            request.COOKIES = {name: text.replace(NUL, "") for name, text in request.COOKIES.items()}
        return self.get_response(request)


class SignedOutMiddleware:
    """A form sent after the session ended would be lost on the way to the sign-in page: it is given back instead."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or response.status_code != 302 or request.headers.get("HX-Request"):
            return response
        address = urlsplit(response["Location"])
        leads_to_sign_in = address.path == resolve_url(settings.LOGIN_URL) and "next=" in address.query
        if not leads_to_sign_in or request.path == address.path or not typed(request).texts:
            return response
        return signed_out(request, response["Location"])


class ContentPolicyMiddleware(CSPMiddleware):
    """Strict content policy everywhere but in the CMS administration, and the permission policy.

    A refused method (405) gets a page instead of an empty answer when a person's browser asked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if request.path.startswith(CMS_PREFIX):
            response._csp_replace = CMS_DIRECTIVES  # noqa: SLF001 the attribute django-csp's decorators set
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if isinstance(response, HttpResponseNotAllowed):
            response = _refused_method(request, response)
        return super().process_response(request, response)


def _refused_method(request: HttpRequest, response: HttpResponseNotAllowed) -> HttpResponseBase:
    if response.content or "text/html" not in request.headers.get("Accept", ""):
        return response
    page = render(request, "405.html", status=405)
    for name, value in response.items():
        if name not in {"Content-Type", "Content-Length"}:
            page[name] = value
    return page
