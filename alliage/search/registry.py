"""What upper folders add: kinds of things that can be found, and the audiences that a person belongs to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from alliage.registry import Registry

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

# Audiences that this folder knows. A kind may show less to visitors than to members with two documents of the same id,
# one for VISITORS, one for MEMBERS: nobody is in both, so that counts stay right.
PUBLIC = "public"
VISITORS = "visitors"
MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class Document:
    """What the index holds of one object. All of it may be read by everyone in one of its `audiences`.

    `title`, `summary` and `facts` are shown as they are; `body` is searched and quoted around the words found;
    `keywords` are searched only. `places` are codes « kind:code » of its territory and of what contains it
    (`places.of`). `weight` raises the rank, gently: it is multiplied by log2(2 + weight), by 2
    for 2, by 4 for 14, by a seventh for -0.9, the least.

    `facets` are codes « facet:value » (« levier:alliance », « odd:11 »), of facets that its kind declares: a list filters
    and counts by them (`queries.listing`). `dated_on` is what lists are sorted by, the last first. A `body` may be a whole
    report: a million characters are read.
    """

    id: int
    title: str
    url: str
    summary: str = ""
    body: str = ""
    keywords: Sequence[str] = ()
    facts: Sequence[str] = ()
    audiences: Sequence[str] = (PUBLIC,)
    places: Sequence[str] = ()
    weight: float = 0.0
    facets: Sequence[str] = ()
    dated_on: date | None = None


@dataclass(frozen=True)
class SearchableKind:
    """A kind of things that can be found.

    `code` is stable ASCII; `slug` is what the address says (`?sorte=organisations`).
    `documents(ids)` reads the objects of these numbers, all of them for None, and gives what the index must hold: an
    object that nobody may find gives nothing. It is called by the worker, by hundreds.
    `visible(viewer)` is the queryset of what this person may see, whatever the index believes: every page asks it again,
    in one query for all kinds. Its primary keys are numbers.
    `is_steady` when, for who is not signed in, `visible` depends on nothing else than the rows: its SQL is then written once per
    process. `is_dated` when it depends on the moment: it is then called with it, `visible(viewer, now)`, which may be steady too.
    `facets` are the names of those that its documents may have, in ASCII letters: « levier », « odd ».
    `routes`: names of the pages of one of them, and the field that their address holds, « pk » or « slug »: whoever pastes
    such an address in a form links it (`queries.choices.at`).
    Change `version` when `documents` says things differently: the index is made again.
    """

    code: str
    slug: str
    label: "StrOrPromise"
    label_plural: "StrOrPromise"
    position: int
    documents: Callable[[Sequence[int] | None], Iterator[Document]]
    visible: "Callable[..., QuerySet[Any]]"
    version: int = 1
    facets: Sequence[str] = ()
    is_steady: bool = False
    is_dated: bool = False
    routes: Mapping[str, str] = field(default_factory=dict)

    def seen_by(self, viewer: Any, now: datetime) -> "QuerySet[Any]":
        """What this person may see now, whatever the index believes."""
        return self.visible(viewer, now) if self.is_dated else self.visible(viewer)


@dataclass(frozen=True)
class Audience:
    """Groups of people that documents of a function may be for. `tokens(viewer)` gives those that this person is in:
    « group:12 ». It runs on each search of a signed-in person: one query at most."""

    code: str
    tokens: Callable[[Any], Iterable[str]]


kinds: Registry[SearchableKind] = Registry("search.kinds", "Kinds of things that the search finds.")
audiences: Registry[Audience] = Registry("search.audiences", "Groups of people that a searchable document may be for.")
