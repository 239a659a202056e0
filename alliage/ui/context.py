"""What the layout of every page needs, without a database query."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from alliage.ui.registry import Badge, Bar, HeadLink, MenuEntry, badges, bars, head_links, menu


@dataclass(frozen=True)
class CurrentEntry:
    """An entry of the menu as this page shows it: `current` is "page", "true" (inside the section) or ""."""

    entry: MenuEntry
    current: str


def _current(entry: MenuEntry, path: str) -> str:
    if path == entry.url:
        return "page"
    return "true" if entry.url != "/" and path.startswith(entry.url) else ""


def _counted(request: HttpRequest) -> list[tuple[Badge, int]]:
    return [(badge, badge.count(request)) for badge in badges]


def layout(request: HttpRequest) -> dict[str, Any]:
    entries: list[MenuEntry] = sorted(menu, key=lambda entry: entry.position)
    shown: list[Bar] = [bar for bar in sorted(bars, key=lambda bar: bar.position) if bar.shown(request)]
    links: list[HeadLink] = list(head_links)
    return {
        "menu": [CurrentEntry(entry, _current(entry, request.path)) for entry in entries],
        "bars": shown,
        # Called by the template, for signed-in people only.
        "badges": lambda: _counted(request),
        "head_links": links,
        "demo": settings.DEMO,
        "origin": settings.ORIGIN,
    }
