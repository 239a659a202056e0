"""What a page sends to a browser that comes for the first time, counted from its HTML: no browser is needed."""

import gzip
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

# The typeface and pictures are compressed by what they are.
_COMPRESSED = {".woff2", ".png", ".webp", ".jpg", ".avif"}
_LINKED = re.compile(r"<(?:link|script|img|source|iframe)\b[^>]*>")
_NOT_ASKED = (
    "canonical",
    "alternate",
    "search",
    "icon",
    "apple-touch-icon",
    "manifest",
    "me",
    "next",
    "prev",
    "license",
)
# Where a page may carry more: a map, a room, a text that several people write.
HEAVY_SCRIPTS = ("territories/map.js", "rooms/room.js", "writing/writing.js")
TOTAL, TOTAL_WITH_A_MAP = 100_000, 400_000
SCRIPTS, HEAVY = 40_000, 120_000
REQUESTS, NODES = 15, 800


@dataclass(frozen=True)
class Weight:
    """`total` and `scripts` in bytes sent; `requests` with the page itself; `nodes` outside drawings."""

    total: int
    scripts: int
    requests: int
    nodes: int
    is_heavy: bool
    has_map: bool

    def excesses(self, *, nodes: int = NODES) -> list[str]:
        """What goes beyond the budget, in words."""
        limits = [
            (
                "bytes",
                self.total,
                TOTAL_WITH_A_MAP if self.has_map else HEAVY + TOTAL - SCRIPTS if self.is_heavy else TOTAL,
            ),
            ("bytes of script", self.scripts, HEAVY if self.is_heavy else SCRIPTS),
            ("requests", self.requests, REQUESTS),
            ("nodes", self.nodes, nodes),
        ]
        return [f"{found} {name} > {limit}" for name, found, limit in limits if found > limit]


@cache
def _size(name: str) -> int:
    path = finders.find(name)
    assert isinstance(path, str), f"/static/{name} does not exist"
    content = Path(path).read_bytes()
    return len(content) if Path(name).suffix in _COMPRESSED else len(gzip.compress(content, 6))


def of(html: str) -> Weight:
    """Weigh a page: its HTML, and each file of ours that it asks for, once."""
    names = set()
    for tag in _LINKED.findall(html):
        rel = re.search(r'\brel="([^"]*)"', tag)
        address = re.search(r'\b(?:src|href)="([^"]+)"', tag)
        if address and not (rel and rel[1] in _NOT_ASKED) and 'loading="lazy"' not in tag:
            names.add(address[1])
    static = {name.removeprefix("/static/").partition("?")[0] for name in names if name.startswith("/static/")}
    scripts = {name for name in static if name.endswith(".js")}
    return Weight(
        total=len(gzip.compress(html.encode(), 6)) + sum(map(_size, static)),
        scripts=sum(map(_size, scripts)),
        requests=1 + len(names),
        nodes=len(re.findall(r"<[a-z]", re.sub(r"<svg\b.*?</svg>", "<svg>", html, flags=re.DOTALL))),
        is_heavy=any(name in scripts for name in HEAVY_SCRIPTS),
        has_map="territories/map.js" in scripts,
    )
