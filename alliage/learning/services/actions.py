"""Writes of a territory's plan: add an action, say it otherwise, say how far it is, take it out."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.models import Member
from alliage.directory.models import Entry
from alliage.events.models import Event
from alliage.learning.enums import PENDING, ActionState, AdviceState
from alliage.learning.models import Action, Advice, Diagnostic, FileMember, TerritoryFile
from alliage.learning.services.files import line, note
from alliage.library.models import Resource
from alliage.questionnaires.questions import clean_text
from alliage.refusals import Refusal
from alliage.taxonomy.models import Term

MOST = 300
LONGEST_TITLE, LONGEST_TEXT, LONGEST_WORDS, LONGEST_NAME = 200, 4000, 400, 120
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
# What history says, by state.
TOLD = {
    ActionState.TO_DO: gettext_lazy("Remise à faire"),
    ActionState.DOING: gettext_lazy("Commencée"),
    ActionState.STUCK: gettext_lazy("Bloquée"),
    ActionState.DONE: gettext_lazy("Faite"),
    ActionState.DROPPED: gettext_lazy("Abandonnée"),
}


class ActionRefused(Refusal):
    """The rules of plans say no."""


class ChangedMeanwhile(ActionRefused):
    """Somebody else wrote this action since the form was shown."""


@dataclass(frozen=True)
class Said:
    """What is said of an action. `owner` is someone of the file, `owner_name` anybody else."""

    title: str
    text: str = ""
    reason: str = ""
    lever: Term | None = None
    owner: Member | None = None
    owner_name: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    diagnostic: Diagnostic | None = None
    resource: Resource | None = None
    entry: Entry | None = None
    event: Event | None = None


def plain(text: str, longest: int) -> str:
    """What was typed, with its line ends."""
    return clean_text(text).strip()[:longest]


def lock(file_id: int) -> TerritoryFile:
    """One write of a plan at a time: the same form, sent twice at the same moment, adds one action."""
    return TerritoryFile.objects.select_for_update().get(pk=file_id)


@transaction.atomic
def add(file: TerritoryFile, said: Said, *, by: Any, now: datetime) -> Action:
    """A new action. What still waits with the same words, for the same day, about the same thing, is the same action."""
    row, clean = lock(file.pk), _clean(file, said)
    names = ("title", "due_on", "resource", "entry", "event")
    same = Action.objects.filter(file=row, state__in=PENDING, **{name: getattr(clean, name) for name in names})
    return same.first() or create(row, clean, by=by, now=now)


def create(file: TerritoryFile, said: Said, *, by: Any, now: datetime) -> Action:
    """The file locked. Whatever else the plan holds."""
    if Action.objects.filter(file=file).count() >= MOST:
        raise ActionRefused(_("Ce plan a déjà %(most)d actions\u00a0: retirez-en avant d’en ajouter.") % {"most": MOST})
    made = Action.objects.create(file=file, created_by=by, created_at=now, changed_at=now, **_values(said))
    note(file, _("Action ajoutée au plan\u00a0: «\u00a0%s\u00a0»") % made.title, by=by, now=now)
    return made


@transaction.atomic
def write(action: Action, said: Said, *, seen: str = "", by: Any, now: datetime) -> Action:
    """Say it otherwise. `seen` is the mark of what the form showed: what another wrote since is not lost silently."""
    lock(action.file_id)
    row = _locked(action)
    if seen and seen != mark_of(row):
        raise ChangedMeanwhile(
            _("Quelqu’un a modifié cette action pendant que vous écriviez. Relisez\u00a0; puis enregistrez de nouveau.")
        )
    values = _values(_clean(row.file, said))
    if any(getattr(row, name) != value for name, value in values.items()):
        # Another day is reminded again.
        row.reminded_on = row.reminded_on if row.due_on == values["due_on"] else None
        for name, value in values.items():
            setattr(row, name, value)
        row.changed_at = now
        row.save()
        note(row.file, _("Action modifiée\u00a0: «\u00a0%s\u00a0»") % row.title, by=by, now=now)
    return row


@transaction.atomic
def move(action: Action, state: str, *, obstacle: str = "", by: Any, now: datetime) -> Action:
    """Say how far it is. Stuck, it says what stops it; done, the advice that it came from was of use."""
    if state not in ActionState.values:
        raise ActionRefused(
            _("Choisissez où en est cette action\u00a0: à faire, en cours, bloquée, faite ou abandonnée.")
        )
    lock(action.file_id)
    row, words = _locked(action), line(obstacle, LONGEST_WORDS) if state == ActionState.STUCK else ""
    if state == ActionState.STUCK and not words:
        raise ActionRefused(_("Dites en quelques mots ce qui la bloque\u00a0: c’est par là que l’on peut vous aider."))
    if (row.state, row.obstacle) == (state, words):
        return row
    row.state, row.obstacle, row.changed_at = state, words, now
    row.done_on = timezone.localdate(now) if state == ActionState.DONE else None
    row.save()
    Advice.objects.filter(action=row).update(used_at=now if state == ActionState.DONE else None)
    note(row.file, f"{TOLD[ActionState(state)]}\u00a0: «\u00a0{row.title}\u00a0»", by=by, now=now)
    return row


@transaction.atomic
def remove(action: Action, *, by: Any, now: datetime) -> None:
    """Out of the plan; the advice that it came from is still agreed with. Twice is once."""
    lock(action.file_id)
    row = Action.objects.select_related("file").filter(pk=action.pk).first()
    if row is None:
        return
    Advice.objects.filter(action=row).update(state=AdviceState.ACCEPTED, action=None, used_at=None)
    note(row.file, _("Action retirée du plan\u00a0: «\u00a0%s\u00a0»") % row.title, by=by, now=now)
    row.delete()


def mark_of(action: Action) -> str:
    """What a form shows of it, to know whether another wrote since."""
    return action.changed_at.isoformat()


def forget_member(member: Member) -> None:
    """The action stays: it is the territory's. Nobody carries it any more."""
    Action.objects.filter(owner=member).update(owner=None)
    Action.objects.filter(created_by=member).update(created_by=None)


def _locked(action: Action) -> Action:
    row = Action.objects.select_for_update(of=("self",)).select_related("file").filter(pk=action.pk).first()
    if row is None:
        raise ActionRefused(_("Cette action vient d’être retirée du plan."))
    return row


def _values(said: Said) -> dict[str, Any]:
    return {each.name: getattr(said, each.name) for each in fields(said)}


def _clean(file: TerritoryFile, said: Said) -> Said:
    """Words as they are kept; the plan's rules."""
    title = line(said.title, LONGEST_TITLE)
    if not title:
        raise ActionRefused(_("Dites en une phrase ce que vous allez faire."))
    days = [day for day in (said.starts_on, said.due_on) if day is not None]
    if not all(EARLIEST <= day <= LATEST for day in days):
        raise ActionRefused(_("Choisissez des dates entre 2000 et 2100."))
    if days != sorted(days):
        raise ActionRefused(_("Cette action finit avant de commencer\u00a0: changez l’une des deux dates."))
    if said.owner is not None and not FileMember.objects.filter(file=file, member=said.owner).exists():
        raise ActionRefused(
            _("Cette personne n’est plus dans le dossier\u00a0: choisissez-en une autre, ou écrivez son nom.")
        )
    if said.diagnostic is not None and said.diagnostic.file_id != file.pk:
        raise ActionRefused(_("Ce diagnostic n’est pas celui de ce territoire."))
    given = _values(said) | {
        "title": title,
        "text": plain(said.text, LONGEST_TEXT),
        "reason": line(said.reason, LONGEST_WORDS),
        "owner_name": "" if said.owner is not None else line(said.owner_name, LONGEST_NAME),
    }
    return Said(**given)
