"""Captions as a page shows them, the timed transcript, and its files."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from alliage.rooms.enums import Tool
from alliage.rooms.models import Caption, Participant, Relay, Room

# What stays on the screen: more would ask to be read.
LAST_LINES = 4
# How long a line stays on a film, in seconds: time to read it, within bounds.
SIGNS_A_SECOND, SHORTEST, LONGEST = 15, 1.5, 7.0


@dataclass(frozen=True)
class Shown:
    """The captions for one person. `may_type`: they are among those who take turns."""

    lines: list[Caption] = field(default_factory=list)
    typist: Participant | None = None
    is_open: bool = False
    may_type: bool = False
    holds: bool = False


def of_room(room: Room, viewer: Participant | None, people: list[Participant]) -> Shown:
    """`people`: everybody in the room, read already."""
    phase = room.current
    if phase is None or not (Tool.CAPTIONS in phase.tools or any(each.may_caption for each in people)):
        return Shown()
    writes = typist(room)
    return Shown(
        last(room),
        writes,
        is_open=True,
        may_type=viewer is not None and (viewer.may_caption or viewer.facilitates),
        holds=writes is not None and writes == viewer,
    )


def last(room: Room) -> list[Caption]:
    """The last lines of the present phase, in order."""
    phase = room.current
    found = Caption.objects.filter(room=room, phase=phase.code if phase else "").order_by("-number")
    return list(found[:LAST_LINES])[::-1]


def typist(room: Room) -> Participant | None:
    relay = Relay.objects.filter(room=room, ended_at=None).select_related("participant").first()
    return relay.participant if relay else None


def line(room: Room, pk: int) -> Caption | None:
    return Caption.objects.filter(pk=pk, room=room).first()


def has_transcript(room: Room) -> bool:
    """No query for a room found by its code (`queries.rooms.by_code`)."""
    known = room.__dict__.get("was_captioned")
    return bool(known) if known is not None else Caption.objects.filter(room=room).exists()


# --- The transcript ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timed:
    """A line and when it was said, from the opening of the room."""

    caption: Caption
    after: timedelta

    @property
    def clock(self) -> str:
        """« 0:12:03 »."""
        seconds = int(self.after.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


@dataclass(frozen=True)
class Part:
    """What was said in a phase."""

    title: str
    lines: list[Timed]


def transcript(room: Room) -> list[Part]:
    """Everything, phase after phase in the order it was said: one to which the room came back is there twice."""
    titles = {phase.code: phase.title for phase in room.sheet.phases}
    found: list[Part] = []
    before = None
    for each in Caption.objects.filter(room=room).order_by("number"):
        if each.phase != before:
            found.append(Part(titles.get(each.phase, ""), []))
            before = each.phase
        found[-1].lines.append(Timed(each, _after(room, each.said_at)))
    return found


def _after(room: Room, at: datetime) -> timedelta:
    return max(timedelta(), at - (room.opened_at or at))


def as_text(room: Room) -> str:
    """To be read, with hours from the opening."""
    written = [room.title, ""]
    for part in transcript(room):
        written += [part.title, ""]
        written += [f"[{line.clock}] {line.caption.text}" for line in part.lines]
        written.append("")
    written.append(_("Écrit en direct par des personnes, à la main\u00a0: des mots peuvent manquer."))
    return "\n".join(written) + "\n"


def as_vtt(room: Room) -> str:
    """Captions of a film of the session that begins when the room opened (WebVTT)."""
    lines = [line for part in transcript(room) for line in part.lines]
    begins = [line.after.total_seconds() for line in lines]
    written = ["WEBVTT", ""]
    for rank, line in enumerate(lines):
        lasts = min(LONGEST, max(SHORTEST, len(line.caption.text) / SIGNS_A_SECOND))
        ends = begins[rank] + lasts
        if rank + 1 < len(lines) and begins[rank + 1] > begins[rank]:
            ends = min(ends, begins[rank + 1])
        text = line.caption.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        written += [f"{_stamp(begins[rank])} --> {_stamp(ends)}", text, ""]
    return "\n".join(written)


def _stamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    hours, rest = divmod(thousandths, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
