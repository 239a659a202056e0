"""The fictitious questions of the demonstration, from a data file. Nobody is told: they are there from the start."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from alliage.accounts.models import Member
from alliage.codev.models import Answer, Complement, Question, Thank
from alliage.codev.services import answers, questions
from alliage.codev.services.demonstration import HOST
from alliage.codev.services.questions import Said
from alliage.directory.queries.understanding import by_code
from alliage.territories.lookup import find

People = dict[str, Member]


@transaction.atomic
def load_questions(said: dict[str, Any], *, now: datetime) -> int:
    """Add the questions that are not there yet; answers how many."""
    people = {
        member.email.removesuffix(HOST): member for member in Member.objects.filter(is_demo=True, email__endswith=HOST)
    }
    there = set(Question.objects.filter(is_demo=True).values_list("text", flat=True))
    rows = [row for row in said["questions"] if row["text"] not in there and row["author"] in people]
    for row in rows:
        _question(row, people, now=now)
    return len(rows)


def _question(row: dict[str, Any], people: People, *, now: datetime) -> None:
    asked_at = now - timedelta(days=row["days_ago"])
    kind, _colon, code = row["territory"].partition(":")
    terms = [term for term in map(by_code, row["terms"]) if term is not None]
    made = Question(
        author=people[row["author"]],
        kind=row["kind"],
        readers=row["readers"],
        created_at=asked_at,
        active_at=asked_at,
        is_demo=True,
    )
    questions.write(made, Said(row["text"], terms=terms, territory=find(kind, code)), now=now)
    for each in row["answers"]:
        _answer(made, each, people, now=now)


def _answer(question: Question, row: dict[str, Any], people: People, *, now: datetime) -> None:
    at = now - timedelta(days=row["days_ago"])
    given = Answer.objects.create(
        question=question,
        author=people.get(row["author"]),
        text=row["text"],
        thanks_count=len(row["thanks"]),
        created_at=at,
    )
    Thank.objects.bulk_create(
        Thank(answer=given, member=people[code], created_at=at) for code in row["thanks"] if code in people
    )
    for said in row.get("complements", ()):
        Complement.objects.create(
            answer=given,
            author=people.get(said["author"]),
            text=said["text"],
            created_at=now - timedelta(days=said["days_ago"]),
        )
    if row.get("accepted"):
        question.accepted, question.accepted_at, question.accepted_by = given, at, question.author
        question.save(update_fields=["accepted", "accepted_at", "accepted_by"])
    answers.count(question, now=at)
