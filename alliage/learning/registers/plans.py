"""What plans add: their part of a file's page, « mes actions » on « mon espace », the weekly reminder, personal data."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.learning.models import TerritoryFile
from alliage.learning.permissions import can_write_file
from alliage.learning.queries import plans as queries
from alliage.learning.queries.desk import desk_of
from alliage.learning.registry import FilePart, Section, file_parts
from alliage.learning.services import actions, plan_reminders
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.ui.registry import DeskPanel, desk_panels

FEW = 5


def part(file: TerritoryFile, user: Any, now: datetime) -> Section:
    """The next three, and what is late. One query."""
    found = queries.summary(file, now=now)
    context = {"summary": found, "file": file, "can_write": can_write_file(user, file)}
    return Section(_("Notre plan"), "learning/_plan_part.html", context)


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """What one carries; read with the other panels of learning."""
    carried = desk_of(request).carried[:FEW]
    return {"carried": carried, "today": timezone.localdate()} if carried else None


def about_plan(file: Any, _by: Any) -> Message:
    """How many, and nothing of what they say; not even which territory."""
    late, soon = file.reminded
    said = []
    if late:
        said.append(
            ngettext("%(count)s action est en retard", "%(count)s actions sont en retard", late) % {"count": late}
        )
    if soon:
        said.append(
            ngettext("%(count)s action est pour bientôt", "%(count)s actions sont pour bientôt", soon) % {"count": soon}
        )
    text = _("Une date ne tient plus\u00a0? Changez-la en un geste, ou dites ce qui bloque.")
    return Message(_("Plan d’action\u00a0: %s") % ", ".join(said), reverse("learning:plan", args=[file.pk]), text)


file_parts.add(FilePart("plan", 40, part))
desk_panels.add(DeskPanel("learning.plans", "learning/_plan_desk.html", desk_panel, position=14))
kinds.add(
    NotificationKind(
        plan_reminders.KIND,
        gettext_lazy("Mes actions au plan d’un territoire"),
        gettext_lazy("Une semaine avant leur date, puis chaque semaine quand elles sont en retard, deux mois au plus."),
        describe=about_plan,
    )
)
schedule.add(
    Periodic(
        "learning.remind_plans",
        every=timedelta(days=1),
        offset=timedelta(hours=7, minutes=20),
        run=plan_reminders.remind,
        label=gettext_lazy("Rappeler les actions des plans de territoire"),
    )
)
personal_data.add(
    PersonalData("learning.plans", gettext_lazy("Actions que je porte"), queries.export_of, actions.forget_member)
)
