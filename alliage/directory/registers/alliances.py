"""What alliances add to the pages of entries and territories, to moderation, to notifications and to « mon espace »."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.models import Member
from alliage.accounts.registry import PersonalData, personal_data
from alliage.directory.enums import AllianceState, EntryKind
from alliage.directory.models import Alliance, Entry
from alliage.directory.queries import alliances as queries
from alliage.directory.queries.held import held
from alliage.directory.queries.snapshot import of_page
from alliage.directory.registry import Panel, Section, panels
from alliage.directory.searchable_alliances import KIND as SEARCHABLE
from alliage.directory.services import alliances as services
from alliage.directory.views.alliances import card
from alliage.moderation.registry import Reportable, reportable
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.prepared import Address
from alliage.search.registry import kinds as searchable_kinds
from alliage.territories.models import Territory
from alliage.territories.registry import Panel as TerritoryPanel
from alliage.territories.registry import Section as TerritorySection
from alliage.territories.registry import panels as territory_panels
from alliage.ui.registry import DeskPanel, desk_panels

SHOWN = 6
SHOWN_ON_A_TERRITORY = 4
_ALLIANCES = Address("directory:alliances")


def of_entry(entry: Entry, request: HttpRequest) -> Section | None:
    if entry.kind == EntryKind.CATALYST:
        return None
    found = queries.of_entry(entry, request.user, limit=SHOWN + 1, known=of_page(request))
    if not found:
        return None
    url = f"{_ALLIANCES()}?organisation={entry.slug}"
    context = {"cards": [card(each, goals) for each, goals in found[:SHOWN]], "more": len(found) > SHOWN, "url": url}
    return Section(_("Ses alliances"), "directory/_alliances_panel.html", context)


def of_territory(territory: Territory, request: HttpRequest) -> TerritorySection | None:
    found = queries.of_territory(territory, request.user, limit=SHOWN_ON_A_TERRITORY + 1, known=of_page(request))
    if not found:
        return None
    url = f"{_ALLIANCES()}?{queries.AllianceFilters(territory=territory).query()}"
    shown = found[:SHOWN_ON_A_TERRITORY]
    context = {"cards": [card(each, goals) for each, goals in shown], "more": len(found) > len(shown), "url": url}
    return TerritorySection(_("Alliances"), "directory/_alliances_panel.html", context)


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    mine = held(request)
    found = queries.waiting_among(mine.spoken_for) if mine.has("has_declared") else []
    return {"alliances": found} if found else None


def _describe(alliance: Alliance, _by: Any) -> Message:
    if alliance.declared_for is None and alliance.state == AllianceState.CONFIRMED:
        return Message(_("L’annuaire montre une alliance avec vous"), alliance.get_absolute_url(), alliance.subject)
    name = alliance.declared_for.name if alliance.declared_for else _("Une organisation")
    title = _("%(name)s déclare une alliance avec vous") % {"name": name}
    return Message(title, alliance.get_absolute_url(), alliance.subject)


def _declared_by(member: Member) -> list[dict[str, object]]:
    rows = Alliance.objects.filter(declared_by=member).order_by("pk")
    return [{"subject": row.subject, "since": row.since, "outcome": row.outcome} for row in rows]


def _forget(member: Member) -> None:
    """An alliance belongs to its organisations: the name of who wrote it goes, the alliance stays."""
    Alliance.objects.filter(declared_by=member).update(declared_by=None)


searchable_kinds.add(SEARCHABLE)
panels.add(Panel("directory.alliances", 20, of_entry))
territory_panels.add(TerritoryPanel("directory.alliances", 20, of_territory))
desk_panels.add(DeskPanel("directory.alliances", "directory/_alliances_waiting.html", waiting, position=30))
kinds.add(
    NotificationKind(
        code=services.KIND,
        label=gettext_lazy("Une alliance à confirmer"),
        help=gettext_lazy("Une organisation déclare qu’elle agit avec la vôtre, ou un document public le dit."),
        describe=_describe,
    )
)
reportable.add(
    Reportable(
        code="directory.alliance",
        model=Alliance,
        label=gettext_lazy("alliance"),
        can_see=lambda user, alliance: queries.visible_alliances(user).filter(pk=alliance.pk).exists(),
        hide=services.hide_alliance,
        restore=services.restore_alliance,
        url=Alliance.get_absolute_url,
    )
)
personal_data.add(PersonalData("directory.alliances", gettext_lazy("Alliances déclarées"), _declared_by, _forget))
