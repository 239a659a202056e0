"""A path that everyone reads, and what someone who follows it writes, under the word « canari »."""

from datetime import datetime

from alliage.accounts.models import Member
from alliage.learning.enums import StepKind
from alliage.learning.services import following
from alliage.learning.services.following import Typed
from alliage.learning.tests.factories import TerritoryFileFactory
from alliage.learning.tests.followed import a_path, finish, follows, step_of
from alliage.ui.drafts import Mark


def plant_paths(owner: Member, *, now: datetime) -> tuple[list[str], list[str]]:
    """Pages, then acts: those that everyone opens end with « #ouverte », the others are nobody else's."""
    path = a_path("Un parcours que chacun lit")
    follow = follows(path, owner, file=TerritoryFileFactory(holder=owner))
    exercise = step_of(path, StepKind.EXERCISE)
    typed = Typed("canari note", "canari exercice")
    following.keep(follow, exercise, typed, mark=Mark("", "a"), by=owner, now=now)
    finish(follow)
    base = f"/parcours/{path.slug}"
    steps = [f"{base}/etapes/{step.key}/" for step in path.steps.all()]
    return (
        [
            f"{base}/attestation.pdf",
            f"/attestations/parcours/{follow.pk}/",
            f"/attestations/parcours/{follow.pk}.json",
            *(f"{page}#ouverte" for page in (f"{base}/", f"{base}.json", f"{base}/atelier/", *steps)),
            *(f"{page}#ouverte" for page in ("/parcours/", "/parcours.json", "/mes-parcours/?quand=termine")),
        ],
        [f"{base}/geste/", f"{base}/fiche/", f"{steps[0]}garder/"],
    )
