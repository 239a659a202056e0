"""What a programme says elsewhere: on the page of an organisation that speaks there or is a partner, of a resource that was shown."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from alliage.directory import registry as directory
from alliage.directory.models import Entry
from alliage.events.queries import taking_part
from alliage.library import registry as library
from alliage.library.models import Resource

SHOWN = 8


def of_entry(entry: Entry, _request: HttpRequest) -> directory.Section | None:
    """« Dans les Rencontres »: the sequences where it speaks or is a partner; one query."""
    found = taking_part.of_entry(entry, limit=SHOWN)
    if not found:
        return None
    return directory.Section(_("Dans les Rencontres"), "events/_taking_part_panel.html", {"parts": found})


def of_resource(resource: Resource, _request: HttpRequest) -> library.Section | None:
    """« Montrée dans cette séquence »; one query."""
    found = taking_part.of_resource(resource, limit=SHOWN)
    if not found:
        return None
    title = _("Montrée dans une Rencontre") if len(found) == 1 else _("Montrée dans des Rencontres")
    return library.Section(title, "events/_taking_part_panel.html", {"parts": found})


directory.mention_links.add(directory.MentionLink("events.founding", taking_part.founding_url))
directory.panels.add(directory.Panel("events.programme", 30, of_entry))
library.panels.add(library.Panel("events.programme", 33, of_resource))
