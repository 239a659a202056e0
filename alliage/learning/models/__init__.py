"""Tables of `learning`: territories' files, diagnostics, plans and advice, paths, cohorts."""

from alliage.learning.models.agenda import AgendaLink
from alliage.learning.models.cohorts import Cohort, CohortDate, CohortLater, CohortMessage, CohortNote, CohortPlace
from alliage.learning.models.comparison import ComparedLot, ComparedPlace
from alliage.learning.models.diagnostics import Diagnostic, Respondent
from alliage.learning.models.files import FileEvent, FileInvitation, FileMember, TerritoryFile
from alliage.learning.models.needs import NeedsLot, NeedsPlace, NeedsReading
from alliage.learning.models.papers import PaperPage
from alliage.learning.models.paths import Follow, Path, Step, StepDone
from alliage.learning.models.plans import Action, Advice
from alliage.learning.models.statements import Statement

__all__ = [
    "Action",
    "Advice",
    "AgendaLink",
    "Cohort",
    "CohortDate",
    "CohortLater",
    "CohortMessage",
    "CohortNote",
    "CohortPlace",
    "ComparedLot",
    "ComparedPlace",
    "Diagnostic",
    "FileEvent",
    "FileInvitation",
    "FileMember",
    "Follow",
    "NeedsLot",
    "NeedsPlace",
    "NeedsReading",
    "PaperPage",
    "Path",
    "Respondent",
    "Statement",
    "Step",
    "StepDone",
    "TerritoryFile",
]
