"""What the page table needs of diagnostics on paper: an open one, with a page that waits to be confirmed."""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.files import services as files
from alliage.files.tests.factories import picture, upload
from alliage.learning.models import Diagnostic, PaperPage, TerritoryFile
from alliage.learning.queries import papers
from alliage.learning.services.papers import PURPOSE
from alliage.learning.tests.factories import DiagnosticFactory, TerritoryFileFactory, opened, questions
from alliage.paper.enums import PaperState


def read_page(diagnostic: Diagnostic, member: Member, *, number: int = 1, **changes: Any) -> PaperPage:
    """The first side of a sheet, plainly read everywhere but on its last line."""
    place = papers.layout_of(diagnostic)[number - 1]
    boxes = {row.code: {"value": row.boxes[0].value, "state": "clear", "why": ""} for row in place.rows}
    boxes[place.rows[-1].code] = {"value": "", "state": "doubt", "why": "several"}
    return PaperPage.objects.create(
        **({"diagnostic": diagnostic, "series": "0A1B2C3D", "copy": 7, "page": number, "state": PaperState.READ, "boxes": boxes,
            "file": files.store(upload(picture(), "feuille.png"), by_id=member.pk, purpose=PURPOSE, now=diagnostic.opened_at), "sent_at": diagnostic.opened_at} | changes)
    )  # fmt: skip


def deep(file: TerritoryFile, *, now: datetime) -> Diagnostic:
    """The second diagnostic of a file, of one lever: its only side has a place for words written by hand."""
    asked = opened(questions(("alliance",), per_lever=9))
    return DiagnosticFactory(file=file, number=2, depth="deep", lever="alliance", opening=asked, opened_at=now)


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    file = TerritoryFileFactory(holder=member)
    page = read_page(DiagnosticFactory(file=file, opened_at=now), member)
    return {
        "paper_file": file.pk,
        "paper_page": page.pk,
        "paper_line": list(page.boxes)[-1],
        "paper_deep": read_page(deep(file, now=now), member).pk,
    }
