"""What a member did among peers: sessions that they facilitated, answers that served. A part of « Mes preuves »."""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from alliage.codev.enums import MemberRole, MemberState
from alliage.codev.help_enums import Readers
from alliage.codev.models import Answer, Membership, Question, Session
from alliage.directory.registry import DeedRow, deed_rows

SESSIONS, ANSWERS = "codev.sessions", "codev.answers"


def facilitated(member: int, _now: datetime) -> QuerySet[Any]:
    """Sessions that were held to their end, erased since or not: of each, its day alone."""
    role = Membership.objects.filter(
        group=OuterRef("encounter__group"), member=member, role=MemberRole.FACILITATOR, state=MemberState.ACTIVE
    )
    theirs = Q(facilitator=member) | Q(Exists(role), facilitator=None)
    found = Session.objects.filter(theirs, ended_at__isnull=False, room__opened_at__isnull=False).exclude(client=member)
    return deed_rows(SESSIONS, found, at="ended_at")


def thanked(member: int, _now: datetime) -> QuerySet[Any]:
    """Answers thanked or kept. The title of a question that members alone read is not said, nor where it is."""
    served = Q(thanks_count__gt=0) | Q(question__accepted=F("pk"))
    found = Answer.objects.filter(served, author=member, is_hidden=False, question__is_hidden=False)
    nothing = Value("", CharField())
    is_public = Q(question__readers=Readers.PUBLIC)
    return deed_rows(
        ANSWERS,
        found,
        at="created_at",
        title=Case(When(is_public, then=F("question__title")), default=nothing),
        place=Case(When(is_public, then=Cast("question_id", CharField())), default=nothing),
        terms="question__terms",
    )


def url(row: DeedRow) -> str:
    if not row.place:
        return ""
    question = Question(pk=int(row.place), title=row.title, readers=Readers.PUBLIC)
    return f"{question.get_absolute_url()}#reponse-{row.key}"
