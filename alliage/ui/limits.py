"""Limits on public forms: a robot is stopped, a hall of 350 people behind one address gets in.

What is counted is the person: the signed-in member, else the browser, known by a signed random token in a cookie that
lives on the form's own address and says nothing else. The network address has a limit too, but a very high one,
because a hall, a school or an administration shares one. Counters live in the cache; when it is down, people get in.

    @limit("moderation.report", per_person="10/10m")
    def report(request): ...

The decorator answers 429 with `Retry-After` and a page that shows what was typed, ready to be sent again. A view that
would rather show its own form again calls `count()` and answers `too_many(...)` itself.
"""

import logging
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.ui.kept import typed

logger = logging.getLogger(__name__)

COOKIE = "formulaire"
COOKIE_SECONDS = 24 * 3600
_SALT = "alliage.ui.limits"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_RATE = re.compile(r"(\d+)/(\d*)([smhd])")
PER_ADDRESS = "3000/10m"


@dataclass(frozen=True)
class Rate:
    """At most `count` acts in a window of `seconds`."""

    count: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """« 10/10m » → ten in ten minutes; units s, m, h, d. Raises ValueError."""
        found = _RATE.fullmatch(text)
        if found is None:
            raise ValueError(f"« {text} » is no rate.")
        return cls(int(found[1]), int(found[2] or 1) * _UNITS[found[3]])


@dataclass(frozen=True)
class Excess:
    """Too many acts: `retry_after` seconds until the next is counted afresh."""

    retry_after: int

    @property
    def message(self) -> str:
        minutes = -(-self.retry_after // 60)
        when = ngettext("dans une minute", "dans %(count)d minutes", minutes) % {"count": minutes}
        return _("Trop d’envois se sont suivis. Votre texte est conservé : vous pourrez le renvoyer %(when)s.") % {
            "when": when
        }


def client_address(request: HttpRequest) -> str:
    """The network address of the browser: the one our own proxy saw, when there is a proxy; an IPv6 by its network."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # Whatever stands before the last comma was written by the browser, not by our proxy.
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or address
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return parsed.exploded[:19]
    return str(parsed)


def browser_token(request: HttpRequest) -> str:
    """The browser's random token, or "" when it has none of ours."""
    try:
        return TimestampSigner(salt=_SALT).unsign(request.COOKIES.get(COOKIE, ""), max_age=COOKIE_SECONDS)
    except BadSignature:
        return ""


def remember_browser(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give a token to a visitor who opens a form. Members need none."""
    if not _is_member(request) and not browser_token(request):
        response.set_cookie(
            COOKIE,
            TimestampSigner(salt=_SALT).sign(secrets.token_urlsafe(12)),
            max_age=COOKIE_SECONDS,
            path=request.path,
            secure=bool(settings.SESSION_COOKIE_SECURE),
            httponly=True,
            samesite="Lax",
        )
        patch_cache_control(response, private=True)
    return response


def count(request: HttpRequest, scope: str, *, per_person: str, per_address: str = PER_ADDRESS) -> Excess | None:
    """Count one act of `scope` and say whether it is one too many."""
    now = time.time()
    return _add(scope, _person(request), Rate.parse(per_person), now) or _add(
        scope, f"address:{client_address(request)}", Rate.parse(per_address), now
    )


def too_many(response: HttpResponse, excess: Excess) -> HttpResponse:
    """Turn an answer into a 429 that says when to come back."""
    response.status_code = 429
    response["Retry-After"] = str(excess.retry_after)
    return response


def limit(
    scope: str, *, per_person: str, per_address: str = PER_ADDRESS, methods: tuple[str, ...] = ("POST",)
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Limit a view. See the head of this file."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods:
                excess = count(request, scope, per_person=per_person, per_address=per_address)
                if excess:
                    return too_many(_kept_page(request, excess), excess)
            response = view(request, *args, **kwargs)
            return remember_browser(request, response) if request.method == "GET" else response

        return limited

    return decorate


def _is_member(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated)


def _person(request: HttpRequest) -> str:
    if _is_member(request):
        return f"member:{request.user.pk}"
    token = browser_token(request)
    # A robot that keeps no cookie counts as one person per network address.
    return f"browser:{token}" if token else f"no-cookie:{client_address(request)}"


def _add(scope: str, who: str, rate: Rate, now: float) -> Excess | None:
    """Count in the current window; the key tells nothing about who."""
    window, elapsed = divmod(now, rate.seconds)
    digest = salted_hmac(_SALT, f"{scope}|{who}|{rate.seconds}|{int(window)}", algorithm="sha256").hexdigest()
    key = f"limits:{digest[:40]}"
    try:
        cache.add(key, 0, timeout=rate.seconds + 1)
        total = cache.incr(key)
    except Exception:
        # An entry evicted between the two calls, or a cache that is down: nobody is kept out for it.
        logger.warning("A limit could not be counted (%s).", scope, exc_info=True)
        return None
    return Excess(max(1, int(rate.seconds - elapsed))) if total > rate.count else None


def _kept_page(request: HttpRequest, excess: Excess) -> HttpResponse:
    """What was typed, to be copied or sent again by one button."""
    kept = typed(request)
    context = {"excess": excess, "kept": kept, "path": request.get_full_path()}
    return render(request, "429.html", context)
