"""What the page table needs of registration: someone registered to the webinar, with their link; a calendar followed."""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.events import registration_links as links
from alliage.events.models import Event
from alliage.events.services import registrations, stars
from alliage.events.services.registrations import Said


def ids(event: Event, member: Member, *, now: datetime) -> dict[str, Any]:
    asked = frozenset(event.sequences.values_list("pk", flat=True))
    said = Said("inscrite@exemple.fr", "Inscrite", sequences=asked)
    made = registrations.register(event, said, by=None, now=now)
    return {
        "attendee": made.attendee.pk,
        "registration_link": links.token_of(made.attendee.seed),
        "programme_link": stars.make_link(by=member, now=now),
    }
