"""Send a question to the few members whose practice answers it, within the caps; hear what they say of it."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliage.codev.help_enums import CALL_MOVES, MOST_A_MONTH, MOST_CALLED, CallState
from alliage.codev.models import Call, Question, Unwanted
from alliage.codev.queries import calls as queries
from alliage.codev.queries import questions
from alliage.notifications.services import notify
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy

SENT = "codev.question_sent"
# Asked at once; the other seats are for who comes after a « pas cette fois », or after the delay of the watch.
AT_FIRST = 3


class CallRefused(Refusal):
    """What is said of a question that was sent cannot be."""


def call(question: Question, *, now: datetime, most: int = MOST_CALLED) -> list[Call]:
    """Send it until `most` members have it; those who refused count. Nobody when nothing leads to anyone."""
    if not question.waits:
        return []
    taken = question.calls.aggregate(last=Max("seat"))["last"] or 0
    room = min(most, MOST_CALLED) - taken
    made: list[Call] = []
    for candidate in queries.candidates(question, now=now) if room > 0 else ():
        sent = _send(question, candidate, seat=taken + len(made) + 1, now=now)
        made += [sent] if sent is not None else []
        if len(made) == room:
            break
    return made


def _send(question: Question, candidate: queries.Candidate, *, seat: int, now: datetime) -> Call | None:
    """One more call of this member's month; None when another question took the last turn at this very moment."""
    month = queries.month_of(now)
    turn = (Call.objects.filter(member=candidate.member_id, month=month).aggregate(last=Max("turn"))["last"] or 0) + 1
    if turn > MOST_A_MONTH:
        return None
    causes = candidate.terms or questions.terms_of(question)
    try:
        with transaction.atomic():
            sent = Call.objects.create(
                question=question,
                member_id=candidate.member_id,
                seat=seat,
                month=month,
                turn=turn,
                reasons=queries.reasons(candidate, question),
                terms=[questions.code_of(term) for term in causes],
                sent_at=now,
            )
    except IntegrityError:
        return None
    notify(sent.member, SENT, sent, by=question.author, now=now)
    return sent


@transaction.atomic
def reply(sent: Call, state: str, *, now: datetime) -> None:
    """« Pas cette fois », « Plus pour ce sujet »: the next member is asked, while there is a seat."""
    row = Call.objects.select_for_update(of=("self",)).select_related("question__territory").get(pk=sent.pk)
    if row.state == state:
        return
    if state not in CALL_MOVES[row.state]:
        raise CallRefused(_("Vous avez déjà répondu à cette question. Rien n’a été changé."))
    row.state, row.answered_at = CallState(state), now
    row.save(update_fields=["state", "answered_at"])
    if state == CallState.NOT_THIS:
        _refuse_subjects(row, now=now)
    if state != CallState.ANSWERED:
        taken = row.question.calls.count()
        call(row.question, now=now, most=taken + 1)
    sent.refresh_from_db()


def _refuse_subjects(row: Call, *, now: datetime) -> None:
    for code in row.terms:
        vocabulary, _colon, name = str(code).partition(":")
        term = taxonomy.term(vocabulary, name)
        if term is not None:
            Unwanted.objects.get_or_create(member=row.member, term=term, defaults={"created_at": now})


def take_again(unwanted: Unwanted) -> None:
    """Questions on this subject may be sent again."""
    Unwanted.objects.filter(pk=unwanted.pk).delete()


def answered(question: Question, member: Any, *, now: datetime) -> None:
    """This member answered: nothing is awaited of them any more."""
    waiting = Call.objects.filter(question=question, member=member).exclude(state=CallState.ANSWERED)
    waiting.update(state=CallState.ANSWERED, answered_at=now)
