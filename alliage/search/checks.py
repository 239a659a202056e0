"""What `alliage doctor` says of the search."""

from datetime import timedelta
from typing import Any

from django.core.checks import CheckMessage, Warning, register  # noqa: A004 Django's own word
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.search import engine
from alliage.search.models import SearchChange

# The worker takes a change in within seconds.
LATE = timedelta(minutes=10)


@register("doctor", deploy=True)
def index(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 asked by Django
    """An index that is missing, or that nobody keeps up to date."""
    try:
        is_late = SearchChange.objects.filter(changed_at__lt=timezone.now() - LATE).exists()
    except DatabaseError:  # no table yet: there is nothing to find
        return []
    if not engine.is_right():
        return [
            Warning(
                _("L’index de recherche manque, ou n’est plus lisible : seuls les territoires sont trouvés."),
                hint=_("Démarrez « alliage worker », qui le fait, ou lancez « alliage reindex »."),
                id="search.W001",
            )
        ]
    if is_late:
        return [
            Warning(
                _("Des changements attendent d’être trouvés par la recherche depuis plus de dix minutes."),
                hint=_("Vérifiez que « alliage worker » tourne, et son journal."),
                id="search.W002",
            )
        ]
    return []
