"""A plan taken away: a line of the table for spreadsheets, two pages at most printed for a council."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.formats import documents, pdf
from alliage.learning.enums import ActionState
from alliage.learning.models import TerritoryFile
from alliage.learning.queries.plans import Line
from alliage.ui.templatetags.ui import date_fr

TEMPLATE = Path(__file__).parent / "templates" / "learning" / "plan.typ"
HEADER = (
    "action", "precisions", "pourquoi", "levier", "avancement", "obstacle", "portee_par", "commence_le", "pour_le", "faite_le",
    "en_retard", "avec", "adresse",
)  # fmt: skip
# What two pages hold, in lines of the first column: beyond, the page says how many more there are.
ROOM, PER_LINE = 80, 40


def filename(file: TerritoryFile, extension: str) -> str:
    return documents.filename(f"plan-{file.territory.name}", extension)


def row(line: Line) -> list[Any]:
    action = line.action
    shown = [each for each in line.helps if each.is_shown]
    return [
        action.title,
        action.text,
        action.reason,
        action.lever.label if action.lever is not None else "",
        action.get_state_display(),
        action.obstacle,
        line.owner,
        action.starts_on,
        action.due_on,
        action.done_on,
        line.is_late,
        ", ".join(each.title for each in shown),
        " ".join(settings.ORIGIN + each.url for each in shown),
    ]


def printed(file: TerritoryFile, lines: Sequence[Line], *, now: datetime) -> bytes:
    """What waits first; words say what is late, as ink has one colour."""
    waiting = [line for line in lines if line.is_pending]
    done = [line for line in lines if line.action.state == ActionState.DONE]
    kept, room = [], ROOM
    for line in [*waiting, *done]:
        height = _height(line)
        if room < height:
            break
        room -= height
        kept.append(_said(line))
    left = len(waiting) + len(done) - len(kept)
    late = sum(line.is_late for line in waiting)
    facts = [
        ngettext("%(count)s action à mener", "%(count)s actions à mener", len(waiting)) % {"count": len(waiting)},
        ngettext("dont %(count)s en retard", "dont %(count)s en retard", late) % {"count": late} if late else "",
        ngettext("%(count)s faite", "%(count)s faites", len(done)) % {"count": len(done)} if done else "",
    ]
    data = {
        "title": _("Plan d’action\u00a0: %s") % file.territory.name,
        "kicker": _("Faire alliance sur notre territoire"),
        "lead": ", ".join(fact for fact in facts if fact) + ".",
        "foot": _("Au %s") % date_fr(timezone.localdate(now)),
        "header": [_("Action"), _("Portée par"), _("Pour le"), _("Où en est-on")],
        "rows": kept,
        "empty": _("Aucune action pour l’instant."),
        "left": ngettext(
            "Et %(count)s autre action, dans le plan en ligne.",
            "Et %(count)s autres actions, dans le plan en ligne.",
            left,
        )
        % {"count": left}
        if left
        else "",
        "address": settings.ORIGIN + reverse("learning:plan", args=[file.pk]),
    }
    return pdf.document(TEMPLATE, data, now=now)


def _height(line: Line) -> int:
    """In lines, roughly: the title, what is said under it, or the obstacle, whichever is the highest."""
    said = _said(line)
    first = _lines(said["title"], PER_LINE) + (_lines(said["lever"], PER_LINE) if said["lever"] else 0)
    return max(first, _lines(said["owner"], 17), _lines(said["state"], 20)) + 1


def _lines(text: str, width: int) -> int:
    return -(-len(text) // width)


def _said(line: Line) -> dict[str, str]:
    action = line.action
    due = date_fr(action.due_on, "short") if action.due_on else "–"
    late = _("en retard") if line.is_late else ""
    return {
        "title": action.title,
        "lever": action.lever.label if action.lever is not None else "",
        "owner": line.owner or "–",
        "due": f"{due}\n{late}" if late else due,
        "state": f"{action.get_state_display()}\u00a0: {action.obstacle}"
        if action.obstacle
        else action.get_state_display(),
    }
