"""« Où en sommes-nous »: what somebody who comes late needs, found by rule, each thing leading to its place in the page."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.rooms.enums import CardState, Pace, Role
from alliage.rooms.models import Card, Participant, Room

if TYPE_CHECKING:
    from alliage.rooms.queries.rooms import Gathered, Scene

# How many of each: this is read while people speak.
MOST_OUTCOMES, MOST_CHOSEN, MOST_LAST = 6, 1, 3
# Beyond this many, people of one role are counted and no longer named.
MOST_NAMED = 4
SHORT = 160
# Somebody who came after the opening sees it unfolded for this long.
NEW_FOR = timedelta(minutes=5)


@dataclass(frozen=True)
class Said:
    """A card worth telling. `what`: what it is; `href`: its place in the page."""

    what: str
    text: str
    name: str
    href: str


@dataclass(frozen=True)
class Summary:
    """In this order: where the clock stands, who holds which role, what is decided, what is being answered, what came last."""

    when: str
    roles: list[tuple[str, str]] = field(default_factory=list)
    outcomes: list[Said] = field(default_factory=list)
    question: Said | None = None
    last: list[Said] = field(default_factory=list)
    has_the_floor: str = ""
    open_polls: int = 0
    is_new: bool = False


def of_scene(scene: "Scene", *, open_polls: int, now: datetime) -> Summary | None:
    """Nothing before the opening nor after the end: the page says it better."""
    room, viewer = scene.room, scene.viewer
    if room.current is None:
        return None
    written = [*scene.before, *scene.present]
    outcomes = _outcomes(written)
    question = next((said for said in map(_taken, written) if said), None)
    told = {each.href for each in (*outcomes, question) if each}
    return Summary(
        when=when(room, now=now),
        roles=_roles(scene.people),
        outcomes=outcomes,
        question=question,
        last=[each for each in _last(written) if each.href not in told],
        has_the_floor=next((each.person.name for each in scene.speakers if each.has_it), ""),
        open_polls=open_polls,
        is_new=_is_new(room, viewer, now=now),
    )


def when(room: Room, *, now: datetime) -> str:
    """Where it stands and what is left, in a sentence."""
    phase = room.current
    assert phase is not None
    said = {"rank": room.phase + 1, "count": len(room.sheet.phases), "title": phase.title}
    where = _("Étape %(rank)s sur %(count)s, «\u00a0%(title)s\u00a0»") % said
    return f"{where}\u00a0: {_left(room, now=now)}"


def _left(room: Room, *, now: datetime) -> str:
    if room.ends_at is None:
        return _("l’horloge est arrêtée.")
    seconds = (room.ends_at - now).total_seconds()
    if seconds <= 0:
        return _("le temps prévu est passé.")
    if room.sheet.pace == Pace.SPREAD:
        days = int(seconds // 86_400)
        if days == 0:
            return _("elle finit aujourd’hui ou demain.")
        return ngettext("il reste %(count)s jour.", "il reste %(count)s jours.", days) % {"count": days}
    minutes = int(seconds // 60)
    until = f"{timezone.localtime(room.ends_at):%H:%M}"
    if minutes == 0:
        return _("il reste moins d’une minute.")
    return ngettext(
        "il reste %(count)s minute, jusqu’à %(until)s.", "il reste %(count)s minutes, jusqu’à %(until)s.", minutes
    ) % {"count": minutes, "until": until}


def _roles(people: list[Participant]) -> list[tuple[str, str]]:
    """Those that one is given by name; the crowd is counted."""
    found = []
    for role in Role:
        names = [each.name for each in people if each.role == role]
        if not names:
            continue
        if len(names) > MOST_NAMED:
            told = ngettext("%(count)s personne", "%(count)s personnes", len(names)) % {"count": len(names)}
        else:
            told = ", ".join(names)
        found.append((str(role.label), told))
    return found


def _outcomes(written: "list[Gathered]") -> list[Said]:
    """What the run sheet says is kept, and what was most chosen where people choose."""
    found = []
    for gathered in written:
        shown = [line for line in gathered.lines if line.card.state == CardState.SHOWN]
        if gathered.capture.votes:
            most = max((line.card.votes_count for line in shown), default=0)
            chosen = [line for line in shown if most and line.card.votes_count == most][:MOST_CHOSEN]
            if not gathered.capture.is_question:
                found += [_said(gathered, line.card, line.name, votes=most) for line in chosen]
        elif gathered.capture.is_outcome:
            found += [_said(gathered, line.card, line.name) for line in shown]
    return found[-MOST_OUTCOMES:]


def _taken(gathered: "Gathered") -> Said | None:
    return next((_said(gathered, line.card, line.name) for line in gathered.lines if line.card.taken_at), None)


def _last(written: "list[Gathered]") -> list[Said]:
    """What was written last for all to read, the newest first."""
    shown = [
        (line.card.number, gathered, line)
        for gathered in written
        for line in gathered.lines
        if line.card.state == CardState.SHOWN
    ]
    shown.sort(key=lambda each: -each[0])
    return [_said(gathered, line.card, line.name) for _number, gathered, line in shown[:MOST_LAST]]


def _said(gathered: "Gathered", card: Card, name: str, *, votes: int = 0) -> Said:
    what = gathered.capture.label
    if votes:
        choices = ngettext("%(count)s choix", "%(count)s choix", votes) % {"count": votes}
        what = f"{what} ({choices})"
    text = " ".join(card.text.split())
    return Said(what, text if len(text) <= SHORT else f"{text[:SHORT].rsplit(' ', 1)[0]}…", name, f"#ecrit-{card.pk}")


def _is_new(room: Room, viewer: Participant | None, *, now: datetime) -> bool:
    if viewer is None or room.opened_at is None:
        return False
    return viewer.joined_at > room.opened_at + timedelta(minutes=1) and now - viewer.joined_at < NEW_FOR
