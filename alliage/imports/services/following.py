"""Reads feeds and OAI-PMH lists from their address: what was fetched becomes the rows that imports keep.

A list of OAI-PMH is long: its resumption tokens are followed one by one, slowly, with limits, so that the site that
publishes it is not troubled.
"""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from alliage.imports import feeds
from alliage.imports.shape import FileRefused
from alliage.jobs.fetch import Fetched

XML = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
)
# Between two pages of the same site.
PAUSE = 1.0
MOST_PAGES = 1_000
MOST_BYTES = 200 * 1024 * 1024


def whole(
    fetched: Fetched,
    get: Callable[[str], Fetched],
    *,
    told: Callable[[int], object] = lambda _count: None,
    pause: float | None = None,
) -> Fetched:
    """The same answer as rows in JSON when it is XML, what follows its tokens included; as it is otherwise."""
    if not feeds.looks_like_xml(fetched.content[:64]):
        return fetched
    feed = feeds.read(io.BytesIO(fetched.content))
    if not feed.token:
        return replace(fetched, content=feeds.as_json(feed))
    _follow(feed, fetched, get, told, PAUSE if pause is None else pause)
    # The marks of the first page say nothing of the others.
    return replace(fetched, content=feeds.as_json(feed), etag="", last_modified="")


def _follow(
    feed: feeds.Feed, fetched: Fetched, get: Callable[[str], Fetched], told: Callable[[int], object], pause: float
) -> None:
    seen: set[str] = set()
    weight = len(fetched.content)
    while feed.token:
        if feed.token in seen or len(seen) >= MOST_PAGES or weight > MOST_BYTES:
            raise FileRefused(_("Cet entrepôt OAI-PMH n’en finit pas, ou tourne en rond\u00a0: rien n’est repris."))
        seen.add(feed.token)
        told(len(feed.rows))
        time.sleep(pause)
        page = get(_next(fetched.url, feed.token))
        weight += len(page.content)
        following = feeds.read(io.BytesIO(page.content))
        if following.error:  # a token that is too old: half a list would withdraw the other half
            raise FileRefused(
                _("Cet entrepôt OAI-PMH répond par une erreur (%(code)s).") % {"code": following.error[:40]}
            )
        feed.rows += following.rows
        feed.token = following.token
        if len(feed.rows) > feeds.MOST_ITEMS:
            raise FileRefused(_("Ce fichier a trop de lignes. Importez-le en plusieurs fois."))


def _next(url: str, token: str) -> str:
    """The protocol: the verb and the token, alone."""
    parts = urlsplit(url)
    return urlunsplit(
        (parts.scheme, parts.netloc, parts.path, f"verb=ListRecords&resumptionToken={quote(token, safe='')}", "")
    )
