"""What the library says elsewhere: on the page of a territory, of an entry, in the letter of a territory, in frames."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import ResolverMatch
from django.utils.translation import gettext as _

from alliage.directory import registry as directory
from alliage.directory.letters import LINE, NAME, STORY
from alliage.directory.models import Entry
from alliage.formats.documents import cut
from alliage.library.cards import card
from alliage.library.queries import places
from alliage.library.queries import resources as queries
from alliage.prepared import Address
from alliage.taxonomy.models import Term
from alliage.territories import registry as territories
from alliage.territories.models import Territory

SHOWN = 4
SHOWN_OF_AN_ENTRY = 8
IN_A_LETTER = 4
_INDEX = Address("library:index")


def of_territory(territory: Territory, _request: HttpRequest) -> territories.Section | None:
    """What was done here, then in territories like this one, with the reason; one query."""
    found = places.of_territory(territory, limit=SHOWN + 1)
    if not found:
        return None
    context = {
        "cards": [card(each.resource, reasons=[each.why] if each.why else []) for each in found[:SHOWN]],
        "more": len(found) > SHOWN,
        "url": f"{_INDEX()}?territoire={territory.kind}:{territory.code}",
    }
    here = any(each.is_here for each in found)
    title = _("Ce qui s’est fait ici et ailleurs") if here else _("Ce que des territoires semblables ont fait")
    return territories.Section(title, "library/_cards_panel.html", context)


def of_entry(entry: Entry, _request: HttpRequest) -> directory.Section | None:
    """What it wrote or took part in; one query."""
    found = queries.written_by(entry, limit=SHOWN_OF_AN_ENTRY)
    if not found:
        return None
    more = len(found) > SHOWN_OF_AN_ENTRY
    context = {
        "cards": [card(each) for each in found[:SHOWN_OF_AN_ENTRY]],
        "more": more,
        "url": f"{_INDEX()}?{urlencode({'q': entry.name})}" if more else "",
    }
    return directory.Section(_("Ressources partagées"), "library/_cards_panel.html", context)


def in_the_letter(territory: Territory) -> dict[str, Any] | None:
    """What territories like this one did, and the address where to read it."""
    found = places.of_territory(territory, limit=IN_A_LETTER)
    if not found:
        return None
    items = [
        {
            "name": cut(each.resource.title, NAME),
            "what": cut(each.resource.summary, STORY),
            "why": cut(each.why, LINE),
            "url": each.resource.permanent_url,
        }
        for each in found
    ]
    return {"title": _("Ce que des territoires semblables ont fait"), "items": items}


def address_by(name: str) -> Callable[[Term], str]:
    """The list narrowed to a term: where its explanation leads."""

    def address(term: Term) -> str:
        return f"{_INDEX()}?{name}={term.code}"

    return address


# --- Frames --------------------------------------------------------------------------------------------------------


def frame(record: str, _parameters: QueryDict) -> directory.Frame | None:
    """One resource, as anyone may read it."""
    if not record.isdecimal() or not record.isascii() or len(record) > 18:
        return None
    found = queries.shown().filter(pk=int(record)).first()
    if found is None:
        return None
    return directory.Frame(found.title, found.get_absolute_url(), "library/embed.html", {"card": card(found)})


def record_of(match: ResolverMatch) -> str:
    """Which resource a page of ours is about."""
    return str(match.kwargs["pk"]) if match.view_name in ("library:resource", "library:permanent") else ""
