"""Reads of diagnostics on paper: where each box of a version is, pages that wait, one of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from alliage.files.models import StoredFile
from alliage.learning import paper_layout as layout
from alliage.learning.enums import Depth, RespondentRole
from alliage.learning.models import Diagnostic, PaperPage
from alliage.learning.queries.statements import lever_titles
from alliage.paper.enums import PENDING, PaperState
from alliage.questionnaires.enums import QuestionKind


def layout_of(diagnostic: Diagnostic) -> list[layout.Page]:
    """The pages of this diagnostic's questions. The short form, which fills its sheet, leaves what one writes in words to the screen."""
    questions = diagnostic.opening.version.read()
    asked = [
        layout.Asked(each.code, each.title, tuple((option.code, option.title) for option in each.options))
        for each in questions
        if each.kind == QuestionKind.ONE
    ]
    written = [(each.code, each.title) for each in questions if each.kind == QuestionKind.TEXT]
    return layout.pages(asked, _words(), written[0] if diagnostic.depth == Depth.DEEP and written else None)


def _words() -> layout.Words:
    return layout.Words(
        levers=lever_titles(),
        roles=tuple((code, capfirst(str(label))) for code, label in RespondentRole.choices),
        role=_("D’où regardez-vous ce territoire\u00a0?"),
        consent=_("J’accepte que mes réponses comptent aussi dans le regard de ma catégorie. Jamais mon nom."),
        unknown=_("Ne sait pas"),
    )


@dataclass(frozen=True)
class Waiting:
    """A page to look at: how many of its lines are doubtful."""

    page: PaperPage
    doubts: int


def waiting(diagnostic: Diagnostic) -> list[Waiting]:
    """What was read and not confirmed, and what could not be read; one query."""
    rows = diagnostic.paper_pages.filter(state__in=PENDING)
    return [Waiting(row, sum(each["state"] == "doubt" for each in row.boxes.values())) for row in rows]


def unconfirmed(diagnostic: Diagnostic) -> int:
    """How many photographs nobody has confirmed; one query."""
    return diagnostic.paper_pages.filter(state__in=PENDING).count()


def counts(diagnostic: Diagnostic) -> dict[str, int]:
    """How many pages are confirmed, how many were erased before; one query."""
    rows = diagnostic.paper_pages.order_by().values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in rows}


def page_of(diagnostic: Diagnostic, pk: int) -> PaperPage | None:
    """With its picture; a page that waits for someone. One query."""
    found = diagnostic.paper_pages.filter(pk=pk, state__in=[PaperState.READ, PaperState.UNREAD])
    page = found.select_related("file").first()
    if page is not None:
        page.diagnostic = diagnostic
    return page


def sides(diagnostic: Diagnostic, page: PaperPage) -> layout.Page | None:
    """Where the boxes of this page are; None for what is not one of ours."""
    return next((each for each in layout_of(diagnostic) if each.number == page.page), None)


def of_file(stored: StoredFile) -> Any:
    """The territory's file whose team sent this picture, or None."""
    found = PaperPage.objects.filter(file=stored).select_related("diagnostic__file").first()
    return found.diagnostic.file if found else None
