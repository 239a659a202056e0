"""Tries without an account: begun, taken into a file by a member, erased after sixty days."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning.models import Diagnostic, Respondent, TerritoryFile
from alliage.learning.services import files
from alliage.learning.services.diagnostics import DiagnosticRefused, ask, lock, next_number
from alliage.learning.services.respondents import create
from alliage.questionnaires.models import Opening
from alliage.territories.models import Territory

KEPT = timedelta(days=60)
BY_LOT = 200


@transaction.atomic
def begin(territory: Territory | None, *, now: datetime) -> Respondent:
    """A diagnostic of nobody's file, with one respondent: their link opens it, and nothing else does."""
    made = Diagnostic.objects.create(territory=territory, opening=ask(territory, "", now=now), opened_at=now)
    return create(made, now=now)


@transaction.atomic
def take_into(respondent: Respondent, file: TerritoryFile, *, by: Member, now: datetime) -> Diagnostic:
    """A try becomes the file's open diagnostic, its answers kept as they are: others may then be invited."""
    row = files.lock(file)
    mine = lock(respondent.diagnostic)
    if mine.file is not None:
        raise DiagnosticRefused(_("Cet essai est déjà dans un dossier."))
    if mine.territory is not None and mine.territory_id != row.territory_id:
        raise DiagnosticRefused(_("Cet essai parle d’un autre territoire que celui de ce dossier."))
    if row.diagnostics.filter(lever="", closed_at=None).exists():
        raise DiagnosticRefused(
            _(
                "Un diagnostic est déjà ouvert dans ce dossier\u00a0: répondez-y, ou terminez-le d’abord. Votre essai est gardé."
            )
        )
    mine.file, mine.territory, mine.number, mine.opened_by = row, row.territory, next_number(row), by
    mine.save(update_fields=["file", "territory", "number", "opened_by"])
    if not mine.respondents.filter(member=by).exists():
        Respondent.objects.filter(pk=respondent.pk).update(member=by)
    files.note(row, _("Le diagnostic n°\u00a0%(number)d vient d’un essai.") % {"number": mine.number}, by=by, now=now)
    return mine


def erase(respondent: Respondent, *, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """A try goes at once, with its answers; one that is in a file is no try any more."""
    if respondent.diagnostic.file_id is not None:
        raise DiagnosticRefused(_("Cet essai est maintenant dans un dossier\u00a0: son équipe le tient."))
    _erase(respondent.diagnostic)


def erase_old(*, now: datetime) -> int:
    """Tries of more than sixty days go, with their answers; answers how many."""
    old = Diagnostic.objects.filter(file=None, opened_at__lt=now - KEPT)
    count = 0
    for diagnostic in old[:BY_LOT]:
        _erase(diagnostic)
        count += 1
    return count


@transaction.atomic
def _erase(diagnostic: Diagnostic) -> None:
    opening = diagnostic.opening_id
    diagnostic.delete()
    Opening.objects.filter(pk=opening).delete()
