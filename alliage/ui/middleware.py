"""The content policy of every answer, and words for a refused method."""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render

PERMISSIONS_POLICY = "camera=(), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"

# The CMS' own templates hold inline scripts and styles, and frame the previewed page: only there are they allowed.
CMS_PREFIX = "/gestion/"
CMS_DIRECTIVES: dict[str, Any] = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}


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
