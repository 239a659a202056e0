"""What learning adds to « Mes preuves »."""

from django.utils.translation import gettext_lazy as _

from alliage.directory.registry import DeedSource, deeds
from alliage.learning.queries import deeds as queries

deeds.add(
    DeedSource(
        queries.ADVICE,
        _("Conseils utilisés par un territoire"),
        60,
        queries.used,
        untitled=_("Un conseil qu’un territoire a suivi jusqu’au bout"),
    )
)
deeds.add(DeedSource(queries.PATHS, _("Parcours terminés, avec attestation"), 70, queries.completed, queries.url))
