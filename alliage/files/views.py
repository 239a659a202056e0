"""Serves files that people sent, and the pictures of editorial pages."""

import re
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import condition, require_safe

from alliage.files.enums import Kind
from alliage.files.images import SIDES
from alliage.files.models import StoredFile
from alliage.files.permissions import can_read
from alliage.files.services import reduced

YEAR = 31_536_000
# Opened in the browser; anything else is downloaded.
_SHOWN = {"image/jpeg", "image/png", "application/pdf"}
# What Wagtail makes for visitors: renditions. Originals may hold where a photograph was taken: they are not served.
_MEDIA = re.compile(r"images/[\w.-]+\.(jpe?g|png|webp|avif|gif)", re.ASCII | re.IGNORECASE)
_MEDIA_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg"}


@require_safe
def download(request: HttpRequest, file_id: UUID, name: str) -> HttpResponseBase:
    """Answer a file's content to those who may read it; for others it does not exist."""
    stored = get_object_or_404(StoredFile, pk=file_id)
    if not can_read(request.user, stored):
        raise Http404
    side = request.GET.get("cote", "")
    if name != stored.name:
        return redirect(stored)
    if side and (stored.kind != Kind.IMAGE or side not in {str(known) for known in SIDES}):
        raise Http404
    return answer(request, stored, int(side or 0))


def answer(request: HttpRequest, stored: StoredFile, side: int = 0) -> HttpResponseBase:
    """The content of a file, or of its reduction; who may read it is the caller's affair."""

    @condition(etag_func=lambda _request: f'"{stored.sha256}-{side}"')
    def conditional(_request: HttpRequest) -> HttpResponseBase:
        return FileResponse(
            _opened(stored, side),
            as_attachment=stored.content_type not in _SHOWN,
            filename=stored.name,
            content_type=_with_charset(stored.content_type),
        )

    _send_as_is(request)
    response: Any = conditional(request)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    if stored.is_public:
        patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _opened(stored: StoredFile, side: int) -> Any:
    try:
        return reduced(stored, side) if side else stored.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error


def _with_charset(content_type: str) -> str:
    return f"{content_type}; charset=utf-8" if content_type.startswith("text/") else content_type


def _send_as_is(request: HttpRequest) -> None:
    """Keep the page middleware from compressing what is already compressed."""
    request.META.pop("HTTP_ACCEPT_ENCODING", None)


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer a rendition of an editorial picture: its name changes with its content, so it is cached for a year."""
    match = _MEDIA.fullmatch(path)
    if match is None:
        raise Http404
    _send_as_is(request)
    try:
        modified = default_storage.get_modified_time(path).timestamp()
        since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
        response: HttpResponseBase
        if since is not None and int(modified) <= since:
            response = HttpResponseNotModified()
        else:
            extension = match[1].lower()
            content_type = _MEDIA_TYPES.get(extension, f"image/{extension}")
            response = FileResponse(default_storage.open(path), content_type=content_type)
    except FileNotFoundError as error:
        raise Http404 from error
    response["Last-Modified"] = http_date(modified)
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    return response
