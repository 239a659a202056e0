"""The facilitator's sheet: a run sheet on paper, one or two pages, with hours, what each does, what is written, room for notes."""

from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from alliage.formats import pdf
from alliage.rooms.enums import Pace
from alliage.rooms.phases import Sheet
from alliage.rooms.queries import run_sheets as queries
from alliage.rooms.queries.run_sheets import Step, Written

TEMPLATE = Path(__file__).resolve().parent / "templates" / "rooms" / "run_sheet.typ"
# With more phases than this the sheet is set closer.
ROOMY = 7


def of_sheet(sheet: Sheet, *, start: time | None, address: str, now: datetime, title: str = "") -> bytes:
    """The PDF. `title`: of a room, when it is one's; `start`: its hour, for those of the phases."""
    return pdf.document(TEMPLATE, content(sheet, start=start, address=address, title=title), now=now)


def content(sheet: Sheet, *, start: time | None, address: str, title: str = "") -> Mapping[str, Any]:
    """Everything the template writes, as plain data."""
    steps = queries.steps(sheet, start=start)
    return {
        "title": title or sheet.title,
        "kicker": _("Fiche d’animation") + (f" · {sheet.title}" if title and title != sheet.title else ""),
        "purpose": sheet.purpose,
        "facts": _facts(sheet, start),
        "people": queries.people(sheet),
        "people_title": _("Qui participe"),
        "steps": [_step(step) for step in steps],
        "columns": [_("Quand"), _("Étape"), _("Notes")],
        "speak": _("Parle\u00a0:"),
        "say": _("À dire\u00a0:"),
        "write": _("À écrire\u00a0:"),
        "advice": _("Conseil\u00a0:"),
        "bar": _("Part de chaque étape dans la durée totale\u00a0: %(parts)s.")
        % {"parts": ", ".join(f"{step.number}\u00a0– {step.lasts}" for step in steps)},
        "method": sheet.method,
        "address": address,
        "foot": _("Alliage · fiche d’animation"),
        "is_close": len(steps) > ROOMY,
    }


def _facts(sheet: Sheet, start: time | None) -> list[str]:
    whole = queries.whole(sheet)
    if sheet.pace == Pace.LIVE and start is not None:
        return [queries.until(sheet, start), whole]
    return [whole, _("à partir de\u00a0: ______ h ______")] if sheet.pace == Pace.LIVE else [whole]


def _step(step: Step) -> dict[str, Any]:
    return {
        "number": step.number,
        "title": step.phase.title,
        "when": step.short,
        "lasts": step.lasts,
        "length": step.phase.length,
        "purpose": step.phase.purpose,
        "speakers": ", ".join(step.speakers),
        "cues": [{"who": who, "text": text} for who, text in step.cues],
        "written": [_written(each) for each in step.written],
        "advice": step.phase.advice,
    }


def _written(each: Written) -> str:
    who = ", ".join(each.who)
    rules = ", ".join(each.rules)
    said = _("%(what)s (%(who)s)") % {"what": each.capture.label, "who": f"{who}\u00a0; {rules}" if rules else who}
    return said if who else each.capture.label
