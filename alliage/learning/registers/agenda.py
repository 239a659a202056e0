"""What « mon agenda » adds: personal data."""

from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.learning.queries import agenda as queries
from alliage.learning.services import agenda_links as services

personal_data.add(
    PersonalData("learning.agenda", gettext_lazy("Mon lien d’agenda"), queries.export_of, services.forget_member)
)
