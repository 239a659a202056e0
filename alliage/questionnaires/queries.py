"""Reads of questionnaires: openings of an object, one's own answer, results that respect the floor, rows for a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from alliage.questionnaires import respondents
from alliage.questionnaires import results as figures
from alliage.questionnaires.answers import Answers, is_unknown
from alliage.questionnaires.enums import QuestionKind
from alliage.questionnaires.models import Opening, Questionnaire, Response
from alliage.questionnaires.questions import Question
from alliage.questionnaires.services import Scope

SENT = Q(answered_at__isnull=False)


@dataclass(frozen=True)
class Results:
    """Results of an opening. `hidden` says why there is no figure; `responses` is always told."""

    opening: Opening
    responses: int
    hidden: str = ""
    questions: tuple[figures.Result, ...] = ()


def openings_of(scope: Scope) -> QuerySet[Opening]:
    """Everything asked for an object, the last first, with how many sent answers (`sent`)."""
    found = Opening.objects.filter(scope=scope.code, scope_id=str(scope.id)).select_related("version__questionnaire")
    return found.annotate(sent=Count("responses", filter=Q(responses__answered_at__isnull=False)))


def opening_by_number(pk: int) -> Opening | None:
    return Opening.objects.select_related("version__questionnaire").filter(pk=pk).first()


def held_by(member: Any) -> QuerySet[Opening]:
    """Openings of the questionnaires that a member holds."""
    found = Opening.objects.filter(version__questionnaire__owner=member).select_related("version__questionnaire")
    return found.annotate(sent=Count("responses", filter=Q(responses__answered_at__isnull=False)))


def response_of(opening: Opening, respondent: str) -> Response | None:
    """What somebody answered or began to; None once an anonymous opening is closed, which forgot who answered what."""
    return opening.responses.filter(respondent=respondents.key(opening, respondent)).first()


def answers_of(openings: Sequence[Opening], respondent: str) -> dict[int, Answers]:
    """What somebody sent to several openings, by number, in one query."""
    keys = {respondents.key(opening, respondent): opening.pk for opening in openings if opening.is_anonymous}
    named = [opening.pk for opening in openings if not opening.is_anonymous]
    mine = Q(respondent__in=keys) | Q(respondent=respondent, opening__in=named)
    return dict(Response.objects.filter(SENT & mine).values_list("opening", "answers"))


# --- Results -------------------------------------------------------------------------------------------------------


def results(opening: Opening, *, is_holder: bool = False) -> Results:
    """What the answers say. Whoever holds a named opening reads every answer anyway: no floor for them."""
    return results_of([opening], is_holder=is_holder)[0]


def results_of(openings: Iterable[Opening], *, is_holder: bool = False) -> list[Results]:
    """The same for several, in one query; openings come with their version."""
    asked = list(openings)
    answers: dict[int, list[Answers]] = {opening.pk: [] for opening in asked}
    for pk, said in Response.objects.filter(SENT, opening__in=asked).values_list("opening", "answers"):
        answers[pk].append(said)
    return [_results(opening, answers[opening.pk], is_holder=is_holder) for opening in asked]


def floor_for(opening: Opening, *, is_holder: bool) -> int:
    return 0 if is_holder and not opening.is_anonymous else opening.floor


def _why_hidden(opening: Opening, responses: int, floor: int) -> str:
    """Figures read twice while people answer would tell who answered in between: none before the end."""
    if floor and not opening.is_closed:
        return _("Les résultats viennent à la clôture\u00a0: avant, on devinerait qui a répondu quoi.")
    return figures.too_few(floor) if responses < floor else ""


def _results(opening: Opening, answers: list[Answers], *, is_holder: bool) -> Results:
    floor = floor_for(opening, is_holder=is_holder)
    hidden = _why_hidden(opening, len(answers), floor)
    if hidden:
        return Results(opening, len(answers), hidden)
    return Results(opening, len(answers), "", figures.of_questions(opening.version.read(), answers, floor=floor))


# --- Rows for a table ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """Rows of answers. `are_people`: a row is one person's; else every column is sorted apart, and a row is nobody's."""

    header: list[str]
    rows: list[list[Any]]
    are_people: bool


def table(opening: Opening, names: Mapping[str, str] | None = None) -> Table:
    """Answers for those who hold it. What results hide, this hides too. `names`: of respondents, by key."""
    columns = [column for question in opening.version.read() for column in _columns(question)]
    header = [title for title, _question, _row in columns]
    found = list(opening.responses.filter(SENT).values_list("respondent", "answered_at", "answers"))
    if not opening.is_anonymous:
        rows: list[list[Any]] = [
            [
                (names or {}).get(who, who),
                at,
                *(cell_of(question, _value(question, row, said)) for _t, question, row in columns),
            ]
            for who, at, said in found
        ]
        return Table([_("qui"), _("envoyée le"), *header], rows, are_people=True)
    answers = [said for _who, _at, said in found]
    if _why_hidden(opening, len(answers), opening.floor):
        return Table(header, [], are_people=False)
    apart = [_sorted_apart(question, row, answers, opening.floor) for _title, question, row in columns]
    rows = [[column[rank] if rank < len(column) else "" for column in apart] for rank in range(max(map(len, apart)))]
    return Table(header, rows, are_people=False)


def _columns(question: Question) -> Iterator[tuple[str, Question, str]]:
    """One by question, one by row of a matrix."""
    if question.kind != QuestionKind.MATRIX:
        yield question.title, question, ""
    for row in question.rows:
        yield f"{question.title} – {row.title}", question, row.code


def _value(question: Question, row: str, said: Answers) -> Any:
    value = said.get(question.code)
    return value.get(row) if row and value is not None else value


def cell_of(question: Question, value: Any) -> Any:
    """An answer in words, or a number."""
    if value is None:
        return ""
    if is_unknown(question, value):
        return _("ne sait pas")
    titles: dict[Any, str] = question.title_of
    if isinstance(value, list):
        return ", ".join(str(titles.get(item, item)) for item in value)
    return titles.get(value, value)


def _sorted_apart(question: Question, row: str, answers: list[Answers], floor: int) -> list[Any]:
    """A column by itself: its answers in an order that tells nothing; empty below the floor."""
    values = [value for said in answers if (value := _value(question, row, said)) is not None]
    if sum(not is_unknown(question, value) for value in values) < floor:
        return []
    cells = [cell_of(question, value) for value in values]
    return sorted(cells, key=lambda cell: (isinstance(cell, str), cell))


def names_of(opening: Opening) -> dict[str, str]:
    """Who answered a named opening: members by their name, the others as people without an account."""
    if opening.is_anonymous:
        return {}
    keys = list(opening.responses.filter(SENT).values_list("respondent", flat=True))
    numbers = [int(key[1:]) for key in keys if key.startswith("m") and key[1:].isdecimal()]
    members = {respondents.of_member(one): one.name for one in get_user_model().objects.filter(pk__in=numbers)}
    return {key: members.get(key) or _("personne sans compte") for key in keys}


# --- Personal data -------------------------------------------------------------------------------------------------


def export_of(member: Any) -> list[dict[str, Any]]:
    """What a member answered, as long as the site can tell, and the questionnaires they hold."""
    who = respondents.of_member(member)
    named = Q(respondent=who, opening__is_anonymous=False)
    still_open = [respondents.key(row, who) for row in Opening.objects.filter(is_anonymous=True, closed_at=None)]
    found = Response.objects.filter(named | Q(respondent__in=still_open)).select_related(
        "opening__version__questionnaire"
    )
    answered = [
        {
            # What others typed for their own group stays in it: only the questionnaires of the network say their title.
            "questionnaire": "" if row.opening.scope else row.opening.version.questionnaire.title,
            "answers": row.answers,
            "draft": row.draft,
            "at": None if row.opening.is_anonymous else row.answered_at,
        }
        for row in found
    ]
    held = Questionnaire.objects.filter(owner=member).values("title", "created_at")
    return [*answered, *({"questionnaire": row["title"], "held_since": row["created_at"]} for row in held)]
