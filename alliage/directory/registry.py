"""What other functions add to the page of an entry (« fiche »): its alliances, its needs, what it wrote, where it took part."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest, QueryDict
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.urls import ResolverMatch
from django.utils.safestring import SafeString

from alliage.directory.filters import parse
from alliage.directory.models import Entry, Mention
from alliage.registry import Registry
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.models import Territory


@dataclass(frozen=True)
class Section:
    """What one function says of one entry, shown under a heading: a template, and the context it receives."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """A function's way of looking at an entry. `render` answers None when it has nothing to say; one SQL query at most.

    It is asked for entries that the visitor may see; what it shows of other entries goes through `queries.shown`. Its template
    receives its context, the entry, and what a form needs to be sent: not the request, which would be read again for each panel.
    """

    code: str
    position: int
    render: Callable[[Entry, HttpRequest], Section | None]


panels: Registry[Panel] = Registry(
    "directory.panels", "What other functions say on the page of a person, an organisation or a team."
)


def sections(entry: Entry, request: HttpRequest) -> list[tuple[str, SafeString]]:
    """Title and content of what every function says of this entry, in the order of the panels."""
    found = (panel.render(entry, request) for panel in sorted(panels, key=lambda panel: panel.position))
    return [
        (section.title, render_to_string(section.template, section.context | {"entry": entry} | csrf(request)))
        for section in found
        if section
    ]


@dataclass(frozen=True)
class MentionLink:
    """Where what a document says of an organisation leads: the page of that part of the day. `url` answers "" when there is none;
    it asks nothing of the database for most."""

    code: str
    url: Callable[[Mention], str]


mention_links: Registry[MentionLink] = Registry(
    "directory.mention_links", "Where what a document says of an organisation leads."
)


def mention_url(mention: Mention) -> str:
    return next((url for url in (link.url(mention) for link in mention_links) if url), "")


@dataclass(frozen=True)
class LetterPart:
    """What one function adds to the letter of a territory: `build` answers None when it has nothing to say.

    Otherwise {"title": str, "items": [{"name": str, "what": str, "url": str}, …]}: what everyone may read, at most five.
    """

    code: str
    position: int
    build: Callable[[Territory], dict[str, Any] | None]


letter_parts: Registry[LetterPart] = Registry(
    "directory.letter_parts", "What other functions add to the letter of a territory."
)


@dataclass(frozen=True)
class Nearby:
    """A territory that a visitor cares for, offered as a filter and never applied in silence. One query at most, none for
    a visitor who is not signed in."""

    code: str
    of: Callable[[HttpRequest], Territory | None]


nearby: Registry[Nearby] = Registry("directory.nearby", "Territories that the list offers to look around.")


def offered(request: HttpRequest) -> list[Territory]:
    return [territory for territory in (each.of(request) for each in nearby) if territory]


class Begun(NamedTuple):
    """What somebody said elsewhere, as the form of a need begins with it."""

    title: str
    text: str


class Born(NamedTuple):
    """The page of the gathering where a need was first said, which everyone may read."""

    title: str
    url: str


@dataclass(frozen=True)
class NeedOrigin:
    """Where needs are said in another function. Both answer None for what is gone, or is not theirs to tell.

    `begun(request, number)`: for whoever said it, and for nobody else. `born(number)`: for everyone, one query; None too
    where it was said without a name, which a post would give away.
    """

    code: str
    begun: Callable[[HttpRequest, int], Begun | None]
    born: Callable[[int], Born | None]


need_origins: Registry[NeedOrigin] = Registry(
    "directory.need_origins", "Where needs are first said, that their authors may post."
)
_ORIGIN = re.compile(r"([a-z_.]{1,40}):([0-9]{1,18})", re.ASCII)


def _origin(written: str) -> tuple[NeedOrigin, int] | None:
    found = _ORIGIN.fullmatch(written)
    origin = need_origins.get(found[1]) if found else None
    return (origin, int(found[2])) if found and origin else None


def begun_at(written: str, request: HttpRequest) -> Begun | None:
    """« events.contribution:12 », read for who asks."""
    found = _origin(written)
    return found[0].begun(request, found[1]) if found else None


def born_at(written: str) -> Born | None:
    found = _origin(written)
    return found[0].born(found[1]) if found else None


# --- What a member did (« Mes preuves ») -----------------------------------------------------------------------------


class DeedRow(NamedTuple):
    """One deed and one of its métiers (code, or ""): a deed that serves two has two rows. `place` is its source's own."""

    source: str
    key: str
    title: str
    place: str
    at: datetime
    metier: str


@dataclass(frozen=True)
class DeedSource:
    """Deeds of one kind that a function knows of a member: `rows(member number, now)`, made by `deed_rows`, are read with those of
    the other functions in one query.

    `url`: the page that anyone may read, or "". `untitled` is said of what has no title for everyone. `counted`: the words for a
    number of them, when they are confidential: others read that number for a year, and nothing else.
    """

    code: str
    label: Any
    position: int
    rows: Callable[[int, datetime], QuerySet[Any]]
    url: Callable[[DeedRow], str] = lambda _row: ""
    untitled: Any = ""
    counted: Callable[[int], str] | None = None

    @property
    def is_confidential(self) -> bool:
        return self.counted is not None


deeds: Registry[DeedSource] = Registry(
    "directory.deeds", "What a member did, that they may show under the four métiers."
)


def deed_rows(
    source: str, found: QuerySet[Any], *, at: str, title: Any = None, place: Any = None, terms: str = ""
) -> QuerySet[Any]:
    """Rows of `DeedRow`. `terms`: the relation of its object that holds métiers among other terms."""
    nothing = Value("", CharField())
    own = When(**{f"{terms}__vocabulary": Vocabulary.METIERS, "then": F(f"{terms}__code")}) if terms else None
    said = found.annotate(
        source_=Value(source, CharField()), key_=Cast("pk", CharField()), title_=title or nothing, place_=place or nothing,
        at_=F(at), metier_=Case(own, default=nothing) if own else nothing,
    )  # fmt: skip
    return said.order_by().values_list("source_", "key_", "title_", "place_", "at_", "metier_")


# --- Frames on other sites (« Intégrer ») --------------------------------------------------------------------------


@dataclass(frozen=True)
class Frame:
    """What a frame on another site shows: only what anyone may read. `url` is the path of our page behind it.

    The template extends `directory/embed/base.html`; it receives no request.
    """

    title: str
    url: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Embeddable:
    """A kind of frame, at /integrer/<code>/, or /integrer/<code>/<record>/ for one record.

    `frame(record, parameters)` answers None for what is unknown or not for everyone: both look the same from outside.
    `record_of(match)` says which record a page of ours is about, from its resolved address, or "": oEmbed asks it.
    `height` is used until the frame announces its own. `is_list`: it takes filters and no record. `filters` reads them from an
    address (the directory's, unless said); `place` is the name of what one types of a place there.
    """

    code: str
    label: Any
    height: int
    frame: Callable[[str, QueryDict], Frame | None]
    record_of: Callable[[ResolverMatch], str] = lambda _match: ""
    is_list: bool = False
    filters: Callable[[QueryDict], Any] = parse
    place: str = "lieu"


embeddables: Registry[Embeddable] = Registry("directory.embeddables", "What other sites may show in a frame.")
