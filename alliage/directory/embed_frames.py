"""The frames of the directory: the map, the list, and one record. Each is drawn as anyone may read it, without a request."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.directory import freshness, queries, wording
from alliage.directory.enums import EntryKind
from alliage.directory.filters import Filters, parse
from alliage.directory.queries import Found, Level, shown
from alliage.directory.queries import alliances as alliance_queries
from alliage.directory.queries import needs as need_queries
from alliage.directory.registry import Frame
from alliage.directory.views.alliances import card
from alliage.directory.views.lists import address_of, drawn_for, line_of, title_of
from alliage.directory.views.needs import card as need_card
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar
from alliage.territories.lookup import find

USUAL_LINES, MOST_LINES = 12, 48
LINES_OF_A_TERRITORY = 6


def _found(parameters: QueryDict) -> Found:
    return Found(parse(parameters), Level.ANYONE)


def the_map(_record: str, parameters: QueryDict) -> Frame:
    found = _found(parameters)
    drawn = drawn_for(found)
    asked = title_of(found.filters)
    title = _("Carte : %(what)s") % {"what": asked} if found.filters.pairs() else _("La carte de l’annuaire")
    context = {"map": drawn.map, "total": found.total, "unplaced_count": found.total - drawn.placed_count}
    return Frame(title, address_of(found.filters), "directory/embed/map.html", context)


def the_list(_record: str, parameters: QueryDict) -> Frame:
    found = _found(parameters)
    asked = parameters.get("nombre", "")
    count = min(int(asked), MOST_LINES) if asked.isdecimal() and len(asked) < 4 and int(asked) else USUAL_LINES
    lines = [line_of(line, found.filters, timezone.localdate()) for line in queries.lines(found, 0, count)]
    context = {"lines": lines, "total": found.total, "more": found.total - len(lines)}
    return Frame(title_of(found.filters), address_of(found.filters), "directory/embed/list.html", context)


def entry(record: str, _parameters: QueryDict) -> Frame | None:
    """One person, organisation or team."""
    found = queries.entry(record)
    if found is None:
        return None
    read, terms, category = shown(found, Level.ANYONE), queries.terms_of(found), queries.category_of(found)
    context: dict[str, Any] = {
        "read": read,
        "kicker": category.label if category else str(read.kind.label).capitalize(),
        "lead": wording.lead(read, terms[Vocabulary.METIERS]),
        "areas": wording.named([grammar.title(each) for each in queries.areas_of(found)], most=6),
        "office": grammar.title(read.territory) if read.territory else "",
        "is_person": read.kind == EntryKind.CATALYST,
        "freshness": freshness.tag(read.confirmed_on, timezone.localdate()),
    }
    return Frame(read.name, read.url, "directory/embed/entry.html", context)


def alliance(record: str, _parameters: QueryDict) -> Frame | None:
    if not record.isdecimal() or len(record) > 12:
        return None
    seen = alliance_queries.visible_alliances(AnonymousUser()).filter(pk=int(record))
    found = next(iter(alliance_queries.with_goals(seen)), None)
    if found is None:
        return None
    return Frame(found.subject, found.get_absolute_url(), "directory/embed/alliance.html", {"card": card(found)})


def need(record: str, _parameters: QueryDict) -> Frame | None:
    """One need, offer or call, as long as everyone may read it."""
    if not record.isdecimal() or len(record) > 12:
        return None
    now = timezone.now()
    found = need_queries.need(int(record), AnonymousUser(), now=now)
    if found is None:
        return None
    context = {"card": need_card(found), "is_shown": need_queries.is_shown(found, now)}
    return Frame(found.title, found.get_absolute_url(), "directory/embed/need.html", context)


def territory(record: str, _parameters: QueryDict) -> Frame | None:
    """Who may help on a territory; `record` is « commune:42218 »."""
    kind, _colon, code = record.partition(":")
    place = find(kind, code[:40]) if code else None
    if place is None:
        return None
    filters = Filters(territory=place)
    lines, total = queries.of_territory(place, limit=LINES_OF_A_TERRITORY)
    context = {
        "lines": [line_of(line, filters, timezone.localdate()) for line in lines],
        "total": total,
        "more": total - len(lines),
    }
    title = grammar.title(place)
    return Frame(
        title, place.get_absolute_url(), "directory/embed/territory.html", context | {"list_url": address_of(filters)}
    )


# --- Which record a page is about, from its address ----------------------------------------------------------------


def entry_of(match: ResolverMatch) -> str:
    return str(match.kwargs["slug"]) if match.view_name == "directory:entry" else ""


def alliance_of(match: ResolverMatch) -> str:
    return str(match.kwargs["pk"]) if match.view_name == "directory:alliance" else ""


def need_of(match: ResolverMatch) -> str:
    return str(match.kwargs["pk"]) if match.view_name == "directory:need" else ""


def territory_of(match: ResolverMatch) -> str:
    known = match.view_name == "territories:detail"
    return f"{match.kwargs['kind']}:{match.kwargs['code']}" if known else ""
