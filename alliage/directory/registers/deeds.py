"""What deeds add: their part of a person's page, rooms held for themselves, personal data."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliage.accounts.registry import PersonalData, personal_data
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.directory.queries import deeds as queries
from alliage.directory.registry import DeedSource, Panel, Section, deeds, panels
from alliage.directory.services import deeds as services

IN_A_GROUP = 8


def panel(entry: Entry, request: HttpRequest) -> Section | None:
    """What this person shows of what they did here. One query, two for who shows something; none for an organisation."""
    if entry.kind != EntryKind.CATALYST or entry.owner_id is None:
        return None
    found = queries.shown_of(entry.owner_id, now=timezone.now())
    if not found:
        return None
    groups = [
        {"label": group.label, "deeds": group.deeds[:IN_A_GROUP], "more": len(group.deeds) - IN_A_GROUP}
        for group in queries.grouped(found)
    ]
    context = {"groups": groups, "is_own": request.user.pk == entry.owner_id}
    return Section(_("Preuves des métiers"), "directory/_deeds_panel.html", context)


def rooms(count: int) -> str:
    return ngettext("%(count)s salle animée", "%(count)s salles animées", count) % {"count": count}


deeds.add(DeedSource(queries.ROOMS, gettext_lazy("Salles animées"), 30, queries.rooms_led, counted=rooms))
panels.add(Panel("directory.deeds", 35, panel))
personal_data.add(
    PersonalData("directory.deeds", gettext_lazy("Mes preuves"), queries.export_of, services.forget_member)
)
