"""What co-writing adds to the folders below: personal data."""

from django.utils.translation import gettext_lazy as _

from alliage.accounts.registry import PersonalData, personal_data
from alliage.writing import queries, services

personal_data.add(PersonalData("writing", _("Écrits à plusieurs"), queries.export_of, services.forget_member))
