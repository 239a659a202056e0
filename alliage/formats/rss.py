"""RSS 2.0 with our defaults: French, complete links, unique and stable identifiers, its own address.

A feed is read page by page, the newest first: each page leads to the others (RFC 5005), down to the oldest entry. Pages are numbered: an
entry that comes while they are read shifts the others, one of which is then read twice; one that goes has one of them skipped. Exports
(CSV, JSON) are what to take everything from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.feedgenerator import Rss201rev2Feed

from alliage.formats.documents import writable

# A page of a feed: readers ask it again often, and keep what they have seen. More entries would only weigh.
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


@dataclass(frozen=True)
class Page:
    """Which page of a feed. `rows` cuts it from its list, with one more row: it says that others follow."""

    number: int = 1

    @property
    def rows(self) -> slice:
        start = (self.number - 1) * WINDOW
        return slice(start, start + WINDOW + 1)


def page(request: HttpRequest) -> Page:
    """The page that an address asks for; the first one when it says nothing of use."""
    asked = request.GET.get("page", "")
    return Page(max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 7 else Page()


class _Feed(Rss201rev2Feed):
    """A page of a feed, with the addresses of the others."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for relation, address in self.feed["pages"]:
            handler.addQuickElement("atom:link", None, {"rel": relation, "href": address})


def text(
    title: str, url: str, description: str, entries: Iterable[Entry | None], *, feed_url: str, page: Page | None = None
) -> str:
    """Write a page of a feed, without the characters that XML cannot hold: one of them would silence it for everyone. `url` is the
    page of the site that it follows, `feed_url` its own address; both may be paths of this site. Of `entries`, cut by `page.rows`,
    the last one only says that others follow; None stands for one that is no longer shown, so that it keeps its place among them."""
    page = page or Page()
    found = list(islice(entries, WINDOW + 1))
    if not found and page.number > 1:
        raise Http404(f"No page {page.number} in this feed.")
    feed = _Feed(
        title=writable(title),
        link=absolute(url),
        description=description,
        language="fr",
        feed_url=_at(feed_url, page.number),
        pages=_pages(feed_url, page.number, more=len(found) > WINDOW),
    )
    for entry in filter(None, found[:WINDOW]):
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


def _pages(feed_url: str, number: int, *, more: bool) -> list[tuple[str, str]]:
    """The other pages, by what they are to this one."""
    found = [("first", _at(feed_url, 1))]
    if number > 1:
        found.append(("previous", _at(feed_url, number - 1)))
    if more:
        found.append(("next", _at(feed_url, number + 1)))
    return found


def _at(feed_url: str, number: int) -> str:
    parts = urlsplit(absolute(feed_url))
    asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "page"]
    if number > 1:
        asked.append(("page", str(number)))
    return urlunsplit(parts._replace(query=urlencode(asked)))


def absolute(url: str) -> str:
    return urljoin(f"{settings.ORIGIN}/", url)


def response(
    title: str, url: str, description: str, entries: Iterable[Entry | None], *, feed_url: str, page: Page | None = None
) -> HttpResponse:
    """Answer a page of a feed."""
    return HttpResponse(
        text(title, url, description, entries, feed_url=feed_url, page=page),
        content_type="application/rss+xml; charset=utf-8",
    )
