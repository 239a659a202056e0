"""Who belongs to what, as our exports write it: « slug (role); slug ». A file adds links and changes roles; it takes none
away, since an export shows those that its reader may see only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry, Membership
from alliage.imports.registry import Importing

# The column that names the other side, and what may be there.
SIDES: dict[EntryKind, tuple[str, tuple[EntryKind, ...]]] = {
    EntryKind.CATALYST: ("organisations", (EntryKind.ORGANISATION, EntryKind.TEAM)),
    EntryKind.ORGANISATION: ("people", (EntryKind.CATALYST,)),
    EntryKind.TEAM: ("people", (EntryKind.CATALYST,)),
}
LONGEST_ROLE = 120
MOST_NAMED = 5
_ITEM = re.compile(r"\s*(?P<slug>[-\w]+)(?:[^\S\n]*(?P<open>\())?")
_END = re.compile(r"\s*(?:[;|\n]|$)")


def members(text: str) -> dict[str, str]:
    """The slugs that a cell names, each with its role. A role may hold brackets and semicolons of its own."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text) and (item := _ITEM.match(text, place)):
        place, role = item.end(), ""
        if item["open"]:
            end = _closing(text, place)
            role, place = " ".join(text[place:end].split()), end + 1
        end_of_item = _END.match(text, place)
        if end_of_item is not None:
            found[item["slug"]] = role[:LONGEST_ROLE]
            place = end_of_item.end()
        else:  # several words: no slug of ours
            following = re.search(r"[;|\n]", text[place:])
            place = place + following.end() if following else len(text)
    return found


def _closing(text: str, start: int) -> int:
    """Where the bracket opened before `start` is closed: the first that closes as many as were opened and ends an item."""
    depth, last = 1, -1
    for place in range(start, len(text)):
        if text[place] == "(":
            depth += 1
        elif text[place] == ")":
            depth -= 1
            if _END.match(text, place + 1):
                if depth <= 0:
                    return place
                last = last if last >= 0 else place
    return last if last >= 0 else len(text)


class _Other(NamedTuple):
    pk: int
    name: str
    is_held: bool


@dataclass(frozen=True)
class Asked:
    """What a row asks: by number of the other entry, its role. `note` says which links are not made, and why."""

    links: dict[int, str] = field(default_factory=dict)
    note: str = ""


NOTHING = Asked()


class Ties:
    """The other side of the entries of one file: read once, when the file has it."""

    def __init__(self, kind: EntryKind, importing: Importing) -> None:
        self.column, kinds = SIDES[kind]
        self._kind = kind
        self.is_read = self.column in importing.chosen and importing.source is None
        self._others: dict[str, _Other] = {}
        self._names: dict[int, str] = {}
        if self.is_read:
            found = Entry.objects.filter(kind__in=kinds).values_list("slug", "pk", "name", "owner_id")
            for slug, pk, name, owner in found.iterator(chunk_size=5_000):
                self._others[slug] = _Other(pk, name, owner is not None)
                self._names[pk] = name

    def asked(self, row: Mapping[str, str], there: Mapping[int, str]) -> Asked:
        """The links that are missing, and those whose role differs. Who holds her entry is bound to nothing without her."""
        if not self.is_read or row.get("kind") != self._kind:
            return NOTHING
        links: dict[int, str] = {}
        unknown, held = [], []
        for slug, role in members(row.get(self.column, "")).items():
            other = self._others.get(slug)
            if other is None:
                unknown.append(slug)
            elif " ".join(there.get(other.pk, "\0").split()) != role:
                if other.is_held:
                    held.append(other.name)
                else:
                    links[other.pk] = role
        return Asked(links, _noted(unknown, held))

    def written(self, links: Mapping[int, str]) -> str:
        """« La Fabrique (présidente) ; Le Fare »."""
        named = ((self._names.get(pk, ""), role) for pk, role in links.items())
        return "\u00a0; ".join(f"{name} ({role})" if role else name for name, role in named if name)

    def known(self, pks: Sequence[int]) -> dict[int, dict[int, str]]:
        """For each of these entries, the others that it is linked to, with their roles."""
        if not self.is_read:
            return {}
        mine, theirs = sides(self._kind)
        found: dict[int, dict[int, str]] = {}
        rows = Membership.objects.filter(**{f"{mine}__in": pks}).values_list(mine, theirs, "role")
        for pk, other, role in rows:
            found.setdefault(pk, {})[other] = role
        return found


def sides(kind: EntryKind) -> tuple[str, str]:
    """The columns of a membership: that of an entry of this kind, and the other."""
    return ("person_id", "group_id") if kind == EntryKind.CATALYST else ("group_id", "person_id")


def _noted(unknown: list[str], held: list[str]) -> str:
    said = []
    if unknown:
        said.append(
            _("pas encore dans l’annuaire, le lien se fera à l’import de sa fiche\u00a0: %(names)s")
            % {"names": _list(unknown)}
        )
    if held:
        said.append(
            _("fiche tenue par qui elle présente, aucun lien ne se fait sans son accord\u00a0: %(names)s")
            % {"names": _list(held)}
        )
    return "\u00a0; ".join(said)


def _list(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else "")
