"""What website adds to the folders below it: functions not open yet, the news feed, what it keeps of a member."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from alliage.accounts.models import Member
from alliage.accounts.registry import PersonalData, personal_data
from alliage.moderation.registry import Reportable, reportable
from alliage.ui.registry import HeadLink, MenuEntry, head_links, menu
from alliage.website import queries, services
from alliage.website.functions import announced

for _function in announced():
    menu.add(
        MenuEntry(
            code=_function.code,
            label=_function.label,
            url=_function.url,
            icon=_function.icon,
            position=_function.position,
            hint=_function.hint,
        )
    )

head_links.add(
    HeadLink("news", "alternate", "/actualites.rss", str(_("Les actualités d’Alliage")), "application/rss+xml")
)


def _export(member: Member) -> dict[str, Any]:
    territory = queries.home_territory(member)
    return {"territoire": str(territory) if territory else None}


def _erase(member: Member) -> None:
    services.forget_home_territory(by=member)


reportable.add(
    Reportable(
        code="website.page",
        model=Page,
        label=_("page éditoriale"),
        can_see=lambda _user, page: page.live,
        hide=services.hide_page,
        restore=services.restore_page,
        url=lambda page: page.get_url() or "/",
        title=lambda page: page.title,
        author=lambda page: page.owner,
    )
)
personal_data.add(PersonalData("website", str(_("Mon territoire")), _export, _erase))
