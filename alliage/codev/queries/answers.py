"""Reads of answers: those of a question, as a page shows them; to whom a question went; earlier texts; what was born of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext as _

from alliage.accounts.permissions import is_animator
from alliage.codev import help_permissions as permissions
from alliage.codev.help_enums import CallState, Reuse
from alliage.codev.models import Answer, AnswerText, Birth, Call, Complement, Question, QuestionText, Thank
from alliage.codev.queries.questions import Person, gone
from alliage.library.models import Resource


def of_question(question: Question, viewer: Any) -> list[Answer]:
    """What readers see, the answer that served first; two queries at most. `mine`: this person thanked it. Animators also see what they hid."""
    found = Answer.objects.filter(question=question)
    said = Complement.objects.select_related("author")
    if not is_animator(viewer):
        found, said = found.filter(is_hidden=False), said.filter(is_hidden=False)
    rows = found.select_related("author", "birth__resource").defer("birth__resource__content")
    rows = rows.prefetch_related(Prefetch("complements", said))
    if viewer.is_authenticated:
        rows = rows.annotate(mine=Exists(Thank.objects.filter(answer=OuterRef("pk"), member=viewer.pk)))
    answers = list(rows)
    for answer in answers:
        answer.question = question
    return sorted(answers, key=lambda each: (each.pk != question.accepted_id, each.created_at, each.pk))


def speakers(answers: Iterable[Answer]) -> list[Any]:
    complements = [said.author for answer in answers for said in answer.complements.all()]
    return [*(answer.author for answer in answers), *complements]


def answer(pk: int) -> Answer | None:
    return Answer.objects.select_related("question__author", "question__territory", "author").filter(pk=pk).first()


def born_of(answer_row: Answer) -> Resource | None:
    birth: Birth | None = getattr(answer_row, "birth", None)
    return birth.resource if birth is not None else None


@dataclass(frozen=True)
class Line:
    """One answer on its page, and what this person may do with it."""

    answer: Answer
    author: Person
    complements: list[tuple[Complement, Person, bool]]
    is_accepted: bool
    is_mine: bool
    is_thanked: bool
    may_thank: bool
    may_accept: bool
    may_take_back: bool
    may_make: bool
    may_complete: bool
    resource: Resource | None
    asks_reuse: bool
    form: Any = None


def line(
    row: Answer,
    question: Question,
    viewer: Any,
    names: dict[int, Person],
    *,
    now: datetime,
    bound: tuple[int, Any] | None = None,
) -> Line:
    is_mine, accepted = permissions.wrote(viewer, row), question.accepted_id == row.pk
    form = bound[1] if bound is not None and bound[0] == row.pk else None
    resource = born_of(row)
    shown = resource if resource is not None and (resource.is_shown or resource.owner_id == viewer.pk) else None
    return Line(
        answer=row,
        author=_named(row.author_id, names),
        complements=[
            (said, _named(said.author_id, names), permissions.wrote(viewer, said)) for said in row.complements.all()
        ],
        is_accepted=accepted,
        is_mine=is_mine,
        is_thanked=bool(getattr(row, "mine", False)),
        may_thank=permissions.can_post(viewer) and not is_mine,
        may_accept=not accepted and not row.is_hidden and permissions.can_accept(viewer, question, now=now),
        may_take_back=accepted and permissions.can_take_acceptance_back(viewer, question),
        may_make=resource is None and permissions.can_make_resource(viewer, row),
        may_complete=permissions.can_answer(viewer, question) or form is not None,
        resource=shown,
        asks_reuse=is_mine and resource is not None and row.reuse == Reuse.ASK,
        form=form,
    )


def _named(pk: int | None, names: dict[int, Person]) -> Person:
    return names.get(pk, gone()) if pk is not None else gone()


# --- To whom it went -----------------------------------------------------------------------------------------------


def calls_told(question: Question) -> list[dict[str, Any]]:
    """What its author reads of those to whom it was sent: who, why; that someone declined is not said of them."""
    rows = Call.objects.filter(question=question).select_related("member")
    return [{"name": each.member.get_full_name(), "has_answered": each.state == CallState.ANSWERED} for each in rows]


# --- Earlier texts -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Earlier:
    what: str
    text: str
    written_at: datetime
    replaced_at: datetime


def history(question: Question) -> list[Earlier]:
    """Earlier texts of a question and of the answers that readers see, the last replaced first; two queries."""
    of_question_ = QuestionText.objects.filter(question=question)
    of_answers = AnswerText.objects.filter(answer__question=question, answer__is_hidden=False)
    found = [Earlier(_("La question"), each.text, each.written_at, each.replaced_at) for each in of_question_]
    found += [Earlier(_("Une réponse"), each.text, each.written_at, each.replaced_at) for each in of_answers]
    return sorted(found, key=lambda each: each.replaced_at, reverse=True)


# --- « Née d’une question » ----------------------------------------------------------------------------------------


def birth_of(resource: Resource) -> Birth | None:
    """The answer that a resource was begun from; one query."""
    found = Birth.objects.filter(resource=resource).select_related("answer__question")
    return found.only("answer__question__title", "answer__question__readers", "answer__question__is_hidden").first()
