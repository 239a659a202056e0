"""Writes of run sheets: those of the platform are brought in from files, members make their own from any that they may use.

Whoever edits sends what they saw (`seen`, from `mark`): what another window changed meanwhile is never written over in silence.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage.rooms import phases
from alliage.rooms.enums import Pace, Role
from alliage.rooms.models import RunSheet
from alliage.rooms.phases import LONGEST_TITLE, Phase, RunSheetRefused, Sheet

DATA = Path(__file__).resolve().parent.parent / "data" / "run_sheets.json"
MOST_OF_ONE_MEMBER = 100
# What a file of one run sheet may weigh.
HEAVIEST_FILE = 300_000
FORMAT = "alliage.deroule"
NEW_LENGTH = {Pace.LIVE: 5, Pace.SPREAD: 1}


def load(*, now: datetime) -> int:
    """Bring in or bring up to date the run sheets of the platform; answer how many there are. Members' own are never touched."""
    rows = json.loads(DATA.read_text())["run_sheets"]
    for row in rows:
        content = phases.written(phases.read(row["content"]))
        found, is_new = RunSheet.objects.get_or_create(
            code=row["code"], defaults={"content": content, "created_at": now, "changed_at": now}
        )
        if not is_new and found.content != content:
            RunSheet.objects.filter(pk=found.pk).update(content=content, changed_at=now)
    return len(rows)


def of_platform(code: str) -> Sheet:
    """A run sheet of the platform by its code, from the file when it is not in the base: a room may always be prepared."""
    found = RunSheet.objects.filter(code=code).first()
    if found is not None:
        return found.sheet
    rows = {row["code"]: row["content"] for row in json.loads(DATA.read_text())["run_sheets"]}
    return phases.read(rows[code])


# --- Making one's own ----------------------------------------------------------------------------------------------


def clone(run_sheet: RunSheet, *, by: Any, now: datetime) -> RunSheet:
    """One's own copy, to change as one likes."""
    is_mine = run_sheet.owner_id == by.pk
    title = (_("%(title)s, copie") if is_mine else _("%(title)s, ma version")) % {"title": run_sheet.content["title"]}
    return _keep(run_sheet.content | {"title": title[:LONGEST_TITLE]}, by=by, now=now, made_from=run_sheet)


def make(title: str, *, pace: str, by: Any, now: datetime) -> RunSheet:
    """A run sheet of one phase, to be filled."""
    content = {
        "title": title,
        "pace": pace,
        "roles": {Role.FACILITATOR: [1, 2], Role.PARTICIPANT: [0, 0]},
        "phases": [_new_phase(pace, ["facilitator", "participant"], "etape_1")],
    }
    return _keep(content, by=by, now=now)


def bring_in(raw: bytes, *, by: Any, now: datetime) -> RunSheet:
    """A run sheet from the file that another site, or this one, gave."""
    if len(raw) > HEAVIEST_FILE:
        raise RunSheetRefused(_("Ce fichier est trop lourd pour être un déroulé."))
    try:
        content = json.loads(raw.decode("utf-8-sig"))
        # Half a character, which JSON can name, no database keeps and no page shows.
        json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise RunSheetRefused(
            _("Ce fichier ne se lit pas\u00a0: donnez celui qu’une page de déroulé propose.")
        ) from None
    if isinstance(content, dict) and isinstance(content.get("deroule"), dict):
        content = content["deroule"]
    return _keep(content, by=by, now=now)


def take_up(content: Any, *, by: Any, now: datetime) -> RunSheet:
    """A run sheet of one's own from what another function says: the same said twice is kept once."""
    written = phases.written(phases.read(content))
    already = next((each for each in RunSheet.objects.filter(owner=by) if each.content == written), None)
    return already or _keep(written, by=by, now=now)


def taken_away(run_sheet: RunSheet) -> dict[str, Any]:
    """What `bring_in` reads back."""
    return {"format": FORMAT, "version": 1, "deroule": phases.written(run_sheet.sheet)}


def _keep(content: Any, *, by: Any, now: datetime, made_from: RunSheet | None = None) -> RunSheet:
    sheet = phases.read(content)
    if RunSheet.objects.filter(owner=by).count() >= MOST_OF_ONE_MEMBER:
        raise RunSheetRefused(
            _("Vous avez déjà beaucoup de déroulés\u00a0: supprimez-en un avant d’en faire un autre.")
        )
    return RunSheet.objects.create(
        content=phases.written(sheet), owner=by, made_from=made_from, created_at=now, changed_at=now
    )


# --- Changing it ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What is said of a whole run sheet. `roles`: fewest and most people of each; `lengths`: of phases, by code."""

    title: str
    purpose: str = ""
    method: str = ""
    is_shared: bool = False
    roles: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)


def mark(run_sheet: RunSheet) -> str:
    """What tells one state of a run sheet from another."""
    return run_sheet.changed_at.isoformat()


def settle(run_sheet: RunSheet, said: Said, *, seen: str, by: Any, now: datetime) -> RunSheet:
    """Its title, its purpose, who takes part, how long each phase lasts, whether other members see it."""

    def change(sheet: Sheet) -> Sheet:
        told = replace(sheet, title=said.title, purpose=said.purpose, method=said.method, roles=dict(said.roles))
        return told.with_lengths(said.lengths)

    return _change(run_sheet, change, seen=seen, by=by, now=now, is_shared=said.is_shared)


def set_phase(run_sheet: RunSheet, phase: Phase, *, seen: str, by: Any, now: datetime) -> RunSheet:
    """Write a phase again, found by its code. What is captured gets a code where it has none."""

    def change(sheet: Sheet) -> Sheet:
        rank = _rank(sheet, phase.code)
        return replace(sheet, phases=(*sheet.phases[:rank], _with_codes(phase), *sheet.phases[rank + 1 :]))

    return _change(run_sheet, change, seen=seen, by=by, now=now)


def add_phase(run_sheet: RunSheet, after: str, *, seen: str, by: Any, now: datetime) -> tuple[RunSheet, str]:
    """A phase to be filled, after another or at the end; answer its code too."""
    added = ""

    def change(sheet: Sheet) -> Sheet:
        nonlocal added
        rank = sheet.rank(after)
        place = len(sheet.phases) if rank is None else rank + 1
        added = _free("etape", {phase.code for phase in sheet.phases})
        raw = _new_phase(sheet.pace, list(sheet.roles), added)
        phase = phases.read({"title": "-", "pace": sheet.pace, "phases": [raw]}).phases[0]
        return replace(sheet, phases=(*sheet.phases[:place], phase, *sheet.phases[place:]))

    return _change(run_sheet, change, seen=seen, by=by, now=now), added


def move_phase(run_sheet: RunSheet, code: str, step: int, *, seen: str, by: Any, now: datetime) -> RunSheet:
    """One place earlier or later; at either end it stays."""

    def change(sheet: Sheet) -> Sheet:
        rank = _rank(sheet, code)
        there = min(max(rank + step, 0), len(sheet.phases) - 1)
        order = list(sheet.phases)
        order.insert(there, order.pop(rank))
        return replace(sheet, phases=tuple(order))

    return _change(run_sheet, change, seen=seen, by=by, now=now)


def remove_phase(run_sheet: RunSheet, code: str, *, seen: str, by: Any, now: datetime) -> RunSheet:
    def change(sheet: Sheet) -> Sheet:
        if len(sheet.phases) == 1:
            raise RunSheetRefused(_("Un déroulé garde au moins une étape."))
        rank = _rank(sheet, code)
        return replace(sheet, phases=sheet.phases[:rank] + sheet.phases[rank + 1 :])

    return _change(run_sheet, change, seen=seen, by=by, now=now)


def remove(run_sheet: RunSheet, *, by: Any) -> None:
    """Throw it away. Rooms have their own copy, and go on."""
    RunSheet.objects.filter(pk=run_sheet.pk, owner=by).delete()


def hide(obj: RunSheet, *, by: Any, now: datetime) -> None:  # noqa: ARG001 a decision of moderation names who took it
    """Other members see it no more; its owner does."""
    RunSheet.objects.filter(pk=obj.pk, is_shared=True).update(is_shared=False, changed_at=now)


def restore(obj: RunSheet, *, by: Any, now: datetime) -> None:  # noqa: ARG001 a decision of moderation names who took it
    RunSheet.objects.filter(pk=obj.pk, is_shared=False).exclude(owner=None).update(is_shared=True, changed_at=now)


def _change(
    run_sheet: RunSheet,
    change: Callable[[Sheet], Sheet],
    *,
    seen: str,
    by: Any,
    now: datetime,
    is_shared: bool | None = None,
) -> RunSheet:
    with transaction.atomic():
        row = RunSheet.objects.select_for_update().filter(pk=run_sheet.pk, owner=by).first()
        if row is None:
            raise RunSheetRefused(_("Ce déroulé n’est plus là."))
        if mark(row) != seen:
            raise RunSheetRefused(
                _(
                    "Ce déroulé a changé dans une autre fenêtre. Relisez\u00a0: enregistrer maintenant garde ce qui est ici."
                )
            )
        content = phases.written(phases.read(phases.written(change(row.sheet))))
        if is_shared is not None:
            row.is_shared = is_shared
        row.content, row.changed_at = content, now
        row.save(update_fields=["content", "is_shared", "changed_at"])
    return RunSheet.objects.get(pk=row.pk)


def _rank(sheet: Sheet, code: str) -> int:
    rank = sheet.rank(code)
    if rank is None:
        raise RunSheetRefused(_("Cette étape n’est plus là."))
    return rank


def _new_phase(pace: str, roles: list[str], code: str) -> dict[str, Any]:
    return {"code": code, "title": _("Nouvelle étape"), "length": NEW_LENGTH[Pace(pace)], "speakers": roles}


def _with_codes(phase: Phase) -> Phase:
    taken = {capture.code for capture in phase.captures if capture.code}
    found = []
    for capture in phase.captures:
        code = capture.code
        if not code:
            words = re.sub(r"[^a-z0-9]+", "_", slugify(capture.label))[:30].strip("_")
            code = words if phases.CODE.match(words) and words not in taken else _free("ecrit", taken)
            taken.add(code)
        found.append(replace(capture, code=code))
    return replace(phase, captures=tuple(found))


def _free(stem: str, taken: set[str]) -> str:
    """A code that nothing has: « etape_3 »."""
    return next(code for rank in range(1, len(taken) + 2) if (code := f"{stem}_{rank}") not in taken)
