"""Suggests territories for what someone types: names with mistakes, postal codes, Insee codes, SIREN numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.territories.enums import Kind, Status
from alliage.territories.models import Territory
from alliage.territories.suggestions.index import Entry, Index

__all__ = ["Suggestion", "as_json", "find", "forget", "matching"]

# How long another process may go on suggesting what it knew before an import, in seconds.
FRESH = 60
_CACHE_KEY = "territories.suggestions.state"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of a list of suggestions. `label` tells homonyms apart; `pk` is the territory's."""

    pk: int
    kind: str
    code: str
    name: str
    label: str
    population: int | None

    @property
    def url(self) -> str:
        return reverse("territories:detail", args=[self.kind, self.code])


def find(text: str, *, limit: int = 10, kinds: Iterable[str] | None = None, near: bool = True) -> list[Suggestion]:
    """The territories that this text may mean, best first. Any text gives a list, empty when nothing resembles.

    Without `near`, only those that bear these words, or their beginnings: faster.
    """
    index, numbers = _search(text, limit, kinds, near=near)
    return [_suggestion(index.entries[number]) for number in numbers]


def matching(text: str, *, kinds: Iterable[str] | None = None, near: bool = True) -> list[int]:
    """The pk of every territory that this text may mean, best first: for lists and exports, which are complete."""
    index, numbers = _search(text, None, kinds, near=near)
    return index.pks[numbers].tolist()


def as_json(one: Suggestion) -> dict[str, Any]:
    """One of the `results` of `/territoires/suggestions.json`."""
    return {
        "kind": one.kind,
        "code": one.code,
        "name": one.name,
        "label": one.label,
        "population": one.population,
        "url": one.url,
    }


def _search(text: str, limit: int | None, kinds: Iterable[str] | None, *, near: bool) -> tuple[Index, list[int]]:
    index = _current.get()
    wanted = None if kinds is None else [str(kind) for kind in kinds]
    room = len(index.entries) if limit is None else limit
    return index, index.search(text, limit=room, kinds=wanted, near=near) if text.strip() else []


def forget() -> None:
    """To be called when territories were written: this process looks again at its next suggestion."""
    cache.delete(_CACHE_KEY)


def _suggestion(entry: Entry) -> Suggestion:
    return Suggestion(entry.pk, entry.kind, entry.code, entry.name, _label(entry), entry.population)


def _label(entry: Entry) -> str:
    if entry.kind in {Kind.COMMUNE, Kind.EPCI}:
        named = _named(entry)
        said = entry.name == entry.place or (entry.kind == Kind.EPCI and entry.place in entry.name)
        if entry.place and not said:
            return _("%(name)s (%(place)s)") % {"name": named, "place": entry.place}
        return named
    return _("%(name)s, %(kind)s") % {"name": entry.name, "kind": Kind(entry.kind).label}


def _named(entry: Entry) -> str:
    if entry.status in {Status.DELEGATED, Status.ASSOCIATED}:
        return _("%(name)s, %(status)s de %(whole)s") % {
            "name": entry.name, "status": Status(entry.status).label, "whole": entry.whole,
        }  # fmt: skip
    if entry.status == Status.FORMER and entry.whole:
        return _("%(name)s, aujourd’hui %(whole)s") % {"name": entry.name, "whole": entry.whole}
    return entry.name


class _Current:
    """The index of this process, built at the first question and again when the territories changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._index: Index | None = None
        self._state: tuple[Any, ...] = ()

    def get(self) -> Index:
        state = cache.get(_CACHE_KEY)
        if state is None:
            state = _state()
            cache.set(_CACHE_KEY, state, FRESH)
        with self._lock:
            if self._index is None or self._state != state:
                self._index, self._state = Index(), state
            return self._index


def _state() -> tuple[Any, ...]:
    """A few figures that an import or a new custom territory cannot leave all alike; one query."""
    figures = Territory.objects.aggregate(
        Count("pk"), Max("pk"), Sum("population"), Sum("part_of_id"), Sum("epci_id"), Min("name"), Max("name"),
        Min("code"), Max("code"), Min("kind"), Max("kind"), Min("status"), Max("status"), Min("postal_codes"),
        names=Sum(Length("name")), codes=Sum(Length("postal_codes")), others=Sum(Length("other_names")),
    )  # fmt: skip
    return tuple(figures.values())


_current = _Current()
