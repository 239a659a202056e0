"""A question of a group goes to the network, rewritten by who asked it; an answer follows when its author rewrites it, never otherwise."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.codev.help_enums import Reuse
from alliage.codev.models import Carrying, CarryState, Message, MessageVersion, Thread, Widening
from alliage.codev.services import answers, messages, questions
from alliage.codev.services.mentions import MessageRefused
from alliage.codev.services.questions import Said
from alliage.notifications.services import notify_many
from alliage.territories.folding import fold

ASKED = "codev.carry"
# So many words in a row are a passage, not a way of speaking.
PASSAGE = 8


@transaction.atomic
def widen(thread: Thread, said: Said, *, by: Any, now: datetime, sent: str = "") -> Widening:
    """Ask it to the whole network, in words of one's own. Once: the second time finds the first."""
    row = messages.lock(thread)
    already = Widening.objects.filter(thread=row).select_related("question").first()
    if already is not None:
        return already
    opening = row.messages.get(position=1)
    if opening.removed_at is not None or opening.is_hidden:
        raise MessageRefused(_("Cet échange n’est plus lu dans le groupe\u00a0: posez votre question dans l’entraide."))
    _refuse_words_of_others(row, said.text, by)
    question = questions.post(said, by=by, now=now, sent=sent)
    return Widening.objects.create(thread=row, question=question, created_at=now)


def _refuse_words_of_others(thread: Thread, text: str, by: Any) -> None:
    """What others wrote in the group stays there, also what they wrote before they changed it."""
    written = Message.objects.filter(thread=thread)
    mine = {one for each in written.filter(author=by).values_list("text", flat=True) for one in _passages(each)}
    theirs = written.exclude(author=by)
    before = MessageVersion.objects.filter(message__in=theirs).values_list("text", flat=True)
    passages = _passages(text) - mine
    for each in (*theirs.values_list("text", flat=True), *before):
        if passages & _passages(each):
            raise MessageRefused(
                _(
                    "Votre texte reprend des mots que d’autres ont écrits dans le groupe\u00a0: dites-le autrement, ou laissez-les répondre eux-mêmes."
                )
            )


def _passages(text: str) -> set[str]:
    words = fold(text).split()
    return {" ".join(words[start : start + PASSAGE]) for start in range(len(words) - PASSAGE + 1)}


# --- Answers of the group ------------------------------------------------------------------------------------------


@transaction.atomic
def ask_answers(widening: Widening, *, by: Any, now: datetime) -> int:
    """Ask those who answered in the group whether they would say it to the network too: once each. How many were asked now."""
    thread = messages.lock(widening.thread)
    if thread.is_pseudonymous:
        raise MessageRefused(
            _("Votre groupe saurait alors que c’est vous qui avez posé cette question. Rien n’a été envoyé.")
        )
    rows = thread.messages.filter(removed_at=None, is_hidden=False, author__isnull=False, carrying=None)
    told: set[Any] = set()
    for message in rows.exclude(author=by).select_related("author"):
        Carrying.objects.create(widening=widening, message=message, asked_at=now)
        told.add(message.author)
    notify_many(told, ASKED, thread, by=by, now=now)
    return len(told)


@transaction.atomic
def carry(carrying: Carrying, text: str, *, by: Any, now: datetime, reuse: str = Reuse.ASK, sent: str = "") -> Carrying:
    """Its author says it again to the network, in words of her own: an answer of hers, that she may withdraw. Once."""
    row = _locked(carrying)
    if row.state == CarryState.AGREED:
        return row
    _refuse_words_of_others(row.message.thread, text, by)
    row.answer = answers.give(row.widening.question, text, by=by, now=now, reuse=reuse, sent=sent)
    row.state, row.said_at = CarryState.AGREED, now
    row.save(update_fields=["answer", "state", "said_at"])
    return row


@transaction.atomic
def keep_inside(carrying: Carrying, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """It stays in the group. Nobody is told, and one may think again."""
    row = _locked(carrying)
    if row.state == CarryState.ASKED:
        row.state, row.said_at = CarryState.DECLINED, now
        row.save(update_fields=["state", "said_at"])


def _locked(carrying: Carrying) -> Carrying:
    rows = Carrying.objects.select_for_update(of=("self",)).select_related("message__thread", "widening__question")
    return rows.get(pk=carrying.pk)
