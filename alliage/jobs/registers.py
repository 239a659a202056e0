"""What jobs do at regular times."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from alliage.jobs.registry import Periodic, schedule
from alliage.jobs.services import clean_up

schedule.add(
    Periodic(
        "jobs.clean_up",
        every=timedelta(days=1),
        offset=timedelta(hours=2, minutes=30),
        run=clean_up,
        label=_("Oublier les travaux anciens"),
    )
)
