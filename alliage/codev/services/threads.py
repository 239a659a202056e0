"""Writes of threads: opened, closed, kept on top; drafts; how often a member wants the mails of one group."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.codev.models import Group, Message, Thread, ThreadDraft
from alliage.codev.queries.groups import active_members
from alliage.codev.services import messages
from alliage.codev.services.messages import MessageRefused, Posted
from alliage.codev.thread_mails import TOLD, scope_of
from alliage.codev.thread_texts import ReadyText
from alliage.formats.documents import cut
from alliage.notifications import services as notifications
from alliage.notifications.enums import Frequency
from alliage.territories.folding import fold
from alliage.ui import drafts
from alliage.ui.drafts import Mark

LONGEST_TITLE = 150
DRAFT_BYTES = 60_000
# Fewer, and one would guess who asked.
FEWEST_FOR_PSEUDONYM = 4


@dataclass(frozen=True)
class Opening:
    """What the form of a new thread says beside its first message. Without a title, the first line stands for it."""

    said: messages.Said
    title: str = ""
    kind: str = ""
    is_pseudonymous: bool = False


def title_of(title: str, text: str) -> str:
    """One line, cut at a word."""
    return cut(title.replace("\0", "") or text.partition("\n")[0], LONGEST_TITLE)


@transaction.atomic
def open_thread(group: Group, opening: Opening, *, by: Any, now: datetime, sent: str = "") -> Posted:
    """Begin a thread with its first message."""
    row = Group.objects.select_for_update().get(pk=group.pk)
    if not row.is_active:
        raise MessageRefused(_("Ce groupe est terminé\u00a0: on y lit encore, on n’y écrit plus."))
    text = messages.read_text(opening.said.text)
    title = title_of(opening.title.strip(), text)
    key = messages.key_of(sent, by.pk, title, text)
    already = Message.objects.filter(thread__group=row, thread__sent_key=key, position=1).first() if key else None
    if already is not None:
        return Posted(already)
    if opening.is_pseudonymous and active_members(row).count() < FEWEST_FOR_PSEUDONYM:
        raise MessageRefused(
            _(
                "Votre groupe est trop petit pour que l’on ne devine pas qui écrit\u00a0: posez votre question en votre nom, ou parlez-en à la facilitation."
            )
        )
    thread = Thread.objects.create(
        group=row,
        author=by,
        title=title,
        folded=fold(title)[:300],
        kind=opening.kind if opening.kind in ReadyText.values else "",
        is_pseudonymous=opening.is_pseudonymous,
        sent_key=key,
        created_at=now,
        last_at=now,
    )
    return messages.write(thread, opening.said, by=by, now=now)


@transaction.atomic
def rename(thread: Thread, title: str, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Its author says it otherwise."""
    row = messages.lock(thread)
    line = title_of(title.strip(), "")
    if not line or line == row.title:
        return
    row.title, row.folded = line, fold(line)[:300]
    row.save(update_fields=["title", "folded"])


@transaction.atomic
def set_open(thread: Thread, *, is_open: bool, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Close it: read, no longer answered. Or open it again. Twice is once."""
    row = messages.lock(thread)
    if row.is_open != is_open:
        Thread.objects.filter(pk=row.pk).update(closed_at=None if is_open else now)


def pin(thread: Thread, *, on: bool, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Keep it on top of the list, or no longer."""
    Thread.objects.filter(pk=thread.pk).update(is_pinned=on)


def choose_mails(group: Group, frequency: str, *, by: Any, now: datetime) -> None:
    """How often the mails of this group come. Those that call someone by name come at once whatever is chosen here."""
    if frequency not in Frequency.values:
        raise MessageRefused(_("Choisissez dans la liste quand ces courriels vous arrivent."))
    notifications.choose_for(by, TOLD, scope_of(group), frequency, now=now)


# --- Drafts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where something is typed: a new thread of a group, the answer to a thread, the change of a message."""

    group: Group
    thread: Thread | None = None
    message: Message | None = None

    @property
    def code(self) -> str:
        if self.message is not None:
            return f"message-{self.message.pk}"
        return f"thread-{self.thread.pk}" if self.thread is not None else f"group-{self.group.pk}"


def draft_of(place: Place, member: Any) -> dict[str, Any] | None:
    """What this member typed there and did not send."""
    kept = ThreadDraft.objects.filter(member=member, place=place.code).values_list("kept", flat=True).first()
    return drafts.draft_of(kept, member)


@transaction.atomic
def keep_draft(place: Place, data: Mapping[str, list[str]], *, mark: Mark, by: Any, now: datetime) -> str:
    """Keep what is typed; answers its mark."""
    row = _locked_draft(place, by=by, now=now)
    row.kept = drafts.with_draft(row.kept, data, mark=mark, person=by, now=now, longest=DRAFT_BYTES)
    row.saved_at = now
    row.save(update_fields=["kept", "saved_at"])
    kept = drafts.draft_of(row.kept, by)
    return kept["at"] if kept else now.isoformat()


def _locked_draft(place: Place, *, by: Any, now: datetime) -> ThreadDraft:
    row = ThreadDraft(group=place.group, thread=place.thread, member=by, place=place.code, kept={}, saved_at=now)
    ThreadDraft.objects.bulk_create([row], ignore_conflicts=True)
    return ThreadDraft.objects.select_for_update().get(member=by, place=place.code)


def drop_draft(place: Place, *, by: Any) -> None:
    ThreadDraft.objects.filter(member=by, place=place.code).delete()


@transaction.atomic
def draft_sent(place: Place, *, tab: str, by: Any, now: datetime) -> None:
    """It was sent from this window: the draft is done with, and what that window kept just before is left out."""
    row = _locked_draft(place, by=by, now=now)
    row.kept = drafts.saved(row.kept, by, tab=tab, now=now) or {}
    row.save(update_fields=["kept"])
