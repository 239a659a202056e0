"""What groups that sleep add: the one word that is told of it, and when it is looked for."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliage.codev.models import Group
from alliage.codev.services import dormancy as services
from alliage.jobs.registry import Periodic, schedule
from alliage.notifications.enums import Frequency
from alliage.notifications.registry import Message, NotificationKind, kinds


def about_group(group: Group, _by: Any) -> Message:
    return Message("–", group.get_absolute_url())


kinds.add(
    NotificationKind(
        services.DORMANT,
        _("Un groupe dont vous faites partie est en sommeil"),
        _("Ni séance, ni message, ni date depuis des mois\u00a0: le reprendre, ou le clore. Dit une seule fois."),
        default_frequency=Frequency.DAILY,
        confidential=True,
        describe=about_group,
    )
)
schedule.add(
    Periodic(
        "codev.dormant_groups",
        every=timedelta(days=1),
        offset=timedelta(hours=7, minutes=40),
        run=services.tell,
        label=_("Dire aux groupes qui dorment qu’ils dorment, une fois"),
    )
)
