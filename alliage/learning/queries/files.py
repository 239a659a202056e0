"""Reads of files: one, mine, those nobody holds, those that ask to be accompanied, what a member takes away."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from alliage.accounts.models import Member
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.learning.enums import WRITERS, FileRole, Means
from alliage.learning.models import FileEvent, FileInvitation, FileMember, TerritoryFile
from alliage.territories import grammar
from alliage.territories import queries as territories
from alliage.territories.enums import Kind
from alliage.territories.models import Territory, Zoning
from alliage.territories.views.facts import facts as territory_facts

FIRST_EVENTS = 8
# The fewest first. Nothing said is not « none »: it comes after those who said that they have few.
FEWEST = (Means.NOBODY, Means.ONE)
MEANS_ORDER = (Means.NOBODY, Means.ONE, Means.FEW, Means.UNSAID, Means.MANY)
LEAST_EQUIPPED = frozenset({Means.NOBODY, Means.ONE})


def file_by_number(pk: int) -> TerritoryFile | None:
    """A file with its territory and its people, who are asked for once."""
    people = FileMember.objects.select_related("member").order_by("joined_at", "pk")
    found = TerritoryFile.objects.select_related("territory", "team").prefetch_related(Prefetch("people", people))
    return (
        found.annotate(waiting_count=Count("invitations", filter=Q(invitations__is_asked=True))).filter(pk=pk).first()
    )


def remember_roles(file: TerritoryFile, user: Any) -> None:
    """Its people are there already: permissions do not ask again who this person is in it."""
    roles = {each.member_id: each.role for each in file.people.all()}
    file.__dict__.setdefault("_roles", {})[user.pk] = roles.get(user.pk)


def of_territory(territory: Territory) -> TerritoryFile | None:
    return TerritoryFile.objects.select_related("territory").filter(territory=territory).first()


@dataclass(frozen=True)
class Mine:
    """A file of mine, and what I am in it."""

    file: TerritoryFile
    role: str

    @property
    def title(self) -> str:
        return grammar.title(self.file.territory)

    @property
    def role_label(self) -> str:
        return str(FileRole(self.role).label)


def mine(user: Any, *, limit: int = 0) -> list[Mine]:
    """Files that this person is in, the latest first; one query."""
    rows = FileMember.objects.filter(member=user.pk).select_related("file__territory").order_by("-joined_at", "-pk")
    return [Mine(row.file, row.role) for row in (rows[:limit] if limit else rows)]


def writable(user: Any) -> list[TerritoryFile]:
    """Files in which this person writes."""
    return [each.file for each in mine(user) if each.role != FileRole.CATALYST]


def history(file: TerritoryFile, *, limit: int = 0) -> list[FileEvent]:
    rows = file.history.select_related("by")
    return list(rows[:limit] if limit else rows)


def facts(territory: Territory) -> list[Any]:
    """What the platform knows of the territory, with source and year: no question asks it again."""
    return territory_facts(territory, territories.containers(territory))


# --- Who waits -------------------------------------------------------------------------------------------------------


def invitations(file: TerritoryFile) -> list[FileInvitation]:
    """Requests and invitations that wait for an answer."""
    return list(file.invitations.select_related("member", "by"))


def invitation(file: TerritoryFile, pk: int) -> FileInvitation | None:
    return file.invitations.select_related("member", "file").filter(pk=pk).first()


def request_of(user: Any, file: TerritoryFile) -> FileInvitation | None:
    """What this person asked and nobody answered yet."""
    return file.invitations.filter(member=user.pk, is_asked=True).first()


def person(file: TerritoryFile, pk: int) -> FileMember | None:
    return file.people.select_related("member", "file").filter(pk=pk).first()


def may_take(file: TerritoryFile) -> list[FileMember]:
    """Those of the team whom the file may be handed to."""
    return list(file.people.select_related("member").filter(role=FileRole.TEAM, member__is_active=True))


def holder(file: TerritoryFile) -> FileMember | None:
    return file.people.select_related("member").filter(role=FileRole.HOLDER).first()


def without_holder() -> list[TerritoryFile]:
    """Files that nobody holds any more, or whose holder's account is closed: their territory, nothing else."""
    held = FileMember.objects.filter(file=OuterRef("pk"), role=FileRole.HOLDER, member__is_active=True)
    return list(TerritoryFile.objects.filter(~Exists(held)).select_related("territory").order_by("created_at", "pk"))


# --- Accompaniment ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asking:
    """A file that asks to be accompanied: its territory, its means, its zonings; nothing else of it."""

    file: TerritoryFile
    zonings: tuple[str, ...]
    has_asked: bool
    is_demo: bool

    @property
    def title(self) -> str:
        return grammar.title(self.file.territory)


def asking(user: Any) -> list[Asking]:
    """Those not accompanied yet that ask for it, by the rule of the page: means, then zonings, then inhabitants; two queries."""
    accompanied = FileMember.objects.filter(file=OuterRef("pk"), role=FileRole.CATALYST)
    proposed = FileInvitation.objects.filter(file=OuterRef("pk"), member=user.pk)
    fictitious = FileMember.objects.filter(file=OuterRef("pk"), member__is_demo=True)
    rows = (
        TerritoryFile.objects.filter(~Exists(accompanied), wants_help=True)
        .select_related("territory")
        .annotate(has_asked=Exists(proposed), is_demo=Exists(fictitious))
    )
    return [Asking(row, zonings, row.has_asked, row.is_demo) for row, zonings in least_equipped_first(rows)]


def least_equipped_first(rows: Iterable[TerritoryFile]) -> list[tuple[Any, tuple[str, ...]]]:
    """The rule of the page, for accompaniment and for cohorts: means, then zonings, then inhabitants; each with its zonings."""
    found = list(rows)
    labels = _zonings(row.territory for row in found)
    with_zonings = [(row, labels.get(row.territory_id, ())) for row in found]
    return sorted(with_zonings, key=lambda pair: _rank(*pair))


def with_few_means(members: Collection[int]) -> set[int]:
    """Of these members, those of the team of a territory that declares nobody, or one person, to carry its projects."""
    found = FileMember.objects.filter(member__in=members, role__in=WRITERS, file__means__in=FEWEST)
    return set(found.values_list("member", flat=True))


def _rank(file: TerritoryFile, zonings: tuple[str, ...]) -> tuple[int, ...]:
    """Inhabitants that are not known come last."""
    known = file.territory.population
    inhabitants = known if known is not None else 10**12
    return (MEANS_ORDER.index(Means(file.means)), -len(zonings), inhabitants, file.pk)


def _zonings(found: Iterable[Territory]) -> dict[int, tuple[str, ...]]:
    """Labels by territory: a commune's own; of a larger one, those that half of its communes are in."""
    communes_of = {each.pk: _communes(each) for each in found}
    wanted = {pk for communes in communes_of.values() for pk in communes}
    if not wanted:
        return {}
    members: dict[str, set[int]] = {}
    through = Zoning.communes.through.objects.filter(territory__in=wanted)
    for label, commune in through.values_list("zoning__label", "territory"):
        members.setdefault(label, set()).add(commune)
    return {
        pk: tuple(sorted(label for label, inside in members.items() if 2 * len(inside & communes) >= len(communes)))
        for pk, communes in communes_of.items()
        if communes
    }


# A département and larger are never among the fragile: too many communes, too different.
_SMALL = frozenset({Kind.EPCI, Kind.EPT, Kind.CUSTOM})


def _communes(territory: Territory) -> set[int]:
    if territory.kind == Kind.COMMUNE:
        return {territory.pk}
    return {row.id for row in territories.communes(territory)} if territory.kind in _SMALL else set()


@dataclass(frozen=True)
class Share:
    """Of the files accompanied, how many are among the least equipped."""

    accompanied: int
    least: int

    @property
    def percent(self) -> int:
        return round(100 * self.least / self.accompanied) if self.accompanied else 0


def share() -> Share:
    accompanied = FileMember.objects.filter(file=OuterRef("pk"), role=FileRole.CATALYST)
    found = TerritoryFile.objects.filter(Exists(accompanied)).aggregate(
        every=Count("pk"), least=Count("pk", filter=Q(means__in=LEAST_EQUIPPED))
    )
    return Share(found["every"], found["least"])


def is_catalyst(user: Any) -> bool:
    """Whether this member shows themselves in the directory as someone who helps territories."""
    if not (user.is_authenticated and user.is_active):
        return False
    return Entry.objects.filter(owner=user.pk, kind=EntryKind.CATALYST, is_hidden=False).exists()


# --- Personal data ---------------------------------------------------------------------------------------------------


def export_of(member: Member) -> dict[str, Any]:
    """Where a member is, what they asked, what they did in files."""
    places: QuerySet[FileMember] = FileMember.objects.filter(member=member).select_related("file__territory")
    asked = FileInvitation.objects.filter(member=member, is_asked=True).annotate(name=F("file__territory__name"))
    return {
        "dossiers": [
            {"territoire": row.file.territory.name, "role": row.role, "depuis": row.joined_at} for row in places
        ],
        "demandes": list(asked.values("name", "note", "created_at")),
        "gestes": list(FileEvent.objects.filter(by=member).values("text", "at")),
    }
