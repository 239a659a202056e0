"""What the page table needs of plans: an action, an advice, a secret link of « mon agenda »."""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.learning.services import agenda_links
from alliage.learning.tests.factories import TerritoryFileFactory
from alliage.learning.tests.planned import ActionFactory, AdviceFactory


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    """The file is held by this member alone."""
    file = TerritoryFileFactory(holder=member)
    return {
        "plan_file": file.pk,
        "plan_action": ActionFactory(file=file, title="Réunir les élus").pk,
        "plan_advice": AdviceFactory(file=file).pk,
        "agenda_secret": agenda_links.make_link(by=member, now=now),
    }
