"""The directory in open formats: one record, written once, for every one of them, as anyone may read it.

The columns are documented in docs/guide/annuaire.md; a file written here is read again by the directory's import.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from alliage.directory import freshness, queries, wording
from alliage.directory.enums import EntryKind
from alliage.directory.filters import Filters
from alliage.directory.models import Entry, Membership, Mention
from alliage.directory.queries import Found, Level, Shown, shown
from alliage.directory.queries.exported import Beside
from alliage.directory.queries.lists import Area
from alliage.directory.queries.shown import beside
from alliage.directory.queries.snapshot import Snapshot
from alliage.formats import csv, geojson, json, rss, xlsx
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

COLUMNS = (
    "kind", "slug", "name", "other_names", "function", "presentation", "category", "category_label", "category_basis",
    "scale", "metiers", "missions", "leviers", "odd", "territory_kind", "territory_code", "territory_name",
    "place_precision", "blur", "latitude", "longitude", "areas", "area_names", "is_national", "cross_border", "means",
    "website", "links", "phone", "organisations", "people", "sequences", "mentions", "source", "source_on",
    "source_url", "licence", "confirmed_on", "freshness", "is_demo", "url",
)  # fmt: skip
_TERMS = {
    "metiers": Vocabulary.METIERS, "missions": Vocabulary.MISSIONS, "leviers": Vocabulary.LEVIERS, "odd": Vocabulary.ODD,
}  # fmt: skip


def _mention(mention: Mention) -> dict[str, Any]:
    return {
        "document": mention.document,
        "sequence": mention.sequence,
        "title": mention.title,
        "starts_at": mention.starts_at.strftime("%H:%M") if mention.starts_at else None,
        "ends_at": mention.ends_at.strftime("%H:%M") if mention.ends_at else None,
        "role": mention.role,
        "quote": mention.quote,
        "is_confirmed": mention.is_confirmed,
    }


def point_of(entry: Entry, read: Shown) -> tuple[float | None, float | None]:
    """Latitude and longitude as they are shown: its own, or its territory's; none once it was withdrawn from the map."""
    if entry.withdrawn_on is not None:
        return None, None
    if read.latitude is not None:
        return read.latitude, read.longitude
    return (read.territory.latitude, read.territory.longitude) if read.territory else (None, None)


def _member(found: Membership, other: Entry) -> dict[str, str]:
    return {"kind": other.kind, "slug": other.slug, "name": other.name, "role": found.role}


def record(entry: Entry, known: Snapshot | None = None) -> dict[str, Any]:
    """An entry as plain data, as anyone may read it: codes, and labels beside them."""
    return written(entry, shown(entry, Level.ANYONE), queries.terms_of(entry, known), queries.areas_of(entry, known))


def written(entry: Entry, read: Shown, terms: dict[Vocabulary, list[Term]], areas: Iterable[Area]) -> dict[str, Any]:
    """An entry as one reader may see it, with what stands beside it."""
    around = Beside(terms, list(areas), queries.category_of(entry), queries.scale_of(entry))
    return _written(entry, read, around, timezone.localdate())


def _written(entry: Entry, read: Shown, around: Beside, today: date) -> dict[str, Any]:
    category, scale, terms, areas, place = around.category, around.scale, around.terms, around.areas, read.territory
    mentions = list(beside(entry, "mentions"))
    latitude, longitude = point_of(entry, read)
    return {
        "kind": entry.kind,
        "slug": read.slug,
        "name": read.name,
        "other_names": list(read.other_names),
        "function": read.function,
        "presentation": read.presentation,
        "category": category.code if category else None,
        "category_label": category.label if category else None,
        "category_basis": entry.category_basis,
        "scale": scale.code if scale else None,
        **{name: [term.code for term in terms[vocabulary]] for name, vocabulary in _TERMS.items()},
        "territory_kind": place.kind if place else None,
        "territory_code": place.code if place else None,
        "territory_name": place.name if place else None,
        "place_precision": (entry.place_precision or None) if place or latitude is not None else None,
        "blur": read.blur if latitude is not None else None,
        "latitude": latitude,
        "longitude": longitude,
        "areas": [f"{area.kind}:{area.code}" for area in areas],
        "area_names": [area.name for area in areas],
        "is_national": read.is_national,
        "cross_border": read.cross_border,
        "means": read.means or None,
        "website": read.website,
        "links": list(read.links),
        "phone": read.phone,
        "organisations": [_member(each, each.group) for each in read.groups],
        "people": [_member(each, each.person) for each in read.people],
        "sequences": sorted({mention.sequence for mention in mentions if mention.sequence}),
        "mentions": [_mention(mention) for mention in mentions],
        "source": read.source,
        "source_on": read.source_on,
        "source_url": entry.source_url,
        "licence": entry.licence,
        "confirmed_on": read.confirmed_on,
        "freshness": freshness.state_of(read.confirmed_on, today).value,
        "is_demo": read.is_demo,
        "url": settings.ORIGIN + read.url,
    }


def _records(found: Found) -> Iterator[dict[str, Any]]:
    today = timezone.localdate()
    for entry, around in queries.to_write(found):
        yield _written(entry, shown(entry, Level.ANYONE), around, today)


def _named(members: list[dict[str, str]]) -> str:
    """« slug (role); slug »: a role is written between brackets."""
    return "; ".join(f"{each['slug']} ({each['role']})" if each["role"] else each["slug"] for each in members)


def flat(row: dict[str, Any]) -> list[Any]:
    """One cell each: lists are joined, a mention becomes « role: words », a link « label: address »."""
    written = {
        **row,
        **{name: "; ".join(row[name]) for name in ("other_names", "areas", "area_names")},
        **{name: " ".join(row[name]) for name in _TERMS},
        "links": " | ".join(f"{link.get('label', '')}: {link['url']}" for link in row["links"]),
        "organisations": _named(row["organisations"]),
        "people": _named(row["people"]),
        "sequences": " ".join(str(number) for number in row["sequences"]),
        "mentions": " | ".join(f"{mention['role']}: {mention['quote']}" for mention in row["mentions"]),
    }
    return [written[column] for column in COLUMNS]


def as_csv(request: HttpRequest, found: Found) -> HttpResponseBase:
    rows = (flat(row) for row in _records(found))
    return csv.response("annuaire.csv", COLUMNS, rows, excel="excel" in request.GET)


def as_xlsx(_request: HttpRequest, found: Found) -> HttpResponseBase:
    return xlsx.response("annuaire.xlsx", COLUMNS, (flat(row) for row in _records(found)), sheet=_("Annuaire"))


def as_json(_request: HttpRequest, found: Found) -> HttpResponseBase:
    return json.response(found.total, _records(found))


def as_geojson(_request: HttpRequest, found: Found) -> HttpResponseBase:
    """Every entry is a feature; one whose place is not known, or not shown, has a null geometry."""
    features = (
        geojson.feature(geojson.point(row["longitude"], row["latitude"]), row, id=row["slug"])
        for row in _records(found)
    )
    return geojson.response(features)


def as_rss(request: HttpRequest, found: Found) -> HttpResponseBase:
    """The last published entries as a feed, page by page."""
    asked = rss.page(request)
    published = dict(found.newest(asked.rows))
    known = {
        entry.pk: rss.Entry(
            entry.name,
            entry.get_absolute_url(),
            wording.summary(shown(entry, Level.ANYONE), wording.parts_of(entry)),
            published[entry.pk],
            entry.updated_at,
        )
        for entry in queries.in_order(list(published))
    }
    entries = map(known.get, published)
    page, query = reverse("directory:index"), found.filters.query()
    title, lead = _("Annuaire d’Alliage"), _("Les nouvelles fiches de l’annuaire, les dernières publiées d’abord.")
    address = f"{page}?{query}" if query else page
    return rss.response(title, address, lead, entries, feed_url=request.get_full_path(), page=asked)


WRITERS: dict[str, Callable[[HttpRequest, Found], HttpResponseBase]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
    "json": as_json,
    "geojson": as_geojson,
    "rss": as_rss,
}


def of(filters: Filters) -> Found:
    """What exports hold: what anyone may read."""
    return Found(filters, Level.ANYONE)


# --- One entry -----------------------------------------------------------------------------------------------------

_IN_A_PAGE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_TYPES = {EntryKind.CATALYST: "Person", EntryKind.ORGANISATION: "Organization", EntryKind.TEAM: "Organization"}


def json_ld(row: dict[str, Any]) -> SafeString:
    """A record for search engines (schema.org), as a data block: browsers never run it."""
    text = json.dumps(_linked_data(row)).translate(_IN_A_PAGE)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 escaped just above


def _linked_data(row: dict[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES[EntryKind(row["kind"])],
        "name": row["name"],
        "url": row["url"],
        "alternateName": row["other_names"],
        "additionalType": row["category_label"],
        "jobTitle": row["function"] if row["kind"] == EntryKind.CATALYST else None,
        "description": row["presentation"],
        "sameAs": [address for address in (row["website"], *(link["url"] for link in row["links"])) if address],
        "areaServed": row["area_names"],
        "memberOf": [{"@type": "Organization", "name": each["name"]} for each in row["organisations"]],
        "member": [{"@type": "Person", "name": each["name"]} for each in row["people"]],
        "location": _located(row),
    }
    if row["kind"] == EntryKind.CATALYST:
        written["workLocation"] = written.pop("location")
    return {name: value for name, value in written.items() if value}


def _located(row: dict[str, Any]) -> dict[str, Any] | None:
    if not row["territory_name"]:
        return None
    place: dict[str, Any] = {"@type": "Place", "name": row["territory_name"]}
    if row["latitude"] is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": row["latitude"], "longitude": row["longitude"]}
    return place
