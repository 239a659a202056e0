"""Reads of results: one diagnostic of a file beside the one before it, ready to be said in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from alliage.learning import scoring
from alliage.learning.levels import levels
from alliage.learning.models import Diagnostic, Respondent, TerritoryFile
from alliage.learning.result_words import FEWEST_FOR_DETAIL, Change, Reading, change
from alliage.learning.scoring import Said
from alliage.questionnaires.models import Opening
from alliage.questionnaires.queries import cell_of
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term


@dataclass(frozen=True)
class Found:
    """A closed diagnostic, and the one of the same questions that came before it in the file."""

    diagnostic: Diagnostic
    before: Diagnostic | None = None

    @cached_property
    def reading(self) -> Reading:
        return reading(self.diagnostic, self.diagnostic.result)

    @cached_property
    def change(self) -> Change | None:
        return change(self.reading, self.reading_before) if self.reading_before else None

    @cached_property
    def reading_before(self) -> Reading | None:
        return reading(self.before, self.before.result) if self.before else None


def reading(diagnostic: Diagnostic, result: Mapping[str, Any]) -> Reading:
    """Words are taken from the version as it is kept: checking each question again would cost more than all the rest."""
    asked = diagnostic.opening.version.questions
    titles = {each["code"]: each["title"] for each in asked}
    return Reading(result, _terms(result), titles, _options(asked), levels(), is_own=diagnostic.file_id is None)


def _terms(result: Mapping[str, Any]) -> list[Term]:
    """The levers of a result, in the network's order; one that the network took away since is not said any more."""
    return [term for term in taxonomy.terms(Vocabulary.LEVIERS) if term.code in result["levers"]]


def _options(asked: list[dict[str, Any]]) -> dict[str, str]:
    """How each answer to an affirmation is worded; the same for all of a version."""
    first = next((each for each in asked if scoring.lever_of(each["code"])), {})
    return {each["code"]: each["title"] for each in first.get("options", ())}


def in_file(pk: int, number: int) -> Found | Diagnostic | None:
    """What is asked for: with its result when it is closed, the diagnostic alone when it is still open. One query."""
    rows = (
        Diagnostic.objects.filter(file=pk, number__lte=number)
        .select_related("file__territory", "territory", "opening__version__questionnaire", "compared_place")
        .order_by("-number")
    )
    ordered = list(rows)
    if not ordered or ordered[0].number != number:
        return None
    asked, *others = ordered
    if not asked.is_closed or not asked.result:
        return asked
    return Found(asked, next((each for each in others if _is_like(each, asked)), None))


def _is_like(one: Diagnostic, other: Diagnostic) -> bool:
    return one.is_closed and bool(one.result) and (one.depth, one.lever) == (other.depth, other.lever)


def last_of(file: TerritoryFile) -> Diagnostic | None:
    """The last result of a file, of all levers when there is one; one query."""
    found = file.diagnostics.filter(closed_at__isnull=False).exclude(result={})
    return found.select_related("opening__version").order_by("-depth", "-closed_at", "-pk").first()


# --- A try ---------------------------------------------------------------------------------------------------------


def of_try(respondent: Respondent) -> Found | None:
    """What one person who tries answered, scored as it is read: nothing of a try is kept for long. One query."""
    diagnostic = respondent.diagnostic
    answers = diagnostic.opening.responses.filter(respondent=respondent.key, answered_at__isnull=False)
    said = answers.values_list("answers", flat=True).first()
    if said is None:
        return None
    diagnostic.result = scoring.result(
        levers_of(diagnostic), [Said("", said)], asked=[each.code for each in diagnostic.opening.version.read()]
    )
    return Found(diagnostic)


def levers_of(diagnostic: Diagnostic) -> list[str]:
    """Codes of the levers that its questions are about."""
    asked = {scoring.lever_of(each.code) for each in diagnostic.opening.version.read()}
    return [term.code for term in taxonomy.terms(Vocabulary.LEVIERS) if term.code in asked]


# --- Every answer --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Columns:
    """Each question and its answers, sorted apart: a row is nobody's. `are_hidden`: below three people, one would read someone."""

    header: Sequence[str]
    rows: Sequence[Sequence[Any]]
    are_hidden: bool = False


def columns(opening: Opening) -> Columns:
    """One query."""
    questions = opening.version.read()
    answers = list(opening.responses.filter(answered_at__isnull=False).values_list("answers", flat=True))
    header = [each.title for each in questions]
    if len(answers) < FEWEST_FOR_DETAIL:
        return Columns(header, [], are_hidden=True)
    apart = [
        sorted((cell_of(each, said[each.code]) for said in answers if each.code in said), key=str) for each in questions
    ]
    most = max(map(len, apart), default=0)
    rows = [[column[rank] if rank < len(column) else "" for column in apart] for rank in range(most)]
    return Columns(header, rows)
