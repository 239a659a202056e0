"""What « la vue des besoins » adds: the lots and the reading, each night."""

from datetime import timedelta

from django.utils.translation import gettext_lazy

from alliage.jobs.registry import Periodic, schedule
from alliage.learning.services import needs

schedule.add(
    Periodic(
        "learning.needs",
        every=timedelta(days=1),
        offset=timedelta(hours=2, minutes=50),
        run=needs.recount,
        label=gettext_lazy("Refaire la vue des besoins"),
    )
)
