"""What the day adds: the rooms of sequences, what is measured there and erased, what waits to be shown, personal data."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.directory.registry import NeedOrigin, need_origins
from alliage.events import live_people
from alliage.events import need_origins as origins
from alliage.events.models import Sequence
from alliage.events.queries import live as queries
from alliage.events.services import attendance, contributions
from alliage.events.services import live as services
from alliage.jobs.registry import Periodic, schedule
from alliage.moderation.registry import DeskQueue
from alliage.moderation.registry import queues as desk_queues
from alliage.rooms.models import Room
from alliage.rooms.registry import Entry, Purpose, purposes


def entry(user: Any, room: Room) -> Entry | None:
    return live_people.entry(user, room, now=timezone.now())


def url(room: Room) -> str:
    """The live page of the sequence that a room is for."""
    pk = Sequence.objects.filter(room=room).values_list("pk", flat=True).first()
    return reverse("events:live", args=[pk]) if pk is not None else ""


purposes.add(
    Purpose(
        services.PURPOSE,
        _("Séquence"),
        entry,
        url=url,
        closed=services.closed,
        heard=services.heard,
        is_door=True,
    )
)
need_origins.add(NeedOrigin(origins.CODE, origins.begun, origins.born))
schedule.add(
    Periodic(
        "events.attendance",
        timedelta(hours=24),
        lambda now: attendance.forget_due(now=now),
        _("Effacer qui était présent, un an après"),
    )
)
personal_data.add(
    PersonalData(
        "events.live",
        _("Mes présences mesurées et ce que j’ai écrit après des séquences"),
        queries.export_of,
        contributions.forget_member,
    )
)
desk_queues.add(
    DeskQueue(
        "events.contributions",
        _("Contributions après une séquence"),
        None,
        "/sequences/contributions/",
        75,
        _("Elles attendent d’être montrées, ou masquées."),
        rows=queries.waiting,
    )
)
