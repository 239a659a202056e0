"""What one types in « Entraide » and has not sent: kept for its author alone, a few weeks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from alliage.codev.models import HelpDraft
from alliage.ui import drafts
from alliage.ui.drafts import Mark

QUESTION = "question"
LONGEST = 30_000
KEPT = timedelta(days=60)


def answer_to(question: Any) -> str:
    """The place of the draft of an answer."""
    return f"reponse-{question.pk}"


def draft_of(member: Any, place: str) -> dict[str, Any] | None:
    if not member.is_authenticated:
        return None
    row = HelpDraft.objects.filter(member=member.pk, place=place).first()
    return drafts.draft_of(row.kept, member) if row is not None else None


@transaction.atomic
def keep(place: str, data: Mapping[str, list[str]], *, mark: Mark, by: Any, now: datetime) -> str:
    """Keep what was typed; answers when, as the form carries it."""
    row, _made = HelpDraft.objects.select_for_update().get_or_create(member=by, place=place, defaults={"saved_at": now})
    row.kept = drafts.with_draft(row.kept, data, mark=mark, person=by, now=now, longest=LONGEST)
    row.saved_at = now
    row.save(update_fields=["kept", "saved_at"])
    return now.isoformat()


def done_with(member: Any, place: str, *, tab: str, now: datetime) -> None:
    """What was typed in this window is sent: what the window sent just before and that arrives later is left out."""
    row = HelpDraft.objects.filter(member=member, place=place).first()
    kept = drafts.saved(row.kept if row is not None else None, member, tab=tab, now=now)
    if kept:
        HelpDraft.objects.update_or_create(member=member, place=place, defaults={"kept": kept, "saved_at": now})
    else:
        forget(member, place)


def forget(member: Any, place: str) -> None:
    HelpDraft.objects.filter(member=member, place=place).delete()


def forget_old(now: datetime) -> None:
    HelpDraft.objects.filter(saved_at__lt=now - KEPT).delete()
