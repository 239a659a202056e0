"""What resources add to the folders below: the menu, the search, moderation, files, personal data."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from alliage.directory.registry import Embeddable, LetterPart, embeddables, letter_parts
from alliage.directory.registry import Panel as EntryPanel
from alliage.directory.registry import panels as entry_panels
from alliage.files.enums import Kind
from alliage.files.models import StoredFile
from alliage.files.registry import MEGABYTE, Purpose, purposes
from alliage.library import panels, permissions
from alliage.library.models import Resource, ResourceFile
from alliage.library.searchable import RESOURCES
from alliage.library.services import contributing, resources
from alliage.moderation.registry import Reportable, reportable
from alliage.search.registry import kinds
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.registry import TermLink, term_links
from alliage.territories.registry import Panel as TerritoryPanel
from alliage.territories.registry import panels as territory_panels
from alliage.ui.registry import MenuEntry, menu

FILE = "library.file"


def may_read_file(user: Any, stored: StoredFile) -> bool:
    held = ResourceFile.objects.select_related("resource").filter(file=stored).first()
    return held is not None and permissions.can_read_file(user, held.resource, is_published=held.is_published)


menu.add(
    MenuEntry(
        code="library",
        label=_("Ressources"),  # type: ignore[arg-type]
        url="/ressources/",
        icon="library",
        position=2,
        hint=_("Les pratiques, kits et guides qui ont fait leurs preuves, partagés entre territoires."),  # type: ignore[arg-type]
    )
)
purposes.add(
    Purpose(
        code=FILE,
        label=_("fichier d’une ressource"),
        kinds=frozenset({Kind.DOCUMENT, Kind.IMAGE, Kind.TABLE}),
        max_bytes=25 * MEGABYTE,
        may_read=may_read_file,
        extract_text=True,
        text_read=contributing.text_read,
    )
)
kinds.add(RESOURCES)
reportable.add(
    Reportable(
        code="library.resource",
        model=Resource,
        label=_("ressource"),
        can_see=permissions.can_see,
        hide=resources.hide,
        restore=resources.restore,
        url=Resource.get_absolute_url,
        author=lambda resource: resource.owner,
    )
)
territory_panels.add(TerritoryPanel("library.resources", 12, panels.of_territory))
entry_panels.add(EntryPanel("library.resources", 30, panels.of_entry))
letter_parts.add(LetterPart("library.resources", 10, panels.in_the_letter))
embeddables.add(Embeddable("ressource", _("Une ressource"), 300, panels.frame, record_of=panels.record_of))
for _vocabulary, _name in (
    (Vocabulary.LEVIERS, "levier"),
    (Vocabulary.METIERS, "metier"),
    (Vocabulary.ODD, "odd"),
    (Vocabulary.REGARDS, "regard"),
    (Vocabulary.RESOURCE_KINDS, "nature"),
    (Vocabulary.CATEGORIES, "public"),
):
    term_links.add(TermLink(f"library.{_name}", _vocabulary, _("Voir les ressources"), panels.address_by(_name)))  # type: ignore[arg-type]
