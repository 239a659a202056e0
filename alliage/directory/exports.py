"""The directory in open formats: one record, written once, for every one of them."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from alliage.directory import queries, wording
from alliage.directory.filters import Filters
from alliage.directory.models import Mention, Organisation
from alliage.formats import csv, geojson, json, rss
from alliage.taxonomy.models import Term

CHUNK = 500
COLUMNS = (
    "slug", "name", "other_names", "category", "category_label", "category_basis", "territory_kind", "territory_code",
    "territory_name", "place_precision", "latitude", "longitude", "sequences", "mentions", "source", "source_on",
    "confirmed_on", "url",
)  # fmt: skip


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


def _point(organisation: Organisation) -> tuple[float | None, float | None]:
    """Latitude and longitude: its own, or its territory's."""
    if organisation.latitude is not None:
        return organisation.latitude, organisation.longitude
    place = organisation.territory
    return (place.latitude, place.longitude) if place else (None, None)


def record(organisation: Organisation) -> dict[str, Any]:
    """An organisation as plain data: codes, and labels beside them."""
    category, place, mentions = queries.category_of(organisation), organisation.territory, organisation.mentions.all()
    latitude, longitude = _point(organisation)
    return {
        "slug": organisation.slug,
        "name": organisation.name,
        "other_names": [name.strip() for name in organisation.other_names.split(";") if name.strip()],
        "category": category.code if category else None,
        "category_label": category.label if category else None,
        "category_basis": organisation.category_basis,
        "territory_kind": place.kind if place else None,
        "territory_code": place.code if place else None,
        "territory_name": place.name if place else None,
        "place_precision": organisation.place_precision or None,
        "latitude": latitude,
        "longitude": longitude,
        "sequences": sorted({mention.sequence for mention in mentions if mention.sequence}),
        "mentions": [_mention(mention) for mention in mentions],
        "source": organisation.source,
        "source_on": organisation.source_on,
        "confirmed_on": organisation.confirmed_on,
        "url": settings.ORIGIN + organisation.get_absolute_url(),
    }


def _records(found: queries.Organisations) -> Iterator[dict[str, Any]]:
    return (record(organisation) for organisation in found.iterator(chunk_size=CHUNK))


def _flat(row: dict[str, Any]) -> list[Any]:
    """One cell each: lists are joined, a mention becomes « role: words »."""
    flat = {
        **row,
        "other_names": "; ".join(row["other_names"]),
        "sequences": " ".join(str(number) for number in row["sequences"]),
        "mentions": " | ".join(f"{mention['role']}: {mention['quote']}" for mention in row["mentions"]),
    }
    return [flat[column] for column in COLUMNS]


def as_csv(request: HttpRequest, found: queries.Organisations, _filters: Filters) -> HttpResponseBase:
    rows = (_flat(row) for row in _records(found))
    return csv.response("annuaire.csv", COLUMNS, rows, excel="excel" in request.GET)


def as_json(_request: HttpRequest, found: queries.Organisations, _filters: Filters) -> HttpResponseBase:
    return json.response(found.count(), _records(found))


def as_geojson(_request: HttpRequest, found: queries.Organisations, _filters: Filters) -> HttpResponseBase:
    """Every organisation is a feature; one whose place is not known has a null geometry."""
    features = (
        geojson.feature(geojson.point(row["longitude"], row["latitude"]), row, id=row["slug"])
        for row in _records(found)
    )
    return geojson.response(features)


def as_rss(request: HttpRequest, found: queries.Organisations, filters: Filters) -> HttpResponseBase:
    """The organisations as a feed, the last written first."""
    entries = (
        rss.Entry(
            organisation.name,
            organisation.get_absolute_url(),
            wording.reason(wording.parts_of(organisation)),
            organisation.created_at,
            organisation.updated_at,
        )
        for organisation in found.order_by("-updated_at", "sort_name", "pk").iterator(chunk_size=CHUNK)
    )
    page, query = reverse("directory:index"), filters.query()
    title, lead = _("Annuaire d’Alliage"), _("Les organisations de l’annuaire, les dernières mises à jour d’abord.")
    return rss.response(title, f"{page}?{query}" if query else page, lead, entries, feed_url=request.get_full_path())


WRITERS: dict[str, Callable[[HttpRequest, queries.Organisations, Filters], HttpResponseBase]] = {
    "csv": as_csv,
    "json": as_json,
    "geojson": as_geojson,
    "rss": as_rss,
}


_IN_A_PAGE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def json_ld(organisation: Organisation, category: Term | None) -> SafeString:
    """An organisation for search engines (schema.org), as a data block: browsers never run it."""
    text = json.dumps(_linked_data(organisation, category)).translate(_IN_A_PAGE)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 escaped just above


def _linked_data(organisation: Organisation, category: Term | None) -> dict[str, Any]:
    latitude, longitude = _point(organisation)
    written: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": organisation.name,
        "url": settings.ORIGIN + organisation.get_absolute_url(),
    }
    if organisation.other_names:
        written["alternateName"] = [name.strip() for name in organisation.other_names.split(";")]
    if category:
        written["additionalType"] = category.label
    if organisation.territory:
        written["location"] = {"@type": "Place", "name": organisation.territory.name}
        if latitude is not None:
            written["location"]["geo"] = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
    return written
