"""Run sheets as plain data: phases, what is captured in each, who may speak and write. No database here.

A run sheet is {"title", "purpose", "pace", "method", "roles": {role: [least, most]}, "phases": [phase]}; a phase is {"code", "title",
"purpose", "length", "speakers": [role], "captures": [capture], "tools": [tool], "note_takers": [role], "cues": {role: text},
"advice"}; a capture is {"code", "label", "by": [role], "help", "most", "votes", "is_anonymous", "is_moderated", "is_private", "is_question",
"is_outcome"}. `length` counts minutes, or days when the pace is `spread`. `read` refuses what it cannot understand with a French message
naming the phase.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from alliage.formats.json import dumps
from alliage.refusals import Refusal
from alliage.rooms.enums import Pace, Role, Tool

LONGEST_TITLE = 120
LONGEST_TEXT = 1200
MOST_PHASES = 30
MOST_CAPTURES = 8
LONGEST_PHASE = {Pace.LIVE: 240, Pace.SPREAD: 30}
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
# Whoever observes reads notes, and writes none.
NOTE_TAKERS = [role for role in Role.values if role != Role.OBSERVER]
# Roles that one is given, and never has by merely coming in.
NOT_BY_DEFAULT = {Role.FACILITATOR, Role.CLIENT, Role.OBSERVER, Role.SPEAKER}


class RunSheetRefused(Refusal):
    """This cannot be run: it says why."""


@dataclass(frozen=True)
class Capture:
    """Something people write in a phase. `most`: cards of one person (0: no limit); `votes`: how many cards each may choose (0: no vote).

    `is_anonymous`: the author is known to facilitators alone. `is_moderated`: facilitators show a card or not. `is_private`: notes that
    their author alone reads. `is_question`: each one waits for an answer. `is_outcome`: what the session decides, told to who comes late.
    """

    code: str
    label: str
    by: tuple[str, ...]
    help: str = ""
    most: int = 0
    votes: int = 0
    is_anonymous: bool = False
    is_moderated: bool = False
    is_private: bool = False
    is_question: bool = False
    is_outcome: bool = False


@dataclass(frozen=True)
class Phase:
    """One step. `cues`: what each role does in it, in a sentence; `advice`: read by facilitators alone.

    `note_takers`: who writes the co-written notes, where its tools open them; named by none, everyone does.
    """

    code: str
    title: str
    purpose: str
    length: int
    speakers: tuple[str, ...]
    captures: tuple[Capture, ...] = ()
    tools: tuple[str, ...] = ()
    note_takers: tuple[str, ...] = ()
    cues: Mapping[str, str] = field(default_factory=dict)
    advice: str = ""

    @property
    def writers(self) -> tuple[str, ...]:
        """Every role that may write something."""
        return tuple(role for role in Role.values if any(role in capture.by for capture in self.captures))

    def capture(self, code: str) -> Capture | None:
        return next((capture for capture in self.captures if capture.code == code), None)

    def speaks(self, role: str) -> bool:
        return role in self.speakers

    @property
    def has_notes(self) -> bool:
        return Tool.NOTES in self.tools

    def takes_notes(self, role: str) -> bool:
        """Whether this role writes in the co-written notes; whoever observes reads them."""
        return self.has_notes and role != Role.OBSERVER and (not self.note_takers or role in self.note_takers)

    def open_to(self, role: str) -> tuple[Capture, ...]:
        """What this role may write now."""
        return tuple(capture for capture in self.captures if role in capture.by)


@dataclass(frozen=True)
class Sheet:
    """A whole run sheet, which nothing changes: one that is read is shared by all (`kept`). `roles`: for each role that it uses, the fewest
    and the most people (0: no limit)."""

    title: str
    purpose: str
    pace: str
    phases: tuple[Phase, ...]
    roles: Mapping[str, tuple[int, int]]
    method: str = ""

    def __deepcopy__(self, _memo: Any) -> "Sheet":
        return self

    @property
    def length(self) -> int:
        return sum(phase.length for phase in self.phases)

    def rank(self, code: str) -> int | None:
        return next((rank for rank, phase in enumerate(self.phases) if phase.code == code), None)

    def capture(self, phase: str, code: str) -> Capture | None:
        """What is captured under that code in that phase."""
        found = next((each for each in self.phases if each.code == phase), None)
        return found.capture(code) if found else None

    def with_lengths(self, lengths: Mapping[str, int]) -> "Sheet":
        """The same, each phase lasting what is said: durations are those of one session."""
        phases = tuple(replace(phase, length=lengths.get(phase.code, phase.length)) for phase in self.phases)
        return replace(self, phases=phases)

    @property
    def default_role(self) -> str:
        """What someone is who comes without a role: the one with the most seats, those without limit first."""
        seats = {role: most or 10_000 for role, (_least, most) in self.roles.items() if role not in NOT_BY_DEFAULT}
        return max(seats, key=lambda role: seats[role]) if seats else str(Role.PARTICIPANT)


# --- Reading -------------------------------------------------------------------------------------------------------


def read(raw: Any) -> Sheet:
    """A run sheet from plain data, checked."""
    if not isinstance(raw, Mapping):
        raise RunSheetRefused(_("Ce déroulé ne se lit pas."))
    pace = raw.get("pace", Pace.LIVE)
    if pace not in Pace.values:
        raise RunSheetRefused(_("Un déroulé va en direct, ou sur plusieurs jours."))
    phases = _list(raw.get("phases"))
    if not 1 <= len(phases) <= MOST_PHASES:
        raise RunSheetRefused(_("Un déroulé a de 1 à %(most)s étapes.") % {"most": MOST_PHASES})
    sheet = Sheet(
        title=_text(raw, "title", _("Donnez un titre à ce déroulé."), longest=LONGEST_TITLE),
        purpose=_text(raw, "purpose"),
        pace=str(pace),
        phases=tuple(_phase(each, pace=str(pace)) for each in phases),
        roles=_roles(raw.get("roles") or {}),
        method=_text(raw, "method"),
    )
    if len({phase.code for phase in sheet.phases}) != len(sheet.phases):
        raise RunSheetRefused(_("Deux étapes portent le même code."))
    return sheet


def kept(content: Any) -> Sheet:
    """The same, for what is stored: each act in a room reads its sheet, which is checked once while it stays as it is."""
    return _kept(dumps(content))


@lru_cache(maxsize=256)
def _kept(written: str) -> Sheet:
    return read(json.loads(written))


def _phase(raw: Any, *, pace: str) -> Phase:
    if not isinstance(raw, Mapping):
        raise RunSheetRefused(_("Une étape ne se lit pas."))
    title = _text(raw, "title", _("Donnez un titre à chaque étape."), longest=LONGEST_TITLE)
    captures = _list(raw.get("captures"))
    if len(captures) > MOST_CAPTURES:
        raise RunSheetRefused(_("«\u00a0%(title)s\u00a0» recueille trop de choses.") % {"title": title})
    phase = Phase(
        code=_code(raw),
        title=title,
        purpose=_text(raw, "purpose"),
        length=_length(raw.get("length"), title=title, pace=pace),
        speakers=_known(raw.get("speakers"), Role.values),
        captures=tuple(_capture(each) for each in captures),
        tools=_known(raw.get("tools"), Tool.values),
        note_takers=_known(raw.get("note_takers"), NOTE_TAKERS),
        cues=_cues(raw.get("cues") or {}),
        advice=_text(raw, "advice"),
    )
    if len({capture.code for capture in phase.captures}) != len(phase.captures):
        raise RunSheetRefused(_("«\u00a0%(title)s\u00a0» recueille deux fois la même chose.") % {"title": title})
    return phase


def _cues(raw: Any) -> Mapping[str, str]:
    if not isinstance(raw, Mapping):
        raise RunSheetRefused(_("Ce que fait chaque rôle ne se lit pas."))
    cues = {role: _clean(text)[:LONGEST_TEXT] for role, text in raw.items() if role in Role.values}
    return MappingProxyType(cues)


def _capture(raw: Any) -> Capture:
    if not isinstance(raw, Mapping):
        raise RunSheetRefused(_("Ce qui est recueilli ne se lit pas."))
    return Capture(
        code=_code(raw),
        label=_text(raw, "label", _("Nommez ce qui est recueilli."), longest=LONGEST_TITLE),
        by=_known(raw.get("by"), Role.values),
        help=_text(raw, "help"),
        most=_number(raw.get("most")),
        votes=_number(raw.get("votes")),
        is_anonymous=bool(raw.get("is_anonymous")),
        is_moderated=bool(raw.get("is_moderated")),
        is_private=bool(raw.get("is_private")),
        is_question=bool(raw.get("is_question")),
        is_outcome=bool(raw.get("is_outcome")),
    )


def _length(raw: Any, *, title: str, pace: str) -> int:
    most = LONGEST_PHASE[Pace(pace)]
    length = _number(raw)
    if not 1 <= length <= most:
        said = {"title": title, "most": most}
        if pace == Pace.SPREAD:
            raise RunSheetRefused(_("«\u00a0%(title)s\u00a0» dure de 1 à %(most)s jours.") % said)
        raise RunSheetRefused(_("«\u00a0%(title)s\u00a0» dure de 1 à %(most)s minutes.") % said)
    return length


def _roles(raw: Any) -> Mapping[str, tuple[int, int]]:
    if not isinstance(raw, Mapping):
        raise RunSheetRefused(_("Les rôles de ce déroulé ne se lisent pas."))
    found = {}
    for role, bounds in raw.items():
        least, most, *_rest = [*_list(bounds), 0, 0]
        if role in Role.values:
            found[str(role)] = (_number(least), _number(most))
    return MappingProxyType(found)


def _list(raw: Any) -> list[Any]:
    return list(raw) if isinstance(raw, list | tuple) else []


def _known(raw: Any, codes: Iterable[str]) -> tuple[str, ...]:
    """The codes named, in the order of the vocabulary; « everyone » names them all."""
    codes = list(codes)
    return tuple(codes) if raw == "everyone" else tuple(code for code in codes if code in _list(raw))


def _code(raw: Mapping[str, Any]) -> str:
    code = raw.get("code")
    if not isinstance(code, str) or not CODE.match(code):
        raise RunSheetRefused(_("Un code ne se lit pas\u00a0: des lettres sans accent, des chiffres, «\u00a0_\u00a0»."))
    return code


def _clean(raw: Any) -> str:
    return raw.replace("\x00", "").strip() if isinstance(raw, str) else ""


def _text(raw: Mapping[str, Any], name: str, missing: str = "", *, longest: int = LONGEST_TEXT) -> str:
    text = _clean(raw.get(name))[:longest]
    if missing and not text:
        raise RunSheetRefused(missing)
    return text


def _number(raw: Any) -> int:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= 10_000 else 0


# --- Writing -------------------------------------------------------------------------------------------------------


def written(sheet: Sheet) -> dict[str, Any]:
    """The plain data that `read` reads back as the same sheet."""
    return {
        "title": sheet.title,
        "purpose": sheet.purpose,
        "pace": sheet.pace,
        "method": sheet.method,
        "roles": {role: list(bounds) for role, bounds in sheet.roles.items()},
        "phases": [_written_phase(phase) for phase in sheet.phases],
    }


def _written_phase(phase: Phase) -> dict[str, Any]:
    captures = [
        {
            "code": each.code,
            "label": each.label,
            "by": list(each.by),
            "help": each.help,
            "most": each.most,
            "votes": each.votes,
            "is_anonymous": each.is_anonymous,
            "is_moderated": each.is_moderated,
            "is_private": each.is_private,
            "is_question": each.is_question,
            "is_outcome": each.is_outcome,
        }
        for each in phase.captures
    ]
    return {
        "code": phase.code,
        "title": phase.title,
        "purpose": phase.purpose,
        "length": phase.length,
        "speakers": list(phase.speakers),
        "captures": captures,
        "tools": list(phase.tools),
        "note_takers": list(phase.note_takers),
        "cues": dict(phase.cues),
        "advice": phase.advice,
    }
