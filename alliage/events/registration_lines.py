"""Sequences as a form of registration shows them: when, how many seats are left, what happens at the same time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.events import moments
from alliage.events.models import Sequence
from alliage.events.queries.registrations import crossed


@dataclass(frozen=True)
class Choice:
    """One box to tick. `beside`: titles of what happens at the same time."""

    sequence: Sequence
    whens: list[tuple[str, str]]
    seats: str
    is_full: bool
    beside: list[str]
    is_chosen: bool = False

    @property
    def value(self) -> str:
        return str(self.sequence.pk)


def choices(sequences: list[Sequence], chosen: Collection[str] = (), *, zone: str = "") -> list[Choice]:
    """In the order of the day, at the current clock, then in Paris, then at that of the event."""
    beside: dict[int, list[str]] = {each.pk: [] for each in sequences}
    for first, second in crossed(sequences):
        beside[first.pk].append(second.title)
        beside[second.pk].append(first.title)
    return [
        Choice(
            each,
            moments.lines(each.starts_at, each.ends_at, zone),
            seats_words(each),
            is_full(each),
            beside[each.pk],
            str(each.pk) in chosen,
        )
        for each in sequences
    ]


def is_full(sequence: Sequence) -> bool:
    return sequence.capacity is not None and sequence.seat_count >= sequence.capacity


def seats_words(sequence: Sequence) -> str:
    """« 12 places restantes », « complet : liste d’attente »; nothing when there is no limit."""
    if sequence.capacity is None:
        return ""
    left = sequence.capacity - sequence.seat_count
    if left <= 0:
        return _("complet\u00a0: liste d’attente")
    return ngettext("%(count)d place restante", "%(count)d places restantes", left) % {"count": left}


def overlaps(sequences: Iterable[Sequence]) -> list[str]:
    """What is told to someone who holds two at the same time."""
    return [
        _(
            "«\u00a0%(first)s\u00a0» et «\u00a0%(second)s\u00a0» se chevauchent\u00a0: c’est permis, vous passerez de l’une à l’autre."
        )
        % {"first": first.title, "second": second.title}
        for first, second in crossed(sequences)
    ]
