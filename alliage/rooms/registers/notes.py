"""What rooms add to co-writing: their notes, read by those who are in the room, written by those whom the phase names."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.rooms import permissions, visits
from alliage.rooms.queries import notes
from alliage.rooms.queries import rooms as queries
from alliage.rooms.services.notes import SCOPE
from alliage.writing.models import Document
from alliage.writing.registry import Purpose, Visit, Writer, member_key, purposes


def writer(visit: Visit, scope_id: str) -> Writer | None:
    """Asked at each page, at each connection, and each time that the phase or the roles change."""
    code, _colon, phase = scope_id.partition(":")
    room = queries.by_code(code)
    if room is None or room.erased_at is not None:
        return None
    person = queries.person_in(room, member=visit.member, key=visits.key_of(visit.cookies))
    if not permissions.can_read(visit.member, room, person):
        return None
    if person is None:
        # The function that holds the room lets them in: they read, as they would read the room.
        return Writer(member_key(visit.member), visit.member.get_full_name(), can_take=notes.may_take(room))
    return notes.writer(room, person, phase)


def place(document: Document) -> tuple[str, str]:
    """The room, named as any other: a title may be confidential."""
    return reverse("rooms:room", args=[document.scope_id.partition(":")[0]]), str(_("La salle"))


purposes.add(Purpose(SCOPE, _("Notes d’une salle"), writer, place))
