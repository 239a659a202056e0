"""What the page table needs of events: a webinar, a Rencontre, one sequence, one workshop. Each noun adds its own ids here."""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.events.enums import SequenceKind
from alliage.events.exhibition_enums import PanelState
from alliage.events.models import Sequence
from alliage.events.tests import lived, prepared, recounted, registered, workshops
from alliage.events.tests.exhibited import PanelFactory
from alliage.events.tests.factories import rencontre, webinar


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    day = rencontre(owner=member)
    event = webinar(slug="un-webinaire", title="Un webinaire", owner=member)
    return {
        "event": event.slug,
        "rencontre": day.slug,
        "sequence": Sequence.objects.get(event=day, rank=1).pk,
        "panel": PanelFactory(event=day, state=PanelState.SHOWN, decided_at=now).pk,
        "proposed_panel": PanelFactory(event=day).pk,
        "workshop": Sequence.objects.filter(event=day, kind=SequenceKind.WORKSHOP).earliest("pk").pk,
        **registered.ids(event, member, now=now),
        **prepared.ids(day),
        **lived.ids(member, now=now),
        **workshops.ids(day, member),
        **recounted.ids(member),
    }
