"""What upper functions add to a territory's page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from alliage.registry import Registry
from alliage.territories.models import Territory


@dataclass(frozen=True)
class Section:
    """What one function says of one territory, shown under a heading: a template, and the context it receives."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """A function's way of looking at territories. `render` answers None when it has nothing to say; it should cost one
    SQL query at most, two at worst: a territory's page has six in all."""

    code: str
    position: int
    render: Callable[[Territory, HttpRequest], Section | None]
    # Of this very territory, and not the same on every page: without any such section the page says that the network is silent.
    is_local: bool = True


panels: Registry[Panel] = Registry(
    "territories.panels", "What other functions say on a territory's page: « Ce que le réseau y fait »."
)


def sections(territory: Territory, request: HttpRequest, *, is_local: bool = True) -> list[tuple[str, SafeString]]:
    """Title and content of what every function says of this territory (or, not local, of any), in the order of the panels."""
    asked = sorted((panel for panel in panels if panel.is_local == is_local), key=lambda panel: panel.position)
    found = (panel.render(territory, request) for panel in asked)
    return [
        (section.title, render_to_string(section.template, section.context | {"territory": territory}))
        for section in found
        if section
    ]
