"""What the library adds to « Mes preuves »."""

from django.utils.translation import gettext_lazy as _

from alliage.directory.registry import DeedSource, deeds
from alliage.library.queries import deeds as queries

deeds.add(DeedSource(queries.RESOURCES, _("Ressources publiées"), 10, queries.published, queries.url))
