"""What a kept result says, in words: level, strengths, priorities, gaps, change. From plain figures: no database, no clock.

Means are shown as places on a scale that has names, never as a mark.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from statistics import fmean
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.learning.enums import RespondentRole
from alliage.learning.levels import Levels, wish_words
from alliage.learning.radar import Axis
from alliage.learning.scoring import LEVELS, NOT_KNOWN, lever_of
from alliage.taxonomy.models import Term
from alliage.ui.templatetags.ui import french_number

# From which gap between the lowest and the highest respondent people see a lever differently; from which change it moved.
WIDE, MOVED = 1.0, 0.25
STRONG, STRONG_WISH = 3, 2.5
MOST_PRIORITIES, MOST_STRENGTHS, MOST_STATEMENTS = 3, 3, 5
# Below three, whoever reads a mean reads someone's answer: alone it is theirs, of two each subtracts their own.
FEWEST_FOR_DETAIL = 3
# What a priority is made of: how far from the top, how much it is wished for, how far apart people see it.
WISH_SHARE, GAP_SHARE, UNSAID_WISH = 0.6, 0.4, 0.3

Result = Mapping[str, Any]


@dataclass(frozen=True)
class LeverLine:
    """One lever: its figures, and the same in words."""

    term: Term
    level: int | None
    level_name: str
    mean: float | None
    lowest: float | None
    highest: float | None
    spread: float | None
    wish: str
    gap: str
    wish_mean: float | None = None
    is_rounded: bool = False

    @property
    def is_wide(self) -> bool:
        return (self.spread or 0) >= WIDE

    @property
    def place(self) -> str:
        """« 2,4 » on the scale of levels, « 2 » when only its level is told; empty when not known."""
        return french_number(self.mean, 0 if self.is_rounded else 1) if self.mean is not None else ""


@dataclass(frozen=True)
class Statement:
    """An affirmation, what was answered (« 2 fois « Pas encore » »), and its mean."""

    code: str
    title: str
    said: tuple[str, ...]
    mean: float | None
    term: Term
    apart: int = 0
    variance: float = 0.0
    known: int = 0


@dataclass(frozen=True)
class Priority:
    """`reasons` are sentences without a full stop; `starts`, affirmations by which to begin."""

    line: LeverLine
    reasons: tuple[str, ...]
    starts: tuple[Statement, ...]

    @property
    def term(self) -> Term:
        return self.line.term

    @property
    def why(self) -> str:
        return _("parce que %(reasons)s") % {"reasons": _(" et que ").join(self.reasons)}


@dataclass(frozen=True)
class RoleLine:
    """What those of one role who agree to be shown say, lever by lever."""

    label: str
    count: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """A lever between two diagnostics, over the affirmations that both asked."""

    term: Term
    by: float
    words: str
    common: int


@dataclass(frozen=True)
class Change:
    """`new` and `gone`: affirmations that one of the two did not ask, and that are not compared. `reworded`: compared, under other words."""

    moved: tuple[Moved, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    level_words: str
    reworded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A result beside the questions that were asked: `titles` of questions and `options` in words, by code.

    `is_own`: read by the one person who answered (a try). Otherwise, below three people, only levels are told (`shows_detail`).
    """

    result: Result
    terms: Sequence[Term]
    titles: Mapping[str, str]
    options: Mapping[str, str]
    levels: Levels
    is_own: bool = False

    # --- Levers --------------------------------------------------------------------------------------------------

    @cached_property
    def lines(self) -> tuple[LeverLine, ...]:
        return tuple(self._line(term) for term in self.terms if term.code in self.result["levers"])

    def _line(self, term: Term) -> LeverLine:
        said = self.result["levers"][term.code]
        level = said["level"]
        name = self.levels.name(level) if level else _("à éclaircir")
        wish = wish_words(_nearest(said["wish"])) if said["wish"] is not None else ""
        if not self.shows_detail:
            near = None if said["wish"] is None else float(_nearest(said["wish"]))
            mean = None if level is None else float(level)
            return LeverLine(term, level, name, mean, None, None, None, wish, "", near, is_rounded=True)
        return LeverLine(
            term, level, name, said["mean"], said["lowest"], said["highest"], said["spread"], wish, self._gap(said),
            said["wish"],
        )  # fmt: skip

    def _gap(self, said: Mapping[str, Any]) -> str:
        if said["spread"] is None or self.respondents < FEWEST_FOR_DETAIL:
            return ""
        if said["spread"] < WIDE:
            return _("regards proches")
        low, high = _nearest(said["lowest"]), _nearest(said["highest"])
        if low == high:
            return _("regards écartés")
        return _("de «\u00a0%(low)s\u00a0» à «\u00a0%(high)s\u00a0»") % {
            "low": self.levels.name(low),
            "high": self.levels.name(high),
        }

    @cached_property
    def by_code(self) -> dict[str, LeverLine]:
        return {line.term.code: line for line in self.lines}

    @cached_property
    def known(self) -> tuple[LeverLine, ...]:
        return tuple(line for line in self.lines if line.level is not None)

    @property
    def respondents(self) -> int:
        return int(self.result["respondents"])

    @property
    def respondents_words(self) -> str:
        count = self.respondents
        return ngettext("%(count)d personne a répondu", "%(count)d personnes ont répondu", count) % {"count": count}

    @property
    def is_deep(self) -> bool:
        return len(self.lines) == 1

    # --- Level ---------------------------------------------------------------------------------------------------

    @property
    def level(self) -> int | None:
        """Of the whole; of its lever when there is one."""
        if self.is_deep:
            return self.lines[0].level
        level: int | None = self.result["level"]
        return level

    @property
    def level_name(self) -> str:
        return self.levels.name(self.level) if self.level else _("pas encore de niveau")

    @property
    def meaning(self) -> str:
        if self.level:
            return self.levels.meaning(self.level)
        return _("Trop peu de réponses sont connues pour dire un niveau\u00a0: en parler à plusieurs est déjà un pas.")

    @cached_property
    def why(self) -> str:
        """The sentence that explains the level by the levers that decide it."""
        if not self.level or self.is_deep:
            return ""
        deciding = [self.by_code[code] for code in self.result["because"] if code in self.by_code]
        words = {
            "count": len(deciding),
            "known": len(self.known),
            "level": self.level_name,
            "levers": _listed(deciding),
        }
        if self.level == LEVELS[0]:
            return (
                _(
                    "Vous êtes au niveau «\u00a0%(level)s\u00a0» parce que la plupart de vos leviers commencent, et c’est un bon endroit d’où partir."
                )
                % words
            )
        return (
            _(
                "Vous êtes au niveau «\u00a0%(level)s\u00a0» parce que plus de la moitié de vos leviers y sont déjà, ou plus loin\u00a0: "
                "%(count)d sur %(known)d (%(levers)s)."
            )
            % words
        )

    @cached_property
    def next_step(self) -> str:
        """What would change the level: how many levers more, and the closest ones."""
        if not self.level or self.is_deep or self.level == LEVELS[-1]:
            return ""
        aim = self.level + 1
        below = sorted((line for line in self.known if (line.level or 0) < aim), key=lambda line: -(line.mean or 0))
        missing = len(self.known) // 2 + 1 - (len(self.known) - len(below))
        words = {"count": missing, "level": self.levels.name(aim), "levers": _listed(below[:missing])}
        return ngettext(
            "Un levier de plus mènerait à «\u00a0%(level)s\u00a0»\u00a0; le plus proche est %(levers)s.",
            "%(count)d leviers de plus mèneraient à «\u00a0%(level)s\u00a0»\u00a0; les plus proches sont %(levers)s.",
            missing,
        ) % words  # fmt: skip

    @cached_property
    def deciding(self) -> tuple[Statement, ...]:
        """The answers that decide it most: the best placed affirmation of each lever that carries the level."""
        chosen = [self._best(code) for code in self.result["because"]] if self.shows_detail else []
        return tuple(each for each in chosen if each is not None)[:MOST_STATEMENTS]

    def _best(self, lever: str) -> Statement | None:
        known = [each for each in self.statements if each.term.code == lever and each.mean is not None]
        return max(known, key=lambda each: each.mean or 0, default=None)

    # --- Strengths and priorities --------------------------------------------------------------------------------

    @cached_property
    def strengths(self) -> tuple[LeverLine, ...]:
        """Levers that are well in place; failing that the most advanced one, on which to lean."""
        ordered = sorted(self.known, key=lambda line: -(line.mean or 0))
        strong = [line for line in ordered if (line.level or 0) >= STRONG]
        return tuple((strong or ordered[:1])[:MOST_STRENGTHS])

    @property
    def has_strong(self) -> bool:
        return any((line.level or 0) >= STRONG for line in self.known)

    @cached_property
    def priorities(self) -> tuple[Priority, ...]:
        """Three levers: low, wished for, or seen differently. The order of the levers between equals."""
        ordered = sorted(self.lines, key=lambda line: -_weight(line))
        lowest = min((line.mean for line in self.known if line.mean is not None), default=None)
        return tuple(self._priority(line, lowest) for line in ordered[:MOST_PRIORITIES])

    def _priority(self, line: LeverLine, lowest: float | None) -> Priority:
        most = MOST_PRIORITIES if self.is_deep else 1
        known = [each for each in self.statements if each.term.pk == line.term.pk and each.mean is not None]
        starts = sorted(known, key=lambda each: each.mean or 0)[:most] if self.shows_detail else []
        return Priority(line, tuple(self._reasons(line, lowest)), tuple(starts))

    def _reasons(self, line: LeverLine, lowest: float | None) -> Iterable[str]:
        reasons = []
        words = {"level": line.level_name, "wish": line.wish}
        if line.mean is None:
            reasons.append(_("trop peu de réponses sont connues"))
        elif line.mean == lowest and not self.is_deep:
            said = (
                _("c’est votre levier le moins avancé («\u00a0%(level)s\u00a0»)")
                if sum(each.mean == lowest for each in self.lines) == 1
                else _("c’est l’un de vos leviers les moins avancés («\u00a0%(level)s\u00a0»)")
            )
            reasons.append(said % words)
        elif (line.level or 0) <= 2:
            reasons.append(_("le niveau y est encore «\u00a0%(level)s\u00a0»") % words)
        if (line.wish_mean or 0) >= STRONG_WISH:
            reasons.append(_("l’envie est là («\u00a0%(wish)s\u00a0»)") % words)
        if line.is_wide and self.respondents > 1:
            reasons.append(_("vos regards diffèrent beaucoup"))
        return reasons or [_("c’est là qu’il reste le plus à faire")]

    # --- Affirmations --------------------------------------------------------------------------------------------

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        terms = {term.code: term for term in self.terms}
        said = self.result["statements"].items()
        return tuple(
            self._statement(code, each, terms[lever_of(code)]) for code, each in said if lever_of(code) in terms
        )

    def _statement(self, code: str, said: Mapping[str, Any], term: Term) -> Statement:
        counts = {int(level): count for level, count in said["counts"].items() if level != NOT_KNOWN and count}
        known = sum(counts.values())
        mean = said["mean"]
        variance = sum(count * (level - mean) ** 2 for level, count in counts.items()) / known if known else 0.0
        apart = max(counts) - min(counts) if counts else 0
        words = [self._counted(self.options.get(str(level), str(level)), count) for level, count in counts.items()]
        if doubts := said["counts"].get(NOT_KNOWN):
            words.append(self._counted(_("ne sait pas"), doubts))
        return Statement(code, self.titles.get(code, code), tuple(words), mean, term, apart, variance, known)

    def _counted(self, words: str, count: int) -> str:
        return _("%(count)d fois «\u00a0%(words)s\u00a0»") % {"count": count, "words": words}

    @property
    def shows_detail(self) -> bool:
        """Whether more than levels is told: figures, gaps, affirmations, roles."""
        return self.is_own or self.respondents >= FEWEST_FOR_DETAIL

    @property
    def shows_gaps(self) -> bool:
        return self.respondents > 1 and self.shows_detail

    @cached_property
    def disagreements(self) -> tuple[Statement, ...]:
        """Where people differ by two levels or more, the widest first."""
        wide = [each for each in self.statements if each.apart >= 2] if self.shows_detail else []
        return tuple(sorted(wide, key=lambda each: (-each.apart, -each.variance))[:MOST_STATEMENTS])

    @cached_property
    def agreements(self) -> tuple[Statement, ...]:
        """What all those who know answer alike, most of them knowing."""
        alike = [each for each in self.statements if each.apart == 0 and 2 * each.known > self.respondents]
        shown = sorted(alike, key=lambda each: -(each.mean or 0)) if self.shows_detail else []
        return tuple(shown[:MOST_STATEMENTS])

    @cached_property
    def roles(self) -> tuple[RoleLine, ...]:
        shown = self.result["roles"] if self.shows_detail else {}
        return tuple(self._role(role, said) for role, said in shown.items())

    def _role(self, role: str, said: Mapping[str, Any]) -> RoleLine:
        means = [said["levers"].get(line.term.code) for line in self.lines]
        cells = tuple(self.levels.name(_nearest(mean)) if mean is not None else "–" for mean in means)
        return RoleLine(str(RespondentRole(role).label), str(said["count"]), cells)

    # --- Drawing -------------------------------------------------------------------------------------------------

    def axes(self, before: "Reading | None" = None) -> list[Axis]:
        """`before`: the place of each lever the time before, as it was told then."""
        was = before.by_code if before else {}
        return [
            Axis(line.term.short, line.mean, line.lowest, line.highest, getattr(was.get(line.term.code), "mean", None))
            for line in self.lines
        ]

    @property
    def in_words(self) -> str:
        """What the drawing says."""
        return "\u00a0; ".join(f"{line.term.short}\u00a0: {line.level_name}" for line in self.lines)


def change(now: Reading, before: Reading) -> Change:
    """What moved since last time: over the affirmations that both asked, whatever the version of the questions."""
    codes, was = dict(now.result["statements"]), dict(before.result["statements"])
    moved = [found for line in now.lines if (found := _moved(line.term, codes, was)) is not None]
    new = tuple(now.titles.get(code, code) for code in codes if code not in was)
    gone = tuple(before.titles.get(code, code) for code in was if code not in codes)
    both = [code for code in codes if code in was]
    reworded = tuple(now.titles.get(code, code) for code in both if now.titles.get(code) != before.titles.get(code))
    return Change(tuple(moved), new, gone, _level_words(now, before), reworded)


def _moved(term: Term, now: Mapping[str, Any], was: Mapping[str, Any]) -> Moved | None:
    both = [
        code
        for code in now
        if lever_of(code) == term.code and code in was and None not in (now[code]["mean"], was[code]["mean"])
    ]
    if not both:
        return None
    by = fmean(now[code]["mean"] for code in both) - fmean(was[code]["mean"] for code in both)
    words = _("en progrès") if by >= MOVED else _("en retrait, ou vu autrement") if by <= -MOVED else _("stable")
    return Moved(term, round(by, 2), words, len(both))


def _level_words(now: Reading, before: Reading) -> str:
    """Levels are compared when both come from the same affirmations."""
    if not now.level or not before.level or set(now.result["statements"]) != set(before.result["statements"]):
        return ""
    if now.level == before.level:
        return _("Vous restez au niveau «\u00a0%(level)s\u00a0».") % {"level": now.level_name}
    return _("Vous étiez au niveau «\u00a0%(before)s\u00a0»\u00a0: vous êtes au niveau «\u00a0%(now)s\u00a0».") % {
        "before": before.level_name,
        "now": now.level_name,
    }


def _nearest(mean: float) -> int:
    """The level that a written mean names; a half goes down."""
    return min(LEVELS, key=lambda level: (abs(Fraction(str(mean)) - level), level))


def _weight(line: LeverLine) -> float:
    top = LEVELS[-1]
    far = (top - line.mean) / (top - 1) if line.mean is not None else 0.5
    wish = (line.wish_mean - 1) / (top - 1) if line.wish_mean is not None else UNSAID_WISH
    return far + WISH_SHARE * wish + GAP_SHARE * (line.spread or 0) / (top - 1)


def _listed(lines: Iterable[LeverLine]) -> str:
    """« Alliance, Numérique et Stratégie »."""
    names = [f"«\u00a0{line.term.short}\u00a0»" for line in lines]
    return _(" et ").join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
