"""The programme as a grid: hours × tracks, what clashes in it. Three queries, whatever the number of sequences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from alliage.events.enums import SequenceKind, Standing
from alliage.events.models import Appearance, Event, Sequence, Steward, Temps

# What may go on beside a sequence without a track: one lunches while visiting.
BESIDE = frozenset({SequenceKind.BREAK, SequenceKind.EXHIBITION})


@dataclass
class Programme:
    temps: list[Temps]
    sequences: list[Sequence]
    speakers: dict[int, dict[int, str]] = field(default_factory=dict)
    stewards: dict[int, dict[int, str]] = field(default_factory=dict)
    held_by: dict[int, list[Steward]] = field(default_factory=dict)

    @property
    def tracks(self) -> list[str]:
        """In the order in which they appear; the common one, without a name, first."""
        named = dict.fromkeys(each.track for each in self.sequences if each.track)
        return ["", *named]


def programme(event: Event) -> Programme:
    sequences = list(event.sequences.order_by("starts_at", "rank"))
    found = Programme(list(event.temps.order_by("rank")), sequences)
    temps = {each.pk: each for each in found.temps}
    for each in sequences:
        each.temps = temps.get(each.temps_id or 0)
    appearing = Appearance.objects.filter(item__sequence__event=event).exclude(standing=Standing.DECLINED)
    for sequence, speaker, name in appearing.values_list("item__sequence", "speaker", "speaker__name"):
        found.speakers.setdefault(sequence, {})[speaker] = name
    holding = Steward.objects.filter(sequence__event=event).select_related("member")
    for steward in holding:
        found.held_by.setdefault(steward.sequence_id, []).append(steward)
        found.stewards.setdefault(steward.sequence_id, {})[steward.member_id] = steward.member.get_full_name()
    return found


# --- What clashes --------------------------------------------------------------------------------------------------


def clashes(found: Programme) -> dict[int, list[str]]:
    """By sequence, what an organiser should look at. Nothing of it is refused: a programme is put right step by step."""
    told: dict[int, list[str]] = {}
    for one, other in _together(found.sequences):
        for words in _between(one, other, found):
            told.setdefault(one.pk, []).append(words % {"other": other.title})
            told.setdefault(other.pk, []).append(words % {"other": one.title})
    whole = {each.pk: each for each in found.temps}
    held = {each.pk: each for each in found.sequences}
    for each in found.sequences:
        if not each.is_cancelled:
            told.setdefault(each.pk, []).extend(_outside(each, whole, held))
    return {pk: words for pk, words in told.items() if words}


def _together(sequences: list[Sequence]) -> Iterator[tuple[Sequence, Sequence]]:
    """Pairs that are held at the same time, one not inside the other."""
    held = [each for each in sequences if not each.is_cancelled]  # in the order of their hours
    for rank, one in enumerate(held):
        for other in held[rank + 1 :]:
            if other.starts_at >= one.ends_at:
                break
            if one.pk != other.parent_id and other.pk != one.parent_id:
                yield one, other


def _between(one: Sequence, other: Sequence, found: Programme) -> Iterator[str]:
    for people in (found.speakers, found.stewards):
        both = people.get(one.pk, {}).keys() & people.get(other.pk, {}).keys()
        for person in sorted(both):
            name = people[one.pk][person].replace("%", "%%")
            yield _("%(who)s est aussi attendu au même moment dans «\u00a0%%(other)s\u00a0».") % {"who": name}
    if one.track and one.track == other.track:
        yield _("La salle «\u00a0%(track)s\u00a0» accueille au même moment «\u00a0%%(other)s\u00a0».") % {
            "track": one.track.replace("%", "%%")
        }
    elif not one.track and not other.track and not _may_share(one, other):
        yield _("Se tient au même moment que «\u00a0%(other)s\u00a0», sans autre salle.")


def _may_share(one: Sequence, other: Sequence) -> bool:
    return bool({one.kind, other.kind} & BESIDE) or bool(one.parent_id or other.parent_id)


def _outside(each: Sequence, temps: dict[int, Temps], held: dict[int, Sequence]) -> Iterator[str]:
    within = temps.get(each.temps_id or 0)
    if _goes_beyond(each, within):
        assert within is not None
        yield _("Dépasse les heures annoncées de son temps, «\u00a0%(temps)s\u00a0».") % {"temps": within.title}
    parent = held.get(each.parent_id or 0)
    if each.mirror_of_id is None and _goes_beyond(each, parent):
        assert parent is not None
        yield _("Dépasse les heures de la séquence qui la réunit, «\u00a0%(parent)s\u00a0».") % {"parent": parent.title}


def _goes_beyond(each: Sequence, whole: Sequence | Temps | None) -> bool:
    return whole is not None and (each.starts_at < whole.starts_at or each.ends_at > whole.ends_at)


# --- The table -----------------------------------------------------------------------------------------------------


@dataclass
class Cell:
    """A sequence, or a temps, over `span` lines; nothing for an empty place."""

    sequence: Sequence | None = None
    temps: Temps | None = None
    span: int = 1
    clashes: list[str] = field(default_factory=list)
    speakers: int = 0


@dataclass
class Row:
    """One hour at which something begins or ends. `cells`: those that begin here, None for an empty place."""

    starts_at: datetime
    ends_at: datetime
    cells: list[Cell]


@dataclass(frozen=True)
class Column:
    track: str
    lanes: int


@dataclass
class Table:
    columns: list[Column]
    temps_lanes: int
    rows: list[Row]


def table(found: Programme) -> Table:
    """Every sequence in the column of its track; two at once in one track stand side by side, and the clash is told."""
    told = clashes(found)
    whole: list[Sequence | Temps] = [*found.sequences, *found.temps]
    moments = sorted({moment for each in whole for moment in (each.starts_at, each.ends_at)})
    line = {moment: rank for rank, moment in enumerate(moments)}
    lanes: list[list[Cell | None]] = []
    temps_lanes = _laid([(each, Cell(temps=each)) for each in found.temps], line, lanes) if found.temps else 0
    columns = []
    for track in found.tracks:
        held = [
            (each, Cell(each, clashes=told.get(each.pk, []), speakers=len(found.speakers.get(each.pk, ()))))
            for each in found.sequences
            if each.track == track
        ]
        columns.append(Column(track, _laid(held, line, lanes)))
    rows = [
        Row(starts_at, ends_at, [cell for lane in lanes if (cell := lane[rank]) is not None])
        for rank, (starts_at, ends_at) in enumerate(pairwise(moments))
    ]
    return Table(columns, temps_lanes, rows)


def _laid(
    held: Iterable[tuple[Sequence | Temps, Cell]], line: dict[datetime, int], lanes: list[list[Cell | None]]
) -> int:
    """Put each in the first lane where it fits; answers how many lanes it took. A lane: a cell, or None where one goes on."""
    mine: list[list[Cell | None]] = []
    height = max(len(line) - 1, 0)
    for each, cell in held:
        start, end = line[each.starts_at], line[each.ends_at]
        cell.span = end - start
        lane = next((lane for lane in mine if all(_is_free(lane[rank]) for rank in range(start, end))), None)
        if lane is None:
            lane = [Cell() for _rank in range(height)]
            mine.append(lane)
        lane[start] = cell
        for rank in range(start + 1, end):
            lane[rank] = None
    if not mine:
        mine.append([Cell() for _rank in range(height)])
    lanes.extend(mine)
    return len(mine)


def _is_free(cell: Cell | None) -> bool:
    return cell is not None and cell.sequence is None and cell.temps is None
