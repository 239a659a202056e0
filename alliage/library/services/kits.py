"""Writes of kits that are run: launched, ticked, noted, brought to the next version, thrown away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.directory.models import Entry
from alliage.library import permissions
from alliage.library.enums import StepState
from alliage.library.models import KitRun, Resource, RunStep
from alliage.library.queries import kits as queries
from alliage.library.services import resources
from alliage.refusals import Refusal
from alliage.territories.models import Territory

MOST_RUNS = 200
LONGEST_NAME = 120
LONGEST_REASON = 300
LONGEST_NOTE = 4000
# What nobody can open any more is thrown away after this long.
ORPHANS_KEPT = timedelta(days=30)


class KitRefused(Refusal):
    """The rules of kits say no."""


@dataclass(frozen=True)
class Said:
    """What people say of a run of theirs."""

    name: str
    territory: Territory | None = None
    team: Entry | None = None
    is_named: bool = False


@dataclass(frozen=True)
class Typed:
    """A note as it was typed, and the mark of the one that the page showed (`mark`)."""

    text: str
    was: str


def mark(note: str) -> str:
    """What tells whether a note changed since a page showed it."""
    return sha256(note.encode(errors="replace")).hexdigest()[:16]


@transaction.atomic
def launch(kit: Resource, said: Said, *, sent: str, by: Any, now: datetime) -> KitRun:
    """Begin a run of the version of today. The same display of the form launches one."""
    row = resources.lock(kit)
    key = sha256(repr((row.pk, by.pk, sent)).encode(errors="replace")).hexdigest()
    already = KitRun.objects.filter(sent_key=key).first()
    if already is not None:
        return already
    if not permissions.can_launch(by, row):
        raise KitRefused(_("Ce kit ne se lance pas\u00a0: il n’est plus publié, ou n’a pas d’étapes."))
    if KitRun.objects.filter(owner=by).count() >= MOST_RUNS:
        raise KitRefused(_("Vous suivez déjà beaucoup de kits\u00a0: supprimez-en un qui ne sert plus."))
    run = KitRun(kit=row, edition=row.edition, owner=by, sent_key=key, created_at=now, moved_at=now)
    _write(run, said, by=by)
    run.save()
    RunStep.objects.bulk_create(
        RunStep(run=run, key=item["key"], title=item["title"], position=rank)
        for rank, item in enumerate(row.content["kit_items"])
    )
    return run


def _write(run: KitRun, said: Said, *, by: Any) -> None:
    name = " ".join(said.name.split())[:LONGEST_NAME].strip()
    if not name:
        raise KitRefused(_("Donnez un nom à ce lancement, pour le reconnaître."))
    if said.team is not None and said.team.pk != run.team_id and not permissions.belongs_to(by, said.team.pk):
        raise KitRefused(_("Vous ne faites pas partie de cette équipe\u00a0: choisissez-en une autre."))
    if said.is_named and said.territory is None:
        raise KitRefused(_("Pour dire où ce kit est lancé, choisissez un territoire."))
    run.name, run.territory, run.team, run.is_named = name, said.territory, said.team, said.is_named


@transaction.atomic
def settle(run: KitRun, said: Said, *, by: Any, now: datetime) -> None:
    """Its name, its territory, who shares it, whether the page of the kit names the territory."""
    row = _lock(run)
    _write(row, said, by=by)
    row.moved_at = now
    row.save()
    run.refresh_from_db()


# --- Steps ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def move_step(run: KitRun, key: str, state: str, *, reason: str = "", by: Any, now: datetime) -> RunStep:
    """Tick a step, pass it with a reason, or take that back. Twice is once: who did it first stays."""
    row = _lock(run)
    step = row.steps.filter(key=key).first()
    if step is None or state not in StepState.values:
        raise KitRefused(_("Cette étape n’est plus dans ce kit\u00a0: rechargez la page."))
    reason = " ".join(reason.split())[:LONGEST_REASON] if state == StepState.SKIPPED else ""
    if state == StepState.SKIPPED and not reason:
        raise KitRefused(_("Dites en une phrase pourquoi vous passez cette étape."))
    if (step.state, step.reason) == (state, reason):
        return step
    step.state, step.reason = state, reason
    is_settled = state != StepState.TO_DO
    step.by, step.settled_at = (by, now) if is_settled else (None, None)
    step.save()
    _touch(row, now=now)
    return step


@transaction.atomic
def write_notes(run: KitRun, typed: Mapping[str, Typed], *, by: Any, now: datetime) -> list[RunStep]:  # noqa: ARG001 the name of every service
    """Keep the notes that were changed. Answers the steps where somebody else wrote meanwhile: those stay as they are.

    Only what was typed differs from what the page showed is written: a page left open overwrites nobody's note.
    """
    row = _lock(run)
    crossed, is_written = [], False
    for step in row.steps.filter(key__in=list(typed)):
        one = typed[step.key]
        text = one.text.replace("\r\n", "\n").strip()[:LONGEST_NOTE]
        if mark(text) == one.was or text == step.note:
            continue
        if mark(step.note) != one.was:
            crossed.append(step)
            continue
        step.note, is_written = text, True
        step.save(update_fields=["note"])
    if is_written:
        _touch(row, now=now)
    return crossed


@transaction.atomic
def follow(run: KitRun, *, by: Any, now: datetime) -> queries.Moved:  # noqa: ARG001 as above
    """Take the steps of the version of today: what was ticked or noted stays with its step, even when the kit drops it."""
    row = _lock(run)
    kit = resources.lock(row.kit)
    row.kit = kit
    changes = queries.what_moved(row)
    if changes is None:
        return queries.Moved()
    items = kit.content["kit_items"]
    known = {step.key: step for step in row.steps.all()}
    for rank, item in enumerate(items):
        step = known.pop(item["key"], None) or RunStep(run=row, key=item["key"])
        step.title, step.position, step.is_gone = item["title"], rank, False
        step.save()
    for step in known.values():
        _let_go(step)
    row.edition = kit.edition
    _touch(row, now=now)
    run.refresh_from_db()
    return changes


def _let_go(step: RunStep) -> None:
    """A step that the kit dropped: kept when somebody did something of it."""
    if step.state == StepState.TO_DO and not step.note:
        step.delete()
        return
    step.is_gone = True
    step.save(update_fields=["is_gone"])


def remove(run: KitRun, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Throw it away with its notes."""
    KitRun.objects.filter(pk=run.pk).delete()


def _lock(run: KitRun) -> KitRun:
    return KitRun.objects.select_for_update(of=("self",)).select_related("kit").get(pk=run.pk)


def _touch(row: KitRun, *, now: datetime) -> None:
    row.moved_at = now
    row.save(update_fields=["moved_at", "edition"])


# --- What time does, personal data ---------------------------------------------------------------------------------


def forget_orphans(now: datetime) -> None:
    """Runs that nobody can open: neither an owner nor a team."""
    KitRun.objects.filter(owner=None, team=None, moved_at__lt=now - ORPHANS_KEPT).delete()


@transaction.atomic
def forget_member(member: Any) -> None:
    """Runs of hers alone go; those of a team stay with it, without her name."""
    KitRun.objects.filter(owner=member, team=None).delete()
    KitRun.objects.filter(owner=member).update(owner=None)
    RunStep.objects.filter(by=member).update(by=None)
