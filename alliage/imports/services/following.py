"""Reads feeds and OAI-PMH lists from their address: what was fetched becomes the rows that imports keep.

A list of OAI-PMH is long: its resumption tokens are followed one by one, slowly, with limits, so that the site that
publishes it is not troubled; and once it was read whole, it is only asked for what changed since (`since`).
"""

import io
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from alliage.imports import feeds
from alliage.imports.mapping import Reader
from alliage.imports.models import Source
from alliage.imports.registry import Harvest, ImportKind
from alliage.imports.shape import FileRefused, Row
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


def is_list(url: str) -> bool:
    """True for the address of a list of OAI-PMH, that may be asked for what changed since a day."""
    asked = dict(parse_qsl(urlsplit(url).query))
    return asked.get("verb") == "ListRecords" and not asked.keys() & {"until", "resumptionToken"}


def since(url: str, day: date) -> str:
    """The same list, of what changed since that day. Days are the dates that every repository understands."""
    parts = urlsplit(url)
    asked = [pair for pair in parse_qsl(parts.query) if pair[0] != "from"]
    return urlunsplit(parts._replace(query=urlencode([*asked, ("from", day.isoformat())]), fragment=""))


def keys(identifiers: Iterable[str], *, kind: ImportKind, source: Source, harvest: Harvest) -> set[str]:
    """What identifies at the source those that it only names; nothing when its records are not known by that name."""
    reader = Reader(kind.columns, source.mapping, source.values)
    blank = dict.fromkeys(feeds.COLUMNS, "")
    rows = (Row(0, {**blank, feeds.IDENTIFIER: identifier}) for identifier in identifiers)
    return {key for row in rows if (key := harvest.key(reader.texts(row)))}


def whole(
    fetched: Fetched,
    get: Callable[[str], Fetched],
    *,
    told: Callable[[int], object] = lambda _count: None,
    pause: float | None = None,
    is_part: bool = False,
) -> Fetched:
    """The same answer as rows in JSON when it is XML, what follows its tokens included; as it is otherwise. A part of a list in which
    there is nothing says that nothing changed."""
    if not feeds.looks_like_xml(fetched.content[:64]):
        return fetched
    feed = feeds.read(io.BytesIO(fetched.content))
    has_followers = bool(feed.token)
    _follow(feed, fetched, get, told, PAUSE if pause is None else pause)
    answer = replace(fetched, content=feeds.as_json(feed, is_part=is_part))
    if not is_part and not has_followers:
        return answer
    # The marks of the first page say nothing of the others, those of a part nothing of the whole.
    return replace(answer, etag="", last_modified="", unchanged=is_part and not feed.rows and not feed.gone)


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
        back = {row[feeds.IDENTIFIER] for row in following.rows}  # restored since an earlier page said that it was gone
        feed.gone = [identifier for identifier in feed.gone if identifier not in back] + following.gone
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
