"""GeoJSON of a list (RFC 7946): a FeatureCollection, complete and streamed."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

from alliage.formats.json import array


def point(longitude: float | None, latitude: float | None) -> dict[str, Any] | None:
    """Give a point's geometry, or None when the place is not known: the feature then has `"geometry": null`."""
    if longitude is None or latitude is None:
        return None
    return {"type": "Point", "coordinates": [round(float(longitude), 5), round(float(latitude), 5)]}


def feature(geometry: dict[str, Any] | None, properties: dict[str, Any], *, id: Any = None) -> dict[str, Any]:  # noqa: A002 RFC 7946's own word
    written: dict[str, Any] = {"type": "Feature", "geometry": geometry, "properties": properties}
    if id is not None:
        written["id"] = id
    return written


def lines(features: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield '{"type":"FeatureCollection","features":'
    yield from array(features)
    yield "}\n"


def response(features: Iterable[dict[str, Any]]) -> StreamingHttpResponse:
    """Answer features made by `feature()`; any site may read it."""
    answer = StreamingHttpResponse(lines(features), content_type="application/geo+json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
