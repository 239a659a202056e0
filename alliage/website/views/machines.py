"""Addresses that machines ask for: site map, robots, feeds' neighbours, well-known addresses."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from alliage.website import sitemap

XML = "application/xml; charset=utf-8"
DAY = 86_400


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    lines = [f"<sitemap><loc>{settings.ORIGIN}/sitemap-{name}.xml</loc></sitemap>" for name in sitemap.sections()]
    return HttpResponse(sitemap.document("sitemapindex", lines), content_type=XML)


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_section(request: HttpRequest, section: str) -> StreamingHttpResponse:
    paths = sitemap.sections().get(section)
    if paths is None:
        raise Http404
    return StreamingHttpResponse(sitemap.document("urlset", _urls(paths())), content_type=XML)


def _urls(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        yield f"<url><loc>{settings.ORIGIN}{path}</loc></url>"


@require_safe
@cache_control(public=True, max_age=DAY)
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in sitemap.NOT_FOR_ROBOTS),
        "",
        f"Sitemap: {settings.ORIGIN}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=DAY)
def security(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116). It must say when it expires: a year from now."""
    expires = (timezone.now() + timedelta(days=365)).replace(microsecond=0)
    lines = [
        f"Contact: {settings.ORIGIN}/mentions-legales/",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.ORIGIN}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """The address password managers look for."""
    return redirect("account_change_password")


@require_safe
@cache_control(public=True, max_age=DAY)
def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("ui/sign.svg"))
