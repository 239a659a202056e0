"""What website adds to the folders below it: the news feed, what it keeps of a member."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from alliage.accounts.models import Member
from alliage.accounts.registry import PersonalData, personal_data
from alliage.directory.registry import Nearby, nearby
from alliage.jobs.context import JobContext
from alliage.jobs.registry import JobKind, Periodic, schedule
from alliage.jobs.registry import kinds as job_kinds
from alliage.moderation.registry import Reportable, reportable
from alliage.search.registry import kinds as searchable_kinds
from alliage.territories.models import Territory
from alliage.territories.registry import Panel, Section, panels
from alliage.ui.registry import HeadLink, head_links
from alliage.website import letters, queries, services
from alliage.website.models import Letter, Subscriber
from alliage.website.searchable import KINDS

head_links.add(
    HeadLink("news", "alternate", "/actualites.rss", str(_("Les actualités d’Alliage")), "application/rss+xml")
)


nearby.add(
    Nearby("home", lambda request: queries.home_territory(request.user) if request.user.is_authenticated else None)
)


def digital_help(_territory: Territory, _request: HttpRequest) -> Section:
    """Local helpers with digital tools are listed elsewhere: linked, never copied. No query."""
    return Section(str(_("De l’aide pour le numérique")), "website/_digital_help_panel.html")


panels.add(Panel("website.digital_help", 90, digital_help, is_local=False))


def _export(member: Member) -> dict[str, Any]:
    territory = queries.home_territory(member)
    return {
        "territoire": str(territory) if territory else None,
        "lettre_par_adresse": Subscriber.objects.filter(email=member.email.lower()).exists(),
    }


def _erase(member: Member) -> None:
    services.forget_home_territory(by=member)
    letters.forget_address(member.email)


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
for _kind in KINDS:
    searchable_kinds.add(_kind)
personal_data.add(PersonalData("website", str(_("Mon territoire")), _export, _erase))


def _send_letter(_context: JobContext, payload: dict[str, Any]) -> dict[str, int]:
    """Bears being run again from the start: each mail has its key."""
    letter = Letter.objects.get(pk=payload["letter"])
    return {"recipients": letters.write_mails(letter, now=timezone.now())}


job_kinds.add(JobKind(letters.JOB, _("Envoi de la lettre du réseau"), _send_letter, retries=3))
schedule.add(
    Periodic(
        "website.forget_refusals",
        every=timedelta(hours=1),
        offset=timedelta(minutes=35),
        run=letters.forget_refusals,
        label=_("Oublier ceux qui ne veulent plus la lettre"),
    )
)
