"""What commitments add: their reminder, after a month; personal data."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.codev.models import Session
from alliage.codev.queries import sessions as queries
from alliage.codev.services import commitments as services
from alliage.jobs.registry import Periodic, schedule
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.notifications.timing import zone_of
from alliage.ui.templatetags.ui import date_fr


def about_commitments(session: Session, _by: Any) -> Message:
    """When it was made, and nothing of what it says."""
    assert session.ended_at is not None
    assert session.client is not None
    day = date_fr(session.ended_at.astimezone(zone_of(session.client.time_zone)).date())
    title = _("Un engagement pris le %s attend votre retour") % day
    return Message(title, reverse("codev:session_commitments", args=[session.encounter.group_id, session.encounter_id]))


kinds.add(
    NotificationKind(
        services.REMINDER,
        gettext_lazy("Le retour sur mes engagements"),
        gettext_lazy("Un mois après une séance où vous apportiez une situation."),
        describe=about_commitments,
    )
)
schedule.add(
    Periodic(
        "codev.commitments",
        every=timedelta(days=1),
        offset=timedelta(hours=7, minutes=10),
        run=services.remind,
        label=gettext_lazy("Rappeler les engagements d’il y a un mois"),
    )
)
personal_data.add(
    PersonalData(
        "codev.commitments",
        gettext_lazy("Mes engagements"),
        queries.commitments_of,
        services.forget_member,
    )
)
