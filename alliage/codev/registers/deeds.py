"""What codev adds to « Mes preuves »."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from alliage.codev.queries import deeds as queries
from alliage.directory.registry import DeedSource, deeds


def sessions(count: int) -> str:
    said = ngettext("%(count)s séance de codéveloppement animée", "%(count)s séances de codéveloppement animées", count)
    return said % {"count": count}


deeds.add(
    DeedSource(queries.SESSIONS, _("Séances de codéveloppement animées"), 20, queries.facilitated, counted=sessions)
)
deeds.add(
    DeedSource(
        queries.ANSWERS,
        _("Réponses remerciées en entraide"),
        50,
        queries.thanked,
        queries.url,
        untitled=_("Une réponse à une question que les membres lisent"),
    )
)
