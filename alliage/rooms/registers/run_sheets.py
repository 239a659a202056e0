"""What run sheets add to moderation: those that members show to others may be reported, and are then for their owner alone."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from alliage.moderation.registry import Reportable, reportable
from alliage.rooms import permissions
from alliage.rooms.models import RunSheet
from alliage.rooms.services import run_sheets as services


def can_report(user: Any, run_sheet: RunSheet) -> bool:
    """Whoever reads one that another member shares."""
    return run_sheet.owner_id is not None and run_sheet.is_shared and permissions.can_use(user, run_sheet)


reportable.add(
    Reportable(
        code="rooms.run_sheet",
        model=RunSheet,
        label=_("déroulé"),
        can_see=can_report,
        hide=services.hide,
        restore=services.restore,
        url=RunSheet.get_absolute_url,
        title=lambda run_sheet: str(run_sheet.sheet.title),
        author=lambda run_sheet: run_sheet.owner,
    )
)
