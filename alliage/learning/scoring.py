"""Answers of several respondents → where a territory stands. Pure: no database, no clock.

Affirmations have the code « <lever>-<rank> » (« alliance-2 »), their answers are « 1 » to « 4 », lowest first, or « ? ». The wish
of a lever is « envie-<lever> », of the same answers. Other questions (« preuve-<lever> », texts) are not counted.

Means are exact until they are written, so that a half is a half: 2.5 is level 2, never 3 by a rounding of machines.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

# What this module writes; a change of rule is a new number, and results already kept stay as they are.
RULES = 1
LEVELS = (1, 2, 3, 4)
NOT_KNOWN = "?"
WORTH = {str(level): level for level in LEVELS}
# A lever counts for a respondent who knows half of it; a level for the whole needs so many levers.
KNOWN_SHARE = Fraction(1, 2)
FEWEST_LEVERS = 4
_AFFIRMATION = re.compile(r"([a-z]+(?:-[a-z]+)*)-(\d+)")
_WISH = "envie-"


@dataclass(frozen=True)
class Said:
    """What one respondent answered. `role` is empty for those who do not agree that it be shown."""

    role: str
    answers: Mapping[str, Any]


def lever_of(code: str) -> str:
    """The lever that an affirmation is about; empty for any other question."""
    found = _AFFIRMATION.fullmatch(code)
    return found[1] if found else ""


def result(levers: Sequence[str], said: Sequence[Said], *, asked: Iterable[str] = ()) -> dict[str, Any]:
    """The result that is kept (shape in the decision record 11).

    `asked`: codes of the questions, so that what nobody answered counts as not known; those that someone answered when not given.
    """
    codes = list(dict.fromkeys(asked)) or sorted({code for each in said for code in each.answers})
    by_lever = {lever: [code for code in codes if lever_of(code) == lever] for lever in levers}
    found = {lever: _lever(lever, by_lever[lever], said) for lever in levers}
    level = overall(found[lever]["level"] for lever in levers)
    return {
        "respondents": len(said),
        "level": level,
        "because": [lever for lever in levers if level and (found[lever]["level"] or 0) >= level],
        "levers": found,
        "statements": {code: _statement(code, said) for lever in levers for code in by_lever[lever]},
        "roles": _roles(by_lever, said),
        "version": RULES,
    }


def level_of(mean: Fraction) -> int:
    """The nearest level; a half goes down."""
    return ceil(mean - Fraction(1, 2))


def overall(levels: Iterable[int | None]) -> int | None:
    """The highest level that more than half of the known levers reach; none with too few of them."""
    known = [level for level in levels if level is not None]
    if len(known) < FEWEST_LEVERS:
        return None
    return max(level for level in LEVELS if 2 * sum(each >= level for each in known) > len(known))


def _worth(value: Any) -> int | None:
    return WORTH.get(value) if isinstance(value, str) else None


def _known(codes: Iterable[str], answers: Mapping[str, Any]) -> list[int]:
    return [worth for code in codes if (worth := _worth(answers.get(code))) is not None]


def _mean(values: Sequence[int] | Sequence[Fraction]) -> Fraction | None:
    return Fraction(sum(values)) / len(values) if values else None


def own_mean(codes: Sequence[str], answers: Mapping[str, Any]) -> Fraction | None:
    """A respondent's mean over the affirmations of a lever that they know; nothing when they know less than half of them."""
    known = _known(codes, answers)
    return _mean(known) if known and len(known) >= KNOWN_SHARE * len(codes) else None


def _own_means(codes: Sequence[str], said: Iterable[Said]) -> list[Fraction]:
    return [mean for each in said if (mean := own_mean(codes, each.answers)) is not None]


def _lever(lever: str, codes: Sequence[str], said: Sequence[Said]) -> dict[str, Any]:
    """Spread is the gap between the lowest and the highest respondent."""
    means = _own_means(codes, said)
    mean = _mean(means)
    cells = len(codes) * len(said)
    known = sum(len(_known(codes, each.answers)) for each in said)
    wishes = [worth for each in said if (worth := _worth(each.answers.get(_WISH + lever))) is not None]
    return {
        "mean": _written(mean),
        "level": None if mean is None else level_of(mean),
        "lowest": _written(min(means, default=None)),
        "highest": _written(max(means, default=None)),
        "spread": _written(max(means) - min(means)) if means else None,
        "known": _written(Fraction(known, cells)) if cells else 0.0,
        "wish": _written(_mean(wishes)),
    }


def _statement(code: str, said: Sequence[Said]) -> dict[str, Any]:
    """How many chose each answer; a missing one is not « ? »."""
    given = [each.answers.get(code) for each in said]
    counts = {answer: given.count(answer) for answer in (*WORTH, NOT_KNOWN)}
    known = [worth for value in given if (worth := _worth(value)) is not None]
    return {"counts": counts, "mean": _written(_mean(known))}


def _roles(by_lever: Mapping[str, Sequence[str]], said: Sequence[Said]) -> dict[str, Any]:
    """Means by role of those who agree. Nothing when a single one does not: what is shown, taken away from the whole, would tell theirs."""
    shown = sorted({each.role for each in said if each.role})
    if sum(not each.role for each in said) == 1:
        return {}
    found = {}
    for role in shown:
        having = [each for each in said if each.role == role]
        means = {lever: _written(_mean(_own_means(codes, having))) for lever, codes in by_lever.items()}
        found[role] = {"count": len(having), "levers": means}
    return found


def _written(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 4)
