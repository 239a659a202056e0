"""Reads about frames on other sites: which may show them, how often they did."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from alliage.directory.enums import HostState
from alliage.directory.models import EmbedCount, EmbedHost

# Written in one header when the browser does not say which site asks.
MOST_IN_A_HEADER = 150
DAYS = 30
LOOPBACK = ("localhost", "127.0.0.1")
OTHERS = "autres"


def host_of(referer: str) -> str:
    """The name of the site that a browser says it comes from, or ""."""
    try:
        return (urlsplit(referer).hostname or "").lower()
    except ValueError:
        return ""


def is_own(referer: str) -> bool:
    """Our own pages show frames too: the preview."""
    return referer.startswith(f"{settings.ORIGIN}/")


@dataclass(frozen=True)
class Policy:
    """What to answer to the page of a site: whether it may show the frame, who else may, how the display is counted."""

    ancestors: list[str]
    counted_as: str = ""
    is_allowed: bool = True


def policy(referer: str) -> Policy:
    """One query at most. `referer` is the page that asks, or its site, or "" when the browser does not say."""
    host = host_of(referer)
    if is_own(referer):
        return Policy(["'self'"])
    if settings.EMBED_ANYWHERE:
        return Policy(["*"], _listed_name(host) if host else "")
    local = [f"http://{name}:*" for name in LOOPBACK] if settings.DEMO else []
    if host in LOOPBACK and settings.DEMO:
        return Policy(["'self'", *local], host)
    if not host:
        allowed = EmbedHost.objects.filter(state=HostState.ALLOWED).order_by("-decided_at")[:MOST_IN_A_HEADER]
        return Policy(["'self'", *local, *(source for row in allowed for source in _sources(row))])
    row = _allowing(host)
    if row is None:
        return Policy(["*"], is_allowed=False)
    return Policy(["'self'", *_sources(row)], row.host)


def _listed_name(host: str) -> str:
    """Where any site may show frames, only those on the list are counted by name: a made-up name fills no table."""
    row = _allowing(host)
    return row.host if row else OTHERS


def _allowing(host: str) -> EmbedHost | None:
    """The line that allows a site: its own, or that of a domain above it with its subdomains."""
    labels = host.split(".")
    above = [".".join(labels[start:]) for start in range(1, len(labels) - 1)][:10]
    which = Q(host=host) | Q(host__in=above, with_subdomains=True)
    return EmbedHost.objects.filter(which, state=HostState.ALLOWED).order_by("-host").first()


def _sources(row: EmbedHost) -> list[str]:
    return [row.host, f"*.{row.host}"] if row.with_subdomains else [row.host]


# --- Figures -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What everyone may read: how many sites, how many displays in a month."""

    sites: int
    displays: int


def figures(today: date) -> Figures:
    recent = EmbedCount.objects.filter(day__gt=today - timedelta(days=DAYS))
    found = recent.aggregate(sites=Count("host", distinct=True), displays=Sum("count"))
    return Figures(found["sites"], found["displays"] or 0)


def sites(state: str) -> QuerySet[EmbedHost]:
    return EmbedHost.objects.filter(state=state).order_by("asked_at" if state == HostState.ASKED else "host", "pk")


def displays(today: date) -> dict[str, list[dict[str, Any]]]:
    """By site, the displays of each kind of frame in a month."""
    recent = EmbedCount.objects.filter(day__gt=today - timedelta(days=DAYS)).order_by()
    found: dict[str, list[dict[str, Any]]] = {}
    for row in recent.values("host", "kind").annotate(total=Sum("count")).order_by("host", "kind"):
        found.setdefault(row["host"], []).append(dict(row))
    return found


def waiting_count() -> int:
    return EmbedHost.objects.filter(state=HostState.ASKED).count()
