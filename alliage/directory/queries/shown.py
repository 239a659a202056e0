"""The one door between an entry and whoever reads it: fields that their owner does not show come out empty.

Pages, exports, feeds, embeds, letters and the search index read a `Shown`, never the columns of an `Entry`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any

from alliage.directory import permissions
from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.models import Entry, Membership
from alliage.files.models import StoredFile
from alliage.territories.models import Territory


class Level(IntEnum):
    """How much a reader may see."""

    ANYONE = 0
    MEMBER = 1
    OWNER = 2


NEEDED: dict[str, Level] = {
    Visibility.PUBLIC: Level.ANYONE,
    Visibility.MEMBERS: Level.MEMBER,
    Visibility.NOBODY: Level.OWNER,
}


def level_of(user: Any, entry: Entry | None = None) -> Level:
    """What a person may see, in general or of one entry: its owner, and the editors of a group, see everything."""
    if not user.is_authenticated:
        return Level.ANYONE
    if entry is None:
        return Level.MEMBER
    holds = entry.owner_id == user.pk
    if entry.kind != EntryKind.CATALYST:
        holds = holds or permissions.is_editor(user, entry)
    return Level.OWNER if holds else Level.MEMBER


def shows(entry: Entry, name: str, level: Level) -> bool:
    """Whether a field of `enums.FIELDS` may be read at this level."""
    return level >= NEEDED[getattr(entry, f"{name}_visibility")]


def beside(entry: Entry, name: str) -> Iterable[Any]:
    """What was read along with an entry, without a manager for each; or else what the database says of it alone."""
    kept: dict[str, Iterable[Any]] = getattr(entry, "_prefetched_objects_cache", {})
    return kept[name] if name in kept else getattr(entry, name).all()


def _readable(other: Entry, level: Level) -> bool:
    """Who holds one entry reads the others as any member does."""
    return not other.is_hidden and min(level, Level.MEMBER) >= NEEDED[other.visibility]


@dataclass(frozen=True)
class Shown:
    """What one reader may read of an entry. `people` are those of an organisation or team, `groups` those of a person."""

    pk: int
    kind: EntryKind
    slug: str
    name: str
    url: str
    other_names: tuple[str, ...]
    function: str
    presentation: str
    means: str
    territory: Territory | None
    latitude: float | None
    longitude: float | None
    blur: int
    website: str
    links: tuple[dict[str, str], ...]
    photo: StoredFile | None
    phone: str
    is_national: bool
    cross_border: str
    is_demo: bool
    source: str
    source_on: date | None
    confirmed_on: date | None
    groups: tuple[Membership, ...] = field(default=())
    people: tuple[Membership, ...] = field(default=())


def shown(entry: Entry, level: Level) -> Shown:
    """Read an entry at a level. Reads `memberships` and `people` of the entry: prefetch them, with their ends, for a list."""

    def seen(name: str) -> bool:
        return shows(entry, name, level)

    place = seen("place")
    return Shown(
        pk=entry.pk,
        kind=EntryKind(entry.kind),
        slug=entry.slug,
        name=entry.name,
        url=entry.get_absolute_url(),
        other_names=tuple(name.strip() for name in entry.other_names.split(";") if name.strip()),
        function=entry.function if seen("function") else "",
        presentation=entry.presentation if seen("presentation") else "",
        means=entry.means,
        territory=entry.territory if place else None,
        latitude=entry.latitude if place else None,
        longitude=entry.longitude if place else None,
        blur=entry.blur,
        website=entry.website if seen("links") else "",
        links=tuple(entry.links) if seen("links") else (),
        photo=entry.photo if seen("photo") else None,
        phone=entry.phone if seen("phone") else "",
        is_national=entry.is_national,
        cross_border=entry.cross_border,
        is_demo=entry.is_demo,
        source=entry.source,
        source_on=entry.source_on,
        confirmed_on=entry.confirmed_on,
        groups=_groups(entry, level),
        people=_people(entry, level),
    )


def _groups(entry: Entry, level: Level) -> tuple[Membership, ...]:
    if entry.kind != EntryKind.CATALYST or not shows(entry, "memberships", level):
        return ()
    return tuple(each for each in beside(entry, "memberships") if _readable(each.group, level))


def _people(entry: Entry, level: Level) -> tuple[Membership, ...]:
    """People of a group: those who show both their entry and where they belong."""
    if entry.kind == EntryKind.CATALYST:
        return ()
    return tuple(
        each
        for each in beside(entry, "people")
        if _readable(each.person, level) and shows(each.person, "memberships", min(level, Level.MEMBER))
    )
