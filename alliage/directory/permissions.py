"""Who may see what of the directory."""

from typing import Any

from alliage.directory.enums import Visibility
from alliage.directory.models import Organisation


def can_see(user: Any, organisation: Organisation) -> bool:
    """The same answer as `queries.visible`, for one organisation."""
    if organisation.is_hidden or organisation.visibility == Visibility.HIDDEN:
        return False
    return organisation.visibility == Visibility.PUBLIC or bool(user.is_authenticated)
