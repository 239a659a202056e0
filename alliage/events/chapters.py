"""Chapters of a recording: read from lines « 12:30 Titre », and the address that opens the video at that moment, where its host allows."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from alliage.refusals import Refusal

MOST, LONGEST = 60, 160
_LINE = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)[ \t\u00a0]+(\S.*)")
# Files that a browser plays by itself (Media Fragments, W3C).
_FILES = (".mp4", ".webm", ".ogv", ".ogg", ".mp3", ".m4a")


class ChapterRefused(Refusal):
    """A line is not a chapter, or there are too many."""


@dataclass(frozen=True)
class Chapter:
    """`at` in seconds from the beginning."""

    at: int
    title: str

    @property
    def clock(self) -> str:
        hours, rest = divmod(self.at, 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


def read(text: str) -> list[Chapter]:
    """In the order of the recording; empty lines are nothing. Two chapters cannot begin at once."""
    found: dict[int, Chapter] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        said = _LINE.fullmatch(line)
        if said is None:
            raise ChapterRefused(
                _(
                    "«\u00a0%s\u00a0»\u00a0: écrivez le moment puis le titre, par exemple «\u00a012:30 Le témoignage\u00a0»."
                )
                % line[:80]
            )
        at = int(said[1] or 0) * 3600 + int(said[2]) * 60 + int(said[3])
        if at in found:
            raise ChapterRefused(_("Deux chapitres commencent à %s\u00a0: gardez-en un.") % found[at].clock)
        found[at] = Chapter(at, said[4][:LONGEST])
    if len(found) > MOST:
        raise ChapterRefused(_("%s chapitres au plus\u00a0: regroupez les plus courts.") % MOST)
    return [found[at] for at in sorted(found)]


def written(chapters: list[Chapter]) -> str:
    """As a person types them."""
    return "\n".join(f"{each.clock} {each.title}" for each in chapters)


def address(replay_url: str, at: int) -> str:
    """The recording at that moment; "" when its host has no known way to say it."""
    parts = urlsplit(replay_url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host in ("youtube.com", "youtu.be"):
        return _asked(replay_url, t=f"{at}s")
    if host == "dailymotion.com" or parts.path.startswith(("/w/", "/videos/watch/")):  # the second is PeerTube
        return _asked(replay_url, start=str(at))
    if host == "vimeo.com" or parts.path.lower().endswith(_FILES):
        return urlunsplit(parts._replace(fragment=f"t={at}s" if host == "vimeo.com" else f"t={at}"))
    return ""


def _asked(url: str, **said: str) -> str:
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in said]
    return urlunsplit(parts._replace(query=urlencode([*kept, *said.items()])))
