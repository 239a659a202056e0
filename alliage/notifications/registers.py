"""What notifications adds to the folders below it."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.notifications.desk_panel import build_panel, count_unread
from alliage.notifications.personal_data import erase, export
from alliage.notifications.services import forget_old
from alliage.notifications.services.replies import forget_replies
from alliage.notifications.tasks import at_each_turn, read_replies
from alliage.ui.registry import Badge, DeskPanel, badges, desk_panels

schedule.add(
    Periodic("notifications.deliver", every=timedelta(minutes=1), run=at_each_turn, label=_("Envoyer les courriels"))
)
schedule.add(
    Periodic(
        "notifications.forget_old",
        every=timedelta(days=1),
        offset=timedelta(hours=3),
        run=forget_old,
        label=_("Oublier les courriels et notifications anciens"),
    )
)
schedule.add(
    Periodic(
        "notifications.replies",
        every=timedelta(minutes=1),
        run=read_replies,
        label=_("Lire les réponses reçues par courriel"),
    )
)
schedule.add(
    Periodic(
        "notifications.forget_replies",
        every=timedelta(days=1),
        offset=timedelta(hours=3),
        run=forget_replies,
        label=_("Oublier les marques des réponses reçues par courriel"),
    )
)
personal_data.add(PersonalData("notifications", str(_("Notifications et choix de courriels")), export, erase))
desk_panels.add(DeskPanel("notifications", "notifications/panel.html", build_panel, position=20))
badges.add(Badge("notifications", str(_("notifications non lues")), count_unread))
