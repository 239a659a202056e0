"""A thread opened, answered, kept from several windows at the same moment: each once, each message in its place, nobody sees an error."""

import pytest
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.models import Message, Reaction, Thread, ThreadDraft
from alliage.codev.services import messages, threads
from alliage.codev.services.messages import Said
from alliage.codev.services.threads import Opening, Place
from alliage.codev.tests.factories import group_of
from alliage.ui.drafts import Mark
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WINDOWS = 4


def test_a_thread_is_opened_and_answered_once_and_other_words_take_the_next_places():
    camille, driss = MemberFactory(), MemberFactory()
    group = group_of(camille, driss)

    def begin():
        return threads.open_thread(
            group, Opening(Said("Qui vient ?")), by=camille, now=timezone.now(), sent="s"
        ).message

    assert len({message.pk for message in at_once(*[begin] * WINDOWS)}) == 1
    thread = Thread.objects.get()

    def answer(text, sent):
        return messages.reply(thread, Said(text), by=driss, now=timezone.now(), sent=sent).message

    assert len({message.pk for message in at_once(*[lambda: answer("Moi", "t")] * WINDOWS)}) == 1
    at_once(*[lambda rank=rank: answer(f"Mot {rank}", "") for rank in range(WINDOWS)])
    assert list(Message.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]
    thread.refresh_from_db()
    assert thread.message_count == 6


def test_a_sign_a_kept_answer_and_a_draft_are_there_once():
    camille, driss = MemberFactory(), MemberFactory()
    group = group_of(camille, driss)
    opening = threads.open_thread(group, Opening(Said("Qui vient ?")), by=camille, now=timezone.now()).message
    replies = [
        messages.reply(opening.thread, Said(f"R{n}"), by=driss, now=timezone.now()).message for n in range(WINDOWS)
    ]
    at_once(*[lambda: messages.react(opening, "thanks", on=True, by=driss, now=timezone.now())] * WINDOWS)
    assert Reaction.objects.count() == 1
    at_once(*[lambda one=one: messages.keep_answer(one, on=True, by=camille, now=timezone.now()) for one in replies])
    assert Message.objects.filter(is_answer=True).count() == 1

    def keep():
        return threads.keep_draft(Place(group), {"text": ["Un"]}, mark=Mark("", "a"), by=camille, now=timezone.now())

    at_once(*[keep] * WINDOWS)
    assert ThreadDraft.objects.count() == 1
