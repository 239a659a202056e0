"""What other folders add to every page: entries of the main menu, bars above the header, links of the head; parts of
« mon espace »."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from alliage.registry import Registry


@dataclass(frozen=True)
class MenuEntry:
    """One of the five functions. `url` is a path, `position` its rank, `icon` a name of `ui/icons`."""

    code: str
    label: str
    url: str
    icon: str
    position: int
    hint: str = ""


@dataclass(frozen=True)
class Bar:
    """A strip above the header (demonstration, page kept from before an outage): a template, shown when it says so.

    `shown` runs on every page: it must not query the database for an anonymous visitor. The template receives the
    context of the page.
    """

    code: str
    template: str
    position: int
    shown: Callable[[HttpRequest], bool]


@dataclass(frozen=True)
class HeadLink:
    """A `<link>` of every page: a feed, an OpenSearch description, a manifest. `url` is a path."""

    code: str
    rel: str
    url: str
    title: str = ""
    type: str = ""


@dataclass(frozen=True)
class Badge:
    """A number beside « Mon espace »: what waits there for the person signed in. Nothing is shown for 0.

    `count(request)` runs on each of their pages: one query at most, on an index. `label` says it to screen readers.
    """

    code: str
    label: str
    count: Callable[[HttpRequest], int]


@dataclass(frozen=True)
class PageAct:
    """Something that may be done about the object of a page, at its foot: report it, follow it.

    `render(object, request)` answers a line of HTML, or "" when it is not for this object; it must not query the
    database. A page shows them with `{% page_acts object %}`.
    """

    code: str
    position: int
    render: Callable[[Any, HttpRequest], str]


menu: Registry[MenuEntry] = Registry("ui.menu", "Entries of the main menu: the five functions.")
bars: Registry[Bar] = Registry("ui.bars", "Strips above the header of every page.")
page_acts: Registry[PageAct] = Registry("ui.page_acts", "What may be done about the object of a page, at its foot.")
badges: Registry[Badge] = Registry("ui.badges", "Numbers beside « Mon espace »: what waits there.")
head_links: Registry[HeadLink] = Registry("ui.head_links", "Links of the head of every page.")


@dataclass(frozen=True)
class DeskPanel:
    """A part of « mon espace ».

    `build` receives the request and answers the context of `template`, or None when there is nothing to show; at most
    two queries. The template begins with an `<h2>`. `position` is its rank.
    """

    code: str
    template: str
    build: Callable[[HttpRequest], dict[str, Any] | None]
    position: int


desk_panels: Registry[DeskPanel] = Registry("ui.desk_panels", "Parts of « mon espace », from each function.")
