"""What events add to « Mes preuves »."""

from django.utils.translation import gettext_lazy as _

from alliage.directory.registry import DeedSource, deeds
from alliage.events.queries import deeds as queries

deeds.add(DeedSource(queries.SEQUENCES, _("Interventions et animations"), 40, queries.taken, queries.url))
