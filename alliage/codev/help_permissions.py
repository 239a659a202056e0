"""Who may do what in « Entraide »: questions, no writes. Who reads which question: `queries.questions.readable`."""

from datetime import datetime
from typing import Any

from alliage.accounts.permissions import is_animator, is_facilitator
from alliage.codev.models import Answer, Complement, Question
from alliage.codev.services.answers import AUTHOR_ALONE


def _is_member(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


def can_post(user: Any) -> bool:
    """Ask and answer: any member. A visitor is led to sign in, without losing the text."""
    return _is_member(user)


def wrote(user: Any, said: Question | Answer | Complement) -> bool:
    """Changes it, withdraws it."""
    return _is_member(user) and said.author_id == user.pk


def can_answer(user: Any, question: Question) -> bool:
    return _is_member(user) and question.closed_at is None and not question.is_hidden


def can_bring(user: Any, question: Question) -> bool:
    """Propose it to a group of one's own: what asks something, and that the whole group reads."""
    return _is_member(user) and question.is_asking and not question.is_hidden


def can_accept(user: Any, question: Question, *, now: datetime) -> bool:
    """Say which answer served: who asked; an animator once who asked said nothing for thirty days."""
    if wrote(user, question):
        return True
    return is_animator(user) and question.accepted_id is None and now >= question.created_at + AUTHOR_ALONE


def can_take_acceptance_back(user: Any, question: Question) -> bool:
    """Who asked; animators, of what they said themselves."""
    if question.accepted_id is None:
        return False
    return wrote(user, question) or (question.accepted_for_author and is_animator(user))


def can_make_resource(user: Any, answer: Answer) -> bool:
    """Begin a resource from an answer: who wrote it, who asked, those who facilitate."""
    if answer.is_hidden or answer.question.is_hidden:
        return False
    return wrote(user, answer) or wrote(user, answer.question) or is_facilitator(user)


def can_watch(user: Any) -> bool:
    """Take a week of watch: any member."""
    return _is_member(user)


def can_see_subjects(user: Any) -> bool:
    """Questions that wait for a group to work on them."""
    return is_facilitator(user)
