"""What the page table needs of learning: a file, a diagnostic, a plan, a path. Each noun adds its own ids here."""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.learning.tests import (
    world_cohorts,
    world_files,
    world_needs,
    world_papers,
    world_paths,
    world_plans,
    world_results,
)


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    return {
        **world_cohorts.ids(member, now=now),
        **world_paths.ids(member, now=now),
        **world_files.ids(member, now=now),
        **world_needs.ids(member, now=now),
        **world_papers.ids(member, now=now),
        **world_plans.ids(member, now=now),
        **world_results.ids(member, now=now),
    }
