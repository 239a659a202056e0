"""What the page table needs of the day: a sequence that was held lately, with a room, a contribution shown and one that waits."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from alliage.accounts.models import Member
from alliage.events.live_enums import ContributionState
from alliage.events.models import Contribution, Sequence
from alliage.events.services import live
from alliage.events.tests.factories import webinar


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    event = webinar(slug="hier", title="Un webinaire passé", owner=member, starts_at=now - timedelta(days=1))
    sequence = Sequence.objects.select_related("event", "room").get(event=event)
    live.prepare(sequence, by=member, now=now)
    for state in (ContributionState.SHOWN, ContributionState.WAITING):
        made = Contribution.objects.create(
            sequence=sequence, kind="need", text="Une maison commune", state=state, act=uuid4(), written_at=now
        )
    return {"lately": sequence.pk, "contribution": made.pk}
