"""What the person of a page holds, read once for that page: every part of « mon espace » starts from it."""

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from alliage.accounts.models import Member
from alliage.directory.enums import EntryKind, JoinKind, JoinState
from alliage.directory.models import Entry, Membership, Need
from alliage.directory.queries import alliances, knowledge, requests
from alliage.prepared import Prepared
from alliage.taxonomy.enums import Vocabulary


@dataclass(frozen=True)
class Held:
    """Entries that a member owns, and groups that they may edit, by name; `waiting` requests to join each, and whether `_parts` has
    something of each."""

    entries: tuple[Entry, ...]
    member_pk: int | None

    @property
    def own(self) -> Entry | None:
        """The member's own entry."""
        return next((entry for entry in self.entries if entry.kind == EntryKind.CATALYST), None)

    @property
    def groups(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind != EntryKind.CATALYST]

    @property
    def owned(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.owner_id == self.member_pk]

    @property
    def spoken_for(self) -> set[int]:
        """Numbers of the groups in whose name the member speaks (`queries.alliances.spoken_for`)."""
        return {entry.pk for entry in self.groups if not entry.is_hidden}

    def has(self, part: str) -> bool:
        """Whether a part of « mon espace » (`_parts`) has something to read: it asks the database only then."""
        return any(getattr(entry, part) for entry in self.entries)


def held(request: HttpRequest) -> Held:
    """One query for a page, whatever the number of parts that ask."""
    if not hasattr(request, "held_entries"):
        request.held_entries = _read(request.user)  # type: ignore[attr-defined]
    return cast(Held, request.held_entries)  # type: ignore[attr-defined]


def _read(member: Any) -> Held:
    return Held(tuple(_OF_MEMBER(member.pk)), member.pk)


def _entries(member: Member) -> QuerySet[Any, Any]:
    waiting = Count("join_requests", filter=Q(join_requests__state=JoinState.OPEN, join_requests__kind=JoinKind.JOIN))
    edited = Membership.objects.filter(person__owner=member, is_editor=True).values("group_id")
    mine = Q(owner=member) | (Q(pk__in=edited) & ~Q(kind=EntryKind.CATALYST))
    found = Entry.objects.filter(mine).select_related("owner", "territory", "category", "scale", "photo")
    found = found.annotate(waiting=waiting, **said(), **_parts(member))
    return found.order_by("sort_name", "pk")


_OF_MEMBER = Prepared(lambda pk: _entries(Member(pk=pk)))


def _parts(member: Any) -> dict[str, Exists]:
    """By name of an attribute: what waits for the member, or is theirs, about an entry."""
    here = OuterRef("pk")
    return {
        "has_outdated": Exists(knowledge.to_answer(member).filter(entry=here)),
        "has_requests": Exists(requests.to_answer(member).filter(entry=here)),
        "has_needs": Exists(Need.objects.filter(entry=here)),
        "has_declared": Exists(alliances.declared().filter(Q(first=here) | Q(second=here))),
    }


def said() -> dict[str, Exists]:
    """Whether an entry names its trades and where it acts: what `queries.profiles.missing` asks."""
    metiers = Entry.objects.filter(pk=OuterRef("pk"), terms__vocabulary=Vocabulary.METIERS)
    areas = Entry.objects.filter(pk=OuterRef("pk"), entry_areas__isnull=False)
    return {"says_metiers": Exists(metiers), "says_areas": Exists(areas)}
