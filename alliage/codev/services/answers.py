"""Writes of answers: given, changed, completed, thanked, kept as the answer, hidden; who may reuse them."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliage.codev.help_enums import Readers, Reuse
from alliage.codev.models import Answer, Birth, Complement, Question, Thank
from alliage.codev.services import calls, help_drafts
from alliage.codev.services.questions import SEARCHED, QuestionRefused, cleaned, key_of, lock, once
from alliage.notifications.services import notify
from alliage.search.services import changed

ANSWERED, COMPLETED, ACCEPTED = "codev.question_answered", "codev.answer_completed", "codev.answer_accepted"
LONGEST, LONGEST_COMPLEMENT = 8000, 1500
# How long the author alone says which answer served.
AUTHOR_ALONE = timedelta(days=30)


class AnswerRefused(QuestionRefused):
    """The rules of answers say no."""


def give(
    question: Question,
    text: str,
    *,
    by: Any,
    now: datetime,
    reuse: str = Reuse.ASK,
    sent: str = "",
    tab: str = "",
    readers: str = "",
) -> Answer:
    """Answer a question. The same display of the form answers once. `readers`: who would read it, as the form said."""
    key = key_of(sent, question.pk, by.pk, text) if sent else None

    def make() -> Answer:
        row = lock(question)
        if row.closed_at is not None or row.is_hidden:
            raise AnswerRefused(_("Cette question n’attend plus de réponse. Votre texte est gardé sur cette page."))
        if row.is_public and readers == Readers.MEMBERS:
            raise AnswerRefused(
                _(
                    "Cette question est maintenant lisible par tous\u00a0: votre réponse et votre nom le seraient aussi. Votre texte est gardé ci-dessous\u00a0; publiez-le de nouveau si vous en êtes d’accord."
                )
            )
        made = Answer.objects.create(
            question=row, author=by, text=cleaned(text, LONGEST), reuse=Reuse(reuse), sent_key=key, created_at=now
        )
        count(row, now=now)
        calls.answered(row, by, now=now)
        help_drafts.done_with(by, help_drafts.answer_to(row), tab=tab, now=now)
        if row.author is not None and row.author != by:
            notify(row.author, ANSWERED, made, by=by, now=now)
        return made

    answer: Answer = once(Answer, key, make)
    question.refresh_from_db()
    return answer


def count(question: Question, *, now: datetime | None = None) -> None:
    """What readers see of the answers of others, under the lock of the question."""
    seen = Answer.objects.filter(question=question, is_hidden=False)
    if question.author_id is not None:
        seen = seen.exclude(author=question.author_id)
    question.answer_count = seen.count()
    question.active_at = now or question.active_at
    question.save(update_fields=["answer_count", "active_at"])
    changed(SEARCHED, [question.pk], now=now or question.active_at)


@transaction.atomic
def edit(answer: Answer, text: str, *, now: datetime) -> None:
    """Change one's answer; the earlier text stays readable."""
    row = Answer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    said = cleaned(text, LONGEST)
    if said != row.text:
        row.texts.create(text=row.text, written_at=row.edited_at or row.created_at, replaced_at=now)
        row.text, row.edited_at = said, now
        row.save(update_fields=["text", "edited_at"])
        changed(SEARCHED, [row.question_id], now=now)
    answer.refresh_from_db()


@transaction.atomic
def withdraw(answer: Answer, *, now: datetime) -> None:
    """Erase one's answer, with what completed it, unless a resource was born of it."""
    question = lock(answer.question)
    if Birth.objects.filter(answer=answer).exists():
        raise AnswerRefused(_("Une ressource est née de cette réponse\u00a0: vous pouvez en changer le texte."))
    Answer.objects.filter(pk=answer.pk).delete()
    question.refresh_from_db()
    count(question, now=now)


def complete(answer: Answer, text: str, *, by: Any, now: datetime, sent: str = "") -> Complement:
    """Add a few words to an answer. The same display of the form adds them once."""
    key = key_of(sent, answer.pk, by.pk, text) if sent else None

    def make() -> Complement:
        question = lock(answer.question)
        if question.closed_at is not None or question.is_hidden or answer.is_hidden:
            raise AnswerRefused(_("Cette question est close\u00a0: rien n’y est ajouté."))
        made = Complement.objects.create(
            answer=answer, author=by, text=cleaned(text, LONGEST_COMPLEMENT), sent_key=key, created_at=now
        )
        Question.objects.filter(pk=question.pk).update(active_at=now)
        changed(SEARCHED, [question.pk], now=now)
        if answer.author is not None and answer.author != by:
            notify(answer.author, COMPLETED, answer, by=by, now=now, key=str(made.pk))
        return made

    complement: Complement = once(Complement, key, make)
    return complement


@transaction.atomic
def withdraw_complement(complement: Complement, *, now: datetime) -> None:
    Complement.objects.filter(pk=complement.pk).delete()
    changed(SEARCHED, [complement.answer.question_id], now=now)


# --- Thank, keep ---------------------------------------------------------------------------------------------------


@transaction.atomic
def thank(answer: Answer, *, by: Any, now: datetime) -> None:
    """« Merci », once; never to oneself."""
    if answer.author_id == by.pk:
        raise AnswerRefused(_("C’est votre réponse\u00a0: les mercis viennent des autres."))
    _thank, made = Thank.objects.get_or_create(answer=answer, member=by, defaults={"created_at": now})
    if made:
        Answer.objects.filter(pk=answer.pk).update(thanks_count=F("thanks_count") + 1)
    answer.refresh_from_db()


@transaction.atomic
def take_thanks_back(answer: Answer, *, by: Any) -> None:
    gone, _by_model = Thank.objects.filter(answer=answer, member=by).delete()
    if gone:
        Answer.objects.filter(pk=answer.pk).update(thanks_count=F("thanks_count") - 1)
    answer.refresh_from_db()


@transaction.atomic
def accept(answer: Answer, *, by: Any, now: datetime) -> None:
    """Say that this answer served: the author's to say; an animator's when the author said nothing for long, with a trace."""
    question = lock(answer.question)
    is_authors = question.author_id is not None and question.author_id == by.pk
    if not is_authors and now < question.created_at + AUTHOR_ALONE:
        raise AnswerRefused(_("Pendant trente jours, c’est à la personne qui a posé la question de le dire."))
    if answer.is_hidden:
        raise AnswerRefused(_("Cette réponse est masquée\u00a0: choisissez-en une autre."))
    question.accepted, question.accepted_at = answer, now
    question.accepted_by, question.accepted_for_author = by, not is_authors
    question.save(update_fields=["accepted", "accepted_at", "accepted_by", "accepted_for_author"])
    changed(SEARCHED, [question.pk], now=now)
    if answer.author is not None and answer.author != by:
        notify(answer.author, ACCEPTED, answer, by=by, now=now)
    answer.question.refresh_from_db()


@transaction.atomic
def no_longer_accept(question: Question, *, now: datetime) -> None:
    """No answer is kept any more. Twice is once."""
    row = lock(question)
    row.accepted, row.accepted_at, row.accepted_by, row.accepted_for_author = None, None, None, False
    row.save(update_fields=["accepted", "accepted_at", "accepted_by", "accepted_for_author"])
    changed(SEARCHED, [row.pk], now=now)
    question.refresh_from_db()


# --- Moderation ----------------------------------------------------------------------------------------------------


def hide(obj: Answer, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    _show(obj, hidden=True, now=now)


def restore(obj: Answer, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    _show(obj, hidden=False, now=now)


def _show(answer: Answer, *, hidden: bool, now: datetime) -> None:
    """What is hidden is no longer counted, nor kept as the answer."""
    Answer.objects.filter(pk=answer.pk).update(is_hidden=hidden)
    question = lock(answer.question)
    if hidden and question.accepted_id == answer.pk:
        no_longer_accept(question, now=now)
    count(question)
    changed(SEARCHED, [question.pk], now=now)


def hide_complement(obj: Complement, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Complement.objects.filter(pk=obj.pk).update(is_hidden=True)
    changed(SEARCHED, [obj.answer.question_id], now=now)


def restore_complement(obj: Complement, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Complement.objects.filter(pk=obj.pk).update(is_hidden=False)
    changed(SEARCHED, [obj.answer.question_id], now=now)
