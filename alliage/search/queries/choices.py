"""A few things that bear some words, to link one of them from a form: what `/recherche/choisir.json` and `forms.ThingField` ask.

A thing is written `kind:number`, « resource:12 ».
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import timezone

from alliage.search import asking, engine
from alliage.search.engine import Found
from alliage.search.queries import rights
from alliage.search.registry import SearchableKind, kinds
from alliage.territories.folding import search_key

MOST = 8
LONGEST = 200


@dataclass(frozen=True)
class Choice:
    """Something that may be linked. `value` is `kind:number`."""

    value: str
    kind: SearchableKind
    id: int
    title: str
    url: str
    facts: list[str]

    def bears(self, text: str) -> bool:
        """Whether its title is exactly this, give or take accents and capitals."""
        return search_key(text) == search_key(self.title)


def propose(q: str, *, viewer: Any, codes: Collection[str] = (), limit: int = MOST) -> list[Choice]:
    """What this person may link that bears these words, the last of them perhaps unfinished; best first."""
    q = " ".join(q.replace("\0", " ").split())[:LONGEST]
    if (here := at(q, viewer=viewer, codes=codes)) is not None:
        return [here]
    opened = rights.opened(viewer) if q else None
    if opened is None:
        return []
    reader, scope = opened
    scope = engine.all_of(scope, *_among(codes))
    slots = asking.understand(reader, scope, asking.read(q), unfinished=True)
    found: list[Found] = []
    for typed in (slots, slots[:-1]):  # a word that was hardly begun must not empty the list
        if typed and not found:
            found, _count = reader.best(engine.all_of(scope, asking.whole(typed, q)), limit=limit)
    return _choices(found, viewer)


def chosen(value: str, *, viewer: Any, codes: Collection[str] = ()) -> Choice | None:
    """The thing written so, when this person may see it and it is of one of these kinds."""
    code, number = split(value)
    kind = kinds.get(code)
    if kind is None or number is None or (codes and code not in codes):
        return None
    opened = rights.opened(viewer)
    if opened:
        reader, scope = opened
        found, _count = reader.best(engine.all_of(scope, engine.term("key", value)), limit=1)
        if found:
            return next(iter(_choices(found, viewer)), None)
    row = kind.seen_by(viewer, timezone.now()).filter(pk=number).first()  # not in the index, or not yet
    if row is None:
        return None
    return Choice(value, kind, number, str(row), getattr(row, "get_absolute_url", str)(), [])


def at(text: str, *, viewer: Any, codes: Collection[str] = ()) -> Choice | None:
    """The thing whose page is at this address of the site, with or without its name, when this person may see it."""
    path = _path(text)
    try:
        match = resolve(path) if path else None
    except Resolver404:
        match = None
    for kind in kinds if match else ():
        named = kind.routes.get(match.view_name)  # type: ignore[union-attr]
        if named is None or (codes and kind.code not in codes):
            continue
        found = kind.seen_by(viewer, timezone.now()).filter(**{named: match.kwargs[named]}).first()  # type: ignore[union-attr]
        if found is not None:
            return chosen(engine.key(kind.code, found.pk), viewer=viewer, codes=codes)
    return None


def _path(text: str) -> str:
    """The path of an address of ours; nothing for words, nor for another site."""
    host = urlsplit(settings.ORIGIN).netloc
    try:
        parts = urlsplit(f"//{text}" if text.startswith(f"{host}/") else text)
    except ValueError:
        return ""
    is_ours = parts.scheme in ("", "http", "https") and parts.netloc in ("", host)
    return parts.path if is_ours and parts.path.startswith("/") else ""


def split(value: str) -> tuple[str, int | None]:
    """« resource:12 » gives (resource, 12); a number that is none gives None."""
    code, _colon, number = value.partition(":")
    return code, int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None


def _among(codes: Collection[str]) -> list[engine.Query]:
    return [engine.one_of("kind", codes)] if codes else []


def _choices(found: Sequence[Found], viewer: Any) -> list[Choice]:
    seen, _refused = rights.allowed(found, viewer)
    return [
        Choice(engine.key(one.kind, one.id), kind, one.id, one.title, one.url, one.facts)
        for one in seen
        if (kind := kinds.get(one.kind))
    ]
