"""What results add: « Où nous en sommes » on the page of a file."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.learning.models import TerritoryFile
from alliage.learning.queries import results
from alliage.learning.registry import FilePart, Section, file_parts


def where_we_stand(file: TerritoryFile, _user: Any, _now: datetime) -> Section | None:
    """The last result in brief; one query."""
    diagnostic = results.last_of(file)
    if diagnostic is None:
        return None
    context = {
        "diagnostic": diagnostic,
        "reading": results.reading(diagnostic, diagnostic.result),
        "url": reverse("learning:result", args=[file.pk, diagnostic.number]),
    }
    return Section(_("Où nous en sommes"), "learning/_result_brief.html", context)


file_parts.add(FilePart("results", 20, where_we_stand))
