"""Paths for tests: one with a step of each kind, and someone who follows it."""

from typing import Any

from alliage.accounts.models import Member
from alliage.learning.enums import LENGTHS, Length, PathState, StepKind
from alliage.learning.models import Follow, Path, Step, TerritoryFile
from alliage.learning.services import following, paths
from alliage.learning.services.paths import Said, SaidStep
from alliage.learning.tests.factories import NOW

QUIZ = """Que faut-il écrire d’abord ?
- Le budget
+ Le besoin
= Sans besoin partagé, personne ne sait ce que l’argent doit changer.

Qui peut s’allier ?
+ Une association
+ Une entreprise
- Personne
= Tout le monde peut."""


def a_path(title: str = "Un parcours", *, by: Any = None, state: str = PathState.PUBLISHED, **said: Any) -> Path:
    """Text, quiz and exercise in two hours, a resource in four; published."""
    path = paths.make(Said(title, said.pop("summary", "Pour apprendre."), "- Faire", **said), by=by, now=NOW)
    add(path, StepKind.TEXT, "Lire", text="Un texte.")
    add(path, StepKind.QUIZ, "Répondre", quiz=QUIZ)
    add(path, StepKind.EXERCISE, "Essayer", text="Écrivez :\n\n- Le besoin\n- Les personnes")
    add(path, StepKind.RESOURCE, "Lire un guide", length=Length.MEDIUM)
    if state != PathState.DRAFT:
        paths.move(path, state, by=by, now=NOW)
    path.refresh_from_db()
    return path


def add(path: Path, kind: str, title: str, **said: Any) -> Step:
    return paths.add_step(path, SaidStep(kind, title, **said), by=None, now=NOW)


def step_of(path: Path, kind: str) -> Step:
    return Step.objects.get(path=path, kind=kind, position__isnull=False)


def follows(path: Path, member: Member, *, length: str = Length.SHORT, file: TerritoryFile | None = None) -> Follow:
    return following.follow(path, length=length, file=file, by=member, now=NOW)


def finish(follow: Follow) -> Follow:
    """Every step of the version is done."""
    for step in Step.objects.filter(path=follow.path, length__in=LENGTHS[follow.length], position__isnull=False):
        follow = following.mark(follow, step, is_done=True, by=follow.member, now=NOW)
    return follow
