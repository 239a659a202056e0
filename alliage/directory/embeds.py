"""What other sites paste to show our frames, and what oEmbed answers: text made from a frame's address and size."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse

from alliage.directory.filters import parse
from alliage.directory.registry import Embeddable, Frame, embeddables

WIDTH = 600
NARROWEST, LOWEST = 200, 120
CACHE_SECONDS = 3600


def lists() -> list[Embeddable]:
    """Kinds of frames that take filters: those of the directory first."""
    return sorted((each for each in embeddables if each.is_list), key=lambda each: each.filters is not parse)


def path_of(code: str, record: str = "", query: str = "") -> str:
    path = reverse("directory:embed_record", args=[code, record]) if record else reverse("directory:embed", args=[code])
    return f"{path}?{query}" if query else path


def iframe(path: str, *, title: str, height: int, width: str = "100%") -> str:
    """The frame alone, as HTML."""
    source = settings.ORIGIN + path
    return (
        f"<iframe src={quoteattr(source)} title={quoteattr(title)} width={quoteattr(width)} "
        f'height="{height}" loading="lazy" style="border:0;max-width:100%"></iframe>'
    )


def snippet(path: str, *, title: str, height: int) -> str:
    """What one pastes: the frame, and the script that gives it the height it announces. Without the script it scrolls."""
    script = settings.ORIGIN + reverse("directory:embed_height")
    return f'{iframe(path, title=title, height=height)}\n<script src="{script}" async></script>'


# --- oEmbed --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A page of ours, and the frame that shows it."""

    kind: Embeddable
    record: str
    frame: Frame


def frame_of(address: str) -> Found | None:
    """The frame of the page at this address; None for another site, an unknown page, or one that is not for everyone."""
    try:
        asked, ours = urlsplit(address), urlsplit(settings.ORIGIN)
        if asked.scheme not in ("http", "https") or asked.netloc.lower() != ours.netloc.lower():
            return None
        match = resolve(asked.path)
    except (ValueError, Resolver404):
        return None
    for kind in embeddables:
        record = kind.record_of(match)
        frame = kind.frame(record, QueryDict()) if record else None
        if frame is not None:
            return Found(kind, record, frame)
    return None


def _size(asked: str, usual: int, least: int) -> int:
    """At most what is asked, when it is a number; never so small that nothing could be read."""
    return max(least, min(usual, int(asked))) if asked.isdecimal() and len(asked) < 6 else usual


def oembed(found: Found, *, maxwidth: str = "", maxheight: str = "") -> dict[str, Any]:
    """The answer of an oEmbed provider (oembed.com): a rich record."""
    width, height = _size(maxwidth, WIDTH, NARROWEST), _size(maxheight, found.kind.height, LOWEST)
    path = path_of(found.kind.code, found.record)
    return {
        "version": "1.0",
        "type": "rich",
        "title": found.frame.title,
        "provider_name": "Alliage",
        "provider_url": settings.ORIGIN,
        "cache_age": CACHE_SECONDS,
        "html": iframe(path, title=found.frame.title, height=height, width=str(width)),
        "width": width,
        "height": height,
    }


def as_xml(answer: dict[str, Any]) -> str:
    rows = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in answer.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{rows}</oembed>'
