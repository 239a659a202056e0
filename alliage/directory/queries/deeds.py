"""« Mes preuves »: what a member did, from every function, under the four métiers; and what others may see of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.directory.models import DeedChoice
from alliage.directory.registry import DeedRow, DeedSource, deed_rows, deeds
from alliage.rooms.enums import Role
from alliage.rooms.models import Participant, Room
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

# How many confidential ones it takes in a year before anyone else is told a number.
FLOOR = 3
ROOMS, FREE = "rooms.free", "rooms.free"

Ref = tuple[str, str]


@dataclass(frozen=True)
class Deed:
    """One thing done, or for what is confidential a year of it (`count`, and `months` for the person alone).

    `metiers`: codes, those of its object, else the one that the person chose (`is_sorted_by_hand`).
    """

    source: DeedSource
    key: str
    day: date
    title: str
    url: str = ""
    metiers: tuple[str, ...] = ()
    is_sorted_by_hand: bool = True
    is_chosen: bool = False
    count: int = 1
    months: tuple[tuple[date, int], ...] = ()
    is_waiting: bool = False

    @property
    def ref(self) -> Ref:
        return self.source.code, self.key

    @property
    def name(self) -> str:
        """What forms call it."""
        return "|".join(self.ref)

    @property
    def is_shown(self) -> bool:
        """On the profile, to others."""
        return self.is_chosen and not self.is_waiting


@dataclass(frozen=True)
class Kind:
    """Deeds of one source, as a whole."""

    source: DeedSource
    count: int
    shown: int
    is_chosen: bool


@dataclass(frozen=True)
class Group:
    """Deeds under one métier; without `metier`, under none."""

    metier: Term | None
    deeds: list[Deed]

    @property
    def label(self) -> str:
        return self.metier.label if self.metier else _("Autres")


Choices = dict[Ref, tuple[bool | None, int | None]]


def choices_of(member: int | None) -> Choices:
    """(shown, métier) by deed, or by kind under an empty key; none for an account that is closed. One query."""
    rows = DeedChoice.objects.filter(member=member, member__is_active=True)
    return {(row[0], row[1]): (row[2], row[3]) for row in rows.values_list("source", "key", "shown", "metier_id")}


def of_member(member: Any, *, now: datetime) -> list[Deed]:
    """All of them, for the person alone, the last first. Two queries, whatever there is."""
    return _deeds(list(deeds), member.pk, choices_of(member.pk), now)


def shown_of(member: int, *, now: datetime) -> list[Deed]:
    """What others see. One query, two for who shows something."""
    choices = choices_of(member)
    asked = {source for (source, _key), (shown, _metier) in choices.items() if shown}
    found = _deeds([source for source in deeds if source.code in asked], member, choices, now)
    return [deed for deed in found if deed.is_shown]


def grouped(found: Iterable[Deed]) -> list[Group]:
    """Under each métier in its order, then « Autres »; what serves two is under both."""
    rows = list(found)
    metiers = taxonomy.terms(Vocabulary.METIERS)
    codes = {term.code for term in metiers}
    groups = [Group(term, [deed for deed in rows if term.code in deed.metiers]) for term in metiers]
    groups.append(Group(None, [deed for deed in rows if not codes.intersection(deed.metiers)]))
    return [group for group in groups if group.deeds]


def kinds_of(found: list[Deed], member: Any) -> list[Kind]:
    """Kinds of which there is something, or that are shown already. One query."""
    choices = choices_of(member.pk)
    kinds = []
    for source in sorted(deeds, key=lambda each: each.position):
        rows = [deed for deed in found if deed.source == source]
        chosen = bool(choices.get((source.code, ""), (False, None))[0])
        if rows or chosen:
            kinds.append(
                Kind(
                    source, sum(deed.count for deed in rows), sum(deed.count for deed in rows if deed.is_shown), chosen
                )
            )
    return kinds


def _deeds(sources: list[DeedSource], member: int, choices: Choices, now: datetime) -> list[Deed]:
    if not sources:
        return []
    first, *others = [source.rows(member, now) for source in sources]
    by_ref: dict[Ref, list[DeedRow]] = {}
    for row in map(DeedRow._make, first.union(*others)):
        by_ref.setdefault((row.source, row.key), []).append(row)
    found: list[Deed] = []
    for source in sources:
        mine = [rows for (code, _key), rows in by_ref.items() if code == source.code]
        found += _years(source, mine, now) if source.counted else [_deed(source, rows) for rows in mine]
    found = [_as_chosen(deed, choices) for deed in found]
    return sorted(found, key=lambda deed: (deed.day, deed.name), reverse=True)


def _deed(source: DeedSource, rows: list[DeedRow]) -> Deed:
    first = rows[0]
    own = tuple(sorted({row.metier for row in rows if row.metier}))
    title = first.title or str(source.untitled)
    return Deed(source, first.key, _day(first.at), title, source.url(first), own, is_sorted_by_hand=not own)


def _years(source: DeedSource, mine: list[list[DeedRow]], now: datetime) -> list[Deed]:
    """One deed by year. A year that goes on is shown to nobody: its number would say when it grew."""
    assert source.counted is not None  # _deeds
    days = [_day(rows[0].at) for rows in mine]
    found = []
    for year, count in Counter(day.year for day in days).items():
        months = Counter(day.replace(day=1) for day in days if day.year == year)
        waits = year >= timezone.localdate(now).year or count < FLOOR
        found.append(
            Deed(
                source, str(year), date(year, 12, 31), source.counted(count), count=count,
                months=tuple(sorted(months.items())), is_waiting=waits,
            )
        )  # fmt: skip
    return found


def _as_chosen(deed: Deed, choices: Choices) -> Deed:
    kind = bool(choices.get((deed.source.code, ""), (False, None))[0])
    shown, metier = choices.get(deed.ref, (None, None))
    term = taxonomy.term_by_id(Vocabulary.METIERS, metier) if deed.is_sorted_by_hand else None
    return replace(
        deed, is_chosen=kind if shown is None else shown, metiers=(term.code,) if term is not None else deed.metiers
    )


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def rooms_led(member: int, _now: datetime) -> QuerySet[Any]:
    """Rooms opened for themselves that were held. Of an erased one, who prepared it is all that remains."""
    leads = Participant.objects.filter(room=OuterRef("pk"), member=member, role=Role.FACILITATOR)
    held = Room.objects.filter(purpose=FREE, is_rehearsal=False, opened_at__isnull=False, closed_at__isnull=False)
    return deed_rows(ROOMS, held.filter(Q(created_by=member) | Exists(leads)), at="closed_at")


def export_of(member: Any) -> dict[str, Any]:
    """A member's own copy of their deeds, and of what they show."""
    rows = of_member(member, now=timezone.now())
    return {
        "preuves": [
            {
                "nature": str(deed.source.label),
                "quoi": deed.title,
                "annee": deed.day.year,
                "mois": [{"mois": month.strftime("%Y-%m"), "nombre": count} for month, count in deed.months]
                or deed.day.strftime("%Y-%m"),
                "metiers": list(deed.metiers),
                "page": deed.url,
                "montree": deed.is_shown,
            }
            for deed in rows
        ],
        "choix": list(
            DeedChoice.objects.filter(member=member.pk)
            .order_by("source", "key")
            .values("source", "key", "shown", "metier__code")
        ),
    }
