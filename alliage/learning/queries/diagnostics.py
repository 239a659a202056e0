"""Reads of diagnostics: those of a file, one of them, how many answered by role, what a member answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning.enums import RespondentRole
from alliage.learning.models import Diagnostic, Respondent, TerritoryFile
from alliage.learning.queries.statements import lever_titles
from alliage.questionnaires.answers import Answers
from alliage.questionnaires.models import Response

# A second look, some months later.
AGAIN_DAYS = 180


def of_file(file: TerritoryFile) -> list[Diagnostic]:
    """The last first, with how many answered (`sent`); one query."""
    sent = Count("respondents", filter=Q(respondents__answered_at__isnull=False))
    return list(file.diagnostics.annotate(sent=sent).order_by("-number"))


def by_number(file: TerritoryFile, number: int) -> Diagnostic | None:
    found = file.diagnostics.select_related("opening__version", "territory").filter(number=number).first()
    if found is not None:
        found.file = file
    return found


def title_of(diagnostic: Diagnostic) -> str:
    """Its number; the lever of a deep one."""
    words = {"number": diagnostic.number, "lever": lever_titles().get(diagnostic.lever, "")}
    if diagnostic.lever:
        return _("Diagnostic n°\u00a0%(number)d\u00a0: %(lever)s") % words
    return _("Diagnostic n°\u00a0%(number)d") % words


@dataclass(frozen=True)
class RoleCount:
    """How many of a role were asked, and answered; never who."""

    role: str
    label: str
    asked: int
    answered: int


def counts(diagnostic: Diagnostic) -> list[RoleCount]:
    """By role, in the order of roles; one query."""
    rows = diagnostic.respondents.order_by().values("role")
    found = {
        row["role"]: (row["asked"], row["answered"])
        for row in rows.annotate(asked=Count("pk"), answered=Count("pk", filter=Q(answered_at__isnull=False)))
    }
    return [RoleCount(code, str(label), *found[code]) for code, label in RespondentRole.choices if code in found]


def waiting(diagnostic: Diagnostic) -> list[Respondent]:
    """Those invited by mail who did not answer: the team may remind them, or take an invitation back."""
    return list(diagnostic.respondents.filter(answered_at=None).exclude(email=""))


def waiting_one(diagnostic: Diagnostic, pk: int) -> Respondent | None:
    return diagnostic.respondents.select_related("diagnostic").filter(pk=pk, answered_at=None).first()


def is_due_again(diagnostics: list[Diagnostic], *, now: datetime) -> bool:
    """Whether to propose another one: the last is closed for six months, and none is open."""
    if not diagnostics or any(not each.is_closed for each in diagnostics):
        return False
    last = max(each.closed_at for each in diagnostics if each.closed_at)
    return (now - last).days >= AGAIN_DAYS


# --- Answers of one person -------------------------------------------------------------------------------------------


def response_of(respondent: Respondent) -> Response | None:
    return Response.objects.filter(opening=respondent.diagnostic.opening_id, respondent=respondent.key).first()


def current(found: Response | None) -> Answers:
    """What somebody is answering: what waits to be sent, else what was sent."""
    if found is None:
        return {}
    said: Answers = found.answers if found.draft is None else found.draft
    return said


# --- Personal data ---------------------------------------------------------------------------------------------------


def export_of(member: Member) -> list[dict[str, Any]]:
    """What a member answered in diagnostics, and for which territory."""
    mine = Respondent.objects.filter(member=member).select_related("diagnostic__territory")
    return [_exported(each) for each in mine]


def _exported(each: Respondent) -> dict[str, Any]:
    territory = each.diagnostic.territory
    return {
        "territoire": territory.name if territory else None,
        "regard": each.role,
        "regard_montre": each.shows_role,
        "repondu_le": each.answered_at,
        "reponses": current(response_of(each)),
    }
