"""What paths add: the search, leviers, « mon espace », the page of a file, what is done by itself, personal data."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.models import Member
from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.learning.models import TerritoryFile
from alliage.learning.queries import following as queries
from alliage.learning.queries import paths as path_queries
from alliage.learning.queries.desk import desk_of
from alliage.learning.registry import FilePart, Section, file_parts
from alliage.learning.searchable import KINDS
from alliage.learning.services import following, paths
from alliage.library import registry as library
from alliage.library.models import Resource
from alliage.search.registry import kinds as searchable_kinds
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.registry import TermLink, term_links
from alliage.ui.registry import DeskPanel, desk_panels

SHOWN = 3


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """What is under way; one query, none for those who follow nothing, to whom nothing is said."""
    if not desk_of(request).has_paths:
        return None
    return {"follows": queries.current(request.user, limit=SHOWN)}


def of_file(file: TerritoryFile, _user: Any, _now: datetime) -> Section | None:
    """« Parcours pour vous »: from the last result, the least equipped levers first; two queries."""
    found = queries.of_file(file)
    if not found:
        return None
    return Section(_("Parcours pour vous"), "learning/_file_paths.html", {"proposals": found})


def of_resource(resource: Resource, _request: HttpRequest) -> library.Section | None:
    """« Dans un parcours »: those one of whose steps leads to it; a query every few minutes."""
    found = path_queries.of_resource(resource.pk)
    if not found:
        return None
    title = _("Dans un parcours") if len(found) == 1 else _("Dans des parcours")
    return library.Section(title, "learning/_path_links.html", {"places": found})


def forget(member: Member) -> None:
    following.forget_member(member)
    paths.forget_member(member)


for _kind in KINDS:
    searchable_kinds.add(_kind)
file_parts.add(FilePart("paths", 60, of_file))
library.panels.add(library.Panel("learning.paths", 36, of_resource))
desk_panels.add(DeskPanel("learning.paths", "learning/_desk_paths.html", desk_panel, position=18))
term_links.add(
    TermLink(
        "learning.levier",
        Vocabulary.LEVIERS,
        gettext_lazy("Suivre un parcours"),  # type: ignore[arg-type]
        lambda term: f"/parcours/?levier={term.code}",
    )
)
schedule.add(
    Periodic(
        "learning.notice",
        every=timedelta(minutes=10),
        run=following.notice,
        label=gettext_lazy("Marquer les étapes de parcours faites d’elles-mêmes"),
    )
)
personal_data.add(
    PersonalData("learning.paths", gettext_lazy("Mes parcours, mes notes et mes exercices"), queries.export_of, forget)
)
