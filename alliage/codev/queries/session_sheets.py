"""Run sheets that members made, for a session: one's own, those that others share, and the one chosen before."""

from typing import Any

from alliage.codev.models import Session
from alliage.codev.session_steps import suits
from alliage.rooms.models import RunSheet
from alliage.rooms.queries import run_sheets


def usable(user: Any, session: Session) -> dict[str, RunSheet]:
    """By their word in the address, « mien-12 ». One query; only those of codevelopment."""
    listed = run_sheets.listed(user)
    found = {f"mien-{each.pk}": each for each in (*listed.mine, *listed.shared) if suits(each.sheet)}
    if session.own_sheet is not None:
        found.setdefault(f"mien-{session.own_sheet.pk}", session.own_sheet)
    return found
