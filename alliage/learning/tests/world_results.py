"""What the page table needs of results: a file with two of them, the link of a try."""

from datetime import datetime, timedelta
from typing import Any

from alliage.accounts.models import Member
from alliage.learning import respondent_links
from alliage.learning.tests.factories import (
    LEVERS,
    DiagnosticFactory,
    TerritoryFileFactory,
    answered,
    closed,
    closed_diagnostic,
)


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    """The file is held by this member alone; three people did not answer alike."""
    file = TerritoryFileFactory(holder=member)
    closed_diagnostic(file, now=now - timedelta(days=180))
    last = DiagnosticFactory(file=file, number=2, opened_at=now)
    for level in (1, 2, 4):
        answered(last, **(dict.fromkeys(LEVERS, 2) | {"alliance": level}))
    closed(last, now=now)
    tried = answered(DiagnosticFactory(file=None, territory=None), **dict.fromkeys(LEVERS, 3))
    return {"result_file": file.pk, "try_token": respondent_links.token_of(tried.seed)}
