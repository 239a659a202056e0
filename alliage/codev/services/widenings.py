"""A question of a group goes to the network, rewritten by who asked it; an answer follows when its author rewrites it, never otherwise."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.codev.help_enums import Reuse
from alliage.codev.models import Carrying, CarryState, Message, Thread, Widening
from alliage.codev.queries.widenings import to_ask
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
    """What others wrote in the group stays there, also what they wrote before they changed it.

    What `by` had written before them is hers, were it quoted; what she took from them is not.
    """
    passages = _passages(text)
    rows = list(Message.objects.filter(thread=thread).order_by("position").prefetch_related("versions"))
    mine = [said for row in rows if row.author_id == by.pk for said in _said(row)]
    for row in rows:
        if row.author_id == by.pk:
            continue
        theirs = passages & {one for said in _said(row) for one in said.passages}
        if theirs and theirs - {one for said in mine if said.comes_before(row) for one in said.passages}:
            raise MessageRefused(
                _(
                    "Votre texte reprend des mots que d’autres ont écrits dans le groupe\u00a0: dites-le autrement, ou laissez-les répondre eux-mêmes."
                )
            )


@dataclass(frozen=True)
class _Words:
    """The passages of one text of a message, that it bore from `since` on."""

    position: int
    since: datetime
    passages: set[str]

    def comes_before(self, other: Message) -> bool:
        return self.position < other.position and self.since <= other.created_at


def _said(message: Message) -> list[_Words]:
    """Each text that a message bore, the first one first."""
    since, found = message.created_at, []
    for version in reversed(message.versions.all()):
        found.append(_Words(message.position, since, _passages(version.text)))
        since = version.replaced_at
    return [*found, _Words(message.position, since, _passages(message.text))]


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
    told: set[Any] = set()
    for message in to_ask(thread).exclude(author=by).select_related("author"):
        Carrying.objects.create(widening=widening, message=message, asked_at=now)
        told.add(message.author)
    notify_many(told, ASKED, thread, by=by, now=now)
    return len(told)


@transaction.atomic
def carry(
    carrying: Carrying, text: str, *, by: Any, now: datetime, reuse: str = Reuse.ASK, sent: str = "", readers: str = ""
) -> Carrying:
    """Its author says it again to the network, in words of her own: an answer of hers, that she may withdraw, then give again."""
    row = _locked(carrying)
    if row.answer_id is not None:
        return row
    _refuse_words_of_others(row.message.thread, text, by)
    row.answer = answers.give(row.widening.question, text, by=by, now=now, reuse=reuse, sent=sent, readers=readers)
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
