"""A programme as it is shown: plain objects, filled by `queries/programmes.py`, read by pages and formats."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from alliage.directory.enums import Visibility
from alliage.directory.models import Entry
from alliage.events.enums import PASTILLES, ItemKind, SequenceKind, Standing
from alliage.events.models import Event, Partner, Sequence, Temps
from alliage.library.models import Resource
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

# « animés par »: several people; « animé par »: one thing.
_SEVERAL = frozenset({ItemKind.CROSSED, ItemKind.EXCHANGE})


@dataclass(frozen=True)
class Someone:
    """Who takes part: a person with their function, or an organisation."""

    name: str
    role: str
    organisation: str
    url: str
    is_organisation: bool
    standing: str
    speaker_id: int
    organisation_slug: str = ""

    @property
    def is_expected(self) -> bool:
        return self.standing == Standing.EXPECTED

    @property
    def is_away(self) -> bool:
        return self.standing == Standing.DECLINED


@dataclass
class Content:
    """An item and its people, by what they do there."""

    pk: int
    kind: str
    title: str
    text: str
    minutes: int | None
    resource: Resource | None = None
    speaks: list[Someone] = field(default_factory=list)
    leads: list[Someone] = field(default_factory=list)
    presents: list[Someone] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(ItemKind(self.kind).label)

    @property
    def is_pastille(self) -> bool:
        return self.kind in PASTILLES

    @property
    def led_by(self) -> str:
        return _("animés par") if self.kind in _SEVERAL else _("animation\u00a0:")

    @property
    def everyone(self) -> list[Someone]:
        return [*self.speaks, *self.leads, *self.presents]


@dataclass
class Line:
    """A sequence of the programme, with all that the page says of it."""

    sequence: Sequence
    contents: list[Content] = field(default_factory=list)
    partners: list[Partner] = field(default_factory=list)
    support: list[Partner] = field(default_factory=list)
    levers: list[Term] = field(default_factory=list)
    workshops: list["Line"] = field(default_factory=list)

    @property
    def is_break(self) -> bool:
        return self.sequence.kind == SequenceKind.BREAK

    @property
    def has_people(self) -> bool:
        return any(content.everyone or content.resource for content in self.contents)

    def lasts_at(self, now: datetime) -> bool:
        return not self.sequence.is_cancelled and self.sequence.starts_at <= now < self.sequence.ends_at


@dataclass
class Group:
    """A temps and its sequences; sequences outside of any temps have none."""

    temps: Temps | None
    lines: list[Line]
    partners: list[Partner] = field(default_factory=list)
    support: list[Partner] = field(default_factory=list)


@dataclass
class Programme:
    event: Event
    groups: list[Group]
    partners: list[Partner] = field(default_factory=list)
    support: list[Partner] = field(default_factory=list)

    def lines(self) -> Iterator[Line]:
        """Every sequence, workshops after the one that gathers them."""
        for group in self.groups:
            for line in group.lines:
                yield line
                yield from line.workshops

    def levers(self) -> list[Term]:
        numbers = {term.pk for line in self.lines() for term in line.levers}
        return [term for term in taxonomy.terms(Vocabulary.LEVIERS) if term.pk in numbers]


@dataclass
class Around:
    """Where a sequence stands: before, after, the workshops it gathers, its other hours."""

    previous: Sequence | None
    following: Sequence | None
    workshops: list[Sequence]
    mirrors: list[Sequence]


def is_shown(entry: Entry | None) -> bool:
    """Whether everyone may read its page."""
    return entry is not None and not entry.is_hidden and entry.visibility == Visibility.PUBLIC


def kept(lines: Iterable[Line], *, lever: str = "", now: datetime | None = None) -> list[Line]:
    """Those that a filter keeps; a workshop keeps the one that gathers it."""
    found = []
    for line in lines:
        line.workshops = kept(line.workshops, lever=lever, now=now)
        fits = (not lever or lever in {term.code for term in line.levers}) and (now is None or line.lasts_at(now))
        if fits or line.workshops:
            found.append(line)
    return found
