"""The fictitious threads of the demonstration, from a data file. Nobody is told: they are there from the start."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from alliage.accounts.models import Member
from alliage.codev.models import Group, Message, Reaction, ReactionKind, Thread
from alliage.codev.services.demonstration import HOST
from alliage.territories.folding import fold

BETWEEN = timedelta(hours=5)


@transaction.atomic
def load_threads(said: dict[str, Any], *, now: datetime) -> int:
    """Add the threads of the groups where nothing was written yet; answers how many. Safe to repeat."""
    known = {each.email.removesuffix(HOST): each for each in Member.objects.filter(is_demo=True)}
    groups = {each.name: each for each in Group.objects.filter(is_demo=True, threads__isnull=True)}
    rows = [row for row in said["threads"] if row["group"] in groups]
    for row in rows:
        _thread(groups[row["group"]], row, known, now=now)
    return len(rows)


def _thread(group: Group, row: dict[str, Any], known: dict[str, Member], *, now: datetime) -> None:
    begun = now - timedelta(days=row["days_ago"])
    count = len(row["messages"])
    thread = Thread.objects.create(
        group=group,
        author=known[row["messages"][0]["by"]],
        title=row["title"],
        folded=fold(row["title"]),
        kind=row["kind"],
        is_pinned=row.get("is_pinned", False),
        message_count=count,
        created_at=begun,
        last_at=begun + BETWEEN * (count - 1),
    )
    for rank, each in enumerate(row["messages"]):
        message = Message.objects.create(
            thread=thread,
            position=rank + 1,
            author=known[each["by"]],
            text=each["text"],
            folded=fold(each["text"]),
            is_answer=each.get("is_answer", False),
            created_at=begun + BETWEEN * rank,
        )
        thanks = [known[code] for code in each.get("thanks", ())]
        Reaction.objects.bulk_create(
            [Reaction(message=message, member=one, kind=ReactionKind.THANKS) for one in thanks]
        )
