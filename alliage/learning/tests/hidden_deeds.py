"""Someone who shows everything that she did, on a page that everyone reads: none of its words is « canari »."""

from datetime import datetime, timedelta

from alliage.accounts.models import Member
from alliage.codev.models import Encounter, Session
from alliage.codev.tests.sessioned import ended
from alliage.directory.models import DeedChoice
from alliage.directory.queries.deeds import FLOOR
from alliage.directory.registry import deeds
from alliage.directory.tests.factories import CatalystFactory
from alliage.learning.tests.planned import AdviceFactory
from alliage.rooms.enums import Role
from alliage.rooms.models import Room
from alliage.rooms.services import rooms
from alliage.rooms.tests.factories import person, prepared

SLUG = "prudente"


def plant_deeds(owner: Member, *, now: datetime) -> list[str]:
    """Addresses that everyone opens."""
    before = now - timedelta(days=730)
    CatalystFactory(owner=owner, name="Prudente", slug=SLUG)
    for _each in range(FLOOR):
        worked = ended()
        Encounter.objects.filter(pk=worked.encounter.pk).update(title="canari séance")
        Session.objects.filter(pk=worked.session.pk).update(ended_at=before, facilitator=owner)
        room = prepared(by=owner, title="canari salle")
        leader = person(room, Role.FACILITATOR, member=owner)
        rooms.open_room(room, by=leader, now=now)
        rooms.close_room(room, by=leader, now=now)
        Room.objects.filter(pk=room.pk).update(closed_at=before)
    AdviceFactory(sender=owner, note="canari mot", used_at=before)
    DeedChoice.objects.bulk_create(DeedChoice(member=owner, source=source.code, shown=True) for source in deeds)
    return [f"/annuaire/catalyseurs/{SLUG}/#ouverte", "/mes-preuves/#ouverte"]
