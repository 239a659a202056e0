"""Writes of paths: made, described, their steps added, changed, moved, taken out; published, retired, dropped."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.events.models import Event
from alliage.learning import quizzes, searchable
from alliage.learning.enums import PATH_MOVES, Length, PathState, StepKind
from alliage.learning.models import Path, Step, StepDone
from alliage.learning.queries import paths as reads
from alliage.library.content import ORDINARY_SPACES
from alliage.library.models import Resource
from alliage.questionnaires import services as engine
from alliage.questionnaires.questions import clean_text, dump
from alliage.refusals import Refusal
from alliage.taxonomy.models import Term

# What follows « /parcours/ » and is no path.
RESERVED = frozenset({"gestion"})
LINES = {"title": 160, "summary": 400}
LONGEST_TEXT = 12_000
LONGEST_MINUTES = 720
LONGEST_SLUG = 100
MOST_STEPS = 60
QUIZ_SCOPE = "learning.quiz"


class PathRefused(Refusal):
    """The rules of paths say no."""


@dataclass(frozen=True)
class Said:
    """What is said of a path."""

    title: str
    summary: str = ""
    goal: str = ""
    lever: Term | None = None
    level: int = 0
    audiences: Sequence[Term] = ()


@dataclass(frozen=True)
class SaidStep:
    """What is said of a step; `quiz` as one writes it (quizzes.py)."""

    kind: str
    title: str
    text: str = ""
    length: str = Length.SHORT
    minutes: int = 15
    resource: Resource | None = None
    event: Event | None = None
    quiz: str = ""
    key: str = ""


def line(text: str, longest: int) -> str:
    """On one line; non-breaking spaces stay."""
    return ORDINARY_SPACES.sub(" ", clean_text(text))[:longest].strip()


def _lock(path: Path) -> Path:
    return Path.objects.select_for_update().get(pk=path.pk)


def _touch(path: Path, *, now: datetime) -> None:
    path.changed_at = now
    path.save(update_fields=["changed_at"])
    _tell(path, now=now)


def _tell(path: Path, *, now: datetime) -> None:
    searchable.told(path, now=now)
    transaction.on_commit(reads.forget)


# --- A path ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(said: Said, *, by: Any, now: datetime, slug: str = "") -> Path:
    """A draft; the same title sent twice by the same person, while it has no step, is one path."""
    title = _title(said.title)
    if by is not None:
        Member.objects.select_for_update().get(pk=by.pk)
        twin = Path.objects.filter(owner=by, title=title, state=PathState.DRAFT, steps=None).first()
        if twin is not None:
            return twin
    path = Path(owner=by, slug=slug or _free_slug(title), created_at=now)
    _write(path, said, now=now)
    path.save()
    path.audiences.set(said.audiences)
    return path


def _title(text: str) -> str:
    title = line(text, LINES["title"])
    if not title:
        raise PathRefused(_("Donnez un titre."))
    return title


def _free_slug(title: str) -> str:
    wanted = slugify(title)[:LONGEST_SLUG].strip("-") or "parcours"
    taken = RESERVED | set(Path.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return wanted if wanted not in taken else f"{wanted}-{secrets.token_hex(3)}"


def _write(path: Path, said: Said, *, now: datetime) -> None:
    path.title, path.summary = _title(said.title), line(said.summary, LINES["summary"])
    path.goal = clean_text(said.goal)[:LONGEST_TEXT]
    path.lever, path.level, path.changed_at = said.lever, said.level, now


@transaction.atomic
def describe(path: Path, said: Said, *, by: Any, now: datetime) -> Path:  # noqa: ARG001 the name of every service
    """Change what is said of it; its address stays."""
    row = _lock(path)
    _write(row, said, now=now)
    row.save()
    row.audiences.set(said.audiences)
    _tell(row, now=now)
    return row


@transaction.atomic
def move(path: Path, state: str, *, by: Any, now: datetime) -> Path:  # noqa: ARG001 as above
    """Publish it, retire it, propose it again. Twice is once."""
    row = _lock(path)
    if row.state == state:
        return row
    if state not in PATH_MOVES[row.state]:
        raise PathRefused(_("Un parcours publié ne redevient pas un brouillon\u00a0: retirez-le."))
    if state == PathState.PUBLISHED and not row.steps.filter(position__isnull=False, length=Length.SHORT).exists():
        raise PathRefused(_("Donnez-lui d’abord une étape dans sa version de deux heures."))
    row.state = state
    row.save(update_fields=["state"])
    _touch(row, now=now)
    return row


@transaction.atomic
def drop(path: Path, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """A draft goes with its steps; what was published is retired, never erased."""
    row = _lock(path)
    if row.state != PathState.DRAFT:
        raise PathRefused(_("Ce parcours a été publié\u00a0: on peut le retirer, pas l’effacer."))
    for step in row.steps.all():
        _erase(step)
    row.delete()


# --- Its steps -------------------------------------------------------------------------------------------------------


def steps_of(path: Path) -> list[Step]:
    """In order, without those that were taken out."""
    return list(path.steps.filter(position__isnull=False).order_by("position"))


@transaction.atomic
def add_step(path: Path, said: SaidStep, *, by: Any, now: datetime) -> Step:
    """At the end. The same step sent twice is one."""
    row = _lock(path)
    there = steps_of(row)
    if there and _says_the_same(there[-1], said):
        return there[-1]
    if len(there) >= MOST_STEPS:
        raise PathRefused(_("%(count)d étapes au plus. Faites-en deux parcours.") % {"count": MOST_STEPS})
    key = said.key or f"e{secrets.token_hex(4)}"
    step = Step(path=row, key=key, position=max((each.position or 0 for each in there), default=0) + 1)
    _write_step(step, said, by=by, now=now)
    _touch(row, now=now)
    return step


def _says_the_same(step: Step, said: SaidStep) -> bool:
    """The same words: what a form sent twice would add."""
    return (step.kind, step.title, step.text) == (said.kind, line(said.title, LINES["title"]), _text(said.text))


def _text(text: str) -> str:
    return clean_text(text)[:LONGEST_TEXT]


def says(step: Step, said: SaidStep) -> bool:
    """Nothing would change if it were written again."""
    quiz = quizzes.write(step.quiz.read(), step.right) if step.quiz is not None else ""
    return _says_the_same(step, said) and (step.length, step.minutes, step.resource, step.event, quiz) == (
        said.length, said.minutes, said.resource, said.event, quizzes.write(*quizzes.read(said.quiz)) if said.quiz else "",
    )  # fmt: skip


@transaction.atomic
def change_step(step: Step, said: SaidStep, *, by: Any, now: datetime) -> Step:
    """What is said of it changes; its kind, its key, and what was done of it, stay."""
    path = _lock(step.path)
    row = Step.objects.get(pk=step.pk)
    _write_step(row, replace(said, kind=row.kind), by=by, now=now)
    _touch(path, now=now)
    return row


def _write_step(step: Step, said: SaidStep, *, by: Any, now: datetime) -> None:
    title = line(said.title, LINES["title"])
    if not title:
        raise PathRefused(_("Donnez un titre à cette étape."))
    if not 1 <= said.minutes <= LONGEST_MINUTES:
        raise PathRefused(_("Une étape dure d’une minute à douze heures."))
    if said.kind == StepKind.TEXT and not said.text.strip():
        raise PathRefused(_("Écrivez le texte à lire."))
    step.kind, step.length, step.title, step.text = said.kind, said.length, title, _text(said.text)
    step.minutes = said.minutes
    step.resource = said.resource if said.kind == StepKind.RESOURCE else None
    step.event = said.event if said.kind == StepKind.EVENT else None
    if said.kind == StepKind.QUIZ:
        _write_quiz(step, said.quiz, by=by, now=now)
    else:
        step.quiz, step.right = None, {}
    step.save()


def _write_quiz(step: Step, text: str, *, by: Any, now: datetime) -> None:
    """Its questions are a version of the engine: written anew, they are the next one."""
    questions, step.right = quizzes.read(text)
    if step.quiz is None:
        scope = engine.Scope(QUIZ_SCOPE, f"{step.path_id}-{step.key}")
        step.quiz = engine.create(step.title, dump(questions), scope=scope, by=by, now=now).versions.get()
    else:
        step.quiz = engine.revise(step.quiz.questionnaire, dump(questions), by=by, now=now)


@transaction.atomic
def shift_step(step: Step, by_how_many: int, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Before the step above (-1), or after the one below (1); at an end it stays."""
    path = _lock(step.path)
    there = steps_of(path)
    rank = next((rank for rank, each in enumerate(there) if each.pk == step.pk), None)
    if rank is None or not 0 <= rank + by_how_many < len(there):
        return
    there.insert(rank + by_how_many, there.pop(rank))
    _renumber(there)
    _touch(path, now=now)


def _renumber(there: Sequence[Step]) -> None:
    """Two steps never share a rank, not even between two writes: those that move first leave theirs."""
    moved = [(rank, each.pk) for rank, each in enumerate(there, start=1) if each.position != rank]
    Step.objects.filter(pk__in=[pk for _rank, pk in moved]).update(position=None)
    for rank, pk in moved:
        Step.objects.filter(pk=pk).update(position=rank)


@transaction.atomic
def remove_step(step: Step, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Taken out of the path. What someone did or wrote of it stays theirs: then the row is kept, without a rank."""
    path = _lock(step.path)
    _take_out(step)
    _renumber(steps_of(path))
    _touch(path, now=now)


def _take_out(step: Step) -> None:
    if StepDone.objects.filter(step=step).exists():
        Step.objects.filter(pk=step.pk).update(position=None)
    else:
        _erase(step)


def _erase(step: Step) -> None:
    step.delete()
    if step.quiz is not None:
        engine.forget_scope(engine.Scope(QUIZ_SCOPE, f"{step.path_id}-{step.key}"))


# --- Members ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def forget_member(member: Member) -> None:
    """Paths stay, held by nobody."""
    Path.objects.filter(owner=member).update(owner=None)
