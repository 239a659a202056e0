"""What is asked around a resource that does not name its territory does not name it either. Imported by what writes texts; it asks
nothing of the other services."""

import re
from datetime import datetime

from alliage.library import content as contents
from alliage.library.content import Content
from alliage.library.models import HelpWanted, Resource
from alliage.territories.folding import fold


def place_named(content: Content, text: str) -> str:
    """The territory that a text names and that this content keeps from its readers; empty for none."""
    if not content.get("hides_place"):
        return ""
    said = _words(text)
    return next((place.name for place in contents.places(content) if _words(place.name) in said), "")


def _words(text: str) -> str:
    return f" {' '.join(re.split(r'[^0-9a-z]+', fold(text)))} "


def close_help(resource: Resource, content: Content, *, now: datetime) -> None:
    """Help that was sought before the territory had to be kept quiet, and that names it, is shown no more."""
    if not content.get("hides_place"):
        return
    for wanted in HelpWanted.objects.filter(resource=resource, closed_at=None):
        if place_named(content, wanted.text):
            wanted.closed_at = now
            wanted.save(update_fields=["closed_at"])
