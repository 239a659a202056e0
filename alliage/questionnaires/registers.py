"""What questionnaires add to the folders below: plans that time brings, personal data."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.questionnaires import queries, registry, services  # noqa: F401 the registry is known from the start

schedule.add(
    Periodic(
        "questionnaires.move_due",
        every=timedelta(minutes=5),
        run=services.move_due,
        label=_("Ouvrir et clore les consultations à l’heure prévue"),
    )
)
personal_data.add(
    PersonalData("questionnaires", _("Réponses à des questionnaires"), queries.export_of, services.forget_member)
)
