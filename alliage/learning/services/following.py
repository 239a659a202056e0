"""Writes of those who follow a path: begun, set aside, taken up again; steps done, notes and exercises kept, quizzes answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.learning.enums import LENGTHS, Length, PathState, StepKind
from alliage.learning.models import FileMember, Follow, Path, Respondent, Step, StepDone, TerritoryFile
from alliage.learning.queries.following import quiz_score
from alliage.library import content as contents
from alliage.library.enums import ProposalState, ResourceKind
from alliage.library.models import Proposal
from alliage.library.services import proposals
from alliage.questionnaires.questions import clean_text
from alliage.refusals import Refusal
from alliage.ui.drafts import DraftTaken, Mark

# What a button pressed twice makes once.
SAME_FOR = timedelta(hours=1)
LONGEST = {"note": 6000, "text": 20_000}


class FollowRefused(Refusal):
    """The rules of following a path say no."""


@dataclass(frozen=True)
class Typed:
    """What is written beside a step: a note, and the text of an exercise."""

    note: str = ""
    text: str = ""


# --- Beginning, setting aside ----------------------------------------------------------------------------------------


@transaction.atomic
def follow(path: Path, *, length: str, file: TerritoryFile | None, by: Any, now: datetime) -> Follow:
    """Begin, or change one's version and territory; what was done stays. It also takes up again what was set aside."""
    Member.objects.select_for_update().get(pk=by.pk)
    row = Follow.objects.filter(path=path, member=by).first()
    if row is None and path.state != PathState.PUBLISHED:
        raise FollowRefused(_("Ce parcours n’est plus proposé."))
    if length not in Length.values:
        raise FollowRefused(_("Choisissez une version\u00a0: deux, quatre ou douze heures."))
    if file is not None and not FileMember.objects.filter(file=file, member=by).exists():
        raise FollowRefused(_("Choisissez un territoire dont vous partagez le dossier."))
    row = row or Follow(path=path, member=by, started_at=now)
    row.length, row.file, row.set_aside_at = length, file, None
    row.save()
    _settle(row, now=now)
    return row


def _lock(follow: Follow) -> Follow:
    return Follow.objects.select_for_update().get(pk=follow.pk)


@transaction.atomic
def set_aside(follow: Follow, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Nothing of it is asked any more; all that was done waits there."""
    Follow.objects.filter(pk=follow.pk, set_aside_at=None).update(set_aside_at=now)


@transaction.atomic
def take_up(follow: Follow, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Follow.objects.filter(pk=follow.pk).update(set_aside_at=None)


@transaction.atomic
def stop(follow: Follow, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Forget it: notes and exercises go too."""
    Follow.objects.filter(pk=follow.pk).delete()


# --- Steps -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def mark(follow: Follow, step: Step, *, is_done: bool, by: Any, now: datetime) -> Follow:  # noqa: ARG001 as above
    """Done, or to be done again, in one gesture. Twice is once."""
    row = _lock(follow)
    _mark(row, step, is_done=is_done, now=now)
    return row


def _mark(follow: Follow, step: Step, *, is_done: bool, now: datetime) -> None:
    said, _is_new = StepDone.objects.get_or_create(follow=follow, step=step, defaults={"changed_at": now})
    if is_done != (said.done_at is not None):
        said.done_at = now if is_done else None
        said.save(update_fields=["done_at"])
    _settle(follow, now=now)


def _settle(follow: Follow, *, now: datetime) -> None:
    """Say whether its version is done whole. A step that the editor adds later does not undo it by itself."""
    asked = Step.objects.filter(path=follow.path_id, position__isnull=False, length__in=LENGTHS[follow.length])
    done = StepDone.objects.filter(follow=follow, done_at__isnull=False, step=OuterRef("pk"))
    is_whole = asked.exists() and not asked.filter(~Exists(done)).exists()
    completed_at = (follow.completed_at or now) if is_whole else None
    if completed_at != follow.completed_at:
        follow.completed_at = completed_at
        follow.save(update_fields=["completed_at"])


@transaction.atomic
def keep(follow: Follow, step: Step, typed: Typed, *, mark: Mark, by: Any, now: datetime) -> StepDone | None:  # noqa: ARG001 as above
    """Keep what is typed beside a step; None while there is nothing. Another window's text is given up only by `force`.

    `mark.tab` empty: saved by the button; what the same window had sent before then arrives too late, and is left out.
    """
    _lock(follow)
    note, text = clean_text(typed.note), clean_text(typed.text)
    for name, said in (("note", note), ("text", text)):
        if len(said) > LONGEST[name]:
            raise FollowRefused(_("Ce texte est trop long pour être gardé\u00a0: %(count)d signes au plus.") % {"count": LONGEST[name]})  # fmt: skip
    row = StepDone.objects.filter(follow=follow, step=step).first()
    if row is None and not (note or text):
        return None
    row = row or StepDone(follow=follow, step=step)
    if (row.note, row.answers.get("text", "")) == (note, text):
        return row
    if row.pk and not mark.force and not _is_last(row, mark):
        raise DraftTaken(
            _("Ce texte a été repris dans une autre fenêtre. Ce que vous tapez ici n’est pas encore gardé."),
            row.changed_at.isoformat(),
        )
    row.note, row.answers = note, row.answers | {"text": text, "tab": mark.tab}
    row.changed_at = now
    row.save()
    return row


def _is_last(row: StepDone, mark: Mark) -> bool:
    """This window saw what is there, or wrote it."""
    return row.changed_at.isoformat() == mark.seen or bool(mark.tab and row.answers.get("tab") == mark.tab)


@transaction.atomic
def answer(follow: Follow, step: Step, answers: Mapping[str, Any], *, by: Any, now: datetime) -> StepDone:  # noqa: ARG001 as above
    """The best answers are kept, the last ones when they are as good; the step is done, whatever the answers."""
    row = _lock(follow)
    said, _is_new = StepDone.objects.get_or_create(follow=row, step=step, defaults={"changed_at": now})
    if quiz_score(step, answers) >= quiz_score(step, said.answers.get("quiz", {})):
        said.answers = said.answers | {"quiz": dict(answers)}
        said.save(update_fields=["answers"])
    _mark(row, step, is_done=True, now=now)
    said.refresh_from_db()
    return said


# --- What the platform knows -----------------------------------------------------------------------------------------


def notice(now: datetime) -> None:
    """Steps done by themselves: an event whose room one was in, a diagnostic that one answered. Run by the schedule."""
    found = set(_attended()) | set(_answered())
    done = StepDone.objects.filter(follow__in={follow for follow, _step in found}, done_at__isnull=False)
    for follow_pk, step_pk in sorted(found - set(done.values_list("follow_id", "step_id"))):
        _notice_one(follow_pk, step_pk, now=now)


def _attended() -> list[tuple[int, int]]:
    rows = Follow.objects.filter(
        set_aside_at=None,
        completed_at=None,
        path__steps__kind=StepKind.EVENT,
        path__steps__position__isnull=False,
        path__steps__event__attendees__member=F("member"),
        path__steps__event__attendees__stays__isnull=False,
    )
    return list(rows.values_list("pk", "path__steps__pk").order_by().distinct())


def _answered() -> list[tuple[int, int]]:
    said = Respondent.objects.filter(member=OuterRef("member"), answered_at__isnull=False)
    rows = Follow.objects.filter(
        Exists(said),
        set_aside_at=None,
        completed_at=None,
        path__steps__kind=StepKind.DIAGNOSTIC,
        path__steps__position__isnull=False,
    )
    return list(rows.values_list("pk", "path__steps__pk").order_by().distinct())


@transaction.atomic
def _notice_one(follow_pk: int, step_pk: int, *, now: datetime) -> None:
    row = Follow.objects.select_for_update().get(pk=follow_pk)
    _mark(row, Step.objects.get(pk=step_pk), is_done=True, now=now)


# --- What comes of it ------------------------------------------------------------------------------------------------


@transaction.atomic
def practice(follow: Follow, *, by: Any, now: datetime) -> Proposal:
    """A practice sheet that only its author sees, begun with what they wrote in the exercises. Sent twice is once."""
    row = _lock(follow)
    if row.completed_at is None:
        raise FollowRefused(_("Terminez d’abord ce parcours\u00a0: vos textes restent là où ils sont."))
    done = StepDone.objects.filter(follow=row, step__kind=StepKind.EXERCISE).select_related("step")
    written = [(each.step.title, str(each.answers.get("text", ""))) for each in done.order_by("step__position")]
    territory = row.file.territory if row.file else None
    content = contents.cleaned(
        {
            "kind": ResourceKind.PRACTICE.value,
            "title": _("À nommer\u00a0: ce que nous avons fait (%(path)s)") % {"path": row.path.title[:90]},
            "licence": contents.blank()["licence"],
            "sections": {"methode": "\n\n".join(f"{title}\n\n{text}" for title, text in written if text)},
            "leviers": [row.path.lever.code] if row.path.lever else [],
            "territories": [f"{territory.kind}:{territory.code}"] if territory else [],
            "authors": [{"name": by.get_full_name(), "role": "auteur"}],
        }
    )
    same = Proposal.objects.filter(author=by, state=ProposalState.DRAFT, resource__title=content["title"])
    twin = same.filter(created_at__gt=now - SAME_FOR).first()
    return twin or proposals.begin(content, by=by, now=now, is_demo=by.is_demo)


@transaction.atomic
def forget_member(member: Member) -> None:
    """What they followed, did and wrote."""
    Follow.objects.filter(member=member).delete()
