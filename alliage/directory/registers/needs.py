"""What needs, offers and alerts add: panels, notifications, what time does, moderation, personal data, « mon espace »."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliage.accounts.models import Member
from alliage.accounts.registry import PersonalData, personal_data
from alliage.directory import secret_links
from alliage.directory.enums import NEEDS_SHOWN, EntryKind, NeedSide
from alliage.directory.models import Alert, Entry, Need
from alliage.directory.queries import category_of
from alliage.directory.queries import needs as queries
from alliage.directory.queries.alerts import News
from alliage.directory.queries.held import held
from alliage.directory.queries.snapshot import of_page
from alliage.directory.queries.supports import GIVES
from alliage.directory.registry import Panel, Section, panels
from alliage.directory.searchable_needs import KIND as SEARCHABLE
from alliage.directory.services import alerts, needs
from alliage.directory.views.needs import card
from alliage.jobs.registry import Periodic, schedule
from alliage.moderation.registry import Reportable, reportable
from alliage.notifications.enums import Frequency
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.prepared import Address
from alliage.search.registry import kinds as searchable_kinds
from alliage.territories.models import Territory
from alliage.territories.registry import Panel as TerritoryPanel
from alliage.territories.registry import Section as TerritorySection
from alliage.territories.registry import panels as territory_panels
from alliage.ui.registry import DeskPanel, desk_panels

SHOWN = 4
# Those whose page always leads to what they support.
FUNDER = "fondation"
_NEEDS, _NEED_NEW = Address("directory:needs"), Address("directory:need_new")
_SUPPORTS = Address("directory:supports")


def of_entry(entry: Entry, request: HttpRequest) -> Section | None:
    """What it seeks and offers, and the way to what it supports; one query."""
    found = queries.of_entry(entry, now=timezone.now(), known=of_page(request))
    category = category_of(entry)
    funds = category is not None and category.code == FUNDER
    supports = entry.kind != EntryKind.CATALYST and (funds or any(need.side in GIVES for need in found))
    if not found and not supports:
        return None
    context = {
        "cards": [card(need) for need in found if need.state in NEEDS_SHOWN][:SHOWN],
        "supports_url": _SUPPORTS(entry.slug) if supports else "",
    }
    return Section(_("Besoins, offres et soutiens"), "directory/_needs_of_entry.html", context)


def of_territory(territory: Territory, request: HttpRequest) -> TerritorySection | None:
    found = queries.of_territory(territory, now=timezone.now(), limit=SHOWN, known=of_page(request))
    if not found:
        return None
    place = f"territoire={territory.kind}:{territory.code}"
    context = {
        "cards": [card(need) for need in found[:SHOWN]],
        "more": len(found) > SHOWN,
        "url": f"{_NEEDS()}?{place}",
        "new_url": f"{_NEED_NEW()}?{place}",
    }
    return TerritorySection(_("Besoins et offres"), "directory/_needs_panel.html", context)


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """What the member's entries ask and offer, on « mon espace »."""
    found = list(queries.mine(request.user)[:SHOWN]) if held(request).has("has_needs") else []
    return {"cards": [card(need) | {"state": need.get_state_display()} for need in found]} if found else None


def matched(need: Need, _by: Any) -> Message:
    titles = {
        NeedSide.NEED: _("Un besoin correspond à ce que vous proposez"),
        NeedSide.OFFER: _("Une offre correspond à ce que vous cherchez"),
        NeedSide.CALL: _("Un appel correspond à ce que vous cherchez"),
    }
    return Message(titles[NeedSide(need.side)], need.get_absolute_url(), need.title)


def expiring(need: Need, _by: Any) -> Message:
    title = _("« %(title)s » arrive à son terme") % {"title": need.title}
    return Message(
        title, secret_links.need_path(need), _("Prolongez l’annonce d’un geste, ou dites ce qui en est sorti.")
    )


def told(alert: Alert, _by: Any) -> Message:
    news: News = alert.news
    title = ngettext("%(count)d nouveauté : %(label)s", "%(count)d nouveautés : %(label)s", news.count)
    named = " ; ".join(name for name, _url in news.items)
    return Message(title % {"count": news.count, "label": alert.label}, alert.get_absolute_url(), named)


def export_of(member: Member) -> list[dict[str, object]]:
    asked = Alert.objects.filter(member=member).values("function", "query", "label", "created_at")
    return [*queries.written_by(member), *({**row} for row in asked)]


def erase(member: Member) -> None:
    needs.forget_member(member, now=timezone.now())


panels.add(Panel("directory.needs", 25, of_entry))
searchable_kinds.add(SEARCHABLE)
territory_panels.add(TerritoryPanel("directory.needs", 15, of_territory))
desk_panels.add(DeskPanel("directory.needs", "directory/_needs_mine.html", desk_panel, position=35))
kinds.add(
    NotificationKind(
        needs.MATCHED,
        gettext_lazy("Besoins et offres qui se répondent"),
        gettext_lazy("Une annonce nouvelle répond à celle d’une fiche que vous tenez."),
        describe=matched,
    )
)
kinds.add(
    NotificationKind(
        needs.EXPIRING,
        gettext_lazy("Annonces qui arrivent à leur terme"),
        gettext_lazy("Un besoin ou une offre d’une fiche que vous tenez ne sera bientôt plus montré."),
        describe=expiring,
    )
)
kinds.add(
    NotificationKind(
        alerts.KIND,
        gettext_lazy("Mes alertes"),
        gettext_lazy("Du nouveau dans une liste que vous suivez : annuaire, besoins et offres."),
        default_frequency=Frequency.DAILY,
        describe=told,
    )
)
schedule.add(
    Periodic(
        "directory.needs",
        every=timedelta(hours=1),
        offset=timedelta(minutes=35),
        run=needs.tend_needs,
        label=gettext_lazy("Rappeler, clore et oublier les besoins et les offres"),
    )
)
schedule.add(
    Periodic(
        "directory.alerts",
        every=timedelta(days=1),
        offset=timedelta(hours=5, minutes=10),
        run=alerts.send_alerts,
        label=gettext_lazy("Envoyer les alertes"),
    )
)
reportable.add(
    Reportable(
        code="directory.need",
        model=Need,
        label=gettext_lazy("besoin ou offre"),
        can_see=lambda _user, need: queries.is_public(need, timezone.now()),
        hide=needs.hide_need,
        restore=needs.restore_need,
        url=Need.get_absolute_url,
    )
)
personal_data.add(PersonalData("directory.needs", gettext_lazy("Besoins, offres et alertes"), export_of, erase))
