"""What availabilities add: personal data."""

from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.codev.queries import availabilities as queries
from alliage.codev.services import availabilities as services

personal_data.add(
    PersonalData("codev.availabilities", _("Mes disponibilités"), queries.export_of, services.forget_member)
)
