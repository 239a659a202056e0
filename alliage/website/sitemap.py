"""What search engines are told: the addresses of every public page, by section, and what is not for them.

Written by hand rather than with django.contrib.sitemaps: 35 000 addresses are streamed in a fraction of a second.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from django.urls import reverse
from wagtail.models import Page

from alliage.directory.models import address
from alliage.directory.queries import visible
from alliage.directory.queries.alliances import visible_alliances
from alliage.events.queries.coming import public
from alliage.learning.queries.paths import proposed
from alliage.library.queries.resources import shown
from alliage.territories.enums import Kind, Status
from alliage.territories.models import Territory
from alliage.ui.registry import menu

# A protocol limit: 50 000 addresses a file. The 39 000 communes, present and past, hold in one.
NOT_FOR_ROBOTS = (
    "/gestion/",
    "/compte/",
    "/mon-espace/",
    "/demo/",
    "/exploitation/",
    "/travaux/",
    "/imports/",
    "/annuaire/demande",
)
OTHERS = (
    "/territoires/", "/reperes/", "/impact/", "/annuaire/trouver/", "/annuaire/alliances/", "/annuaire/besoins/",
    "/annuaire/couverture/", "/entraide/", "/ressources/collections/", "/ressources/coups-de-main/", "/salles/deroules/", "/lettre/",
    "/rencontres/", "/parcours/", "/donnees/",
)  # fmt: skip
PIECE = 45_000
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def pages() -> Iterator[str]:
    """Editorial pages, then the functions of the menu and the index of territories."""
    for page in Page.objects.live().filter(depth__gte=2).order_by("path"):
        if url := page.get_url():
            yield url
    yield from OTHERS
    for entry in menu:
        yield entry.url


def territories(kind: Kind) -> Callable[[], Iterable[str]]:
    def paths() -> Iterator[str]:
        codes = (
            Territory.objects.filter(kind=kind)
            .exclude(status=Status.FORMER)
            .order_by("code")
            .values_list("code", flat=True)
        )
        return (f"/territoires/{kind.value}/{code}/" for code in codes.iterator(chunk_size=5000))

    return paths


def entries(piece: int) -> Iterator[str]:
    """Entries of the directory that anyone may read, by pieces of `PIECE`."""
    rows = visible().order_by("pk").values_list("slug", "kind")
    for slug, kind in rows[(piece - 1) * PIECE : piece * PIECE].iterator(chunk_size=5000):
        yield address(slug, kind)


def alliances() -> Iterator[str]:
    for pk in visible_alliances().order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000):
        yield reverse("directory:alliance", args=[pk])


def resources(piece: int) -> Iterator[str]:
    """Resources that anyone may read, by pieces of `PIECE`."""
    found = shown().only("title", "kind").order_by("pk")
    for resource in found[(piece - 1) * PIECE : piece * PIECE].iterator(chunk_size=5000):
        yield resource.get_absolute_url()


def events() -> Iterator[str]:
    """What is in the agenda, to come and past, Rencontres included."""
    for event in public().only("slug", "kind").order_by("pk").iterator(chunk_size=5000):
        yield event.get_absolute_url()


def paths() -> Iterator[str]:
    """Learning paths that are proposed."""
    for path in proposed().only("slug").order_by("pk").iterator(chunk_size=5000):
        yield path.get_absolute_url()


SECTIONS: dict[str, Callable[[], Iterable[str]]] = {
    "pages": pages,
    "alliances": alliances,
    "agenda": events,
    "parcours": paths,
    **{f"territoires-{kind.value}": territories(kind) for kind in Kind},
}


def sections() -> dict[str, Callable[[], Iterable[str]]]:
    """Every section of today: the directory and the library have as many as they need; one query for each."""
    return (
        SECTIONS
        | {f"annuaire-{piece}": partial(entries, piece) for piece in _pieces(visible().count())}
        | {f"ressources-{piece}": partial(resources, piece) for piece in _pieces(shown().count())}
    )


def _pieces(count: int) -> range:
    return range(1, max(1, -(-count // PIECE)) + 1)


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
