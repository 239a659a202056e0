"""Results ready for a page: drawings in percents, and tables that say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.questionnaires.questions import Choice, Question
from alliage.questionnaires.results import Result, Spread
from alliage.ui.templatetags.ui import french_number

# A drawing leaves this much on both sides, in percents, so that its first and last marks are whole.
SIDE = 2.0


@dataclass(frozen=True)
class ShownBar:
    """A bar: what it is of, its figure in words, its length in percents of the drawing."""

    title: str
    figure: str
    width: str


@dataclass(frozen=True)
class ShownSpread:
    """A band on an axis: places in percents of its width, and the same in words. `low`, `high`: the ends of the axis."""

    words: str
    low: str
    high: str
    whole_x: str
    whole_width: str
    half_x: str
    half_width: str
    middle_x: str


@dataclass(frozen=True)
class Shown:
    """Results of a question on a page. `headers` and `rows` are the table that says the same as the drawing."""

    result: Result
    count: str
    bars: tuple[ShownBar, ...] = ()
    spread: ShownSpread | None = None
    lines: tuple["Shown", ...] = ()
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def title(self) -> str:
        return self.result.title


def shown_all(results: Sequence[Result]) -> list[Shown]:
    return [shown(result) for result in results]


def shown(result: Result) -> Shown:
    """Drawing and table of a question, or of a row of a matrix."""
    headers, rows = _table(result)
    return Shown(
        result,
        _count(result),
        _bars(result),
        _spread(result.spread, result.question) if result.spread else None,
        tuple(shown(row) for row in result.rows),
        headers,
        rows,
    )


def _count(result: Result) -> str:
    said = ngettext("%(count)s réponse", "%(count)s réponses", result.answered) % {"count": number(result.answered)}
    if not result.not_known:
        return said
    return _("%(answers)s, %(count)s «\u00a0ne sait pas\u00a0»") % {"answers": said, "count": number(result.not_known)}


def number(value: float, decimals: int | None = None) -> str:
    return french_number(round(value, 2) if decimals is None else value, decimals)


def share(value: float) -> str:
    return f"{number(100 * value, 0)}\u00a0%"


def _percents(value: float) -> str:
    return f"{max(0.0, min(100.0, value)):.2f}%"


def _bars(result: Result) -> tuple[ShownBar, ...]:
    bars = tuple(
        ShownBar(bar.title, f"{number(bar.count)} · {share(bar.share)}", _percents(100 * bar.share))
        for bar in result.bars
    )
    ranks = tuple(
        ShownBar(rank.title, _rank_words(rank.first, rank.mean), _percents(100 * rank.share)) for rank in result.ranks
    )
    return bars + ranks


def _rank_words(first: int, mean: float | None) -> str:
    if mean is None:
        return _("jamais classé")
    return _("rang moyen %(mean)s · %(first)s fois en tête") % {"mean": number(mean, 1), "first": number(first)}


def _spread(spread: Spread, question: Question) -> ShownSpread:
    levels = [option.title for option in question.options]
    low, high = _ends(spread, question)

    def place(value: float) -> float:
        return SIDE + (100 - 2 * SIDE) * ((value - low) / (high - low) if high > low else 0.5)

    def width(start: float, end: float) -> str:
        return _percents(max(place(end) - place(start), 0.6))

    return ShownSpread(
        _spread_words(spread, question),
        levels[0] if levels else number(low),
        levels[-1] if levels else number(high),
        _percents(place(spread.lowest)),
        width(spread.lowest, spread.highest),
        _percents(place(spread.lower)),
        width(spread.lower, spread.upper),
        _percents(place(spread.median)),
    )


def _ends(spread: Spread, question: Question) -> tuple[float, float]:
    """Of the axis: all the levels of a scale, else the bounds of the question or what was answered."""
    if question.options:
        return 1, len(question.options)
    low = spread.lowest if question.lowest is None else question.lowest
    high = spread.highest if question.highest is None else question.highest
    return low, high


def _worth(value: float, question: Question) -> str:
    """A figure in words: on a scale, the level, or « entre … et … »."""
    if not question.options:
        return number(value) + (f"\u00a0{question.unit}" if question.unit else "")
    below = question.options[int(value) - 1].title
    if value == int(value):
        return f"«\u00a0{below}\u00a0»"
    above = question.options[int(value)].title
    return _("entre «\u00a0%(below)s\u00a0» et «\u00a0%(above)s\u00a0»") % {"below": below, "above": above}


def _spread_words(spread: Spread, question: Question) -> str:
    middle = _("Médiane\u00a0: %(median)s.") % {"median": _worth(spread.median, question)}
    if spread.lowest == spread.highest:
        return middle + " " + _("Tout le monde répond la même chose.")
    said = [middle]
    if not question.options:
        said.append(_("Moyenne\u00a0: %(mean)s.") % {"mean": _worth(round(spread.mean, 2), question)})
    said.append(
        _("Les réponses vont de %(low)s à %(high)s.")
        % {"low": _worth(spread.lowest, question), "high": _worth(spread.highest, question)}
    )
    # Between two levels of a scale: the one below, the one above.
    whole = bool(question.options)
    lower, upper = (floor(spread.lower), ceil(spread.upper)) if whole else (spread.lower, spread.upper)
    if (spread.lowest, spread.highest) != (lower, upper):
        said.append(_("La moitié au milieu\u00a0: %(half)s.") % {"half": _between(lower, upper, question)})
    return " ".join(said)


def _between(lower: float, upper: float, question: Question) -> str:
    if lower == upper:
        return _worth(lower, question)
    return _("de %(low)s à %(high)s") % {"low": _worth(lower, question), "high": _worth(upper, question)}


def _table(result: Result) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    if result.rows:
        return _matrix_table(result)
    if result.bars:
        rows = [(bar.title, number(bar.count), share(bar.share)) for bar in result.bars]
        if result.not_known:
            rows.append((_("Ne sait pas"), number(result.not_known), ""))
        return (_("Réponse"), _("Nombre"), _("Part")), tuple(rows)
    if result.words:
        return (_("Mot"), _("Nombre")), tuple((word.text, number(word.count)) for word in result.words)
    if result.ranks:
        headers = (_("Réponse"), _("Points"), _("Rang moyen"), _("Fois en tête"), _("Fois classé"))
        return headers, tuple(
            (
                rank.title,
                number(rank.points),
                "–" if rank.mean is None else number(rank.mean, 1),
                number(rank.first),
                number(rank.ranked),
            )
            for rank in result.ranks
        )
    return (), ()


def _matrix_table(result: Result) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    options: tuple[Choice, ...] = result.question.options
    headers = (_("Ligne"), *(option.title for option in options), _("Ne sait pas"))
    rows = []
    for row in result.rows:
        counts = [number(bar.count) for bar in row.bars] or ["–"] * len(options)
        rows.append((row.title, *counts, "–" if row.hidden else number(row.not_known)))
    return headers, tuple(rows)
