"""What the page table needs of threads: one that a member opened in a group that she facilitates, answered by another."""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.services import messages, questions, threads, widenings
from alliage.codev.services.messages import Said
from alliage.codev.services.threads import Opening
from alliage.codev.tests.factories import group_of


def ids(member: Member, other: Member, *, now: datetime) -> dict[str, Any]:
    group = group_of(other, MemberFactory(), MemberFactory(), facilitator=member, name="Pairs qui s’écrivent")
    opening = threads.open_thread(group, Opening(Said("Qui connaît un traiteur ?"), kind="help"), by=member, now=now)
    message = opening.message
    messages.reply(message.thread, Said("Moi, à Saint-Étienne.", [member.pk]), by=other, now=now)
    messages.change(message, Said("Qui connaît un bon traiteur ?"), was=messages.mark(message.text), by=member, now=now)
    threads.open_thread(group, Opening(Said("Une question"), is_pseudonymous=True), by=other, now=now)
    wide = threads.open_thread(group, Opening(Said("Comment payer un local partagé ?")), by=member, now=now).message
    answered = messages.reply(wide.thread, Said("Par une foncière."), by=other, now=now).message
    widening = widenings.widen(wide.thread, questions.Said("Comment payer un local ?"), by=member, now=now)
    widenings.ask_answers(widening, by=member, now=now)
    return {
        "widened": wide.thread_id,
        "asked_message": answered.pk,
        "writing_group": group.pk,
        "thread": message.thread_id,
        "message": message.pk,
    }
