"""What upper folders add: what a sequence leads to, once the day is over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alliage.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Sequence as Several

    from django.http import HttpRequest

    from alliage.events.models import Sequence
    from alliage.taxonomy.models import Term


@dataclass(frozen=True)
class Link:
    """One place to go. `why` is a line about it."""

    title: str
    url: str
    why: str = ""


@dataclass(frozen=True)
class Offered:
    """What one function offers about the theme of a sequence: a few links, and where there is more."""

    title: str
    links: "list[Link]" = field(default_factory=list)
    more: "Link | None" = None


@dataclass(frozen=True)
class Offer:
    """`offered(sequence, levers, request)`: None when there is nothing; two queries at most, none of them by link."""

    code: str
    position: int
    offered: "Callable[[Sequence, Several[Term], HttpRequest], Offered | None]"


proceedings_offers: Registry[Offer] = Registry(
    "events.proceedings_offers", "What a sequence leads to, once the day is over."
)
