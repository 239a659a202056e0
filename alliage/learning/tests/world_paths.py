"""What the page table needs of paths: one that everyone reads and the member completed, its steps, a draft."""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.learning import attestations
from alliage.learning.enums import PathState, StepKind
from alliage.learning.tests.followed import a_path, finish, follows, step_of


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    path = a_path("Un parcours suivi")
    follow = finish(follows(path, member))
    return {
        "path": path.slug,
        "path_pk": path.pk,
        "path_step": step_of(path, StepKind.TEXT).key,
        "path_quiz": step_of(path, StepKind.QUIZ).key,
        "path_exercise": step_of(path, StepKind.EXERCISE).key,
        "path_code": attestations.code_of(follow),
        "path_draft": a_path("Un parcours en préparation", state=PathState.DRAFT).slug,
    }
