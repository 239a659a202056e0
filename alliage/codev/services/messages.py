"""Writes of messages: said, changed, taken back, hidden, kept as the answer; whom they call, their files, the signs given.

Nothing of what is written is told: notifications say that there is something to read, in which thread, never by whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliage.codev import thread_texts
from alliage.codev.models import (
    Carrying,
    Mention,
    Message,
    MessageFlag,
    Reaction,
    ReactionKind,
    Thread,
    ThreadDraft,
    ThreadRead,
)
from alliage.codev.queries.groups import active_members
from alliage.codev.queries.memberships import facilitators_of
from alliage.codev.services import attachments, mentions
from alliage.codev.services.mentions import MessageRefused
from alliage.codev.thread_mails import FLAGGED
from alliage.library.models import Resource
from alliage.notifications.services import mark_read_about, notify_many
from alliage.territories.folding import fold

LONGEST_TEXT = 20_000


class ChangedMeanwhile(MessageRefused):
    """It was changed in another window since the form was shown."""


@dataclass(frozen=True)
class Said:
    """What a form says. `called`: numbers of the members to call, beside those whom the text names after an @."""

    text: str
    called: Sequence[int] = ()
    uploads: Sequence[UploadedFile] = ()
    resource: Resource | None = None


@dataclass(frozen=True)
class Posted:
    """What was written, and why some of its files were left out."""

    message: Message
    refused_files: Sequence[str] = ()


def mark(text: str, resource: int | None = None) -> str:
    """What tells whether a text, or the resource linked to it, changed since a page showed them."""
    said = f"{text}\0{resource}" if resource else text
    return sha256(said.encode(errors="replace")).hexdigest()[:16]


def mark_of(message: Message) -> str:
    return mark(message.text, message.resource_id)


def plain(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def key_of(sent: str, *parts: Any) -> str:
    """The same display of a form sent twice with the same words is one sending."""
    return sha256(repr((sent, *parts)).encode(errors="replace")).hexdigest() if sent else ""


# --- Say -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def reply(thread: Thread, said: Said, *, by: Any, now: datetime, sent: str = "") -> Posted:
    """Add a message to a thread, and tell the group that there is one."""
    row = lock(thread)
    if not row.is_open:
        raise MessageRefused(_("Cet échange est clos\u00a0: votre message n’est pas parti. Ouvrez-en un autre."))
    return write(row, said, by=by, now=now, sent=sent)


def write(thread: Thread, said: Said, *, by: Any, now: datetime, sent: str = "") -> Posted:
    """Write in a thread whose row is locked."""
    text = read_text(said.text)
    key = key_of(sent, by.pk, text)
    already = thread.messages.filter(sent_key=key).first() if key else None
    if already is not None:
        return Posted(already)
    others = list(active_members(thread.group).exclude(pk=by.pk))
    called = mentions.called_by(thread, text, said.called, others, by=by)
    thread.message_count += 1
    thread.last_at = max(now, thread.created_at)
    thread.save(update_fields=["message_count", "last_at"])
    message: Message = thread.messages.create(
        position=thread.message_count,
        author=by,
        text=text,
        folded=fold(text),
        resource=said.resource,
        sent_key=key,
        created_at=now,
    )
    mentions.call(message, called)
    # A message that came meanwhile, between the page and its answer, stays new.
    if (
        thread.message_count == 1
        or ThreadRead.objects.filter(thread=thread, member=by, position=message.position - 1).exists()
    ):
        read_to(thread, message.position, by=by, now=now)
    mentions.tell(message, called, others, now=now)
    return Posted(message, attachments.add(message, said.uploads, by=by, now=now))


def read_text(typed: str) -> str:
    """What was typed, once it says something of its own."""
    text = plain(typed)
    if not text:
        raise MessageRefused(_("Écrivez votre message."))
    if thread_texts.is_untouched(text):
        raise MessageRefused(_("Complétez le texte prêt\u00a0: quelques mots suffisent."))
    if len(text) > LONGEST_TEXT:
        raise MessageRefused(_("20\u202f000 signes au plus\u00a0: raccourcissez, ou joignez un fichier."))
    return text


# --- Change, take back ---------------------------------------------------------------------------------------------


@transaction.atomic
def change(message: Message, said: Said, *, was: str, by: Any, now: datetime, dropped: Sequence[str] = ()) -> Posted:
    """Say it otherwise; what it said is kept for the group. `was` is the `mark_of` the message that the form showed."""
    row = _lock_message(message)
    text = read_text(said.text)
    if row.removed_at is not None or row.is_hidden:
        raise MessageRefused(_("Ce message n’est plus là\u00a0: il ne peut plus être changé."))
    is_changed = text != row.text or said.resource != row.resource
    if is_changed and mark_of(row) != was:
        raise ChangedMeanwhile(
            _(
                "Ce message, ou la ressource liée, a été changé dans une autre fenêtre. Ce que vous avez écrit est gardé ci-dessous\u00a0: relisez-le, puis enregistrez de nouveau."
            )
        )
    others = list(active_members(row.thread.group).exclude(pk=by.pk))
    called = mentions.called_by(row.thread, text, said.called, others, by=by)
    if text != row.text:
        row.versions.create(text=row.text, replaced_at=now)
    if is_changed:
        row.edited_at = now
    row.text, row.folded, row.resource = text, fold(text), said.resource
    row.save(update_fields=["text", "folded", "resource", "edited_at"])
    known = set(row.mentions.values_list("member_id", flat=True))
    fresh = [member for member in called if member.pk not in known]
    mentions.call(row, fresh)
    mentions.tell_called(row, fresh, now=now)
    attachments.drop(row, dropped)
    return Posted(row, attachments.add(row, said.uploads, by=by, now=now))


@transaction.atomic
def take_back(message: Message, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Take its words, its former words and its files away. A thread where nobody else wrote goes with its opening."""
    row = _lock_message(message)
    _take_back(row, now=now)


def _take_back(row: Message, *, now: datetime) -> None:
    thread = row.thread
    attachments.drop_all(Message.objects.filter(pk=row.pk))
    ThreadDraft.objects.filter(place=f"message-{row.pk}").delete()
    if row.is_opening and not thread.messages.exclude(pk=row.pk).filter(removed_at__isnull=True).exists():
        mentions.told_about(thread).delete()
        thread.delete()
        return
    for kept in (row.versions, row.mentions, row.reactions, row.flags):
        kept.all().delete()
    Carrying.objects.filter(message=row, answer=None).delete()  # what is gone is no longer asked for
    row.text = row.folded = row.sent_key = ""
    row.resource, row.is_answer, row.removed_at = None, False, row.removed_at or now
    row.save(update_fields=["text", "folded", "resource", "sent_key", "is_answer", "removed_at"])
    if row.is_opening:
        Thread.objects.filter(pk=thread.pk).update(title="", folded="", sent_key="")


# --- Signs ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def react(message: Message, kind: str, *, on: bool, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Give a sign, or take it back. Twice is once; nobody reads who gave it."""
    if kind not in ReactionKind.values:
        raise MessageRefused(_("Ce signe n’existe pas\u00a0: rechargez la page."))
    row = _lock_message(message)
    if row.removed_at is not None or row.is_hidden or row.author_id == by.pk:
        raise MessageRefused(_("Ce message ne reçoit pas de signe de votre part."))
    if on:
        Reaction.objects.get_or_create(message=row, member=by, kind=kind)
    else:
        Reaction.objects.filter(message=row, member=by, kind=kind).delete()


@transaction.atomic
def keep_answer(message: Message, *, on: bool, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Say that this message answered, in place of the one that was kept; or no longer."""
    row = _lock_message(message)
    if on and (row.is_opening or row.is_hidden or row.removed_at is not None):
        raise MessageRefused(_("Ce message ne peut pas être retenu comme réponse."))
    row.thread.messages.filter(is_answer=True).update(is_answer=False)
    if on:
        Message.objects.filter(pk=row.pk).update(is_answer=True)


# --- Moderation ----------------------------------------------------------------------------------------------------


def hide(obj: Message, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Its author and the facilitators still read it; what was asked about it is settled."""
    _set_hidden(obj, is_hidden=True, now=now)


def restore(obj: Message, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    _set_hidden(obj, is_hidden=False, now=now)


@transaction.atomic
def _set_hidden(message: Message, *, is_hidden: bool, now: datetime) -> None:
    row = _lock_message(message)
    row.is_hidden = is_hidden
    row.is_answer = row.is_answer and not is_hidden
    row.save(update_fields=["is_hidden", "is_answer"])
    row.flags.filter(settled_at__isnull=True).update(settled_at=now)


@transaction.atomic
def flag(message: Message, *, by: Any, now: datetime) -> None:
    """Ask the facilitators to look at it. Once per person until they did; they never learn who asked."""
    row = _lock_message(message)
    asked, is_new = MessageFlag.objects.get_or_create(message=row, member=by, defaults={"created_at": now})
    if not is_new and asked.settled_at is not None:
        asked.created_at, asked.settled_at = now, None
        asked.save(update_fields=["created_at", "settled_at"])
    key = f"flag-{row.pk}-{asked.created_at.isoformat()}"
    told = [member for member in facilitators_of(row.thread.group) if member.pk != by.pk]
    notify_many(told, FLAGGED, row.thread, by=None, now=now, key=key)


@transaction.atomic
def settle_flags(message: Message, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """A facilitator looked: it may stay."""
    message.flags.filter(settled_at__isnull=True).update(settled_at=now)


# --- Read, locked, forgotten ---------------------------------------------------------------------------------------


def read_to(thread: Thread, position: int, *, by: Any, now: datetime) -> None:
    """This member has read so far: what she was told about this thread is read too."""
    mine = ThreadRead.objects.filter(thread=thread, member=by)
    if not mine.filter(position__lt=position).update(position=position):
        first = ThreadRead(thread=thread, member=by, position=position)
        ThreadRead.objects.bulk_create([first], ignore_conflicts=True)
    mark_read_about(by, thread, now=now)


def lock(thread: Thread) -> Thread:
    return Thread.objects.select_for_update(of=("self",)).select_related("group").get(pk=thread.pk)


def _lock_message(message: Message) -> Message:
    """Under the lock of its thread: two writers of one thread follow one another."""
    thread = lock(message.thread)
    row = Message.objects.get(pk=message.pk)
    row.thread = thread
    return row


@transaction.atomic
def forget_member(member: Any, *, now: datetime) -> None:
    """Take back everything that a member wrote in groups, the signs she gave, what she was typing."""
    Carrying.objects.filter(message__author=member).delete()
    for message in Message.objects.filter(author=member).select_related("thread").order_by("thread", "-position"):
        _take_back(_lock_message(message), now=now)
    Message.objects.filter(author=member).update(author=None)
    Thread.objects.filter(author=member).update(author=None)
    for table in (Mention, Reaction, MessageFlag, ThreadRead, ThreadDraft):
        table.objects.filter(member=member).delete()
