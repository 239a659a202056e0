"""What other functions add to the page of an entry (« fiche »): its alliances, its needs, what it wrote, where it took part."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.urls import ResolverMatch
from django.utils.safestring import SafeString

from alliage.directory.models import Entry
from alliage.registry import Registry
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

    It is asked for entries that the visitor may see; what it shows of other entries goes through `queries.shown`.
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
        (section.title, render_to_string(section.template, section.context | {"entry": entry}, request))
        for section in found
        if section
    ]


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
    `height` is used until the frame announces its own. `is_list`: it takes the directory's filters and no record.
    """

    code: str
    label: Any
    height: int
    frame: Callable[[str, QueryDict], Frame | None]
    record_of: Callable[[ResolverMatch], str] = lambda _match: ""
    is_list: bool = False


embeddables: Registry[Embeddable] = Registry("directory.embeddables", "What other sites may show in a frame.")
