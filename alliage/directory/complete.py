"""The whole directory for those who run it, what is hidden from others included: nothing is only in our database.

The columns of the public exports, then the private ones. It never holds drafts, which are their authors' alone.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from alliage.directory import exports
from alliage.directory.enums import FIELDS, EntryKind
from alliage.directory.models import Entry, EntryArea
from alliage.directory.queries import Level, shown, with_details
from alliage.directory.queries.lists import SHOWN_TERMS
from alliage.formats import csv, json, xlsx
from alliage.taxonomy import queries as taxonomy

logger = logging.getLogger(__name__)

PRIVATE = (
    "email", "visibility", *(f"{field}_visibility" for field in FIELDS), "contact_visibility", "is_hidden",
    "withdrawn_on", "asked_on", "owner", "source_code", "external_id", "created_at", "updated_at",
)  # fmt: skip
COLUMNS = (*exports.COLUMNS, *PRIVATE)
PIECE = 500


def record(entry: Entry) -> dict[str, Any]:
    """All that is kept of an entry: its own point, and not that of its territory."""
    numbers = {each.term_id for each in entry.entry_terms.all()}
    terms = {each: [term for term in taxonomy.terms(each) if term.pk in numbers] for each in SHOWN_TERMS}
    areas = sorted((each.territory for each in entry.entry_areas.all()), key=lambda place: (place.sort_name, place.pk))
    return {
        **exports.written(entry, shown(entry, Level.OWNER), terms, areas),
        **_links(entry),
        "place_precision": entry.place_precision or None,
        "blur": entry.blur,
        "latitude": entry.latitude,
        "longitude": entry.longitude,
        **{name: getattr(entry, name) for name in PRIVATE if name != "owner"},
        "owner": entry.owner.name if entry.owner else None,
    }


def _links(entry: Entry) -> dict[str, list[dict[str, str]]]:
    """Everyone and everything it is linked to, those that nobody else sees included: a link is lost by no export."""
    is_person = entry.kind == EntryKind.CATALYST
    groups = [(each, each.group) for each in entry.memberships.all()] if is_person else []
    people = [(each, each.person) for each in entry.people.all()] if not is_person else []
    return {
        name: [{"kind": other.kind, "slug": other.slug, "name": other.name, "role": link.role} for link, other in found]
        for name, found in (("organisations", groups), ("people", people))
    }


def flat(row: dict[str, Any]) -> list[Any]:
    return [*exports.flat(row), *(row[name] for name in PRIVATE)]


def entries(kind: str = "") -> Iterator[Entry]:
    """Every entry, read by pieces: as many queries for each piece, whatever its size."""
    last = 0
    found = with_details(Entry.objects.order_by("pk")).select_related("territory", "photo", "owner")
    found = found.prefetch_related(
        "entry_terms", Prefetch("entry_areas", EntryArea.objects.select_related("territory"))
    )
    if kind:
        found = found.filter(kind=kind)
    while piece := list(found.filter(pk__gt=last)[:PIECE]):
        yield from piece
        last = piece[-1].pk


def count(kind: str = "") -> int:
    return Entry.objects.filter(kind=kind).count() if kind else Entry.objects.count()


def _csv(kind: str, *, excel: bool) -> HttpResponseBase:
    return csv.response("annuaire-complet.csv", COLUMNS, (flat(record(each)) for each in entries(kind)), excel=excel)


def _xlsx(kind: str, **_options: bool) -> HttpResponseBase:
    rows = (flat(record(each)) for each in entries(kind))
    return xlsx.response("annuaire-complet.xlsx", COLUMNS, rows, sheet=_("Annuaire complet"))


def _json(kind: str, **_options: bool) -> HttpResponseBase:
    answer = json.response(count(kind), (record(each) for each in entries(kind)))
    del answer["Access-Control-Allow-Origin"]  # no other site reads what is private
    answer["Content-Disposition"] = 'attachment; filename="annuaire-complet.json"'
    return answer


WRITERS: dict[str, Callable[..., HttpResponseBase]] = {"csv": _csv, "xlsx": _xlsx, "json": _json}


def response(extension: str, *, kind: str, excel: bool, by: Any) -> HttpResponseBase:
    """One file, never kept by a cache; who took it is written in the log."""
    logger.info("Complete export of the directory (%s, %s entries) by member %s", extension, count(kind), by.pk)
    answer = WRITERS[extension](kind, excel=excel)
    answer["Cache-Control"] = "private, no-store"
    return answer
