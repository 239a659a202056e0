"""Addresses found by how they begin: a site of four hundred addresses tries only those of the folders that begin so."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, include
from django.urls.resolvers import RoutePattern


class Beginnings(RoutePattern):
    """The empty route that a folder is included under, passed over by addresses that begin like none of the folder's."""

    def __init__(self, beginnings: tuple[str, ...]) -> None:
        super().__init__("")
        self.beginnings = beginnings

    def match(self, path: str) -> Any:
        return super().match(path) if path.startswith(self.beginnings) else None


def included(module: str) -> URLResolver:
    """What `path("", include(module))` is, found sooner."""
    urls, app_name, namespace = include(module)
    known = URLResolver(RoutePattern(""), urls, None, app_name=app_name, namespace=namespace)
    known.pattern = Beginnings(tuple(sorted({_first_word(route) for route in _routes(known)})))
    return known


def _routes(resolver: URLResolver) -> Iterator[str]:
    """How each address begins, as far as its route says it; nothing for one that may begin with anything."""
    for each in resolver.url_patterns:
        plain = isinstance(each.pattern, RoutePattern)
        route = str(each.pattern).partition("<")[0] if plain else _literal(str(each.pattern))
        below = _routes(each) if isinstance(each, URLResolver) and not route else [route]
        yield from below


# A beginning without anything that may be left out or repeated.
_LITERAL = re.compile(r"\^([\w/-]*)(?![\w/?*+{|-])")


def _literal(expression: str) -> str:
    """The plain letters that a regular expression begins with; nothing when it has alternatives."""
    outside, groups = expression, 1
    while groups:
        outside, groups = re.subn(r"\([^()]*\)", "", outside)
    found = _LITERAL.match(expression)
    return found[1] if found and "|" not in outside else ""


def _first_word(route: str) -> str:
    word, stroke, _rest = route.partition("/")
    return word + stroke
