"""What whoever runs the site still has to write, for `alliage doctor` and `check --deploy`."""

from typing import Any

from django.core import checks
from django.db import DatabaseError
from django.utils.translation import gettext as _

from alliage.website import queries


@checks.register("doctor", deploy=True)
def pages_are_complete(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:  # noqa: ARG001 the check's signature
    try:
        pages = queries.incomplete_pages()
    except DatabaseError:  # no table yet: there is nothing to complete
        return []
    return [
        checks.Warning(
            _("La page « %(title)s » attend encore des renseignements.") % {"title": page.title},
            hint=_("Complétez-la depuis /gestion/pages/%(pk)d/edit/.") % {"pk": page.pk},
            id="website.W001",
        )
        for page in pages
    ]
