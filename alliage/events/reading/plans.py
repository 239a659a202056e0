"""A programme as it was read, before anything is written: shown, accepted or not, then written whole by `services/programme_imports.py`.

Moments are written at the event's own clock, without a zone (`2020-07-08T09:00`): a plan is plain data, that a form carries.
"""

import re
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from alliage.events.enums import ItemKind, Part, PartnerKind, SequenceKind, Standing

CLOCK = "%Y-%m-%dT%H:%M"


@dataclass
class PersonPlan:
    """`name` empty: the organisation itself. `slug`: its page in the directory."""

    name: str = ""
    role: str = ""
    organisation: str = ""
    slug: str = ""
    part: str = Part.SPEAKS
    standing: str = Standing.EXPECTED

    @property
    def shown(self) -> str:
        return self.name or self.organisation


@dataclass
class PartnerPlan:
    name: str
    slug: str = ""
    kind: str = PartnerKind.PARTNER


@dataclass
class ItemPlan:
    kind: str
    title: str = ""
    text: str = ""
    minutes: int | None = None
    resource: int | None = None
    people: list[PersonPlan] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(ItemKind(self.kind).label)


@dataclass
class TempsPlan:
    title: str
    starts: str
    ends: str
    announced: str = ""
    text: str = ""
    note: str = ""
    partners: list[PartnerPlan] = field(default_factory=list)


@dataclass
class SequencePlan:
    """`rank` tells sequences of one plan apart; `temps` is a rank in `Plan.temps`; `parent` and `mirror_of` are ranks of sequences."""

    rank: int
    title: str
    starts: str
    ends: str
    kind: str = SequenceKind.PLENARY
    number: int | None = None
    temps: int | None = None
    parent: int | None = None
    mirror_of: int | None = None
    track: str = ""
    capacity: int | None = None
    takes_registrations: bool = True
    levers: list[str] = field(default_factory=list)
    text: str = ""
    note: str = ""
    partners: list[PartnerPlan] = field(default_factory=list)
    items: list[ItemPlan] = field(default_factory=list)


@dataclass
class Plan:
    temps: list[TempsPlan] = field(default_factory=list)
    sequences: list[SequencePlan] = field(default_factory=list)

    @property
    def people(self) -> int:
        names = {each.shown for one in self.sequences for item in one.items for each in item.people}
        return len(names)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    def moved_to(self, day: date) -> int:
        """Put it on the day of the Rencontre; answers by how many days it moved."""
        if not self.sequences:
            return 0
        first = min(moment(each.starts) for each in self.sequences).date()
        step = day - first
        if step:
            whole: list[Any] = [*self.temps, *self.sequences]
            for each in whole:
                each.starts, each.ends = (written(moment(words) + step) for words in (each.starts, each.ends))
        return step.days

    def kept(self, ranks: set[int]) -> "Plan":
        """Only some of its sequences: what hung on another one hangs on nothing; a temps left empty goes too."""
        sequences = [each for each in self.sequences if each.rank in ranks]
        used = sorted({each.temps for each in sequences if each.temps is not None})
        for each in sequences:
            each.temps = used.index(each.temps) if each.temps is not None else None
            each.parent = each.parent if each.parent in ranks else None
            each.mirror_of = each.mirror_of if each.mirror_of in ranks else None
        return Plan([self.temps[rank] for rank in used], sequences)


def plan_of(data: dict[str, Any]) -> Plan:
    """From what `as_data` gave."""
    return Plan(
        [TempsPlan(**{**each, "partners": _partners(each)}) for each in data["temps"]],
        [
            SequencePlan(**{**each, "partners": _partners(each), "items": [_item(item) for item in each["items"]]})
            for each in data["sequences"]
        ],
    )


def _partners(data: dict[str, Any]) -> list[PartnerPlan]:
    return [PartnerPlan(**each) for each in data["partners"]]


def _item(data: dict[str, Any]) -> ItemPlan:
    return ItemPlan(**{**data, "people": [PersonPlan(**each) for each in data["people"]]})


def moment(words: str) -> datetime:
    return datetime.strptime(words, CLOCK)  # noqa: DTZ007 the clock is the event's


def written(when: datetime) -> str:
    return when.strftime(CLOCK)


def french(words: str) -> str:
    """With the spaces that French keeps unbroken, lost on the way: within quotes, before double signs."""
    return re.sub(r" (?=[»?!;:](?:\s|$))|(?<=«) ", "\u00a0", words)


def at(day: date, minutes: int) -> str:
    """So many minutes after midnight, that day or the next."""
    return written(datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes))
