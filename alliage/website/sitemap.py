"""What search engines are told: the addresses of every public page, by section, and what is not for them.

Written by hand rather than with django.contrib.sitemaps: 35 000 addresses are streamed in a fraction of a second.
"""

from collections.abc import Callable, Iterable, Iterator

from wagtail.models import Page

from alliage.territories.enums import Kind
from alliage.territories.models import Territory
from alliage.ui.registry import menu

# A protocol limit: 50 000 addresses a file. The 39 000 communes, present and past, hold in one.
NOT_FOR_ROBOTS = ("/gestion/", "/compte/", "/mon-espace/", "/demo/", "/exploitation/", "/travaux/", "/imports/")
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def pages() -> Iterator[str]:
    """Editorial pages, then the functions of the menu and the index of territories."""
    for page in Page.objects.live().filter(depth__gte=2).order_by("path"):
        if url := page.get_url():
            yield url
    yield from ("/territoires/", "/reperes/")
    for entry in menu:
        yield entry.url


def territories(kind: Kind) -> Callable[[], Iterable[str]]:
    def paths() -> Iterator[str]:
        codes = Territory.objects.filter(kind=kind).order_by("code").values_list("code", flat=True)
        return (f"/territoires/{kind.value}/{code}/" for code in codes.iterator(chunk_size=5000))

    return paths


SECTIONS: dict[str, Callable[[], Iterable[str]]] = {
    "pages": pages,
    **{f"territoires-{kind.value}": territories(kind) for kind in Kind},
}


def document(root: str, lines: Iterable[str]) -> Iterator[str]:
    """An XML document of the site map protocol; `lines` are its elements, escaped by whoever writes them."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SPACE}">\n'
    chunk: list[str] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) >= 1000:
            yield "\n".join(chunk) + "\n"
            chunk = []
    yield "\n".join([*chunk, f"</{root}>", ""])
