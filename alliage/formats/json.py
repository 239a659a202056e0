"""JSON of a list: `{"count": n, "results": [...]}`, complete and streamed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import StreamingHttpResponse

_CHUNK = 50


class Encoder(DjangoJSONEncoder):
    """Keeps the seconds of moments whole and writes lazy translations as text."""

    def default(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds")
        if isinstance(value, (set, frozenset)):
            return sorted(value)
        return super().default(value)


_encoder = Encoder(ensure_ascii=False, separators=(",", ":"))


def dumps(value: Any) -> str:
    return _encoder.encode(value)


def array(items: Iterable[Any]) -> Iterator[str]:
    """Yield the pieces of a JSON array."""
    yield "["
    piece: list[str] = []
    first = True
    for item in items:
        piece.append(_encoder.encode(item))
        if len(piece) == _CHUNK:
            yield ("" if first else ",") + ",".join(piece)
            first = False
            piece.clear()
    if piece:
        yield ("" if first else ",") + ",".join(piece)
    yield "]"


def lines(count: int, results: Iterable[Any]) -> Iterator[str]:
    yield f'{{"count":{count},"results":'
    yield from array(results)
    yield "}\n"


def response(count: int, results: Iterable[Any]) -> StreamingHttpResponse:
    """Answer the whole list. `count` is the number of results, known before they are read; any site may read it."""
    answer = StreamingHttpResponse(lines(count, results), content_type="application/json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
