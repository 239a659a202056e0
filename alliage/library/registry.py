"""What nouns of the library and upper functions add to the page of a resource."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from alliage.library.models import Resource
from alliage.registry import Registry


@dataclass(frozen=True)
class Section:
    """What one function says of one resource, shown under a heading: a template, and the context it receives."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """A function's way of looking at a resource: « travaillée dans ces séances ». `render` answers None when it has nothing to
    say; one SQL query at most for a visitor."""

    code: str
    position: int
    render: Callable[[Resource, HttpRequest], Section | None]


panels: Registry[Panel] = Registry("library.panels", "What other functions say on the page of a resource.")


def sections(resource: Resource, request: HttpRequest) -> list[tuple[str, SafeString]]:
    """Title and content of what every function says of this resource, in the order of the panels."""
    found = (panel.render(resource, request) for panel in sorted(panels, key=lambda panel: panel.position))
    return [
        (section.title, render_to_string(section.template, section.context | {"resource": resource}, request))
        for section in found
        if section
    ]


@dataclass(frozen=True)
class Act:
    """Something that a person may do with a resource: « Garder », « Nous l’avons adapté ». A link, no query; `is_post`: one
    gesture, by a form, for members alone (a form would make a visitor's page one of its own)."""

    label: str
    url: str
    icon: str = ""
    is_main: bool = False
    is_post: bool = False


@dataclass(frozen=True)
class Acting:
    """A function's acts on a resource for this person."""

    code: str
    position: int
    acts: Callable[[Resource, HttpRequest], list[Act]]


acts: Registry[Acting] = Registry("library.acts", "What a person may do with a resource, on its page.")


def acts_of(resource: Resource, request: HttpRequest) -> list[Act]:
    found = (each.acts(resource, request) for each in sorted(acts, key=lambda each: each.position))
    return [act for some in found for act in some]
