"""What conventions add: who reads and writes them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.agreements import permissions
from alliage.agreements.enums import State
from alliage.agreements.queries import agreements as queries
from alliage.agreements.queries.conventions import PURPOSE
from alliage.writing.models import Document
from alliage.writing.registry import Purpose, Visit, Writer, member_key, purposes


def writer(visit: Visit, scope_id: str) -> Writer | None:
    """The people of the partners write until it is signed; those who are asked read what they are asked to join."""
    found = queries.by_number(int(scope_id)) if scope_id.isdecimal() else None
    if found is None or not permissions.can_see(visit.member, found):
        return None
    writes = found.state == State.SCOPING and permissions.can_act(visit.member, found)
    return Writer(member_key(visit.member), visit.member.get_full_name(), can_write=writes)


def where(document: Document) -> tuple[str, str]:
    found = queries.by_number(int(document.scope_id))
    return (found.get_absolute_url(), str(_("L’accord"))) if found is not None else ("", "")


purposes.add(Purpose(PURPOSE, gettext_lazy("Convention d’un accord d’alliance"), writer, where))
