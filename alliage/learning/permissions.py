"""Who may do what with a territory's file, its diagnostics and its plan, with paths and cohorts: questions, no writes."""

from typing import Any

from alliage.accounts.enums import RANK, Role
from alliage.accounts.permissions import is_animator, is_facilitator
from alliage.learning.enums import WRITERS, FileRole
from alliage.learning.models import Action, Advice, Cohort, CohortPlace, FileMember, Path, TerritoryFile


def _is_member(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


def role_in(user: Any, file: TerritoryFile) -> str | None:
    """What this person does in the file; one query, asked once for each file."""
    if not _is_member(user):
        return None
    known: dict[int, str | None] = file.__dict__.setdefault("_roles", {})
    if user.pk not in known:
        found = FileMember.objects.filter(file=file, member=user.pk).values_list("role", flat=True)
        known[user.pk] = found.first()
    return known[user.pk]


def can_open_file(user: Any) -> bool:
    """Any member opens the file of a territory that has none."""
    return _is_member(user)


def can_see_file(user: Any, file: TerritoryFile) -> bool:
    """The team and the catalysts who accompany it. Not animators: they see that it exists, and hand it over (`can_hand_over`)."""
    return role_in(user, file) is not None


def can_write_file(user: Any, file: TerritoryFile) -> bool:
    return role_in(user, file) in WRITERS


def holds_file(user: Any, file: TerritoryFile) -> bool:
    return role_in(user, file) == FileRole.HOLDER


def can_hand_over(user: Any, file: TerritoryFile) -> bool:
    """Its holder; an animator too, when the holder left: it leaves a trace in the file."""
    return holds_file(user, file) or is_animator(user)


def can_move_action(user: Any, action: Action) -> bool:
    """The team; whoever carries it too, as long as they are in the file."""
    return can_write_file(user, action.file) or (action.owner_id == user.pk and can_see_file(user, action.file))


def can_see_advice(user: Any, advice: Advice) -> bool:
    """Those who are in the file, and who sent it."""
    return can_see_file(user, advice.file) or sent_advice(user, advice)


def can_advise(user: Any, file: TerritoryFile) -> bool:
    return role_in(user, file) == FileRole.CATALYST


def sent_advice(user: Any, advice: Advice) -> bool:
    return _is_member(user) and advice.sender_id == user.pk


def can_edit_paths(user: Any) -> bool:
    return is_animator(user)


def can_see_path(user: Any, path: Path) -> bool:
    return path.is_public or can_edit_paths(user)


# --- Cohorts ---------------------------------------------------------------------------------------------------------


def can_make_cohorts(user: Any) -> bool:
    return is_facilitator(user)


def holds_cohort(user: Any, cohort: Cohort) -> bool:
    """Whoever keeps it company, as long as they have the role; not animators: what territories say is not theirs to read."""
    return can_make_cohorts(user) and cohort.facilitator_id == user.pk


def can_see_cohort(user: Any, cohort: Cohort) -> bool:
    return cohort.is_public or holds_cohort(user, cohort)


def place_in(user: Any, cohort: Cohort) -> CohortPlace | None:
    """The place of this person's territory; one query, asked once for each cohort."""
    if not _is_member(user):
        return None
    known: dict[int, CohortPlace | None] = cohort.__dict__.setdefault("_places", {})
    if user.pk not in known:
        mine = FileMember.objects.filter(member=user.pk, role__in=WRITERS)
        found = cohort.places.filter(file__in=mine.values("file"), joined_at__isnull=False, left_at=None)
        known[user.pk] = found.select_related("file__territory", "buddy__file__territory").first()
    return known[user.pk]


def is_in_cohort(user: Any, cohort: Cohort) -> bool:
    """Reads the shared space: its facilitator, the teams of its territories."""
    return holds_cohort(user, cohort) or place_in(user, cohort) is not None


def can_see_place(user: Any, place: CohortPlace) -> bool:
    """A territory's line and the notes about it: the facilitator and its own team, nobody else."""
    return holds_cohort(user, place.cohort) or (place.is_in and can_write_file(user, place.file))


def can_take_cohort(user: Any, cohort: Cohort) -> bool:
    """An animator, when whoever kept it company left or has the role no more."""
    holder = cohort.facilitator
    return is_animator(user) and (
        holder is None or not holder.is_active or RANK[Role(holder.role)] < RANK[Role.FACILITATOR]
    )
