"""RSS 2.0 with our defaults: French, complete links, unique and stable identifiers, its own address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpResponse
from django.utils.feedgenerator import Rss201rev2Feed

from alliage.formats.documents import writable

# A feed is a window: readers ask it again often, and keep what they have seen. More entries would only weigh.
WINDOW = 50


@dataclass(frozen=True)
class Entry:
    """One entry. `url` may be a path of this site; `identifier` is kept for ever, the address if empty."""

    title: str
    url: str
    summary: str
    published_at: datetime
    updated_at: datetime | None = None
    identifier: str = ""
    categories: tuple[str, ...] = ()


def text(title: str, url: str, description: str, entries: Iterable[Entry], *, feed_url: str) -> str:
    """Write a feed, without the characters that XML cannot hold: one of them would silence it for everyone. `url` is the page it
    follows, `feed_url` its own address; both may be paths of this site."""
    feed = Rss201rev2Feed(
        title=writable(title),
        link=absolute(url),
        description=description,
        language="fr",
        feed_url=absolute(feed_url),
    )
    for entry in entries:
        link = absolute(entry.url)
        feed.add_item(
            title=writable(entry.title),
            link=link,
            description=writable(entry.summary),
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
            unique_id=entry.identifier or link,
            unique_id_is_permalink=not entry.identifier,
            categories=entry.categories,
        )
    return feed.writeString("utf-8")


def absolute(url: str) -> str:
    return urljoin(f"{settings.ORIGIN}/", url)


def response(title: str, url: str, description: str, entries: Iterable[Entry], *, feed_url: str) -> HttpResponse:
    """Answer a feed."""
    return HttpResponse(
        text(title, url, description, entries, feed_url=feed_url), content_type="application/rss+xml; charset=utf-8"
    )
