"""Writes of a diagnostic: opened on today's questions, its link to pass around, closed once with its result."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning import respondent_links, scoring
from alliage.learning.enums import Depth, FileRole
from alliage.learning.models import Diagnostic, Respondent, TerritoryFile
from alliage.learning.queries import statements
from alliage.learning.services import files
from alliage.learning.services.statements import levers
from alliage.notifications.services import notify_many
from alliage.questionnaires import services as engine
from alliage.questionnaires.models import Opening
from alliage.refusals import Refusal
from alliage.territories.models import Territory

SCOPE = "learning.diagnostic"
CLOSED = "learning.diagnostic_closed"
# The engine keeps answers under our respondents' numbers; its own pages never show them.
TERMS = engine.Terms(is_anonymous=False, floor=0, shows="holders")


class DiagnosticRefused(Refusal):
    """The rules of diagnostics say no."""


def ask(territory: Territory | None, lever: str, *, now: datetime) -> Opening:
    """An opening of today's questions, worded for this territory."""
    version = statements.version_for(territory, lever)
    if version is None:
        raise DiagnosticRefused(_("Ce levier n’a pas encore de questions approfondies."))
    scope = engine.Scope(SCOPE, str(territory.pk) if territory else "try")
    opening = engine.prepare(version, TERMS, scope=scope, by=None, now=now)
    engine.open_now(opening, by=None, now=now)
    return opening


@transaction.atomic
def open_diagnostic(file: TerritoryFile, *, lever: str = "", by: Member, now: datetime) -> Diagnostic:
    """A diagnostic of the file, short or deep on a lever. One of a kind at a time: the one already open is answered."""
    row = files.lock(file)
    going = row.diagnostics.filter(lever=lever, closed_at=None).first()
    if going is not None:
        return going
    made = Diagnostic.objects.create(
        file=row,
        territory=row.territory,
        opening=ask(row.territory, lever, now=now),
        number=next_number(row),
        depth=Depth.DEEP if lever else Depth.SHORT,
        lever=lever,
        opened_by=by,
        opened_at=now,
    )
    files.note(row, _("Le diagnostic n°\u00a0%(number)d est ouvert.") % {"number": made.number}, by=by, now=now)
    return made


def next_number(file: TerritoryFile) -> int:
    """Under the file's lock."""
    last: int | None = file.diagnostics.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def lock(diagnostic: Diagnostic) -> Diagnostic:
    found = Diagnostic.objects.select_for_update(of=("self",)).select_related("opening__version", "file__territory")
    return found.get(pk=diagnostic.pk)


# --- The link passed from hand to hand -------------------------------------------------------------------------------


@transaction.atomic
def share(diagnostic: Diagnostic, *, by: Any, now: datetime) -> Diagnostic:  # noqa: ARG001 the name of every service
    """A link that anyone may answer by; made again, the first one opens nothing any more."""
    row = lock(diagnostic)
    if row.is_closed:
        raise DiagnosticRefused(_("Ce diagnostic est clos\u00a0: plus personne n’y répond."))
    row.shared_seed = respondent_links.new_seed()
    row.shared_digest = respondent_links.digest(respondent_links.shared_token_of(row.shared_seed))
    row.save(update_fields=["shared_seed", "shared_digest"])
    return row


@transaction.atomic
def stop_sharing(diagnostic: Diagnostic, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """The link opens nothing any more. Twice is once."""
    Diagnostic.objects.filter(pk=diagnostic.pk).update(shared_seed="", shared_digest=None)


# --- The end ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def close(diagnostic: Diagnostic, *, by: Any, now: datetime) -> Diagnostic:
    """Nobody answers any more; the result is made, once, and kept. Twice is once."""
    row = lock(diagnostic)
    if row.is_closed:
        return row
    said = sent(row)
    if not said:
        raise DiagnosticRefused(
            _("Personne n’a encore répondu\u00a0: il n’y a rien à montrer. Le diagnostic reste ouvert.")
        )
    engine.close(row.opening, by=by, now=now)
    row.result, row.closed_at, row.shared_seed, row.shared_digest = made_of(row, said), now, "", None
    row.save(update_fields=["result", "closed_at", "shared_seed", "shared_digest"])
    # Addresses served to invite; their links still say that it is closed.
    row.respondents.update(email="", name="")
    if row.file is not None:
        files.note(row.file, _("Le diagnostic n°\u00a0%(number)d est clos.") % {"number": row.number}, by=by, now=now)
        notify_many(files.people(row.file, FileRole.values), CLOSED, row, by=by, now=now, key="closed")
    return row


def sent(row: Diagnostic) -> list[scoring.Said]:
    """What was sent, with the role of those who agree that it be shown; in an order that says nothing."""
    answers = dict(row.opening.responses.filter(answered_at__isnull=False).values_list("respondent", "answers"))
    people: Iterable[Respondent] = row.respondents.order_by("token_digest")
    return [
        scoring.Said(each.role if each.shows_role else "", answers[each.key]) for each in people if each.key in answers
    ]


def made_of(row: Diagnostic, said: list[scoring.Said]) -> dict[str, Any]:
    """The result of what was said (shape in the decision record 11)."""
    asked = [question.code for question in row.opening.version.read()]
    known = levers() if row.depth == Depth.SHORT else (row.lever,)
    return scoring.result(known, said, asked=asked)
