"""What an action or an advice points to: a resource, a person or an organisation, a date. Live: what is withdrawn since is not shown."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.models import Entry
from alliage.events.models import Event
from alliage.events.searchable import EVENT
from alliage.learning.enums import AdviceKind
from alliage.learning.models import Action, Advice
from alliage.library.models import Resource
from alliage.library.services.resources import KIND as RESOURCE

ENTRIES = (EntryKind.CATALYST.value, EntryKind.ORGANISATION.value, EntryKind.TEAM.value)
CODES = (RESOURCE, *ENTRIES, EVENT)
# What reading them needs beside an action or an advice.
LINKED = ("resource", "entry", "event")
Live = Resource | Entry | Event


@dataclass(frozen=True)
class Thing:
    """As a page says it. Without a title when members no longer read it."""

    kind: str
    title: str = ""
    url: str = ""

    @property
    def is_shown(self) -> bool:
        return bool(self.title)

    @property
    def label(self) -> str:
        return self.title or gone(self.kind)


def gone(kind: str) -> str:
    """Said in its place: never what it was."""
    if kind == AdviceKind.RESOURCE:
        return _("Cette ressource n’est plus publiée.")
    if kind == AdviceKind.PERSON:
        return _("Cette fiche n’est plus montrée.")
    return _("Ce rendez-vous n’est plus annoncé.")


def is_live(row: Live) -> bool:
    """Read by every member."""
    if isinstance(row, Resource):
        return row.is_shown
    if isinstance(row, Entry):
        return not row.is_hidden and row.visibility != Visibility.NOBODY
    return row.is_public


def title_of(row: Live) -> str:
    return row.name if isinstance(row, Entry) else row.title


def kind_of(row: Live) -> str:
    if isinstance(row, Resource):
        return AdviceKind.RESOURCE
    return AdviceKind.PERSON if isinstance(row, Entry) else AdviceKind.EVENT


def thing(row: Live) -> Thing:
    kind = kind_of(row)
    return Thing(kind, title_of(row), row.get_absolute_url()) if is_live(row) else Thing(kind)


def of(row: Action | Advice) -> list[Thing]:
    """`LINKED` at hand: no query."""
    linked: list[Live | None] = [row.resource, row.entry, row.event]
    return [thing(each) for each in linked if each is not None]


def code_of(row: Live) -> str:
    """How the search writes it: « resource:12 »."""
    if isinstance(row, Resource):
        return f"{RESOURCE}:{row.pk}"
    return f"{row.kind}:{row.pk}" if isinstance(row, Entry) else f"{EVENT}:{row.pk}"


def chosen(choice: Any) -> Live | None:
    """The row of what a form chose (search/forms.py), if members still read it; one query."""
    if choice is None:
        return None
    code = choice.kind.code
    model: Any = Resource if code == RESOURCE else Event if code == EVENT else Entry
    found: Live | None = model.objects.filter(pk=choice.id).first()
    return found if found is not None and is_live(found) else None


def entry_code(pk: int) -> str:
    """« team:12 »: an entry is written by its kind; nothing for one that is not there."""
    kind = Entry.objects.filter(pk=pk).values_list("kind", flat=True).first()
    return f"{kind}:{pk}" if kind else ""
