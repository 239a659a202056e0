"""What files add: parts of their page, the menu, a territory's page, « mon espace », what is told, personal data."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.models import Member
from alliage.accounts.registry import Arrival, PersonalData, arrivals, personal_data
from alliage.codev.registry import First, firsts
from alliage.directory.enums import Visibility
from alliage.directory.models import Entry
from alliage.learning.models import FileInvitation, TerritoryFile
from alliage.learning.permissions import can_write_file
from alliage.learning.queries import files as queries
from alliage.learning.queries.desk import desk_of
from alliage.learning.registry import FilePart, Section, file_parts
from alliage.learning.services import files as services
from alliage.learning.services import invitations
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.territories.models import Territory
from alliage.territories.registry import Panel, panels
from alliage.ui.registry import DeskPanel, MenuEntry, desk_panels, menu

SHOWN = 3


def who(file: TerritoryFile, user: Any, _now: datetime) -> Section:
    """No query: people and what waits come with the file."""
    people = file.people.select_related("member") if not hasattr(file, "waiting_count") else file.people.all()
    context = {
        "file": file,
        "people": people,
        "team": _shown_team(file),
        "writes": can_write_file(user, file),
        "waiting": getattr(file, "waiting_count", 0) if can_write_file(user, file) else 0,
    }
    return Section(_("Qui nous sommes"), "learning/_part_who.html", context)


def _shown_team(file: TerritoryFile) -> Entry | None:
    """Its sheet, as long as members see it in the directory."""
    team = file.team
    return team if team is not None and not team.is_hidden and team.visibility != Visibility.NOBODY else None


def known(file: TerritoryFile, _user: Any, _now: datetime) -> Section:
    context = {"facts": queries.facts(file.territory), "territory": file.territory}
    return Section(_("Ce que la plateforme sait déjà"), "learning/_part_facts.html", context)


def of_territory(_territory: Territory, _request: HttpRequest) -> Section:
    """The same door on every page: whether a file exists is not said. No query."""
    return Section(_("Où en est ce territoire\u00a0?"), "learning/_territory_panel.html")


def desk_panel(request: HttpRequest) -> dict[str, Any]:
    """One query, none for those who are in no file."""
    return {"mine": queries.mine(request.user, limit=SHOWN) if desk_of(request).has_files else []}


def about_people(asked: FileInvitation, _by: Any) -> Message:
    """The kind's label is all that is told: nothing of a file leaves it."""
    return Message("–", reverse("learning:file_people", args=[asked.file_id]))


def about_file(file: TerritoryFile, _by: Any) -> Message:
    return Message("–", file.get_absolute_url())


def arrived(member: Member, _request: HttpRequest, *, now: datetime) -> None:
    """Invitations of their address take them in."""
    invitations.join(member, now=now)


menu.add(
    MenuEntry(
        code="learning",
        label=gettext_lazy("Diagnostic"),  # type: ignore[arg-type]
        url="/diagnostic/",
        icon="compass",
        position=4,
        hint=gettext_lazy(  # type: ignore[arg-type]
            "Situer son territoire sur les 7 leviers de la co-construction, puis savoir par où commencer."
        ),
    )
)
file_parts.add(FilePart("files.who", 10, who))
file_parts.add(FilePart("files.known", 80, known))
panels.add(Panel("learning.door", 60, of_territory, is_local=False))
desk_panels.add(DeskPanel("learning.files", "learning/_desk_files.html", desk_panel, position=13))
kinds.add(
    NotificationKind(
        code=services.ASKED,
        label=gettext_lazy("Quelqu’un demande à entrer dans un de vos dossiers de territoire"),
        help=gettext_lazy("Pour répondre à qui attend, ou à qui propose de vous accompagner."),
        describe=about_people,
        confidential=True,
    )
)
kinds.add(
    NotificationKind(
        code=services.ANSWERED,
        label=gettext_lazy("Une réponse à votre demande d’entrer dans un dossier de territoire"),
        help=gettext_lazy("Vous y êtes, ou l’équipe n’a pas donné suite."),
        describe=about_file,
        confidential=True,
    )
)
kinds.add(
    NotificationKind(
        code=services.LIFE,
        label=gettext_lazy("Votre place dans un dossier de territoire a changé"),
        help=gettext_lazy("Il vous est confié, votre rôle change, ou vous n’en faites plus partie."),
        describe=about_file,
        confidential=True,
    )
)
personal_data.add(
    PersonalData(
        "learning.files",
        gettext_lazy("Les dossiers de territoire où je suis"),
        queries.export_of,
        services.forget_member,
    )
)
arrivals.add(Arrival("learning.files", arrived))
firsts.add(
    First(
        "learning.means",
        gettext_lazy(
            "Quand il n’y a pas de place pour tout le monde, celle des personnes dont le territoire déclare le moins de moyens est cherchée d’abord."
        ),
        queries.with_few_means,
    )
)
