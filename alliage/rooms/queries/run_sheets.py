"""Find run sheets; draw one: when each phase begins and ends, how long it all lasts, its ring."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.rooms.enums import Pace, Role
from alliage.rooms.models import Room, RunSheet
from alliage.rooms.phases import Capture, Phase, Sheet

# The ring: a circle of this radius in a square of 100, and the smallest share of it that has room for a number.
RADIUS = 40
SMALLEST_NUMBERED = 0.035
GAP = 0.006
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Listed:
    """Run sheets that somebody may use, by whose they are."""

    platform: list[RunSheet] = field(default_factory=list)
    mine: list[RunSheet] = field(default_factory=list)
    shared: list[RunSheet] = field(default_factory=list)


def listed(user: Any) -> Listed:
    """For visitors, those of the platform; for members, theirs and those that others show too."""
    found = Listed()
    wanted = Q(owner=None)
    if user.is_authenticated:
        wanted |= Q(owner=user) | Q(is_shared=True)
    for each in RunSheet.objects.filter(wanted).select_related("owner").order_by("pk"):
        if each.owner_id is None:
            found.platform.append(each)
        else:
            (found.mine if each.owner_id == user.pk else found.shared).append(each)
    return found


def by_number(pk: int) -> RunSheet | None:
    return RunSheet.objects.select_related("owner", "made_from").filter(pk=pk).first()


def of_platform(code: str) -> RunSheet | None:
    return RunSheet.objects.filter(code=code, owner=None).first()


# --- Time ----------------------------------------------------------------------------------------------------------


def duration(length: int, pace: str) -> str:
    """« 45 minutes », « 1 h 16 », « 10 jours »."""
    if pace == Pace.SPREAD:
        return ngettext("%(count)s jour", "%(count)s jours", length) % {"count": length}
    if length < 60:
        return ngettext("%(count)s minute", "%(count)s minutes", length) % {"count": length}
    hours, minutes = divmod(length, 60)
    return f"{hours}\u00a0h" + (f"\u00a0{minutes:02}" if minutes else "")


def hour(minutes: int) -> str:
    """« 14 h 05 », after midnight as before."""
    hours, rest = divmod(minutes % DAY_MINUTES, 60)
    return f"{hours}\u00a0h\u00a0{rest:02}"


@dataclass(frozen=True)
class Step:
    """A phase in its time: `begins` and `ends` count from the start of the sheet, in its own unit."""

    phase: Phase
    rank: int
    begins: int
    ends: int
    pace: str
    start: int | None = None
    roles: Sequence[str] = ()

    @property
    def number(self) -> int:
        return self.rank + 1

    @property
    def lasts(self) -> str:
        return duration(self.phase.length, self.pace)

    @property
    def when(self) -> str:
        """Hours when the start is known; else minutes from it, or days."""
        if self.pace == Pace.SPREAD:
            said = {"first": self.begins + 1, "last": self.ends}
            return _("jours %(first)s à %(last)s") % said if self.phase.length > 1 else _("jour %(first)s") % said
        if self.start is not None:
            return _("%(begins)s à %(ends)s") % {
                "begins": hour(self.start + self.begins),
                "ends": hour(self.start + self.ends),
            }
        return _("minutes %(begins)s à %(ends)s") % {"begins": self.begins, "ends": self.ends}

    @property
    def short(self) -> str:
        """When it begins alone, for a margin: an hour, minutes from the start, a day."""
        if self.pace == Pace.SPREAD:
            return self.when.capitalize()
        return hour((self.start or 0) + self.begins)

    @property
    def speakers(self) -> list[str]:
        return labels(self.phase.speakers, of=self.roles)

    @property
    def note_takers(self) -> list[str]:
        """Who writes the co-written notes, in words."""
        return labels([role for role in Role.values if self.phase.takes_notes(role)], of=self.roles)

    @property
    def cues(self) -> list[tuple[str, str]]:
        """What each does, in words."""
        return [(str(Role(role).label), text) for role, text in self.phase.cues.items() if text]

    @property
    def written(self) -> list["Written"]:
        return [Written(capture, self.roles) for capture in self.phase.captures]


@dataclass(frozen=True)
class Written:
    """Something that is written in a phase, told in words."""

    capture: Capture
    roles: Sequence[str] = ()

    @property
    def who(self) -> list[str]:
        return labels(self.capture.by, of=self.roles)

    @property
    def rules(self) -> list[str]:
        found = []
        if self.capture.most:
            found.append(ngettext("%(count)s par personne", "%(count)s par personne", self.capture.most) % {"count": self.capture.most})  # fmt: skip
        if self.capture.votes:
            found.append(ngettext("%(count)s choix chacun", "%(count)s choix chacun", self.capture.votes) % {"count": self.capture.votes})  # fmt: skip
        if self.capture.is_private:
            found.append(_("chacun pour soi"))
        if self.capture.is_anonymous:
            found.append(_("sans nom"))
        if self.capture.is_moderated:
            found.append(_("montré par l’animation"))
        if self.capture.is_question:
            found.append(_("on y répond"))
        return found


def labels(roles: Sequence[str], *, of: Sequence[str] = ()) -> list[str]:
    """In words; « tout le monde » when these are all the roles of the run sheet, and there are several."""
    used = [role for role in roles if role in of] or list(roles)
    if len(of) > 1 and set(used) == set(of):
        return [_("tout le monde")]
    return [str(Role(role).label) for role in used]


def steps(sheet: Sheet, *, start: time | None = None) -> list[Step]:
    """Each phase with its time, the first at `start` when it is known."""
    found, passed = [], 0
    first = None if start is None else start.hour * 60 + start.minute
    for rank, phase in enumerate(sheet.phases):
        found.append(Step(phase, rank, passed, passed + phase.length, sheet.pace, first, tuple(sheet.roles)))
        passed += phase.length
    return found


def whole(sheet: Sheet) -> str:
    return duration(sheet.length, sheet.pace)


def until(sheet: Sheet, start: time) -> str:
    """« 14 h 00 à 15 h 16 »."""
    first = start.hour * 60 + start.minute
    return _("%(begins)s à %(ends)s") % {"begins": hour(first), "ends": hour(first + sheet.length)}


@dataclass(frozen=True)
class Ahead:
    """What is left of a room's time: the whole of it, and the hour of its end if all goes as planned from now."""

    lasts: str
    begins: datetime | None = None
    ends_at: datetime | None = None


def ahead(room: Room, *, now: datetime) -> Ahead:
    """The present phase counts for what its clock says, those to come for their length."""
    coming = sum(phase.length for phase in room.sheet.phases[room.phase + 1 :])
    if room.sheet.pace == Pace.SPREAD:
        return Ahead(duration(coming, room.sheet.pace))
    begins = now
    if room.ends_at is not None:
        begins = max(now, room.ends_at)
    elif room.left_seconds is not None:
        begins = now + timedelta(seconds=max(0, room.left_seconds))
    return Ahead(duration(coming, room.sheet.pace), begins, begins + timedelta(minutes=coming))


def local_hour(moment: datetime | None) -> time | None:
    return timezone.localtime(moment).time() if moment is not None else None


# --- People --------------------------------------------------------------------------------------------------------


def people(sheet: Sheet) -> list[str]:
    """« animation : 1 à 2 », « client : 1 »: who is needed."""
    return [f"{Role(role).label}\u00a0: {_bounds(least, most)}" for role, (least, most) in sheet.roles.items()]


def _bounds(least: int, most: int) -> str:
    if most == 0:
        return _("%(least)s ou plus") % {"least": least} if least else _("autant qu’il en vient")
    if least == most:
        return str(least)
    return _("%(least)s à %(most)s") % {"least": least, "most": most}


# --- The ring ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Arc:
    """A phase on the ring, in hundredths of its length; where its number stands, as SVG says it."""

    number: int
    dash: str
    offset: str
    x: str
    y: str
    tint: int
    has_number: bool


def ring(sheet: Sheet) -> list[Arc]:
    """One arc for each phase, as long as it lasts, clockwise from noon. Three tints follow one another."""
    found, passed, whole_length = [], 0.0, sheet.length
    for rank, phase in enumerate(sheet.phases):
        share = phase.length / whole_length
        middle = 2 * math.pi * (passed + share / 2)
        gap = GAP if len(sheet.phases) > 1 else 0.0
        found.append(
            Arc(
                number=rank + 1,
                dash=f"{max(share - gap, share / 2) * 100:.2f}",
                offset=f"{-passed * 100:.2f}",
                x=f"{50 + RADIUS * math.sin(middle):.1f}",
                y=f"{50 - RADIUS * math.cos(middle):.1f}",
                tint=rank % 3,
                has_number=share >= SMALLEST_NUMBERED,
            )
        )
        passed += share
    return found
