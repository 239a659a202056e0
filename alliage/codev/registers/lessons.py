"""What lessons add: personal data."""

from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.codev.queries import lessons as queries
from alliage.codev.services import lessons as services

personal_data.add(
    PersonalData("codev.lessons", _("Mes retours tirés de séances"), queries.export_of, services.forget_member)
)
