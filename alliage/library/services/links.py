"""The links of resources are looked at: in turn, slowly, through the door that never goes to a private network.

What a site answers to a robot is not what it answers to a reader: a door that is closed to robots is not a dead link. Only a link
that failed several times, days apart, is told: to who holds the resource, and to animators. Nothing is ever blocked.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliage.jobs import services as jobs
from alliage.jobs.context import JobContext
from alliage.jobs.fetch import FetchRefused, fetcher
from alliage.library.models import ResourceLink
from alliage.library.queries import links as queries
from alliage.library.queries.links import FAILED_OFTEN
from alliage.library.services.reviews import animators
from alliage.notifications.services import notify, notify_many

JOB, KIND, DESK_KIND = "library.check_links", "library.link", "library.link_desk"
SECONDS = 12.0
# Between two questions to the same site, and how many of them at most in one turn.
SPACING = 3.0
MOST_PER_SITE = 15
# A turn leaves its place to other work after this long.
LONGEST_TURN = 240.0
# Every site of a turn is silent: our own line is cut.
ENOUGH_SITES = 5
# « Not you », « not now »: the page may be there for a reader.
CLOSED_TO_ROBOTS = frozenset({401, 403, 405, 406, 407, 408, 423, 425, 429, 451, 503, 999})

Answers = dict[str, int | None]


def ask_due(now: datetime) -> None:
    """Ask for a turn, when there is something to look at."""
    if queries.due(now).exists():
        jobs.enqueue(JOB, now=now, key=f"turn-{now:%Y%m%d%H}")


@transaction.atomic
def ask_again(link: ResourceLink, *, by: Any, now: datetime) -> None:
    """Look at one link now, for who has just mended it. Twice is once."""
    jobs.enqueue(JOB, payload={"url": link.url}, by=by, now=now, key=f"link-{link.pk}-{now:%Y%m%d%H%M}")


def carry_out(context: JobContext, payload: dict[str, Any], *, clock: Callable[[], datetime]) -> None:
    """Look at one address, or at those whose turn has come. What was looked at is noted as it goes."""
    urls = [payload["url"]] if payload.get("url") else queries.addresses(clock())
    asked = in_turn(urls)
    found: Answers = {}
    for done, url in enumerate(_spaced(asked, context), start=1):
        found[url] = look(url)
        context.progress(done, len(asked), _("Contrôle des liens"))
    if is_our_own_line(found) and not payload.get("url"):
        return
    for url, status in found.items():
        note(url, status, now=clock())


def in_turn(urls: Iterable[str]) -> list[str]:
    """One of each site, then another of each: no site is asked twice in a row when there are several."""
    by_site: dict[str, list[str]] = {}
    for url in urls:
        by_site.setdefault(site_of(url), []).append(url)
    turns = range(min(MOST_PER_SITE, max(map(len, by_site.values()), default=0)))
    return [each[turn] for turn in turns for each in by_site.values() if turn < len(each)]


def _spaced(urls: list[str], context: JobContext) -> Iterator[str]:
    last: dict[str, float] = {}
    start = time.monotonic()
    for url in urls:
        context.check()
        now = time.monotonic()
        if now - start > LONGEST_TURN:
            return
        wait = last.get(site_of(url), -SPACING) + SPACING - now
        if site_of(url) in last and wait > 0:
            time.sleep(wait)
        last[site_of(url)] = time.monotonic()
        yield url


def site_of(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def look(url: str) -> int | None:
    """What the address answers; None when nothing does."""
    try:
        return fetcher().status(url, seconds=SECONDS)
    except FetchRefused:
        return None


def answers(status: int | None) -> bool:
    return status is not None and (status < 400 or status in CLOSED_TO_ROBOTS)


def is_our_own_line(found: Answers) -> bool:
    silent = all(status is None for status in found.values())
    return silent and len({site_of(url) for url in found}) >= ENOUGH_SITES


@transaction.atomic
def note(url: str, status: int | None, *, now: datetime) -> None:
    """Keep what an address answered, for every resource that names it; tell those whose link has failed too often."""
    links = ResourceLink.objects.filter(url=url)
    if answers(status):
        links.update(status=status, checked_at=now, failed_count=0)
        return
    links.update(status=status, checked_at=now, failed_count=F("failed_count") + 1)
    for link in links.filter(failed_count=FAILED_OFTEN, resource__in=queries.looked_at()).select_related(
        "resource__owner"
    ):
        _tell(link, now=now)


def _tell(link: ResourceLink, *, now: datetime) -> None:
    owner, key = link.resource.owner, f"{now:%Y-%m-%d}"
    if owner is not None and owner.is_active:
        notify(owner, KIND, link, by=None, now=now, key=key)
    others = [person for person in animators() if person.pk != link.resource.owner_id]
    notify_many(others, DESK_KIND, link, by=None, now=now, key=key)
