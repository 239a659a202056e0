"""What help wanted adds: a part of the page of a resource, what may be reported, what time does, personal data."""

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.library.models import HelpWanted, Resource
from alliage.library.queries import help as queries
from alliage.library.registry import Panel, Section, panels
from alliage.library.services import help as services
from alliage.moderation.registry import Reportable, reportable

SHOWN = 4


def wanted_for(resource: Resource, _request: HttpRequest) -> Section | None:
    """What its authors look for; one query."""
    found = queries.of_page(resource, timezone.now(), limit=SHOWN)
    if not found:
        return None
    return Section(_("Un coup de main ?"), "library/_help_panel.html", {"lines": [queries.row(each) for each in found]})


def address_of(wanted: HelpWanted) -> str:
    return reverse("library:help_answer", args=[wanted.pk])


panels.add(Panel("library.help", 70, wanted_for))
reportable.add(
    Reportable(
        code="library.help",
        model=HelpWanted,
        label=gettext_lazy("coup de main cherché"),
        can_see=lambda _user, wanted: queries.is_shown(wanted, timezone.now()),
        hide=services.hide_help,
        restore=services.restore_help,
        url=address_of,
        title=lambda wanted: str(wanted.text),
        author=lambda wanted: wanted.by,
    )
)
schedule.add(
    Periodic(
        "library.help",
        every=timedelta(days=1),
        offset=timedelta(hours=3, minutes=50),
        run=services.tend_help,
        label=gettext_lazy("Clore les coups de main cherchés depuis longtemps"),
    )
)
personal_data.add(
    PersonalData(
        "library.help",
        gettext_lazy("Coups de main que je cherche pour mes ressources"),
        queries.export_of,
        services.forget_member,
    )
)
